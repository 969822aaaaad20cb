"""From a published figure to the lines it is made of, step by step, each added up again.

A step is a figure (a column) of some rows of one table; the release's own recipes say what it is
made of. How the steps are shown belongs in ``trace_text``, the lines in ``lines``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count

from ..publish.added_up import added_up_sql
from ..publish.content import name
from ..publish.lineage import (
    POUNDS,
    Part,
    Recipe,
    as_pence,
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
    their row numbers; ``differing`` counts the rows that are not what their parts come to,
    ``shared`` the lines of files behind several rows of the step above, which are added up there as
    often and stand here once; ``path`` names the steps above it."""

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
    shared: int = 0
    note: str = ""
    path: str = ""

    @property
    def remark(self) -> str:
        """What is to be said of the step beside its amount."""
        if not self.shared:
            return self.note
        stands = "stands" if self.shared == 1 else "stand"
        return f"{self.shared:,} {stands} behind several rows above, and here once"


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
    release: Opened, table: str, keys: Mapping[str, str], column: str | None = None
) -> Trace:
    """Follows a figure of the one row of ``table`` with these values to its lines.

    ``column`` is the figure, else the row's first of ``FIRST`` or of all. Raises ``TraceError``
    with what exists if the table, a key, the row or the figure does not."""
    columns = _columns(release, table)
    number = row_number(release, table, keys)
    row, walk = _row(release, table, number), _Walk(release, table, [number])
    figures = [
        figure
        for each in columns
        for figure in _figures(release, table, each, walk.roots, {number: row})
    ]
    followed = _followed(table, figures, column)
    return Trace(release, table, row, followed, figures, walk.follow(followed)[number])


def trace_each(
    release: Opened, table: str, column: str, keys: Sequence[Mapping[str, str]]
) -> list[Trace]:
    """Follows the same figure of several rows of ``table``, each of which ``keys`` name, by the
    queries that one would take; each trace has this figure alone. Raises ``TraceError``."""
    if column not in (known := _columns(release, table)):
        raise TraceError(_no_figure(table, column, known))
    numbers = [row_number(release, table, of) for of in keys]
    rows = {number: _row(release, table, number) for number in numbers}
    walk = _Walk(release, table, numbers)
    figures = dict(zip(rows, _figures(release, table, column, walk.roots, rows), strict=True))
    steps = walk.follow(column)
    return [
        Trace(release, table, rows[number], column, [figures[number]], steps[number])
        for number in numbers
    ]


def _columns(release: Opened, table: str) -> list[str]:
    """The figures of a table that has some."""
    table_named(release, table)
    if not (recipes := release.manifest.tables[table].trace):
        raise TraceError(f"{table} holds no figure that is made of others.")
    return figures_of(release.tables[table], recipes)


def _followed(table: str, figures: list[Figure], column: str | None) -> str:
    known = [f.column for f in figures]
    if column is not None:
        if column not in known:
            raise TraceError(_no_figure(table, column, known))
        return column
    stated = {as_pence(f.column): f.column for f in figures if f.published is not None}
    return next((stated[c] for c in FIRST if c in stated), [*stated.values(), *known][0])


def _no_figure(table: str, column: str, known: Sequence[str]) -> str:
    return f"{table} has no figure '{column}'. It has: {', '.join(known)}."


def _row(release: Opened, table: str, number: int) -> dict[str, object]:
    found = release.connection.execute(
        f"SELECT {', '.join(map(name, release.tables[table]))} FROM release.main.{name(table)} "
        f"WHERE rowid = {number}"
    ).fetchone()
    return dict(zip(release.tables[table], found or (), strict=True))


def _figures(
    release: Opened, table: str, column: str, roots: str, rows: Mapping[int, Mapping[str, object]]
) -> list[Figure]:
    """A figure of each of some rows, by row number, which stand in ``roots`` too."""
    recipe = release.recipe(table, column)
    assert recipe is not None
    again: dict[int, int] = {}
    if recipe.is_checked:
        found = release.connection.execute(added_up_sql(table, column, recipe, roots)).fetchall()
        again = {number: int(pence or 0) for number, _, pence in found}
    figures = []
    for number, row in rows.items():
        published = _in_pence(column, row[column])
        if published is None:
            figures.append(Figure(column, None, None, "not stated"))
        elif not recipe.is_checked:
            note = recipe.unchecked or recipe.taken_from
            figures.append(Figure(column, published, None, note))
        else:
            figures.append(Figure(column, published, again.get(number)))
    return figures


def _in_pence(column: str, value: object) -> int | None:
    if isinstance(value, Decimal) and column.endswith(POUNDS):
        return int(value * 100)
    return value if isinstance(value, int) else None


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
    """The way down from a figure of each of some rows of a table, the ``roots``, all at a time.

    What is found is kept in temporary tables of row numbers, ``row_no``, each with the root that it
    is behind, ``traced_from``, and behind how many rows of the step above, ``times``. What a root
    met already is not followed twice.
    """

    _number = count()

    def __init__(self, release: Opened, table: str, roots: Sequence[int]) -> None:
        self.release, self.table = release, table
        self.found: dict[int, list[Step]] = {root: [] for root in roots}
        self.met: dict[tuple[str, str], list[tuple[str, set[int]]]] = {}
        self.empty: set[str] = set()
        numbers = ", ".join(f"({root})" for root in self.found)
        self.roots = self._nodes(
            "SELECT DISTINCT n AS traced_from, n AS row_no, 1 AS times "
            f"FROM (VALUES {numbers}) AS v (n)"
        )

    def follow(self, column: str) -> dict[int, list[Step]]:
        """The steps behind a figure, by root; a line's own amount is one step."""
        recipe = self.release.recipe(self.table, column)
        if recipe is not None and recipe.lines:
            self._step(_Place(1, "", "line"), self.table, column, self.roots)
        else:
            self._below(_Place(0, "", ""), self.table, column, self.roots)
        return self.found

    def _nodes(self, query: str) -> str:
        """A new table of row numbers, with what ``query`` finds."""
        nodes = f"nodes_{next(self._number)}"
        made = self.release.connection.execute(f"CREATE TEMP TABLE {nodes} AS {query}").fetchone()
        if made is not None and not made[0]:
            self.empty.add(nodes)
        return nodes

    def _below(self, above: _Place, table: str, column: str, nodes: str) -> None:
        """Finds what ``column`` of these rows is made of, and what that is made of."""
        recipe = self.release.recipe(table, column)
        if recipe is None or above.depth > DEEPEST:
            return
        for other in recipe.row:
            self._step(above.below(other), table, other, nodes)
        for part in recipe.parts:
            if part.follow:
                below = self._nodes(_behind_sql(table, part, nodes))
                for amount in part.amounts(column):
                    place = above.below(part.label, part.minus)
                    self._step(place, part.table, amount, below)

    def _step(self, place: _Place, table: str, column: str, nodes: str) -> None:
        recipe = self.release.recipe(table, column)
        if recipe is None or nodes in self.empty:
            return
        measured = self._measured(recipe, table, column, nodes)
        if not measured:
            return
        met = self._met(table, column, nodes, set(measured))
        new = set(measured) - met
        differing = self._differing(recipe, table, column, nodes) if new else {}
        for root, (rows, amount, shared) in measured.items():
            step = Step(
                place.depth,
                place.label,
                table,
                column,
                rows,
                amount,
                f"(SELECT row_no FROM {nodes} WHERE traced_from = {root})",
                place.minus,
                path=place.path,
            )
            if root in met:
                step = replace(step, note="as above")
            else:
                step = replace(
                    step,
                    is_lines=recipe.lines,
                    shared=shared if recipe.lines else 0,
                    differing=differing.get(root, 0),
                    note=recipe.unchecked or recipe.taken_from,
                )
            self.found[root].append(step)
        if new:
            self._below(place, table, column, self._of(nodes, new))

    def _of(self, nodes: str, roots: set[int]) -> str:
        """The rows that are behind some of the roots alone."""
        if roots == set(self.found):
            return nodes
        numbers = ", ".join(map(str, sorted(roots)))
        return f"(SELECT * FROM {nodes} WHERE traced_from IN ({numbers}))"

    def _measured(
        self, recipe: Recipe, table: str, column: str, nodes: str
    ) -> dict[int, tuple[int, int, int]]:
        """How many rows there are behind each root, what they come to, and how many of them are
        behind several rows of the step above. A line counts even if its amount is nothing, or is
        not shown; a sum of nothing does not."""
        stated = "true" if recipe.lines else f"of.{name(column)} <> 0"
        amount = f"coalesce(sum({in_pence_sql(column, 'of.')}), 0)::HUGEINT"
        found = self.release.connection.execute(
            f"SELECT traced_from, count(*), {amount}, count(*) FILTER (times > 1) "
            f"FROM {nodes} AS node JOIN release.main.{name(table)} AS of ON of.rowid = node.row_no "
            f"WHERE {stated} GROUP BY traced_from"
        ).fetchall()
        return {root: (int(rows), int(amount), int(shared)) for root, rows, amount, shared in found}

    def _differing(self, recipe: Recipe, table: str, column: str, nodes: str) -> dict[int, int]:
        """How many of the rows behind each root are not what their parts come to."""
        if not recipe.is_checked:
            return {}
        query = added_up_sql(table, column, recipe, nodes)
        found = self.release.connection.execute(
            f"SELECT traced_from, count(*) FROM ({query}) AS again JOIN {nodes} AS node "
            "USING (row_no) WHERE published IS DISTINCT FROM again GROUP BY traced_from"
        ).fetchall()
        return {root: int(rows) for root, rows in found}

    def _met(self, table: str, column: str, nodes: str, roots: set[int]) -> set[int]:
        """Those of the ``roots`` that met all these rows before; of the others they are
        remembered."""
        earlier = self.met.setdefault((table, column), [])
        met: set[int] = set()
        for other, of in earlier:
            if not (asked := (roots & of) - met):
                continue
            found = self.release.connection.execute(
                f"SELECT DISTINCT node.traced_from FROM {nodes} AS node ANTI JOIN {other} AS other "
                "ON other.traced_from = node.traced_from AND other.row_no = node.row_no"
            ).fetchall()
            met |= asked - {root for (root,) in found}
        earlier.append((nodes, roots - met))
        return met


def _behind_sql(table: str, part: Part, nodes: str) -> str:
    """The row numbers, in the part's table, of what these rows of ``table`` are made of, and how
    many of these rows each is behind."""
    figure = (
        f"SELECT node.traced_from, of.* FROM {nodes} AS node "
        f"JOIN release.main.{name(table)} AS of ON of.rowid = node.row_no"
    )
    return (
        f"WITH figure AS ({figure}) SELECT figure.traced_from, part.rowid AS row_no, "
        f"count(*) AS times FROM figure JOIN {part.relation} ON {part.is_of_figure} GROUP BY ALL"
    )
