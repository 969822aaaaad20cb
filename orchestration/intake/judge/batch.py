"""The one table that row rules ask: a batch of a file's rows, and the faults found in it.

A batch is read in two steps, so that no text is copied. ``parse.typed_sql`` makes the table
``typed`` (what a row is, its faults, its typed values); beside the cells themselves it is seen as
the view ``judged``:

    source_row BIGINT   the row number that Excel shows
    sheet      VARCHAR  NULL for a CSV
    shifted    BOOLEAN  the row stood one column to the left and was put right
    kind       VARCHAR  data, blank, total, heading, note
    mask       BIGINT   a bit for each rule that sets the row aside, 0 for an accepted row
    noted      BIGINT   a bit for each rule that says something of a cell and leaves the row
    part       INTEGER  of a wide table: which of its columns the line was made of
    v_<field>           the typed value, NULL when empty or unreadable
    s_<field>  VARCHAR  the cell as submitted

A rule that sets rows aside or notes a cell is asked while cells are read, of the trimmed text
``t_<field>`` and of ``v_<field>``; a rule that only asks for a word is asked of ``judged``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ...contracts.feeds import FeedSchema, Field
from ...contracts.layout import Column, Layout
from ...sql import ParsedOnce, literal
from .layout import Match
from .planned import Planned

# ``fault``: one row for each cell (or whole row, field '') at fault. ``dated``: accepted lines
# that do not lie in the stated period, from which the period is found and judged. ``beside``: lines
# that can be read a column or two beside their headings, with their pence there (``beside.py``).
TABLES = """
CREATE TEMP TABLE fault (code VARCHAR, field VARCHAR, sheet VARCHAR, source_row BIGINT,
    value VARCHAR, amount BIGINT, part INTEGER);
CREATE TEMP TABLE dated (sheet VARCHAR, source_row BIGINT, day DATE, raw VARCHAR, year VARCHAR,
    amount BIGINT, part INTEGER);
CREATE TEMP TABLE beside (sheet VARCHAR, source_row BIGINT, columns INTEGER, first VARCHAR,
    doubtful BOOLEAN, aside BOOLEAN, amount BIGINT);
"""
ACCEPTED = "kind = 'data' AND mask = 0"
DATA = "kind = 'data'"


class Gathered(ParsedOnce):
    """The judgement's own connection. ``filled`` are the tables that something was put into: a
    question of an empty one takes a millisecond, and most stay empty."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self.filled: set[str] = set()

    def add(self, table: str, found: pa.Table, columns: str = "*") -> None:
        """Adds the rows that were found to a table, with what stands before them."""
        if found.num_rows:
            self.register("found", found)
            self.execute(f"INSERT INTO {table} SELECT {columns} FROM found")
            self.unregister("found")
            self.filled.add(table)


@dataclass(frozen=True)
class At:
    """A field under one layout, which is where a row rule is asked."""

    schema: FeedSchema
    layout: Layout
    field: Field

    @property
    def column(self) -> Column:
        return self.layout.columns[self.field.name]

    @property
    def is_typed(self) -> bool:
        """Whether the cell means more than its text, so that it may be unreadable."""
        return self.column.reads(self.field)

    @property
    def costs_row(self) -> bool:
        """Whether the row is set aside for a cell that cannot be read."""
        return self.schema.costs_row(self.field, self.column.required)

    @property
    def text(self) -> str:
        """The trimmed cell, NULL when empty; only for rules that set rows aside or note a cell."""
        return f"t_{self.field.name}"

    @property
    def value(self) -> str:
        """The typed value."""
        return f"v_{self.field.name}"

    @property
    def raw(self) -> str:
        """The cell as submitted; only for rules that ask."""
        return f"s_{self.field.name}"


@dataclass(frozen=True)
class RowRule:
    """One rule about a cell of a row: its code in the catalogue, where it holds, what breaks it.

    ``applies`` says for which fields it is asked, ``condition`` is the SQL that is true of a cell
    at fault, ``needs`` names another field that the condition looks at. ``effect`` is
    ``set_aside`` (the row does not count), ``note`` (the row stays, and the cell is listed; asked
    of rows set aside too), ``ask`` (accepted rows count, with a question) or
    ``ask_all`` (asked of rows set aside too). ``narrow`` may leave out fields of the batch in
    which nothing can be found, where the condition itself is dear.
    """

    code: str
    applies: Callable[[At], bool]
    condition: Callable[[At], str]
    needs: Callable[[At], str | None] = lambda at: None
    effect: Literal["set_aside", "note", "ask", "ask_all"] = "set_aside"
    narrow: Callable[[Batch, Sequence[str]], list[str]] | None = None


@dataclass(frozen=True)
class Batch:
    """The batch now in ``judged``, and the one way to add to ``fault``.

    ``planned`` is where ``judged`` and ``cells`` are asked, ``con`` where ``fault`` stands.
    ``cells`` are its cells as text, ``c0 …``, before a row that stands too far left is put right.
    """

    con: Gathered
    planned: Planned
    schema: FeedSchema
    match: Match
    cells: pa.Table
    _distinct: dict[str, list[pa.Array]] = dataclass_field(default_factory=dict)

    def distinct(self, field: str) -> list[pa.Array]:
        """The different cells of each of ``texts``."""
        if field not in self._distinct:
            self._distinct[field] = [pc.unique(cells) for cells in self.texts(field)]
        return self._distinct[field]

    def texts(self, field: str) -> list[pa.ChunkedArray]:
        """The columns of cells in which a field may stand."""
        index = self.match.positions[field]
        first = max(0, index - 1) if self.match.layout.realign else index
        return [self.cells[f"c{i}"] for i in range(first, index + 1)]

    def add_faults(
        self,
        code: str,
        field: str,
        condition: str,
        values: Sequence[Any] = (),
        among: str = ACCEPTED,
    ) -> None:
        """Adds every row of ``judged`` that meets ``condition``; ``values`` are its parameters."""
        value = f"s_{field}" if field else "NULL"
        found = self.planned.table(
            f"SELECT sheet, source_row, CAST({value} AS VARCHAR) AS value, "
            f"{self.schema.judged_pence} AS amount, part FROM judged WHERE {among} AND {condition}",
            values,
        )
        self.keep_faults(code, field, found)

    def keep_faults(self, code: str, field: str, found: pa.Table) -> None:
        """Adds rows to ``fault``: ``sheet, source_row, value, amount, part``."""
        self.con.add("fault", found, f"{literal(code)}, {literal(field)}, *")

    def ask(self, rules: Sequence[RowRule]) -> None:
        """Asks every rule that only asks, of every field that is there and that it is about."""
        fields = [At(self.schema, self.match.layout, f) for f in self.schema.fields]
        there = [at for at in fields if at.field.name in self.match.positions]
        narrowed: dict[Any, list[str]] = {}
        for rule in rules:
            asked = [at for at in there if rule.applies(at)]
            if rule.narrow:
                names = [at.field.name for at in asked]
                if rule.narrow not in narrowed:
                    narrowed[rule.narrow] = rule.narrow(self, names)
                asked = [at for at in asked if at.field.name in narrowed[rule.narrow]]
            among = DATA if rule.effect == "ask_all" else ACCEPTED
            for at in asked:
                self.add_faults(rule.code, at.field.name, rule.condition(at), among=among)
