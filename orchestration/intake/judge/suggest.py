"""A corrected value for a faulty cell, offered only where it can mean one thing.

A proposal is shown only if it passes the very SQL that judged the cell. Where two readings are
possible (``1.234,50`` may be a thousand or one) nothing is proposed: a wrong amount that passes
is worse than a cell that does not.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import duckdb

from ...contracts.feeds import Field
from ...contracts.layout import MONTH_STYLES, Column, written
from . import postcodes
from .parse import value_sql

# Longer cells are prose, not a mistyped value.
_LONGEST = 60
# A code must be this near, and this much nearer than the next: 'Grnat' is Grant (0.8).
_NEAR, _CLEAR = 0.75, 0.1
_SPACES = re.compile("[\\s\u00a0\u2007\u2009\u202f]+")
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-"})
_GROUPED = r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:'\d{3})+|\d+"
_SURELY_FINE = re.compile(r"\.[0-9]{4}|[0-9]{4}\.[0-9]{3}|,[0-9]{3}\.[0-9]{3}")
_FINE = re.compile(r"([-(£ ]*)([0-9,]*\.[0-9]{3,18}) ?\)?")
_AMOUNT = re.compile(rf"({_GROUPED})(\.\d\d?)?")
_WHOLE = re.compile(rf"-?({_GROUPED})")
_ORDERED = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})")
_ISO = re.compile(
    r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
)
_TIMED = re.compile(r"(.+) \d{2}:\d{2}(?::\d{2})?")
_WORDED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ \-/.]*([a-z]{3,9})\.?,?[ \-/.]*(\d{4}|\d{2})", re.IGNORECASE
)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august"]
_MONTHS += ["september", "october", "november", "december"]


def suggestions(
    con: duckdb.DuckDBPyConnection, field: Field, column: Column, texts: Sequence[str | None]
) -> list[str | None]:
    """For each faulty cell a value that passes its rule, or ``None``. Nothing for masked fields.

    A cell that can be read is at fault for what it says, so nothing is proposed for it.
    """
    found = [
        proposal(field, column, t) if t and field.classification == "public" else None
        for t in texts
    ]
    rule = value_sql(field, column, "t")
    return [
        p
        if p
        and p != t
        and con.execute(f"SELECT {rule} FROM (SELECT ? AS t)", [p]).fetchall()[0][0] is not None
        else None
        for p, t in zip(found, texts, strict=True)
    ]


def proposal(field: Field, column: Column, text: str) -> str | None:
    """What the cell most surely means, written as agreed; ``None`` where that is not sure."""
    plain = _SPACES.sub(" ", text).strip(" '\"").translate(_DASHES)
    if not plain or len(plain) > _LONGEST:
        return None
    if field.type == "money":
        return _whole(plain) if column.unit == "pence" else _money(plain, column.sign)
    if field.type == "date":
        return _date(plain, column.formats) or _month_label(field, plain, column.formats)
    if field.type in ("integer", "number"):
        return _whole(plain.removesuffix(".0").removesuffix(".00"))
    if field.type == "year":
        return _year(plain)
    if field.type == "share":
        return _share(plain)
    if field.listed == "postcode":
        return postcodes.corrected(plain)
    if column.codes or field.values:
        known = {code.casefold() for code in column.codes}
        ours = {v: v for v in field.values if v.casefold() not in known}
        return _also_called(field, column, plain) or nearest(plain, column.codes | ours)
    return None


def _also_called(field: Field, column: Column, text: str) -> str | None:
    """The agreed word for what people call a value by another name, such as Phone."""
    plain = re.sub(r"[\W_]+", " ", text.casefold()).strip()
    names = {re.sub(r"[\W_]+", " ", name): value for name, value in field.also_called}
    value = names.get(plain)
    words = (code for code, v in column.codes.items() if v == value)
    return next(words, value)


def _money(text: str, sign: str) -> str | None:
    """Pounds and pence: marks of currency, of credit and of layout are read, digits never moved."""
    minus = 0
    bare = text.replace("Â£", "£")
    if match := re.fullmatch(r"(.*\d) ?(CR|DR)\.?", bare, re.IGNORECASE):
        # Where the agreement turns signs round, nobody can say which way CR was meant.
        if sign == "reversed":
            return None
        bare, minus = match[1], minus + (match[2].upper() == "CR")
    if match := re.fullmatch(r"(.*\d) ?-", bare):
        bare, minus = match[1], minus + 1
    if match := re.fullmatch(r"([+-]?) ?(?:GBP|£) ?([+-]?)(.*)", bare, re.IGNORECASE):
        bare = match[1] + match[2] + match[3].strip()
    bare = re.sub(r" ?(?:GBP|£)$", "", bare, flags=re.IGNORECASE)
    if bare[:1] in ("-", "+"):
        minus += bare[0] == "-"
        bare = bare[1:].strip()
    if re.fullmatch(r"[\d,.Oo]*\d[\d,.Oo]*", bare):
        bare = bare.replace("O", "0").replace("o", "0")
    match = _AMOUNT.fullmatch(bare)
    if not match or minus > 1:
        fine = _SURELY_FINE.search(text) and rounded(text)
        return fine.replace(",", "") if fine else None
    digits = match[1].replace(" ", "").replace("'", "")
    return "-" * minus + digits + (match[2].ljust(3, "0") if match[2] else "")


def rounded(text: str) -> str | None:
    """An amount with more than two decimals to the penny, as Excel shows it: 25,833.34."""
    match = _FINE.fullmatch(text.strip())
    if not match:
        return None
    pounds = Decimal(match[2].replace(",", "")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{'-' if '-' in match[1] or '(' in match[1] else ''}{pounds:,}"


def _whole(text: str) -> str | None:
    return re.sub("[ ,']", "", text) if _WHOLE.fullmatch(text) else None


def _year(text: str) -> str | None:
    match = re.fullmatch(r"(?:FY ?)?((?:19|20)\d\d) ?[-/] ?(\d{1,4})", text, re.IGNORECASE)
    if not match:
        return _year_of_date(text) or _short_year(text)
    following = str(int(match[1]) + 1)
    return (
        f"{match[1]}-{following[2:]}"
        if match[2] in (following, following[2:], following[3:])
        else None
    )


def _year_of_date(text: str) -> str | None:
    """The financial year of which Excel made a date: 2010-11 became November 2010."""
    if m := re.fullmatch(r"((?:19|20)\d\d)-(\d\d)-01(?: 00:00:00)?", text):
        first, second = int(m[1]), int(m[2])
    elif m := re.fullmatch(r"0?1/(\d\d)/((?:19|20)\d\d)", text):
        first, second = int(m[2]), int(m[1])
    elif m := re.fullmatch(r"([A-Za-z]{3})-((?:19|20)?\d\d)", text):
        first, second = int(m[2]) % 100 + 2000, _month(m[1])
    else:
        return None
    return f"{first}-{second:02d}" if second == (first + 1) % 100 else None


def _short_year(text: str) -> str | None:
    """A financial year written by less than its two years: FY11 ends in 2011, 2010 begins then."""
    if m := re.fullmatch(r"FY ?(\d\d)", text, re.IGNORECASE):
        first = 2000 + int(m[1]) - 1
    elif m := re.fullmatch(r"(\d\d)[-/](\d\d)", text):
        first = 2000 + int(m[1])
        if int(m[2]) != (first + 1) % 100:
            return None
    elif re.fullmatch(r"20\d\d", text):
        first = int(text)
    else:
        return None
    return f"{first}-{(first + 1) % 100:02d}"


def _share(text: str) -> str | None:
    match = re.fullmatch(r"(\d{1,3})(?:\.0+)? ?%", text)
    if not match or int(match[1]) > 100:
        return None
    return "1" if match[1] == "100" else f"0.{int(match[1]):02d}"


def nearest(text: str, codes: Mapping[str, str], near: float = _NEAR) -> str | None:
    """The one code that is clearly nearest; codes that mean the same do not compete."""
    wanted = re.sub(r"\W+", " ", text.casefold()).strip()
    scored = sorted(
        (
            (difflib.SequenceMatcher(None, wanted, re.sub(r"\W+", " ", k.casefold())).ratio(), k)
            for k in codes
        ),
        reverse=True,
    )
    if not scored or scored[0][0] < near:
        return None
    others = [score for score, key in scored[1:] if codes[key] != codes[scored[0][1]]]
    return scored[0][1] if not others or scored[0][0] - others[0] >= _CLEAR else None


def _date(text: str, formats: list[str]) -> str | None:
    """The day a cell names, in the first agreed style; the order of day and month is agreed."""
    if (timed := _TIMED.fullmatch(text)) and not _ISO.fullmatch(text):
        text = timed[1]
    days = {d for d in _days(text, formats) if d and 1990 <= d.year <= 2099}
    if len(days) != 1 or not formats:
        return None
    day = days.pop()
    # The label of a month cannot say which day of it was meant.
    return None if formats[0] in MONTH_STYLES and day.day != 1 else written(day, formats[0])


def _month_label(field: Field, text: str, formats: list[str]) -> str | None:
    """The first day of the month that a label names with all four digits of its year."""
    if not field.of_month or not formats:
        return None
    if m := re.fullmatch(r"([A-Za-z]{3,9})\.?[ \-/]?(\d{4})", text):
        day = _day(m[2], _month(m[1]), "1")
    elif m := re.fullmatch(r"(\d{4})(?:-| ?M)(\d{2})", text):
        day = _day(m[1], m[2], "1")
    elif m := re.fullmatch(r"(\d{2})/(\d{4})", text):
        day = _day(m[2], m[1], "1")
    else:
        return None
    return written(day, formats[0]) if day and 1990 <= day.year <= 2099 else None


def _days(text: str, formats: list[str]) -> list[date | None]:
    if m := _ISO.fullmatch(text):
        return [_day(m[1], m[2], m[3])]
    if m := re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", text):
        return [_day(m[1], m[2], m[3])]
    if re.fullmatch(r"[34]\d{4}", text):  # as Excel counts days, from 1982 to 2036
        return [date(1899, 12, 30) + timedelta(int(text))]
    if m := _WORDED.fullmatch(text):
        return [_day(m[3], _month(m[2]), m[1])]
    if m := _MONTH_FIRST.fullmatch(text):
        return [_day(m[3], _month(m[1]), m[2])]
    if m := _ORDERED.fullmatch(text):
        day_first, month_first = _day(m[4], m[3], m[1]), _day(m[4], m[1], m[3])
        orders = {f[:2] for f in formats if f[:2] in ("dd", "mm") and "mmm" not in f}
        if orders == {"dd"} or m[2] == ".":
            # In the other order it would break the agreement, so only a reading that fits counts.
            return [day_first or (month_first if m[2] != "." else None)]
        if orders == {"mm"}:
            return [month_first or day_first]
        return [day_first, month_first]
    return []


def _month(name: str) -> int:
    hits = [n for n, m in enumerate(_MONTHS, 1) if m.startswith(name.lower())]
    return 9 if name.lower() == "sept" else hits[0] if len(hits) == 1 else 0


def _day(year: str, month: str | int, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        # Two digits are read as DuckDB reads them: 69 is 1969, 68 is 2068.
        number += 1900 if number >= 69 else 2000
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
