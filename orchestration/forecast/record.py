"""What the registers' own record says: how savings went on from one year to the next.

No spread here is anybody's guess: a later year is drawn from what earlier years of the same
registers were followed by. Nothing is drawn here, and no file or database is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
# Transitions that may speak for a pool of their own; with fewer, a wider pool is asked.
LEAST_POOL = 3


@dataclass(frozen=True)
class Initiative:
    """One initiative as known at the end of a year, in pence by year from the first year on.

    ``recurring`` is what a year brought, ``counted`` that less one-off costs, ``carried`` what a
    whole year is worth, which is what goes on. Years above ``seen`` are not reported by its body
    yet and hold what is carried on. ``expected`` is what its register reports without an actual.
    """

    body: str
    seen: int
    recurring: tuple[int, ...]
    counted: tuple[int, ...]
    carried: tuple[int, ...]
    expected: dict[int, int]
    is_over: bool

    def later(self, year: int) -> int | None:
        """What its register reports for a year to come, if anything, as the nearest year before."""
        reported = [y for y in self.expected if y <= year]
        return self.expected[max(reported)] if reported else None

    def age(self, year: int) -> int:
        """0 up to the first year in which it saves, 1 in every later one."""
        return int(any(pence > 0 for pence in self.carried[:year]))


@dataclass(frozen=True)
class Step:
    """What an initiative did from a year to the next: ``ratio`` of the year's whole value; or
    ``started``, the pence of one that saved nothing before, and what a whole year is worth."""

    year: int
    body: str
    age: int
    ratio: float | None
    started: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Known:
    """The registers as known at the end of a year: ``years`` of them, and every initiative."""

    years: int
    initiatives: tuple[Initiative, ...]

    def total(self, name: str) -> list[int]:
        """The pence of all initiatives by year."""
        return [sum(getattr(i, name)[y] for i in self.initiatives) for y in range(self.years)]

    def steps(self) -> list[Step]:
        """Every transition of the record."""
        found = []
        for i in self.initiatives:
            for year in range(i.seen):
                then, now = i.carried[year], i.recurring[year + 1]
                if then > 0:
                    found.append(Step(year, i.body, i.age(year), now / then))
                elif now > 0:
                    found.append(Step(year, i.body, 0, None, (now, i.carried[year + 1])))
        return found


def year_of(text: str) -> int:
    """The calendar year in which a financial year begins."""
    return int(text[:4])


def known_by(rows: Iterable[Row], until: int, first: int) -> Known:
    """What had been reported by the end of ``until``; a lapse found later is not known yet.

    ``rows`` are those of `int_forecast_inputs`. A year is known up to the last one for which the
    body that reports the initiative reports any actual figure.
    """
    ours: dict[str, dict[int, Row]] = defaultdict(dict)
    seen: dict[str, int] = {}
    for row in rows:
        if year_of(row["reported_in"]) <= until:
            year, body = year_of(row["financial_year"]), row["reported_by_id"]
            ours[row["initiative_id"]][year] = row
            if row["has_actual"] and year <= until:
                seen[body] = max(year, seen.get(body, year))
    years = until - first + 1
    made = [_initiative(ours[name], seen, first, years) for name in sorted(ours)]
    return Known(years, tuple(made))


def _initiative(
    by_year: dict[int, Row], seen: dict[str, int], first: int, years: int
) -> Initiative:
    last = by_year[max(by_year)]
    body, lapsed = last["reported_by_id"], last["lapsed_in"]
    known = seen.get(body, first - 1) - first
    gone = lapsed is not None and year_of(lapsed) < first + years
    actual = {y - first: row for y, row in by_year.items() if row["has_actual"] and not gone}
    goes_on = actual.get(known, {}) if last["delivery_status"] != "stopped" else {}

    def pence(name: str) -> tuple[int, ...]:
        reported = [int(actual[y][name]) if y in actual else 0 for y in range(known + 1)]
        return (*reported, *[int(goes_on.get("carried_pence", 0))] * (years - known - 1))

    expected = {
        y - first: int(row["expected_recurring_pence"])
        for y, row in by_year.items()
        if y - first not in actual and y - first >= known and not gone
    }
    is_over = gone or (last["delivery_status"] == "stopped" and not expected)
    recurring, counted, carried = map(pence, ("recurring_pence", "counted_pence", "carried_pence"))
    return Initiative(body, known, recurring, counted, carried, expected, is_over)


class Pools:
    """The ratios of a record, looked up by year, age and body."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._by: dict[tuple[object, ...], list[float]] = defaultdict(list)
        for s in steps:
            if s.ratio is not None:
                for key in ((s.year, s.age, s.body), (s.year, s.age), (s.age,), ()):
                    self._by[key].append(s.ratio)

    def ratios(self, year: int, age: int, body: str) -> list[float]:
        """What initiatives of an age did after a year: those of the body if it has a record, else
        the place's; with too few, those of all years, and at last of all ages."""
        keys = ((year, age, body), (year, age), (age,))
        return next((p for k in keys if len(p := self._by[k]) >= LEAST_POOL), self._by[()])
