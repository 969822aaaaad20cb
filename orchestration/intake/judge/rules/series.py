"""Months that are no months: figures that run up to the year's total, or a quarter in each month;
months of another size.

Asked of feeds that count by month, of all rows of a file (``keys_and_bounds.keep_rows``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....display import display_safe
from ..findings import Finding, finding
from .drift import threshold

if TYPE_CHECKING:
    from ..state import JudgingState

# A series of six months that never falls by chance: 1 in 720. Nine in ten of them: a running sum.
_LEAST_MONTHS, _MOST_SERIES = 6, 0.9


def series_findings(state: JudgingState) -> Iterator[Finding]:
    """Running sums, and quarters repeated in their months."""
    schema = state.schema
    if not (state.has_kept and schema.date_field and schema.count_field):
        return
    rest = ", ".join(f"v_{n}" for n in schema.key if n != schema.date_field)
    day, count = f"v_{schema.date_field}", f"v_{schema.count_field}"
    state.con.execute(
        "CREATE OR REPLACE TEMP TABLE monthly AS SELECT "
        f"dense_rank() OVER (ORDER BY {rest}) AS series, {day} AS day, "
        f"CAST(sum({count}) AS BIGINT) AS value FROM kept "
        f"WHERE {count} IS NOT NULL AND {day} IS NOT NULL GROUP BY {rest}, {day}"
    )
    yield from _of_another_size(state)
    yield from _running_sums(state)
    yield from _quarters(state)


def _running_sums(state: JudgingState) -> Iterator[Finding]:
    series, rising, months, as_read, last = state.con.execute(
        "SELECT count(*), count(*) FILTER (falls = 0 AND ends > begins), sum(months)::BIGINT, "
        "sum(total)::BIGINT, sum(ends)::BIGINT FROM (SELECT series, count(*) AS months, "
        "sum(value) AS total, arg_max(value, day) AS ends, arg_min(value, day) AS begins, "
        "count(*) FILTER (value < before) AS falls FROM (SELECT *, lag(value) OVER "
        "(PARTITION BY series ORDER BY day) AS before FROM monthly) GROUP BY series) "
        f"WHERE months >= {_LEAST_MONTHS}"
    ).fetchall()[0]
    if series and rising >= _MOST_SERIES * series:
        yield _asked(state, "TP-361", months, f"{as_read:,}", f"{last:,}")


def _quarters(state: JudgingState) -> Iterator[Finding]:
    quarters, alike, months, as_read, once = state.con.execute(
        "SELECT count(*), count(*) FILTER (one), (sum(months))::BIGINT, sum(total)::BIGINT, "
        "sum(first)::BIGINT FROM (SELECT count(*) AS months, min(value) = max(value) AS one, "
        "sum(value) AS total, any_value(value) AS first FROM monthly "
        # A count that is the same all year is an estimate, not a quarter's.
        "WHERE series IN (FROM (SELECT series FROM monthly GROUP BY series "
        "HAVING min(value) < max(value))) GROUP BY series, date_trunc('quarter', day) "
        "HAVING count(*) = 3 AND max(value) > 0)"
    ).fetchall()[0]
    if quarters >= _LEAST_MONTHS // 3 and alike >= _MOST_SERIES * quarters:
        yield _asked(state, "TP-362", months, f"{as_read:,}", f"{once:,}")


def _of_another_size(state: JudgingState) -> Iterator[Finding]:
    """Months of which all counts together are of another order of magnitude than in the others."""
    months = state.con.execute(
        "SELECT strftime(day, '%Y-%m'), sum(value)::BIGINT, count(*) FROM monthly GROUP BY 1 "
        "ORDER BY 2"
    ).fetchall()
    if len(months) < threshold("months.least_full"):
        return
    usual, factor = months[len(months) // 2][1], threshold("months.factor_of_counts")
    small = [m for m in months if 0 < m[1] * factor <= usual]
    large = [m for m in months if usual * factor <= m[1] and usual > 0]
    if other := small + large:
        whole = sum(m[1] for m in months)
        said = ", ".join(f"{value:,} in {month}" for month, value, _ in sorted(other)[:3])
        rows = f"{whole:,} as sent"
        if small and all(m[1] * 300 < usual for m in small):
            more = 999 * sum(m[1] for m in small)
            rows += f", {whole + more:,} if {', '.join(m[0] for m in small)} is in thousands"
        elif large:
            times = next(n for n in (1000, 100, 10) if large[0][1] * 3.3 >= n * usual or n == 10)
            less = sum(m[1] - m[1] // times for m in large)
            rows += f", {whole - less:,} if {large[0][0]} is {times:,} times too much"
        name = str(state.schema.count_field)
        yield finding(
            "TP-413",
            count=sum(m[2] for m in other),
            field=name,
            heading=display_safe(state.match.layout.columns[name].heading) or "",
            detail=f"{said}, where {usual:,} is usual in the others",
            rows=rows,
        )


def _asked(state: JudgingState, code: str, rows: int, as_read: str, otherwise: str) -> Finding:
    name = str(state.schema.count_field)
    heading = display_safe(state.match.layout.columns[name].heading) or ""
    return finding(code, count=rows, field=name, heading=heading, detail=as_read, rows=otherwise)
