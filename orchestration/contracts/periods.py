"""Periods: the months, quarters, financial and calendar years a submission covers.

A UK financial year runs from 1 April to 31 March and is written ``2024-25``; a quarter of it
``2024-25-Q1``; a month ``2024-04``; a calendar year, from January on, ``2024``. Everything here is
pure and knows no clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ..display import MONTHS

Cadence = Literal["month", "quarter", "financial_year", "calendar_year"]

# A year outside is a slip of the pen or of a pattern.
_YEAR = r"((?:19|2[01])\d{2})"
_WRITTEN: dict[Cadence, str] = {
    "month": "2024-04",
    "quarter": "2024-25-Q1",
    "financial_year": "2024-25",
    "calendar_year": "2024",
}


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole days, first and last included, with its written label."""

    start: date
    end: date
    label: str
    kind: Cadence

    @property
    def financial_year(self) -> str:
        """The financial year the period starts in; only a calendar year goes on into another."""
        return financial_year(self.start)

    @property
    def financial_years(self) -> list[str]:
        """Every financial year the period has days of: two for a calendar year, else one."""
        return list(dict.fromkeys([financial_year(self.start), financial_year(self.end)]))

    def overlaps(self, other: Period) -> bool:
        """Whether the two periods share a day."""
        return self.start <= other.end and other.start <= self.end


def year_around(period: Period) -> date:
    """The first of the twelve months in which a day without a year is looked for: a financial
    year's own, and as many before a shorter period as after it."""
    months = 12 * (period.end.year - period.start.year) + period.end.month - period.start.month + 1
    before = 12 * period.start.year + period.start.month - 1 - max(0, 12 - months) // 2
    return date(before // 12, before % 12 + 1, 1)


def financial_year(day: date) -> str:
    """The financial year of a day: 2024-03-31 is in ``2023-24``."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def parse(label: str) -> Period:
    """The period written ``label``; ``ValueError`` with the four forms if it is none of them."""
    if re.fullmatch(_YEAR, label):
        return of_day(date(int(label), 1, 1), "calendar_year")
    if m := re.fullmatch(rf"{_YEAR}-(\d{{2}})-Q([1-4])", label):
        first, quarter = int(m[1]), int(m[3])
        if int(m[2]) == (first + 1) % 100:
            month = 4 + 3 * (quarter - 1)
            start = date(first + (month > 12), (month - 1) % 12 + 1, 1)
            return Period(start, _month_end(start, 3), label, "quarter")
    elif m := re.fullmatch(rf"{_YEAR}-(\d{{2}})", label):
        first, second = int(m[1]), int(m[2])
        # 2012-13 can only be a year (there is no month 13); 2011-12 is a month unless the year
        # form is meant, so months win and a December is never a year: years 2000-01 to 2011-12
        # are distinguished by the cadence of the feed, see ``parse_for``.
        if 1 <= second <= 12:
            start = date(first, second, 1)
            return Period(start, _month_end(start, 1), label, "month")
        if second == (first + 1) % 100:
            return of_day(date(first, 4, 1), "financial_year")
    raise ValueError(
        f"'{label}' is not a period: write a month as 2024-04, a quarter as 2024-25-Q1, "
        "a financial year as 2024-25 or a calendar year as 2024"
    )


def parse_for(label: str, cadence: Cadence) -> Period:
    """``label`` read as a period of the feed's cadence: ``2008-09`` is a year where years are
    delivered and September 2008 where months are."""
    m = re.fullmatch(rf"{_YEAR}-(\d{{2}})", label)
    if cadence == "financial_year" and m and int(m[2]) == (int(m[1]) + 1) % 100:
        return of_day(date(int(m[1]), 4, 1), "financial_year")
    period = parse(label)
    if period.kind != cadence:
        raise ValueError(f"'{label}' is not a {named(cadence)}: write one as {_WRITTEN[cadence]}")
    return period


def named(cadence: Cadence) -> str:
    """The length of a period as a person says it: ``financial year``."""
    return cadence.replace("_", " ")


def of_day(day: date, cadence: Cadence) -> Period:
    """The period of the given length that holds ``day``."""
    first = day.year if day.month >= 4 else day.year - 1
    if cadence == "month":
        start = day.replace(day=1)
        return Period(start, _month_end(start, 1), f"{start:%Y-%m}", cadence)
    if cadence == "quarter":
        quarter = (day.month - 4) % 12 // 3 + 1
        return parse(f"{financial_year(day)}-Q{quarter}")
    if cadence == "calendar_year":
        return Period(date(day.year, 1, 1), date(day.year, 12, 31), f"{day.year:04d}", cadence)
    start = date(first, 4, 1)
    return Period(start, date(first + 1, 3, 31), financial_year(day), cadence)


def of_year(label: str) -> Period:
    """The financial year written ``2008-09``; ``ValueError`` if it is not one."""
    return parse_for(label, "financial_year")


def months_of(period: Period) -> list[Period]:
    """The months inside a period, in order."""
    months, day = [], period.start
    while day <= period.end:
        months.append(of_day(day, "month"))
        day = months[-1].end + timedelta(days=1)
    return months


def in_year(year: Period, cadence: Cadence) -> list[Period]:
    """The periods of one length that make up a financial year; of two calendar years each has a
    part of it."""
    found: list[Period] = []
    for month in months_of(year):
        period = of_day(month.start, cadence)
        if not found or found[-1] != period:
            found.append(period)
    return found


# How labels of months are written, and the style of ``layout.DATE_STYLES`` that reads each.
_LABELS = {
    r"[a-z]{3}-\d{2}": "mmm-yy",
    r"[a-z]{3} \d{2}": "mmm yy",
    r"[a-z]{3}-\d{4}": "mmm-yyyy",
    r"[a-z]{3} \d{4}": "mmm yyyy",
    r"[a-z]{3,9} \d{4}": "month yyyy",
    r"\d{4}-\d{2}": "yyyy-mm",
    r"\d{4} M\d{2}": "yyyy Mnn",
    r"\d{2}/\d{4}": "mm/yyyy",
    r"\d{4}[-/]\d{2} P\d{2}": "yyyy/yy Pnn",
    r"\d{4}-\d{2}-\d{2}": "yyyy-mm-dd",
    r"\d{2}/\d{2}/\d{4}": "dd/mm/yyyy",
}


def label_style(text: str) -> str:
    """The style in which the label of a month is written; empty if none reads it."""
    plain = " ".join(text.split())
    found = (style for way, style in _LABELS.items() if re.fullmatch(way, plain, re.IGNORECASE))
    return next(found, "")


def from_file_name(name: str, patterns: list[str], cadence: Cadence) -> Period | None:
    """The period a file name states, by the first pattern that matches, or ``None``.

    Patterns are regular expressions with named groups ``month`` and ``year`` (April, 2024 or 24),
    ``quarter`` and ``fy``, ``fy`` alone (2024-25, 18-19, 2022_to_2023), or ``year`` alone for a
    calendar year. Case is ignored.
    """
    for pattern in patterns:
        match = re.search(pattern, name, re.IGNORECASE)
        if match and (period := _of_match(match, cadence)):
            return period
    return None


def periods_in_name(name: str, patterns: list[str], cadence: Cadence) -> list[str]:
    """Every period that a file name states, the one it is taken for first, then other months."""
    found: list[str] = []
    of_month = ""
    for pattern in patterns:
        for match in re.finditer(pattern, name, re.IGNORECASE):
            period = _of_match(match, cadence)
            # The day a file was made, 2024-05-13 or 20240513, is no second period.
            is_day = re.match(r"[-_.]?\d{2}(?!\d)", name[match.end() :])
            if period and period.label not in found and not (found and is_day):
                found.append(period.label)
                of_month = of_month or str(match.groupdict().get("month") or "")
    if cadence == "month" and len(found) == 1 and of_month.isalpha():
        words = re.findall(r"[a-z]{3,}", name.lower())
        months = {f"{MONTHS[n - 1].capitalize()}" for n in map(_month_of_word, words) if n}
        own = MONTHS[_month_number(of_month) - 1].capitalize()
        found += sorted(months - {own}, key=lambda m: MONTHS.index(m.lower()))
    return found


def _of_match(match: re.Match[str], cadence: Cadence) -> Period | None:
    """The period that a pattern found; ``None`` if it is no period of the calendar."""
    groups = match.groupdict()
    try:
        if fy := groups.get("fy"):
            first, second = re.findall(r"\d+", fy)[:2]
            year = _year(first)
            if int(second) % 100 != (year + 1) % 100:
                return None
            label = of_day(date(year, 4, 1), "financial_year").label
            q = groups.get("quarter")
            return parse(f"{label}-Q{q}") if q else of_year(label)
        if match.end("year") == match.end() and match.string[match.end() :][:1].isdigit():
            return None  # a year cut short: 20 of 2024
        if cadence == "calendar_year":
            return of_day(date(_year(groups["year"]), 1, 1), cadence)
        month = groups["month"]
        number = int(month) if month.isdigit() else _month_number(month)
        return of_day(date(_year(groups["year"]), number, 1), cadence)
    except (ValueError, LookupError, TypeError, AttributeError):  # a group may be left out
        return None


def _year(digits: str) -> int:
    """The year of four digits, or of two: 17 is 2017; ``ValueError`` for any other."""
    whole = f"20{digits}" if len(digits) == 2 else digits
    if not re.fullmatch(_YEAR, whole):
        raise ValueError(f"'{digits}' is no year of a delivery")
    return int(whole)


def _month_of_word(word: str) -> int:
    """The number of the month that a word is or abbreviates, 0 for another word."""
    if word != "sept" and len(word) != 3 and word not in MONTHS:
        return 0
    return next((i for i, m in enumerate(MONTHS, 1) if m.startswith(word)), 0)


def _month_number(name: str) -> int:
    matches = [i for i, m in enumerate(MONTHS, 1) if m.startswith(name.lower()) and len(name) >= 3]
    if len(matches) != 1:
        raise ValueError(f"'{name}' is not a month")
    return matches[0]


def _month_end(start: date, months: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
