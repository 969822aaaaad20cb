"""From a submission to the published figures that its lines are in: the recipes read backwards.

A figure that is nothing, or not stated, is fed by nobody. The way down is in ``trace``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..publish.content import name
from ..publish.csv_copy import write_csv
from ..publish.lineage import Part, in_pence_sql
from .opened import Opened
from .rows import TraceError, key_columns

SUBMISSIONS = "fct_submission"
COLUMNS = {"table": "VARCHAR", "figure": "VARCHAR", "row": "VARCHAR", "amount": "BIGINT"}


@dataclass(frozen=True)
class Fed:
    """A figure (column) of a table, and in how many ``rows`` of it lines of the submission are;
    which ones is in the temporary table ``nodes``."""

    table: str
    column: str
    rows: int
    nodes: str


@dataclass(frozen=True)
class Feeding:
    """A submission as the release has it, and every figure it feeds."""

    release: Opened
    submission: dict[str, Any]
    fed: list[Fed]

    @property
    def figures(self) -> int:
        """How many published figures there are in all."""
        return sum(fed.rows for fed in self.fed)


def figures_fed(release: Opened, receipt: str) -> Feeding:
    """Every figure that the lines of a receipt are in, tables of lines left out. Raises
    ``TraceError`` if the release does not know the receipt."""
    submission = _submission(release, receipt)
    walk = _Up(release)
    if submission["in_force"]:
        walk.begin(str(submission["submission_id"]))
        walk.spread()
    fed = [
        Fed(t, c, rows, nodes)
        for (t, c), (nodes, rows) in walk.found.items()
        if t not in walk.lines
    ]
    return Feeding(release, submission, sorted(fed, key=lambda f: (f.table, f.column)))


def write_figures(feeding: Feeding, out: Path) -> int:
    """Writes every figure as CSV that no spreadsheet runs; how many there are."""
    connection = feeding.release.connection
    connection.execute("CREATE OR REPLACE TEMP TABLE figures_fed AS " + _figures_sql(feeding))
    write_csv(
        connection, '(SELECT * FROM figures_fed ORDER BY "table", figure, "row")', COLUMNS, out
    )
    return feeding.figures


def top_figures(feeding: Feeding, table: str, column: str, limit: int) -> list[tuple[str, int]]:
    """The largest of the rows of one table that are fed: what the row is of, and its figure."""
    fed = next(f for f in feeding.fed if (f.table, f.column) == (table, column))
    found = feeding.release.connection.execute(
        f'SELECT "row", amount FROM ({_one_sql(feeding.release, fed)}) '
        f'ORDER BY abs(amount) DESC, "row" LIMIT {int(limit)}'
    ).fetchall()
    return [(str(row), int(pence)) for row, pence in found]


def _figures_sql(feeding: Feeding) -> str:
    nothing = ", ".join(f'CAST(NULL AS {kind}) AS "{column}"' for column, kind in COLUMNS.items())
    queries = [_one_sql(feeding.release, fed) for fed in feeding.fed]
    return " UNION ALL ".join(queries) or f"SELECT {nothing} WHERE false"


def _one_sql(release: Opened, fed: Fed) -> str:
    keys = key_columns(release.tables[fed.table])
    of = ", ".join(f"'{key}=' || CAST({name(key)} AS VARCHAR)" for key in keys)
    return (
        f"SELECT '{fed.table}' AS \"table\", '{fed.column}' AS figure, concat_ws(' ', {of}) AS "
        f'"row", CAST({in_pence_sql(fed.column)} AS BIGINT) AS amount FROM release.main.'
        f"{name(fed.table)} "
        f"WHERE rowid IN (SELECT row_no FROM {fed.nodes})"
    )


def _submission(release: Opened, receipt: str) -> dict[str, Any]:
    columns = list(release.tables.get(SUBMISSIONS, ()))
    if not columns:
        raise TraceError(
            f"Release {release.manifest.release_id} was made before figures could be traced."
        )
    found = release.connection.execute(
        f"SELECT {', '.join(map(name, columns))} FROM release.main.{SUBMISSIONS} "
        "WHERE receipt_id = ?",
        [receipt],
    ).fetchone()
    if found is None:
        ends = release.connection.execute(
            f"SELECT min(receipt_id), max(receipt_id) FROM release.main.{SUBMISSIONS}"
        ).fetchone() or ("", "")
        raise TraceError(
            f"Release {release.manifest.release_id} knows no receipt {receipt}: "
            f"it has {ends[0]} to {ends[1]}."
        )
    return dict(zip(columns, found, strict=True))


class _Up:
    """The way up: which rows of which figures are reached, until nothing new is."""

    def __init__(self, release: Opened) -> None:
        self.release = release
        self.found: dict[tuple[str, str], tuple[str, int]] = {}
        self.lines: set[str] = set()
        self.waiting: list[tuple[str, str]] = []
        self.made = 0

    def begin(self, submission: str) -> None:
        """The lines of the submission, and what is said of it as a whole."""
        for table, columns in self.release.tables.items():
            trace = self.release.manifest.tables[table].trace
            first = [f for r in trace if r.lines or r.taken_from for f in r.figures]
            if not first or "submission_id" not in columns:
                continue
            self.lines.add(table)
            query = (
                f"SELECT rowid AS row_no FROM release.main.{name(table)} WHERE submission_id = ?"
            )
            for figure in first:
                self._reach(table, figure, query, [submission], lines=True)

    def spread(self) -> None:
        """Goes up from what was reached, as long as there is anything new."""
        while self.waiting:
            table, column = self.waiting.pop()
            nodes, _ = self.found[table, column]
            for above, figure, part in self._uses(table, column):
                if part is None:
                    self._reach(above, figure, f"SELECT row_no FROM {nodes}", [])
                else:
                    self._reach(above, figure, _above_sql(above, part, nodes), [])

    def _uses(self, table: str, column: str) -> Iterator[tuple[str, str, Part | None]]:
        """The figures that a figure is part of: table, figure and the part (none: the same row)."""
        for above, published in self.release.manifest.tables.items():
            for recipe in published.trace:
                for figure in recipe.figures:
                    if above == table and column in recipe.row:
                        yield above, figure, None
                    for part in recipe.parts:
                        if part.follow and part.table == table and column in part.amounts(figure):
                            yield above, figure, part

    def _reach(
        self, table: str, figure: str, query: str, values: list[str], *, lines: bool = False
    ) -> None:
        """Adds rows to what is reached of a figure, and follows them if any is new."""
        stated = "true" if lines else f"{name(figure)} <> 0"
        before, rows = self.found.get((table, figure), ("", 0))
        earlier = f" UNION SELECT row_no FROM {before}" if before else ""
        self.made += 1
        nodes = f"fed_{self.made}"
        self.release.connection.execute(
            f"CREATE TEMP TABLE {nodes} AS SELECT row_no FROM ({query}) AS reached WHERE row_no IN "
            f"(SELECT rowid FROM release.main.{name(table)} WHERE {stated}){earlier}",
            values,
        )
        found = self.release.connection.execute(f"SELECT count(*) FROM {nodes}").fetchone()
        now = int(found[0]) if found else 0
        if now > rows:
            self.found[table, figure] = (nodes, now)
            self.waiting.append((table, figure))


def _above_sql(table: str, part: Part, nodes: str) -> str:
    """The rows of ``table`` of which rows of a part are a part."""
    return (
        f"SELECT DISTINCT figure.rowid AS row_no FROM release.main.{name(table)} AS figure JOIN "
        f"(SELECT * FROM release.main.{name(part.table)} "
        f"WHERE rowid IN (SELECT row_no FROM {nodes})) AS part ON {part.is_of_figure}"
    )
