"""Each key of a file against its own earlier value: the figures of a saving, a site, an agreement.

Compared are the lines in force of the periods before. What asks: a factor that a unit or a period
would make (10, 100, 1,000, 12), a change above what the feed declares (``Field.moves``), sums that
run on from year to year, a baseline that moved, a saving that stopped and is claimed again, and a
site that was gone and is back. Other bodies' lines belong to ``same_saving``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

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
# In 100, of the value in the period before.
_MOVES = 15
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
        paths = (now, *earlier[:2])
        for name, path in zip(("now", "before_0", "before_1"), paths, strict=False):
            con.execute(f"CREATE TEMP TABLE {name} AS SELECT {_by_key(schema, value)}", [str(path)])
        _compare(con, schema, value)
        yield from _factors(con, schema, layout, value)
        if feed == "savings":
            running = list(_running(con, layout, len(earlier[:2])))
            yield from running
            yield from _baselines(con, layout, now, earlier[0])
            yield from _stopped(con, layout, now, earlier)
            if running:  # which speaks of the same figures
                return
        yield from _moved(con, schema, layout, value)
        if feed == "access_points" and len(earlier) > 1:
            yield from _returned(con, layout)


def _by_key(schema: FeedSchema, value: str) -> str:
    """Each key, without its year or month, with its value, whether a change of it was to be
    expected, and its first row."""
    time = (schema.year_field, schema.date_field)
    parts = ", ".join(
        f"coalesce(lower(trim(CAST({n} AS VARCHAR))), '')" for n in schema.key if n not in time
    )
    names = ", ".join(f"CAST({n} AS VARCHAR)" for n in schema.key if n not in time)
    moves = schema.field(value).moves
    unless = moves.unless.format(**{n: n for n in schema.names}) if moves else "true"
    return (
        f"concat_ws('|', {parts}) AS key, any_value(concat_ws(', ', {names})) AS name, "
        f"CAST(sum({value}) AS BIGINT) AS value, bool_or(coalesce({unless}, false)) AS expected, "
        f"arg_min(sheet, source_row) AS sheet, "
        f"min(source_row) AS source_row FROM read_parquet(?) WHERE {value} IS NOT NULL GROUP BY 1"
    )


def _compare(con: duckdb.DuckDBPyConnection, schema: FeedSchema, value: str) -> None:
    """Makes the table ``compared``: each key of both periods, with the factor between its values
    where it is one of a unit or a period, and whether it moved further than its feed declares."""
    least = _LEAST_PENCE if schema.money_field else _LEAST_COUNT
    moves = schema.field(value).moves
    factors = ", ".join(map(str, _FACTORS))
    con.execute(
        "CREATE TEMP TABLE compared AS SELECT *, CASE WHEN value > 0 AND earlier > 0 "
        f"AND greatest(value, earlier) >= {least} THEN list_filter([{factors}], lambda factor: "
        f"abs(greatest(value, earlier) / least(value, earlier) / factor - 1) <= {_NEAR})[1] END "
        "AS factor, NOT expected AND earlier > 0 "
        f"AND abs(value - earlier) * 100 > {_MOVES} * earlier "
        f"AND abs(value - earlier) > {moves.least if moves else 0} AS moved "
        "FROM (SELECT n.*, b.value AS earlier FROM now AS n JOIN before_0 AS b USING (key))"
    )


def _factors(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, layout: Layout, value: str
) -> Iterator[Finding]:
    for factor, words in _FACTORS.items():
        found = _asked(con, f"factor = {factor}")
        if found:
            yield finding(
                "TP-363",
                **_figures(layout, value, found, _difference(schema, found)),
                detail=f"{factor:,}",
                rows=f"{_said(schema, found)}. It looks like {words}.",
            )


def _moved(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, layout: Layout, value: str
) -> Iterator[Finding]:
    """Figures that changed by more than is usual; a factor, or a frozen figure, is asked before."""
    moves = schema.field(value).moves
    found = _asked(con, "moved AND factor IS NULL")
    if moves and found:
        yield finding(
            "TP-377",
            **_figures(layout, value, found, _difference(schema, found)),
            detail=f"{_MOVES} in 100 and by more than {_amount(schema, moves.least)}",
            rows=_said(schema, found),
            hint=f"Smaller changes are not asked about: {moves.why}.",
        )


def _asked(con: duckdb.DuckDBPyConnection, condition: str) -> list[tuple[Any, ...]]:
    """Name, value, earlier value, sheet and row of the keys that are asked about."""
    query = (
        "SELECT name, value, earlier, sheet, source_row FROM compared "
        f"WHERE {condition} ORDER BY sheet, source_row"
    )
    rows: list[tuple[Any, ...]] = con.execute(query).fetchall()
    return rows


def _figures(
    layout: Layout, name: str, found: Sequence[tuple[Any, ...]], pence: int | None
) -> dict[str, Any]:
    """What a finding has of the cells of a field: rows whose fourth and fifth are sheet and row."""
    heading = display_safe(layout.columns[name].heading) or ""
    return {
        "count": len(found),
        "amount_pence": pence,
        "field": name,
        "heading": heading,
        "cells": [Cell(r[3], r[4], "", heading, None) for r in found],
    }


def _difference(schema: FeedSchema, found: Sequence[tuple[Any, ...]]) -> int | None:
    return sum(r[1] - r[2] for r in found) if schema.money_field else None


def _said(schema: FeedSchema, found: Sequence[tuple[Any, ...]]) -> str:
    said = [
        f"{display_safe(r[0])}: {_amount(schema, r[1])}, {_amount(schema, r[2])} before"
        for r in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        said.append(f"and {len(found) - _SHOWN:,} more")
    return "; ".join(said)


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
    said = "; ".join(
        f"{display_safe(r[0])}: {pounds(r[2])}, {pounds(r[1])} when it was frozen"
        for r in rows[:_SHOWN]
    )
    yield finding(
        "TP-365",
        **_figures(layout, "baseline_pence", rows, sum(r[2] - r[1] for r in rows)),
        detail=said,
    )


def _stopped(
    con: duckdb.DuckDBPyConnection, layout: Layout, now: Path, earlier: Sequence[Path]
) -> Iterator[Finding]:
    """Savings claimed in a year after the one in which their initiative stopped."""
    rows = con.execute(
        "WITH past AS (SELECT lower(trim(initiative_id)) AS key, "
        "arg_max(status, financial_year) AS status, max(financial_year) AS year, "
        "CAST(arg_max(actual_pence, financial_year) AS BIGINT) AS actual_pence "
        "FROM read_parquet(?, union_by_name = true) WHERE status IS NOT NULL GROUP BY 1) "
        "SELECT n.initiative_id, n.actual_pence, past.actual_pence, n.sheet, n.source_row, "
        "past.year FROM read_parquet(?) AS n JOIN past ON lower(trim(n.initiative_id)) = past.key "
        "WHERE past.status = 'stopped' AND n.financial_year > past.year AND n.actual_pence > 0 "
        "ORDER BY n.sheet, n.source_row",
        [[str(path) for path in earlier], str(now)],
    ).fetchall()
    if not rows:
        return
    yield finding(
        "TP-378",
        **_figures(layout, "actual_pence", rows, sum(r[1] for r in rows)),
        detail="; ".join(
            f"{display_safe(r[0])}: {pounds(r[1])}, stopped in {r[5]} with {pounds(r[2] or 0)}"
            for r in rows[:_SHOWN]
        ),
    )


def _returned(con: duckdb.DuckDBPyConnection, layout: Layout) -> Iterator[Finding]:
    """Sites with a cost that were there two periods ago, not in the last one, and are again."""
    rows = con.execute(
        "SELECT n.name, n.value, a.value, n.sheet, n.source_row "
        "FROM now AS n JOIN before_1 AS a USING (key) ANTI JOIN before_0 USING (key) "
        "ORDER BY n.sheet, n.source_row"
    ).fetchall()
    if not rows:
        return
    yield finding(
        "TP-385",
        **_figures(layout, "point_id", rows, sum(r[1] for r in rows)),
        detail="; ".join(
            f"{display_safe(r[0])}: {pounds(r[1])}, {pounds(r[2])} when it was last there"
            for r in rows[:_SHOWN]
        ),
    )


def _amount(schema: FeedSchema, value: int) -> str:
    return pounds(value) if schema.money_field else f"{value:,}"
