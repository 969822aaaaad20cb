"""Savings of a new register that it, or other bodies' registers for the year, claim already.

A saving that bodies share has one reference, and shares of it that add up to the whole. Asked about
are savings that look the same under another reference, and shares that add up to more. What of them
counts until somebody answers is decided in ``int_savings_suspected``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ..display import display_safe, pounds
from ..settings import Settings
from ..sql import private_cursor
from .judge.findings import Cell, Finding, finding
from .judge.judgement import Judgement
from .judge.rules.drift import threshold
from .ledger.blob_store import lines_path
from .ledger.ledger import Ledger
from .ledger.receipt import Identity, Receipt
from .whose_file import named_elsewhere, whose

_SHOWN = 5
_CLAIM = (
    "sheet, source_row, financial_year, initiative_id, initiative, lower(trim(lead)) AS lead, "
    "lower(trim(programme)) AS programme, partner_share, actual_pence, baseline_pence, "
    "[CAST(start_date AS VARCHAR), CAST(baseline_date AS VARCHAR), scope_department, scope_area, "
    "scope_account, scope_supplier] AS dates_and_scope, "
    # A name by its words: capitals, points, their order and small words make no other saving of it.
    "list_sort(regexp_extract_all(regexp_replace(lower(initiative), "
    "'\\b(the|a|of|our|and|for)\\b', '', 'g'), '[a-z0-9]+')) AS name, "
    "CAST(round(actual_pence * partner_share) AS BIGINT) AS claimed"
)
_ALIKE = (
    "mine.initiative_id <> theirs.initiative_id "
    "AND ((mine.name = theirs.name AND len(mine.name) > 0) "
    "OR (mine.actual_pence = theirs.actual_pence AND (mine.baseline_pence = theirs.baseline_pence "
    "OR (mine.lead = theirs.lead AND mine.programme = theirs.programme))))"
)

_TWICE = (
    "mine.initiative_id <> theirs.initiative_id "
    "AND (mine.sheet, mine.source_row) > (theirs.sheet, theirs.source_row) "
    "AND ((mine.name = theirs.name AND len(mine.name) > 0) "
    "OR (mine.actual_pence = theirs.actual_pence AND mine.baseline_pence = theirs.baseline_pence "
    "AND mine.dates_and_scope = theirs.dates_and_scope))"
)


def same_saving(
    settings: Settings, ledger: Ledger, identity: Identity, result: Judgement, lines: Path
) -> list[Finding]:
    """What of the accepted ``lines`` of a register stands in it twice, or in other bodies'
    registers: questions."""
    if not _is_register(identity, result, lines) or result.period is None:
        return []
    others = {
        str(path): r
        for r in _earlier(ledger, identity, result.period.label)
        if (path := lines_path(settings, r)).is_file()
    }
    headings = _headings(result)
    with private_cursor() as con:
        twice = _in_itself(con, settings, identity, headings, lines)
        if not others:
            return twice
        con.execute(
            f"CREATE TEMP TABLE theirs AS SELECT {_CLAIM}, filename AS file "
            "FROM read_parquet(?, filename = true, union_by_name = true)",
            [list(others)],
        )
        return [
            *twice,
            *_alike(con, settings, others, headings),
            *_too_much(con, settings, others, headings),
        ]


def same_in_itself(
    settings: Settings, identity: Identity, result: Judgement, lines: Path
) -> list[Finding]:
    """What can be asked of a register without any other one."""
    if not _is_register(identity, result, lines):
        return []
    with private_cursor() as con:
        return _in_itself(con, settings, identity, _headings(result), lines)


def _is_register(identity: Identity, result: Judgement, lines: Path) -> bool:
    accepted = result.verdict != "refused" and result.layout is not None
    return identity.feed == "savings" and accepted and lines.is_file()


def _headings(result: Judgement) -> dict[str, str]:
    columns = result.layout.columns if result.layout else {}
    return {name: column.heading for name, column in columns.items()}


def _in_itself(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    identity: Identity,
    headings: dict[str, str],
    lines: Path,
) -> list[Finding]:
    """Makes the table ``mine``, and asks of it what needs no other register."""
    con.execute(f"CREATE TEMP TABLE mine AS SELECT {_CLAIM} FROM read_parquet(?)", [str(lines)])
    return [*_twice(con, headings), *_led_elsewhere(con, settings, identity, headings)]


def _earlier(ledger: Ledger, identity: Identity, period: str) -> list[Receipt]:
    """Other bodies' registers for the period. Of a register that is read again, only those that
    came before it: the others were asked about it when they came."""
    registers = ledger.in_force_in("savings", period)
    came = [r.seq for r in registers if r.submission_id == identity.submission_id]
    return [
        r
        for r in registers
        if r.partner_id != identity.partner_id and r.synthetic == identity.synthetic
        if not came or r.seq < came[0]
    ]


def _twice(con: duckdb.DuckDBPyConnection, headings: dict[str, str]) -> Iterator[Finding]:
    """Savings that this register has under another reference too."""
    rows = con.execute(
        "SELECT mine.sheet, mine.source_row, mine.initiative_id, mine.claimed, "
        "theirs.initiative_id, theirs.claimed FROM mine JOIN mine AS theirs "
        f"ON mine.financial_year = theirs.financial_year AND {_TWICE} "
        "WHERE mine.claimed > 0 AND theirs.claimed > 0 "
        "QUALIFY row_number() OVER (PARTITION BY mine.sheet, mine.source_row "
        "ORDER BY theirs.claimed DESC, theirs.source_row) = 1 ORDER BY mine.sheet, mine.source_row"
    ).fetchall()
    if not rows:
        return
    said = [
        f"{display_safe(r[2])} ({pounds(r[3])}) and {display_safe(r[4])} ({pounds(r[5])})"
        for r in rows[:_SHOWN]
    ]
    pence = sum(min(r[3], r[5]) for r in rows)
    yield _found(
        "TP-334",
        rows,
        headings,
        detail=_listed(said, len(rows)),
        pence=pence,
        words=f"If they are one saving, {pounds(pence)} is claimed twice; if two, all counts.",
    )


def _led_elsewhere(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    identity: Identity,
    headings: dict[str, str],
) -> Iterator[Finding]:
    """Savings of which all is claimed, each led by one other body: that body's own register."""
    rows = con.execute(
        "SELECT sheet, source_row, initiative_id, coalesce(claimed, 0), lead FROM mine "
        "WHERE partner_share = 1 ORDER BY sheet, source_row"
    ).fetchall()
    if len(rows) < threshold("whose.least_rows"):
        return
    other = named_elsewhere(settings, identity.partner_id or "", {r[4] for r in rows if r[4]})
    if other:
        pence = sum(r[3] for r in rows)
        yield finding(
            "TP-419",
            count=len(rows),
            amount_pence=pence,
            field="lead",
            heading=display_safe(headings["lead"]) or "",
            detail=other.name,
            rows=f"It claims the whole of {len(rows):,} savings. If it is theirs, {pounds(pence)} "
            "would count for you by mistake; if it is yours, all of it counts.",
        )


def _alike(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    others: dict[str, Receipt],
    headings: dict[str, str],
) -> Iterator[Finding]:
    """Savings of the same name, or of the same money, under another reference."""
    rows = con.execute(
        "SELECT mine.sheet, mine.source_row, mine.initiative_id, mine.claimed, "
        "theirs.initiative_id, theirs.claimed, theirs.file FROM mine JOIN theirs "
        f"ON mine.financial_year = theirs.financial_year AND {_ALIKE} "
        "WHERE mine.claimed > 0 AND theirs.claimed > 0 "
        # What a register has under that reference too is told apart by its body.
        "AND theirs.initiative_id NOT IN (SELECT initiative_id FROM mine) "
        "AND NOT EXISTS (SELECT 1 FROM theirs AS t WHERE t.file = theirs.file "
        "AND t.initiative_id = mine.initiative_id) "
        "QUALIFY row_number() OVER (PARTITION BY mine.sheet, mine.source_row "
        "ORDER BY theirs.claimed DESC, theirs.file) = 1 ORDER BY mine.sheet, mine.source_row"
    ).fetchall()
    if not rows:
        return
    twice = pounds(sum(min(r[3], r[5]) for r in rows))
    said = [
        f"{display_safe(r[2])} ({pounds(r[3])}) and {display_safe(r[4])} ({pounds(r[5])}) "
        f"of {whose(settings, others[r[6]])}"
        for r in rows[:_SHOWN]
    ]
    yield _found(
        "TP-379",
        rows,
        headings,
        detail=_listed(said, len(rows)),
        pence=sum(min(r[3], r[5]) for r in rows),
        words=f"If they are one saving, {twice} is claimed twice; if two, all counts.",
    )


def _too_much(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    others: dict[str, Receipt],
    headings: dict[str, str],
) -> Iterator[Finding]:
    """Savings of which the bodies' shares add up to more than 1."""
    rows = con.execute(
        "SELECT any_value(mine.sheet), min(mine.source_row), mine.initiative_id, "
        "CAST(sum(DISTINCT mine.claimed) AS BIGINT), any_value(mine.partner_share), "
        "sum(theirs.partner_share), any_value(theirs.file) FROM mine JOIN theirs "
        "USING (financial_year, initiative_id) GROUP BY financial_year, mine.initiative_id "
        "HAVING any_value(mine.partner_share) + sum(theirs.partner_share) > 1.00000001 ORDER BY 2"
    ).fetchall()
    if not rows:
        return
    said = [
        f"{display_safe(r[2])}: {_share(r[4])} here ({pounds(r[3] or 0)}) and {_share(r[5])} "
        f"elsewhere, first of {whose(settings, others[r[6]])}"
        for r in rows[:_SHOWN]
    ]
    yield _found(
        "TP-380",
        rows,
        headings,
        detail=_listed(said, len(rows)),
        pence=sum(r[3] or 0 for r in rows),
        words="None of it counts while the shares are more than the whole.",
    )


def _found(
    code: str,
    rows: list[tuple[Any, ...]],
    headings: dict[str, str],
    *,
    detail: str,
    pence: int,
    words: str,
) -> Finding:
    heading = display_safe(headings["initiative_id"]) or ""
    return finding(
        code,
        count=len(rows),
        amount_pence=pence,
        field="initiative_id",
        heading=heading,
        detail=detail,
        rows=words,
        cells=[Cell(r[0], r[1], "", heading, display_safe(r[2])) for r in rows],
    )


def _share(value: Any) -> str:
    return f"{value.normalize():f}"


def _listed(said: list[str], count: int) -> str:
    more = [f"and {count - _SHOWN:,} more"] if count > _SHOWN else []
    return "; ".join([*said, *more])
