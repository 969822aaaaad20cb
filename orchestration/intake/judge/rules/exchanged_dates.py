"""Dates that a program read otherwise than they were meant: day and month exchanged, as an Excel
set to the United States does up to the 12th; days that a workbook counts from 1904."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import duckdb

from ....contracts.periods import Period
from ....display import display_safe, pounds
from ..findings import Cells, Finding, finding
from .dates import DateCounts

# Of five dates written two ways, one in thirty files would fall so by chance.
_LEAST, _LEAST_READ = 5, 2
_MOST_SHOWN = 3
_FROM_1904 = timedelta(days=1462)
# Text with a day after the 12th, which cannot be a month.
_LATE_TEXT = r"^\s*(?:1[3-9]|2\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-]\d"
_OTHER = "make_date(year(day), day(day), month(day))"


@dataclass
class _Seen:
    """Dates of some sheets: those a program read, and text with a day after the 12th. Those that
    lie in the period as they stand and with day and month exchanged, and those that differ."""

    read: int = 0
    texts: int = 0
    inside: tuple[int, int] = (0, 0)
    exchanged: tuple[int, int] = (0, 0)
    changed: tuple[int, int] = (0, 0)


def exchanged_days(
    con: duckdb.DuckDBPyConnection,
    counts: DateCounts,
    stated: Period | None,
    place: tuple[str, str],
    cells: Cells,
) -> Finding | None:
    """Day and month exchanged: dates up to the 12th beside text after it, or every date up to the
    12th, outside the stated period as it stands and inside it when exchanged.

    ``place`` is the date's field and heading; ``cells`` are of the dates outside the period.
    """
    if not counts.suspects:
        return None
    unread = dict(
        con.execute(
            "SELECT coalesce(sheet, ''), count(*) FROM fault WHERE code = 'TP-023' AND field = ? "
            "AND regexp_matches(value, ?) GROUP BY 1",
            [place[0], _LATE_TEXT],
        ).fetchall()
    )
    texts = _texts(con, counts.suspects)
    two_ways = [s for s in counts.suspects if texts.get(s, 0) + unread.get(s, 0)]
    seen = _seen(con, two_ways, stated)
    seen.texts = sum(texts.get(s, 0) + unread.get(s, 0) for s in two_ways)
    if seen.read >= _LEAST_READ and seen.read + seen.texts >= _LEAST:
        where = ", ".join(f"'{display_safe(name)}'" for name in two_ways[:_MOST_SHOWN] if name)
        more = len(two_ways) - _MOST_SHOWN
        where = f" ({where}{f' and {more:,} more sheets' if more > 0 else ''})" if where else ""
        said = (
            f"{seen.read:,} are true dates, none after the 12th of a month, and {seen.texts:,} are "
            f"text, all after it{where}"
        )
        return _found(seen, said, stated, place[1], cells)
    if stated is None or len(counts.suspects) < len(counts.sheets):
        return None
    seen = _seen(con, counts.suspects, stated)
    several = seen.read > _LEAST_READ and counts.first != counts.last
    if several and 2 * seen.inside[0] < seen.read and 10 * seen.exchanged[0] >= 9 * seen.read:
        said = f"none of {seen.read:,} is after the 12th of a month"
        return _found(seen, said, stated, place[1], cells)
    return None


def _texts(con: duckdb.DuckDBPyConnection, sheets: list[str]) -> dict[str, int]:
    """By sheet, how many dates are text with a day after the 12th."""
    rows = con.execute(
        "SELECT coalesce(sheet, ''), count(*) FROM written "
        "WHERE list_contains(?, coalesce(sheet, '')) AND day(day) > 12 GROUP BY 1",
        [sheets],
    ).fetchall()
    return dict(rows)


def _seen(con: duckdb.DuckDBPyConnection, sheets: list[str], stated: Period | None) -> _Seen:
    start, end = (stated.start, stated.end) if stated else (None, None)
    row = con.execute(
        f"WITH w AS (SELECT day, amount, CASE WHEN day(day) <= 12 THEN {_OTHER} END AS other "
        "FROM written WHERE list_contains(?::VARCHAR[], coalesce(sheet, '')) AND day(day) <= 12), "
        "v AS (SELECT coalesce(amount, 0) AS amount, day BETWEEN ?::DATE AND ?::DATE AS inside, "
        "other BETWEEN ?::DATE AND ?::DATE AS moved, day <> other AS changed FROM w) "
        "SELECT count(*), count(*) FILTER (inside), sum(amount) FILTER (inside), "
        "count(*) FILTER (moved), sum(amount) FILTER (moved), count(*) FILTER (changed), "
        "sum(amount) FILTER (changed) FROM v",
        [sheets, start, end, start, end],
    ).fetchall()[0]
    read, *pairs = (int(n or 0) for n in row)
    inside, exchanged, changed = ((pairs[i], pairs[i + 1]) for i in (0, 2, 4))
    return _Seen(read, 0, inside, exchanged, changed)


def _found(seen: _Seen, said: str, stated: Period | None, heading: str, cells: Cells) -> Finding:
    if stated:
        said += (
            f"; as they stand, {seen.inside[0]:,} of {seen.read:,} ({pounds(seen.inside[1])}) lie "
            f"in {stated.label}; with day and month exchanged, {seen.exchanged[0]:,} "
            f"({pounds(seen.exchanged[1])}) do"
        )
    lines, pence = seen.changed
    return finding(
        "TP-085", count=lines, amount_pence=pence, heading=heading, detail=said, cells=cells
    )


def days_from_1904(
    con: duckdb.DuckDBPyConnection,
    counts: DateCounts,
    heading: str,
    period: Period,
    *,
    is_1904: bool,
) -> Finding | None:
    """Bare numbers of days, read as counted from 1900, in a workbook that counts from 1904
    (``is_1904``), or where most dates lie in the period only if they are counted so."""
    if not counts.serials:
        return None
    where = "in a workbook that counts from 1904"
    if not is_1904:
        later = con.execute(
            "SELECT count(*) FROM dated WHERE day NOT BETWEEN ? AND ? "
            "AND day + ?::INTEGER BETWEEN ? AND ?",
            [period.start, period.end, _FROM_1904.days, period.start, period.end],
        ).fetchall()[0][0]
        if later * 10 < counts.serials * 9:
            return None
        where = f"which lie in {period.label} only if they are counted from 1904"
    spans = [
        " to ".join(f"{day + later:%d/%m/%Y}" for day in (counts.first, counts.last) if day)
        for later in (timedelta(0), _FROM_1904)
    ]
    return finding(
        "TP-086",
        count=counts.serials,
        amount_pence=counts.serial_pence,
        heading=heading,
        rows=where,
        detail=f"counted from 1900 as other workbooks do, {spans[0]}; from 1904, {spans[1]}",
    )
