"""How counts, values, hours, shares, years and flags are read, as SQL over a trimmed cell.

Here belongs what a cell of these types says by itself; ``parse`` reads it by its field and column,
and money and dates as well, whose styles a contract names.
"""

from __future__ import annotations

from collections.abc import Callable

from ...sql import literal

_INTEGER = r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.0{1,6})?"
_DECIMAL = r"-?(?:[0-9]{1,14}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,18})?(?: ?%)?"
# 37:30, 7:30:00, and 1 day, 13:30:00 as a duration of more than a day is read.
_CLOCK = r"(?:([0-9]{1,2}) days?, )?([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9]))?"


def year_sql(text: str) -> str:
    """A financial year written 2008-09, 2008/2009 or FY2008-09, as ``2008-09``, else NULL."""
    text = f"regexp_replace({text}, '^FY ?', '', 'i')"
    first = f"TRY_CAST(left({text}, 4) AS INTEGER)"
    return (
        f"CASE WHEN regexp_full_match({text}, "
        "'(?:19|2[01])[0-9]{2}[-/](?:[0-9]{2}|[0-9]{4})') "
        f"AND TRY_CAST(right({text}, 2) AS INTEGER) = ({first} + 1) % 100 "
        f"THEN left({text}, 4) || '-' || right({text}, 2) END"
    )


def _integer_sql(text: str) -> str:
    # 2,104 and 2104.0 are what a spreadsheet makes of 2104.
    whole = f"translate(regexp_replace({text}, '\\.0+$', ''), ',', '')"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(_INTEGER)}) "
        f"THEN TRY_CAST({whole} AS BIGINT) END"
    )


def _number_sql(text: str) -> str:
    # Wide enough for a float's artefact, 61.300000000000004, which is 61.3. A percentage is the
    # number it shows: 24.8% is 24.8.
    plain = f"rtrim(translate({text}, ',', ''), ' %')"
    exact, number = (f"TRY_CAST({plain} AS DECIMAL({t}))" for t in ("38,18", "18,4"))
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(_DECIMAL)}) "
        f"AND abs({exact} - {number}) <= 0.000000001 THEN {number} END"
    )


def _hours_sql(text: str) -> str:
    """Hours written 37, 37.5 or 37:30, or as a workbook's own duration is read: 1 day, 13:30:00."""
    days, hours, minutes, seconds = (
        f"coalesce(TRY_CAST(nullif(regexp_extract({text}, {literal(_CLOCK)}, {n}), '') "
        "AS BIGINT), 0)"
        for n in (1, 2, 3, 4)
    )
    clock = f"({days} * 86400 + {hours} * 3600 + {minutes} * 60 + {seconds})"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(_CLOCK)}) "
        f"THEN CAST(CAST({clock} AS DECIMAL(24, 12)) / 3600 AS DECIMAL(18, 4)) "
        f"WHEN NOT contains({text}, '%') THEN {_number_sql(text)} END"
    )


def _share_sql(text: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({text}, '0(?:\\.[0-9]{{1,8}})?|1(?:\\.0{{1,8}})?') "
        f"THEN TRY_CAST({text} AS DECIMAL(9,8)) "
        f"WHEN regexp_full_match({text}, '(?:[0-9]{{1,2}}(?:\\.[0-9]{{1,6}})?|100) ?%') "
        f"THEN CAST(TRY_CAST(rtrim({text}, ' %') AS DECIMAL(9,6)) / 100 AS DECIMAL(9,8)) END"
    )


def _flag_sql(text: str) -> str:
    return (
        f"CASE WHEN lower({text}) IN ('yes', 'y', 'true', '1') THEN true "
        f"WHEN lower({text}) IN ('no', 'n', 'false', '0') THEN false END"
    )


READ: dict[str, Callable[[str], str]] = {
    "year": year_sql,
    "integer": _integer_sql,
    "number": _number_sql,
    "hours": _hours_sql,
    "share": _share_sql,
    "flag": _flag_sql,
}
