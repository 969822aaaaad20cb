"""What a register of savings says of the years before: sums that run on, a baseline that moved, and
a saving that stopped and is claimed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from ...contracts.layout import Layout
from ...display import display_safe, pounds
from ..judge.findings import Finding, finding
from .keys import SHOWN, figures

# Savings that run on: at least three of them, and two in three of all.
_LEAST_RUNNING, _RUNNING_SHARE = 3, 2 / 3


def running(con: duckdb.DuckDBPyConnection, layout: Layout, years: int) -> Iterator[Finding]:
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


def baselines(
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
        for r in rows[:SHOWN]
    )
    yield finding(
        "TP-365",
        **figures(layout, "baseline_pence", rows, sum(r[2] - r[1] for r in rows)),
        detail=said,
    )


def stopped(
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
        **figures(layout, "actual_pence", rows, sum(r[1] for r in rows)),
        detail="; ".join(
            f"{display_safe(r[0])}: {pounds(r[1])}, stopped in {r[5]} with {pounds(r[2] or 0)}"
            for r in rows[:SHOWN]
        ),
    )
