"""Each key of a file against its own earlier value: the figures of a saving, a site, an agreement.

Compared are the lines in force of the period before. What asks: a factor that a unit or a period
would make (10, 100, 1,000, 12), sums that run on from year to year, and a baseline that moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from ..contracts.feeds import FEEDS, FeedSchema
from ..contracts.layout import Layout
from ..display import display_safe, pounds
from ..sql import private_cursor
from .judge.findings import Cell, Finding, finding

# Factors by which a figure is out when its unit or its period is another one, within 2 in 100.
_FACTORS = {
    10: "a digit too many or too few",
    100: "pence for pounds, or pounds for pence",
    1000: "thousands for pounds, or pounds for thousands",
    12: "a month for a year, or a year for a month",
}
_NEAR = 0.02
# Below these a factor of ten is one invoice, or one person, more or less.
_LEAST_PENCE, _LEAST_COUNT = 1_000_000, 100
# Savings that run on: at least three of them, and two in three of all.
_LEAST_RUNNING, _RUNNING_SHARE = 3, 2 / 3
_SHOWN = 5


def history_findings(
    feed: str, layout: Layout, now: Path, earlier: Sequence[Path]
) -> Iterator[Finding]:
    """What asks of a file's lines beside those of the periods before it, the latest first."""
    schema = FEEDS[feed]
    value = schema.money_field or schema.count_field
    if not schema.key or value is None or not earlier or not now.is_file():
        return
    with private_cursor() as con:
        con.execute(
            f"CREATE TEMP TABLE now AS SELECT {_by_key(schema, value)}",
            [str(now)],
        )
        for number, path in enumerate(earlier[:2]):
            con.execute(
                f"CREATE TEMP TABLE before_{number} AS SELECT {_by_key(schema, value)}",
                [str(path)],
            )
        yield from _factors(con, schema, layout, value)
        if feed == "savings":
            yield from _running(con, layout, len(earlier[:2]))
            yield from _baselines(con, layout, now, earlier[0])


def _by_key(schema: FeedSchema, value: str) -> str:
    """Each key, without its year or month, with its value and its first row."""
    time = (schema.year_field, schema.date_field)
    parts = ", ".join(
        f"coalesce(lower(trim(CAST({n} AS VARCHAR))), '')" for n in schema.key if n not in time
    )
    names = ", ".join(f"CAST({n} AS VARCHAR)" for n in schema.key if n not in time)
    return (
        f"concat_ws('|', {parts}) AS key, any_value(concat_ws(', ', {names})) AS name, "
        f"CAST(sum({value}) AS BIGINT) AS value, arg_min(sheet, source_row) AS sheet, "
        f"min(source_row) AS source_row FROM read_parquet(?) WHERE {value} IS NOT NULL GROUP BY 1"
    )


def _factors(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, layout: Layout, value: str
) -> Iterator[Finding]:
    least = _LEAST_PENCE if schema.money_field else _LEAST_COUNT
    rows = con.execute(
        "SELECT n.name, b.value, n.value, n.sheet, n.source_row, "
        "n.value / b.value AS up, b.value / n.value AS down "
        "FROM now AS n JOIN before_0 AS b USING (key) "
        f"WHERE n.value > 0 AND b.value > 0 AND greatest(n.value, b.value) >= {least} "
        "ORDER BY n.source_row"
    ).fetchall()
    for factor, words in _FACTORS.items():
        found = [r for r in rows if any(abs(ratio / factor - 1) <= _NEAR for ratio in (r[5], r[6]))]
        if not found:
            continue
        said = "; ".join(
            f"{display_safe(r[0])}: {_amount(schema, r[2])}, {_amount(schema, r[1])} before"
            for r in found[:_SHOWN]
        )
        more = f"; and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        heading = display_safe(layout.columns[value].heading) or ""
        yield finding(
            "TP-363",
            count=len(found),
            amount_pence=sum(r[2] - r[1] for r in found) if schema.money_field else None,
            field=value,
            heading=heading,
            detail=f"{factor:,}",
            rows=f"{said}{more}. It looks like {words}.",
            cells=[Cell(r[3], r[4], "", heading, None) for r in found],
        )


def _running(con: duckdb.DuckDBPyConnection, layout: Layout, years: int) -> Iterator[Finding]:
    """In-year figures that are sums of the years so far: each rises by what it began with."""
    grows = "abs(n.value - 2 * b.value) <= 0.02 * b.value"
    source = "now AS n JOIN before_0 AS b USING (key)"
    if years > 1:
        source += " JOIN before_1 AS a USING (key)"
        grows = "abs((n.value - b.value) - (b.value - a.value)) <= 0.02 * b.value AND "
        grows += "b.value > a.value AND n.value > b.value"
    known, running, as_read, in_year = con.execute(
        f"SELECT count(*), count(*) FILTER ({grows}), sum(n.value) FILTER ({grows})::BIGINT, "
        f"sum(n.value - b.value) FILTER ({grows})::BIGINT FROM {source} "
        "WHERE n.value > 0 AND b.value > 0"
    ).fetchall()[0]
    if running >= _LEAST_RUNNING and running >= _RUNNING_SHARE * known:
        yield finding(
            "TP-364",
            count=running,
            amount_pence=as_read - in_year,
            field="actual_pence",
            heading=display_safe(layout.columns["actual_pence"].heading) or "",
            detail=f"{pounds(as_read)} as they stand, {pounds(in_year)} if they are sums so far",
        )


def _baselines(
    con: duckdb.DuckDBPyConnection, layout: Layout, now: Path, before: Path
) -> Iterator[Finding]:
    """Baselines that are not what they were when they were frozen, under the same version."""
    rows = con.execute(
        "SELECT n.initiative_id, b.baseline_pence, n.baseline_pence, n.sheet, n.source_row "
        "FROM read_parquet(?) AS n JOIN read_parquet(?) AS b "
        "ON lower(trim(n.initiative_id)) = lower(trim(b.initiative_id)) "
        "AND n.baseline_version IS NOT DISTINCT FROM b.baseline_version "
        "AND n.baseline_pence <> b.baseline_pence ORDER BY n.source_row",
        [str(now), str(before)],
    ).fetchall()
    if not rows:
        return
    heading = display_safe(layout.columns["baseline_pence"].heading) or ""
    said = "; ".join(
        f"{display_safe(r[0])}: {pounds(r[2])}, {pounds(r[1])} when it was frozen"
        for r in rows[:_SHOWN]
    )
    yield finding(
        "TP-365",
        count=len(rows),
        amount_pence=sum(r[2] - r[1] for r in rows),
        field="baseline_pence",
        heading=heading,
        detail=said,
        cells=[Cell(r[3], r[4], "", heading, None) for r in rows],
    )


def _amount(schema: FeedSchema, value: int) -> str:
    return pounds(value) if schema.money_field else f"{value:,}"
