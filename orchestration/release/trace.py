"""From a published figure to the lines it is made of, step by step, each added up again.

A step is a figure (a column) of some rows of one table; the release's own recipes say what it is
made of. How the steps are shown belongs in ``trace_text``, the lines in ``lines``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count

from ..publish.content import name
from ..publish.lineage import (
    POUNDS,
    Part,
    Recipe,
    added_up_sql,
    as_pence,
    figure_sql,
    figures_of,
    in_pence_sql,
)
from .opened import Opened
from .rows import TraceError, row_number, table_named

# The figure that a trace follows where nobody names one: the first of these that the row states,
# in pence or in pounds.
FIRST = (
    "in_scope_net_pence",
    "counted_in_year_pence",
    "counted_pence",
    "counted_to_date_pence",
    "evidenced_pence",
    "pence",
    "net_pence",
    "difference_pence",
)
DEEPEST = 20


@dataclass(frozen=True)
class Figure:
    """A figure of the traced row: what is published and what its parts come to, in pence (whole
    numbers for counts); both ``None`` where it is not stated."""

    column: str
    published: int | None
    again: int | None
    note: str = ""

    @property
    def adds_up(self) -> bool | None:
        """Whether it comes to its parts; ``None`` where there is nothing to add up."""
        return None if self.again is None else self.again == self.published


@dataclass(frozen=True)
class Step:
    """A figure of some rows that the step above is made of. ``nodes`` is the temporary table with
    their row numbers; ``differing`` counts the rows that are not what their parts come to, ``path``
    names the steps above it."""

    depth: int
    label: str
    table: str
    column: str
    rows: int
    pence: int
    nodes: str
    minus: bool = False
    is_lines: bool = False
    differing: int = 0
    note: str = ""
    path: str = ""


@dataclass
class Trace:
    """A row of a table, its figures, and the steps behind the one that is followed."""

    release: Opened
    table: str
    row: dict[str, object]
    column: str
    figures: list[Figure]
    steps: list[Step] = field(default_factory=list)

    @property
    def figure(self) -> Figure:
        """The figure that is followed."""
        return next(f for f in self.figures if f.column == self.column)

    @property
    def adds_up(self) -> bool:
        """Whether the figure and every step behind it come to their parts."""
        return self.figure.adds_up is not False and not any(s.differing for s in self.steps)

    def line_steps(self) -> list[Step]:
        """The steps that are lines of files."""
        return [step for step in self.steps if step.is_lines]


def trace_figure(
    release: Opened,
    table: str,
    keys: Mapping[str, str],
    column: str | None = None,
    *,
    alone: bool = False,
) -> Trace:
    """Follows a figure of the one row of ``table`` with these values to its lines.

    ``column`` is the figure, else the row's first of ``FIRST`` or of all; ``alone`` leaves the
    row's other figures out. Raises ``TraceError`` with what exists if the table, a key, the row or
    the figure does not."""
    table_named(release, table)
    if not release.manifest.tables[table].trace:
        raise TraceError(f"{table} holds no figure that is made of others.")
    number = row_number(release, table, keys)
    root = _Nodes(release).of(f"SELECT {number} AS row_no")
    row = _row(release, table, number)
    columns = figures_of(release.tables[table], release.manifest.tables[table].trace)
    if alone:
        columns = [c for c in columns if c == column] or columns
    figures = [_figure(release, table, figure, row, root) for figure in columns]
    followed = _followed(table, figures, column)
    trace = Trace(release, table, row, followed, figures)
    trace.steps += _Walk(release).whole(table, followed, root)
    return trace


def _followed(table: str, figures: list[Figure], column: str | None) -> str:
    known = [f.column for f in figures]
    if column is not None:
        if column not in known:
            raise TraceError(f"{table} has no figure '{column}'. It has: {', '.join(known)}.")
        return column
    stated = {as_pence(f.column): f.column for f in figures if f.published is not None}
    return next((stated[c] for c in FIRST if c in stated), [*stated.values(), *known][0])


def _row(release: Opened, table: str, number: int) -> dict[str, object]:
    found = release.connection.execute(
        f"SELECT {', '.join(map(name, release.tables[table]))} FROM release.main.{name(table)} "
        f"WHERE rowid = {number}"
    ).fetchone()
    return dict(zip(release.tables[table], found or (), strict=True))


def _figure(
    release: Opened, table: str, column: str, row: Mapping[str, object], root: str
) -> Figure:
    recipe = release.recipe(table, column)
    published = _in_pence(column, row[column])
    assert recipe is not None
    if published is None:
        return Figure(column, None, None, "not stated")
    if not recipe.is_checked:
        return Figure(column, published, None, recipe.unchecked or recipe.taken_from)
    found = release.connection.execute(added_up_sql(table, column, recipe, root)).fetchone()
    return Figure(column, published, int(found[2] or 0) if found else None)


def _in_pence(column: str, value: object) -> int | None:
    if isinstance(value, Decimal) and column.endswith(POUNDS):
        return int(value * 100)
    return value if isinstance(value, int) else None


class _Nodes:
    """Temporary tables of row numbers."""

    _number = count()

    def __init__(self, release: Opened) -> None:
        self.connection = release.connection
        self.empty: set[str] = set()

    def of(self, query: str) -> str:
        """A new one, with what ``query`` finds."""
        nodes = f"nodes_{next(self._number)}"
        made = self.connection.execute(f"CREATE TEMP TABLE {nodes} AS {query}").fetchone()
        if made is not None and not made[0]:
            self.empty.add(nodes)
        return nodes


@dataclass(frozen=True)
class _Place:
    """Where a step stands: how deep, below which others, and whether it is taken off."""

    depth: int
    path: str
    label: str
    minus: bool = False

    def below(self, label: str, minus: bool = False) -> _Place:
        """The place of a step of this one."""
        path = f"{self.path} > {label}" if self.path else label
        return _Place(self.depth + 1, path, label, minus)


class _Walk:
    """One way down from a figure; what was met already is not followed twice."""

    def __init__(self, release: Opened) -> None:
        self.release, self.nodes = release, _Nodes(release)
        self.met: dict[tuple[str, str], list[str]] = {}

    def whole(self, table: str, column: str, nodes: str) -> Iterator[Step]:
        """The steps behind a figure; a line's own amount is one step."""
        recipe = self.release.recipe(table, column)
        if recipe is not None and recipe.lines:
            yield from self._step(_Place(1, "", "line"), table, column, nodes)
        else:
            yield from self._below(_Place(0, "", ""), table, column, nodes)

    def _below(self, above: _Place, table: str, column: str, nodes: str) -> Iterator[Step]:
        """The steps that ``column`` of these rows is made of, each with those below it."""
        recipe = self.release.recipe(table, column)
        if recipe is None or above.depth > DEEPEST:
            return
        for other in recipe.row:
            yield from self._step(above.below(other), table, other, nodes)
        for part in recipe.parts:
            if part.follow:
                below = self.nodes.of(part_rows_sql(table, part, nodes))
                for amount in part.amounts(column):
                    yield from self._step(
                        above.below(part.label, part.minus), part.table, amount, below
                    )

    def _step(self, place: _Place, table: str, column: str, nodes: str) -> Iterator[Step]:
        recipe = self.release.recipe(table, column)
        if recipe is None or nodes in self.nodes.empty:
            return
        rows, amount = self._measured(recipe, table, column, nodes)
        if not rows:
            return
        step = Step(
            place.depth,
            place.label,
            table,
            column,
            rows,
            amount,
            nodes,
            place.minus,
            path=place.path,
        )
        if self._met(table, column, nodes):
            yield replace(step, note="as above")
            return
        yield replace(
            step,
            is_lines=recipe.lines,
            differing=self._differing(recipe, table, column, nodes),
            note=recipe.unchecked or recipe.taken_from,
        )
        yield from self._below(place, table, column, nodes)

    def _measured(self, recipe: Recipe, table: str, column: str, nodes: str) -> tuple[int, int]:
        """How many rows there are, and what they come to. A line counts even if its amount is
        nothing, or is not shown; a sum of nothing does not."""
        stated = "true" if recipe.lines else f"{name(column)} <> 0"
        found = self.release.connection.execute(
            f"SELECT count(*), coalesce(sum({in_pence_sql(column)}), 0)::HUGEINT FROM "
            f"release.main.{name(table)} WHERE rowid IN (SELECT row_no FROM {nodes}) AND {stated}"
        ).fetchone()
        assert found is not None
        return int(found[0]), int(found[1])

    def _differing(self, recipe: Recipe, table: str, column: str, nodes: str) -> int:
        """How many of the rows are not what their parts come to."""
        if not recipe.is_checked:
            return 0
        query = added_up_sql(table, column, recipe, nodes)
        found = self.release.connection.execute(
            f"SELECT count(*) FROM ({query}) WHERE published IS DISTINCT FROM again"
        ).fetchone()
        return int(found[0]) if found else 0

    def _met(self, table: str, column: str, nodes: str) -> bool:
        """Whether all these rows were met before; they are remembered."""
        earlier = self.met.setdefault((table, column), [])
        for other in earlier:
            found = self.release.connection.execute(
                f"SELECT count(*) FROM {nodes} WHERE row_no NOT IN (SELECT row_no FROM {other})"
            ).fetchone()
            if found and not found[0]:
                return True
        earlier.append(nodes)
        return False


def part_rows_sql(table: str, part: Part, nodes: str) -> str:
    """The row numbers, in the part's table, of what these rows of ``table`` are made of."""
    return f"WITH {figure_sql(table, nodes)} {part.rows_sql()}"
