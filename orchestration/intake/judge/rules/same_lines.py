"""Lines that stand twice in one file: a sheet again in another, a block appended again.

A line is known again by its date, amount, payee and numbers (``FeedSchema.line_key``). Identical
lines are data: of real months one line in five repeats another of its day, but never at a constant
distance, and never in another sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ....contracts.feeds import FeedSchema
from ....display import display_safe, pounds
from ...read.source import int64s, numbers_of
from ..findings import Cells, Finding, finding

# What real files never reach: 21 in 100 lines repeated, 2 in 100 at one distance.
_REPEATED, _AT_ONE_DISTANCE, _OF_A_SHEET = 0.4, 0.1, 0.3
_LEAST, _LEAST_NUMBERED = 3, 2
# No body pays more often in a month; 40 bytes are kept of each line.
_MOST = 2_000_000
_MOST_SHOWN = 3

Rows = Callable[[pa.Table], Cells]


@dataclass
class SameLines:
    """What the accepted lines are known again by, by sheet: ``line, source_row, pence, day``.
    ``numbered``: whether they have numbers of their own."""

    parts: list[tuple[str | None, pa.Table]] = field(default_factory=list)
    rows: int = 0
    numbered: bool = False
    _sorted: tuple[int, Any] | None = None

    def add(self, sheet: str | None, schema: FeedSchema, numbered: bool, typed: pa.Table) -> None:
        """Keeps the lines of a batch of ``parse.typed_sql``."""
        money, day = f"v_{schema.money_field}", f"v_{schema.date_field}"
        if not schema.line_key or self.is_too_long or money not in typed.column_names:
            return
        self.numbered = self.numbered or numbered
        columns = {"source_row": "source_row", "line": "line", "money": "money", money: "pence"}
        dated = day in typed.column_names
        columns |= {day: "day"} if dated else {}
        part = typed.select(list(columns)).rename_columns(list(columns.values()))
        if not dated:
            part = part.append_column("day", pa.nulls(part.num_rows, pa.date32()))
        self.parts.append((sheet, part))
        self.rows += part.num_rows

    @property
    def is_too_long(self) -> bool:
        """Whether there are more lines than are kept."""
        return self.rows > _MOST

    def sorted_lines(self) -> Any:
        """What every line is known by, in order; sorted once."""
        if self._sorted is not None and self._sorted[0] == len(self.parts):
            return self._sorted[1]
        chunks = (chunk.drop_null() for _, part in self.parts for chunk in part["line"].chunks)
        known = [numbers_of(chunk, "uint64") for chunk in chunks]
        lines = np.concatenate(known or [np.empty(0, "uint64")])
        lines.sort()  # half of what counting the distinct ones takes
        self._sorted = (len(self.parts), lines)
        return lines

    def repeated(self) -> tuple[int, int]:
        """How many lines there are, and how many of them repeat another one."""
        lines = self.sorted_lines()
        return len(lines), int((lines[1:] == lines[:-1]).sum())


def same_lines_findings(
    lines: SameLines, con: duckdb.DuckDBPyConnection, pence: int, rows: Rows
) -> list[Finding]:
    """Lines that stand in two sheets, and lines that stand twice in one. ``pence`` is of all
    accepted lines; ``rows`` makes cells of rows."""
    if not lines.parts or lines.is_too_long:
        return []
    number, repeated = lines.repeated()
    sheets = len({name for name, _ in lines.parts})
    if repeated < _LEAST_NUMBERED or (sheets == 1 and repeated < _AT_ONE_DISTANCE * number):
        return []
    _register(con, lines)
    if sheets == 1 and not _suspicious(con, number):
        return []
    _gather(con, sheets)
    found = [_across(con, pence, rows)] if sheets > 1 else []
    found.append(_within(con, lines.numbered, pence, rows))
    return [f for f in found if f]


def _register(con: duckdb.DuckDBPyConnection, lines: SameLines) -> None:
    """Makes the table ``known_parts`` of the lines as they were kept."""
    counted: dict[str | None, int] = {}
    for number, (sheet, part) in enumerate(lines.parts):
        before = counted.get(sheet, 0)
        known = pc.is_valid(part["line"]).cast(pa.int32()).combine_chunks()
        nth = before + np.cumsum(numbers_of(known), dtype=np.int64)
        con.register(f"known_{number}", part.append_column("nth", int64s(nth)))
        counted[sheet] = before + part.num_rows - part["line"].null_count
    # A column of one text made by pyarrow would import pandas.
    parts = " UNION ALL ".join(
        f"SELECT ?::VARCHAR AS sheet, *, {counted[sheet]} AS lines FROM known_{number} "
        "WHERE line IS NOT NULL"
        for number, (sheet, _) in enumerate(lines.parts)
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE known_parts AS {parts}", [name for name, _ in lines.parts]
    )
    for number in range(len(lines.parts)):
        con.unregister(f"known_{number}")
    con.execute("SET VARIABLE numbered = ?", [lines.numbered])


def _suspicious(con: duckdb.DuckDBPyConnection, number: int) -> bool:
    """Whether one sheet may hold a block twice, or nearly every line."""
    by_distance = con.execute(
        "SELECT count(*) FROM (SELECT source_row - lag(source_row) OVER (PARTITION BY line "
        "ORDER BY source_row) AS distance FROM known_parts) "
        "WHERE distance IS NOT NULL GROUP BY distance >= 2, distance * (distance >= 2)::INT "
        "ORDER BY 1 DESC"
    ).fetchall()
    counts = [int(n) for (n,) in by_distance]
    return counts[0] >= _AT_ONE_DISTANCE * number or sum(counts) >= _REPEATED * number


def _gather(con: duckdb.DuckDBPyConnection, sheets: int) -> None:
    """Makes the table ``known_line``: which of its like in the sheet a line is, and how many lines
    it stands below the one before."""
    alike = "sheet, line" if sheets > 1 else "line"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE known_line AS SELECT *, "
        "row_number() OVER same AS again, nth - lag(nth) OVER same AS distance FROM known_parts "
        f"WINDOW same AS (PARTITION BY {alike} ORDER BY source_row)"
    )


def _across(con: duckdb.DuckDBPyConnection, pence: int, rows: Rows) -> Finding | None:
    """Sheets of which a third of the lines stand in another sheet too."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE same_sheets AS "
        "WITH l AS (SELECT sheet, line, money, again, lines, pence FROM known_line "
        "WHERE day IS NOT NULL OR getvariable('numbered')) "
        "SELECT a.sheet AS one, b.sheet AS other, count(*) AS lines, sum(a.pence)::BIGINT AS pence "
        "FROM l a JOIN l b ON a.line = b.line AND a.again = b.again AND a.sheet < b.sheet "
        "GROUP BY ALL HAVING count(*) >= ? AND count(DISTINCT a.money) >= ? "
        "AND count(*) >= ? * least(min(a.lines), min(b.lines)) ORDER BY lines DESC, one, other",
        [_LEAST_NUMBERED, _LEAST_NUMBERED, _OF_A_SHEET],
    )
    pairs = con.execute("FROM same_sheets").fetchall()
    if not pairs:
        return None
    # Of a line that stands in three sheets, all but the one in the smallest are too many.
    cells = con.sql(
        "WITH l AS (SELECT *, row_number() OVER (PARTITION BY line, again ORDER BY lines, sheet) "
        "AS copy FROM known_line WHERE sheet IN (SELECT one FROM same_sheets UNION "
        "SELECT other FROM same_sheets)) "
        "SELECT sheet, source_row, NULL::VARCHAR AS value, pence FROM l WHERE copy > 1 "
        "ORDER BY sheet, source_row"
    ).to_arrow_table()
    twice = pc.sum(cells["pence"]).as_py()
    shown = [
        f"'{display_safe(one)}' and '{display_safe(other)}' ({lines:,} "
        f"{'line' if lines == 1 else 'lines'}, {pounds(amount)})"
        for one, other, lines, amount in pairs[:_MOST_SHOWN]
    ]
    if len(pairs) > _MOST_SHOWN:
        shown.append(f"{len(pairs) - _MOST_SHOWN:,} more pairs of sheets")
    return _found("TP-070", cells, pence, twice, "; ".join(shown), rows)


def _within(
    con: duckdb.DuckDBPyConnection, numbered: bool, pence: int, rows: Rows
) -> Finding | None:
    """Sheets of which a block stands again lower down, or nearly every line twice."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE twice AS "
        "SELECT sheet, distance FROM known_line WHERE distance >= 2 GROUP BY ALL "
        "HAVING count(DISTINCT money) >= ? AND count(*) >= ? * any_value(lines) "
        "UNION ALL SELECT sheet, NULL FROM known_line WHERE again > 1 GROUP BY sheet "
        "HAVING count(DISTINCT money) >= ? AND count(*) >= ? * any_value(lines)",
        [_LEAST, _AT_ONE_DISTANCE, _LEAST_NUMBERED if numbered else _LEAST, _REPEATED],
    )
    cells = con.sql(
        "SELECT sheet, source_row, NULL::VARCHAR AS value, pence FROM known_line k "
        "WHERE again > 1 AND EXISTS (FROM twice t WHERE t.sheet IS NOT DISTINCT FROM k.sheet "
        "AND (t.distance IS NULL OR t.distance = k.distance)) ORDER BY sheet, source_row"
    ).to_arrow_table()
    if not cells.num_rows:
        return None
    twice = pc.sum(cells["pence"]).as_py()
    first, last = (pick(cells["source_row"]).as_py() for pick in (pc.min, pc.max))
    where = f"between rows {first:,} and {last:,}"
    if names := sorted(filter(None, pc.unique(cells["sheet"]).to_pylist())):
        where += " of " + ", ".join(f"'{display_safe(n)}'" for n in names[:_MOST_SHOWN])
    return _found("TP-071", cells, pence, twice, where, rows)


def _found(code: str, cells: pa.Table, pence: int, twice: int, detail: str, rows: Rows) -> Finding:
    return finding(
        code,
        count=cells.num_rows,
        amount_pence=twice,
        detail=detail,
        rows=f"{pounds(pence)} as sent, {pounds(pence - twice)} if each line counts once",
        cells=rows(cells),
    )
