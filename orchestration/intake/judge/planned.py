"""Statements that are planned once, though the tables in memory that they read change.

DuckDB keeps the plan of a prepared statement that reads Arrow, and makes it again of one that reads
tables of its own, variables or parameters. Planning was four fifths of what a small file costs: of
one layout with 50 lines, the statement that types its cells took 10 ms, and takes 1 ms planned.

In a large file planning is no cost, and is done each time: what DuckDB gives of a kept plan is
copied once more.

Here belongs how plans are kept and lent. Which statements are asked belongs to ``sheet`` and
``rules``; what is gathered of a file over several batches stays in the judgement's own connection.
"""

from __future__ import annotations

import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from ...sql import ParsedOnce, private_cursor

# Shapes of sheets whose plans a thread keeps: files come folder by folder, so few are in use. A
# shape keeps some 60 statements; those of a rare fault are planned each time.
_SHAPES, _STATEMENTS = 8, 100
_SMALL = 1_000_000
_kept = threading.local()
# The copy that DuckDB warns of is of few rows; a relation would be planned again.
warnings.filterwarnings("ignore", "Arrow output on a DB-API result makes an extra copy")

Made = TypeVar("Made")


class Same:
    """A key by which an object is known as itself, where it cannot be one."""

    def __init__(self, *objects: Any) -> None:
        self.objects = objects  # held, so that no other one can have their place in memory

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.objects)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and [*map(id, self.objects)] == [*map(id, other.objects)]


class _Source:
    """A table that may be replaced: whoever reads it by the Arrow interface reads the newest."""

    def __init__(self, table: pa.Table) -> None:
        self.schema = table.schema
        self.table: pa.Table | None = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        assert self.table is not None, "no rows were put here"
        return self.table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self.schema.__arrow_c_schema__()


class Planned:
    """A private connection whose statements read tables given by ``put``, and views of them; of a
    ``large`` file each is planned when it is asked."""

    def __init__(self, *, large: bool = False) -> None:
        self._large = large
        self._start()

    def _start(self) -> None:
        self._con = ParsedOnce(private_cursor(threads=2 if self._large else 1))
        self._sources: dict[str, _Source] = {}
        self._views: dict[str, str] = {}
        self._prepared: dict[str, str] = {}
        self._made: dict[Hashable, Any] = {}

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection itself, for variables and for statements with parameters."""
        return self._con

    def put(self, name: str, table: pa.Table) -> None:
        """Makes ``table`` what statements find under ``name``. One of other columns than before
        ends every plan and view."""
        source = self._sources.get(name)
        if source and not source.schema.equals(table.schema):
            self._con.close()
            self._start()
            source = None
        if source is None:
            self._sources[name] = _Source(table)
            self._con.register(name, self._sources[name])
        else:
            source.table = table

    def view(self, name: str, query: str) -> None:
        """Makes a view, if there is no such one yet; another one ends every plan."""
        if self._views.get(name) == query:
            return
        if name in self._views:
            self._forget_plans()
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")
        self._views[name] = query

    def _forget_plans(self) -> None:
        for plan in self._prepared.values():
            self._con.execute(plan.replace("EXECUTE", "DEALLOCATE"))
        self._prepared = {}

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives of the shape alone, such as its statements, made the first time."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; one with ``values`` for its parameters is planned each time."""
        plan = None if values else self._plan(query)
        found: list[tuple[Any, ...]] = self._con.execute(plan or query, values).fetchall()
        return found

    def table(self, query: str, values: Sequence[Any] = ()) -> pa.Table:
        """The rows of a query as a table, in the order in which the query gives them."""
        if values:
            return self._con.sql(query, params=values).to_arrow_table()
        if plan := self._plan(query):
            return self._con.execute(plan).to_arrow_reader().read_all()
        # What makes a table without a copy reads the text of its query first: 5 ms a kilobyte.
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW asked AS {query}")
        return self._con.sql("FROM asked").to_arrow_table()

    def _plan(self, query: str) -> str | None:
        """The statement that runs the plan of a query; ``None`` if it is not worth one."""
        if self._large:
            return None
        if query not in self._prepared and len(self._prepared) < _STATEMENTS:
            name = f"planned_{len(self._prepared)}"
            self._con.execute(f"PREPARE {name} AS {query}")
            self._prepared[query] = f"EXECUTE {name}"
        return self._prepared.get(query)

    def clear(self) -> None:
        """Lets go of every row, so that no line of a file outlasts its judgement."""
        for source in self._sources.values():
            source.table = None

    def close(self) -> None:
        """Ends the connection with all its plans."""
        self._con.close()


@contextmanager
def lent(shape: Hashable, size: int) -> Iterator[Planned]:
    """The plans of this thread for sheets of one shape, new ones if there are none or they are in
    use; kept for the next sheet unless an error comes between. None are kept of a file of a
    large ``size`` in bytes."""
    if size > _SMALL:
        planned = Planned(large=True)
        try:
            yield planned
        finally:
            planned.close()
        return
    kept: OrderedDict[Hashable, Planned] = _kept.__dict__.setdefault("shapes", OrderedDict())
    planned = kept.pop(shape) if shape in kept else Planned()
    try:
        yield planned
        planned.clear()
    except BaseException:
        planned.close()
        raise
    kept[shape] = planned
    while len(kept) > _SHAPES:
        kept.popitem(last=False)[1].close()
