"""Which period a file covers, and which of its lines lie outside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb

from ....contracts.feeds import FeedSchema
from ....contracts.periods import Cadence, Period, of_day, of_year
from ..batch import At, RowRule
from ..findings import Cell, Finding, finding
from ..layout import Match
from ..parse import date_sql

CellMaker = Callable[[str, str | None, int, str | None, int | None], Cell]


def period_by_content(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, cadence: Cadence
) -> Period | None:
    """The period that holds most dated lines (of equal counts the earliest), or ``None``."""
    counts: dict[Period, int] = {}
    if schema.date_field:
        for month, rows in con.execute(
            "SELECT date_trunc('month', day)::DATE, count(*) FROM dated "
            "WHERE day BETWEEN DATE '1900-01-01' AND DATE '2199-12-31' GROUP BY ALL"
        ).fetchall():
            period = of_day(date(month.year, month.month, 1), cadence)
            counts[period] = counts.get(period, 0) + rows
    else:
        for year, rows in con.execute(
            "SELECT year, count(*) FROM dated WHERE year IS NOT NULL GROUP BY ALL"
        ).fetchall():
            counts[of_year(year)] = rows
    return min(counts, key=lambda p: (-counts[p], p.start)) if counts else None


def period_findings(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    match: Match,
    schema: FeedSchema,
    cell: CellMaker,
) -> list[Finding]:
    """Lines without a date and lines dated outside the period: reported, and kept."""
    name = schema.date_field or schema.year_field
    if name is None or name not in match.positions:
        return []
    found: list[Finding] = []
    heading = match.layout.columns[name].heading
    span, year = f"{period.start:%d/%m/%Y} to {period.end:%d/%m/%Y}", period.financial_year
    outside: tuple[tuple[str, str, list[date | str], str], ...] = (
        ("TP-024", "day IS NULL", [], ""),
        ("TP-025", "day NOT BETWEEN ? AND ?", [period.start, period.end], span),
    )
    if not schema.date_field:
        outside = (("TP-300", "year <> ?", [year], year),)
    for code, condition, parameters, detail in outside:
        rows = con.execute(
            f"SELECT sheet, source_row, coalesce(raw, year), amount, part "
            f"FROM dated WHERE {condition} ORDER BY sheet, source_row",
            parameters,
        ).fetchall()
        if rows:
            found.append(
                finding(
                    code,
                    count=len(rows),
                    amount_pence=sum(r[3] or 0 for r in rows),
                    field=name,
                    heading=heading,
                    detail=detail,
                    cells=[cell(name, r[0], r[1], r[2], r[4]) for r in rows],
                )
            )
    return found


def _orders(at: At) -> list[list[str]]:
    """The agreed styles with the day first, and those with the month first."""
    return [[f for f in at.column.formats if f.startswith(o)] for o in ("dd/mm/", "mm/dd/")]


def _means_two_days(at: At) -> str:
    first, second = (date_sql(f"trim({at.raw})", order) for order in _orders(at))
    return f"{first} <> {second}"


RULES = (
    RowRule(
        "TP-160",
        lambda at: at.field.type == "date" and all(_orders(at)),
        _means_two_days,
        effect="ask",
    ),
)
