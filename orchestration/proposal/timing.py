"""What one file covers, and where its name says so.

Evidence is the file's name, the titles above its lines and the days of the lines. Here belongs
which of them decides; how a pattern finds a period in a name is ``contracts.periods``'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..contracts.periods import Cadence, Period, from_file_name, of_day, periods_in_name

_MONTH = r"(?P<month>[a-z]{3,9})"
_WORDS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
# By cadence, the plainest first: a later one is for names that an earlier one misses.
PATTERNS: dict[Cadence, tuple[str, ...]] = {
    "month": (
        rf"{_MONTH}[ _-]{{1,3}}(?P<year>\d{{4}})",
        r"(?P<year>20\d{2})[ _.-]?(?P<month>0[1-9]|1[0-2])(?!\d)",
        r"(?<!\d)(?P<month>0[1-9]|1[0-2])[ _.-]?(?P<year>20\d{2})(?!\d)",
        rf"(?P<year>20\d{{2}})[ _.-]{{1,3}}{_MONTH}",
        rf"{_MONTH}[ _.'-]{{0,3}}(?P<year>\d{{2}})(?!\d)",
        rf"(?<![a-z])(?P<month>{_WORDS})[^a-z0-9]{{0,4}}(?P<year>20\d{{2}}|\d{{2}})(?!\d)",
        rf"(?<![a-z])(?P<month>{_WORDS})(?![a-z]).*(?P<year>20\d{{2}})(?!\d)",
        rf"(?P<year>20\d{{2}}).*(?<![a-z])(?P<month>{_WORDS})(?![a-z])",
    ),
    "quarter": (
        r"(?P<fy>\d{4}[-_/ ]\d{2,4})[ _-]*q(?:uarter|tr)?[ _-]*(?P<quarter>[1-4])",
        r"q(?:uarter|tr)?[ _-]*(?P<quarter>[1-4])[ _-]*(?P<fy>\d{2,4}[-_/ ]\d{2,4})",
    ),
    "financial_year": (
        r"(?P<fy>\d{4}[-_/]\d{2,4})",
        r"(?P<fy>\d{4}[ _-]*to[ _-]*\d{2,4})",
        r"(?P<fy>(?<!\d)\d{2}[-_/]\d{2}(?!\d))",
        r"(?P<fy>\d{4} \d{2,4})(?!\d)",
    ),
    "calendar_year": (r"(?<!\d)(?P<year>(?:19|20)\d{2})(?!\d)",),
}
_LENGTHS: tuple[Cadence, ...] = ("month", "quarter", "financial_year", "calendar_year")
# So much of the lines has to lie in one period for their days alone to decide.
_MOST = {"month": 0.85, "quarter": 0.85, "financial_year": 0.9, "calendar_year": 0.9}
# So much where the name says it, too: invoices of a month's payments may be much older.
_WITH_NAME = 0.2


@dataclass(frozen=True)
class Timing:
    """The cadence of a feed, the period of the file, and the pattern that finds it in a name."""

    cadence: Cadence
    period: Period | None
    pattern: str | None
    said: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def stated_span(name: str, titles: Sequence[str]) -> tuple[date, date] | None:
    """The first and last day of the month, quarter or year that a name, or else a title, states."""
    for text in (name, *titles):
        for cadence in _LENGTHS[:3]:
            if found := _in_text(text, cadence):
                return found[0].start, found[0].end
    return None


def name_pattern(name: str, cadence: Cadence) -> str | None:
    """The pattern that finds a period of this length in a file's name; ``None`` if none does."""
    found = _in_text(name, cadence)
    return found[1] if found else None


def timing_of(name: str, months: Mapping[date, int]) -> Timing:
    """What a file covers. ``months`` are the lines by the first day of their month; a name is the
    stronger evidence where the lines do not contradict it."""
    total = sum(months.values())
    named = {c: _in_text(name, c) for c in _LENGTHS}
    if not total:
        return _by_name(named)
    for cadence in _LENGTHS:
        best, share = _fullest(months, cadence)
        said = named[cadence]
        if (
            said
            and _share(months, said[0]) >= _WITH_NAME
            and _is_own_length(months, cadence, share)
        ):
            return Timing(cadence, said[0], said[1])
        if cadence == "month" and _has_a_tail(months, best, share):
            text = f"{share:.0%} of the lines are of {best.label}, most others of months before it"
            return Timing(cadence, best, None, [text])
        if share >= _MOST[cadence] and not _is_named_longer(named, cadence, best):
            return Timing(cadence, best, None, _contradicted(said, best, share))
    first, last = min(months), max(months)
    cadence = next((c for c in _LENGTHS if named[c]), "financial_year")
    best, share = _fullest(months, cadence)
    return Timing(
        cadence,
        named[cadence][0] if named[cadence] else best,  # type: ignore[index]
        named[cadence][1] if named[cadence] else None,  # type: ignore[index]
        [
            f"dates run from {first:%Y-%m} to {last:%Y-%m}, and the fullest "
            f"{cadence.replace('_', ' ')}, {best.label}, has {share:.0%} of the lines"
        ],
    )


def _by_name(named: Mapping[Cadence, tuple[Period, str] | None]) -> Timing:
    for cadence, said in named.items():
        if said:
            return Timing(cadence, said[0], said[1])
    text = "no line has a date and the file's name states no period: give --period with each file"
    return Timing("month", None, None, [text])


def _in_text(text: str, cadence: Cadence) -> tuple[Period, str] | None:
    """The period that a text states, with the first pattern that finds it; of two months none."""
    for pattern in PATTERNS[cadence]:
        if (period := from_file_name(text, [pattern], cadence)) and period.kind == cadence:
            two = cadence == "month" and len(periods_in_name(text, [pattern], cadence)) > 1
            return None if two else (period, pattern)
    return None


def _fullest(months: Mapping[date, int], cadence: Cadence) -> tuple[Period, float]:
    """The period with most lines, and its share of them."""
    periods: Counter[Period] = Counter()
    for month, count in months.items():
        periods[of_day(month, cadence)] += count
    best, count = max(periods.items(), key=lambda item: (item[1], -item[0].start.toordinal()))
    return best, count / sum(months.values())


def _share(months: Mapping[date, int], period: Period) -> float:
    inside = sum(count for month, count in months.items() if period.start <= month <= period.end)
    return inside / sum(months.values())


def _has_a_tail(months: Mapping[date, int], best: Period, share: float) -> bool:
    """Whether a month's payments are dated by their invoices: most lines are of one month, the
    others of the months before it, and fewer of each."""
    others = [count for month, count in months.items() if month != best.start]
    later = sum(count for month, count in months.items() if month > best.end)
    most = share * sum(months.values())
    return 0.5 <= share < _MOST["month"] and most >= 1.8 * max(others) and later <= 0.1 * most


def _is_own_length(months: Mapping[date, int], cadence: Cadence, share: float) -> bool:
    """Whether a file that names a period of one length covers no longer one: one of a year may
    name its last month, and has a twelfth of its lines there."""
    return cadence != "month" or share >= 0.3 or _fullest(months, "financial_year")[1] < 0.8


def _is_named_longer(
    named: Mapping[Cadence, tuple[Period, str] | None], cadence: Cadence, best: Period
) -> bool:
    """Whether the name states a longer period around the one that the lines lie in: the first file
    of a year that grows. A month named makes it one of that month."""
    if named["month"] or cadence == "calendar_year":
        return False
    longer = [named[c] for c in _LENGTHS[_LENGTHS.index(cadence) + 1 : 3]]
    return any(said and said[0].start <= best.start <= said[0].end for said in longer)


def _contradicted(said: tuple[Period, str] | None, best: Period, share: float) -> list[str]:
    if said is None:
        return []
    return [
        f"the file's name states {said[0].label}, and {share:.0%} of the lines are of "
        f"{best.label}; no pattern for names was taken"
    ]
