"""Will the target be reached? What the registers' record says of the years to come, by draws.

Plain rows in, plain rows out: no database, no Dagster, no clock. Each draw goes from year to year:
it picks a year of the record, lets every initiative do what one of its age did after that year, and
adds what initiatives that began then brought. How often a draw picks which year is itself drawn
(Rubin, The Bayesian bootstrap, Annals of Statistics 9, 1981), since a few years do not say how
likely each is. The band is then wider by the usual factor for one more value beside n.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .record import Known, Pools, Row, Step, known_by, year_of

Draws = NDArray[np.float64]
ANNUAL, CUMULATIVE = BASES = ("annual_recurring", "cumulative")
SYNTHETIC = "demonstration on synthetic data"
RECALCULATED = "recalculated from what had been reported by then"
# So many that an edge of the band moves by less than 1 in 100 with the seed, which may be any.
DRAWS, SEED = 4_000, 20_100_218
# Years after the last reported: as far ahead as a budget is planned.
HORIZON = 3
# A band needs so many transitions from year to year; a probability so many forecasts with outcomes.
LEAST_YEARS, LEAST_OUTCOMES = 3, 10


def forecast(rows: Iterable[Row], target: Row, until: str | None = None) -> list[Row]:
    """A row per year and basis, from the first year reported to the horizon.

    ``target`` is the headline of the target: ``pence``, ``status`` and ``reason``. The band covers
    the savings known to contribute to it; the others are given beside it, as reported. Years
    after ``until``, of which some registers are still to come, are foreseen as those after them.
    """
    rows = list(rows)
    first, last = _span(rows, until)
    if last is None:
        return []
    sure, others = (_known(rows, last, first, contributing=c) for c in (True, False))
    drawn = project(sure, known_by(rows, last, first).steps())
    outcomes = len(backtest(rows, until))
    return [
        {
            "financial_year": label(first + place),
            "target_basis": basis,
            "is_forecast": place >= sure.years,
            "reported_pence": as_reported(sure, basis, place),
            **_band(drawn, sure, basis, place),
            "target_pence": target["pence"],
            **_probability(drawn, sure, basis, place, target, outcomes),
            "unconfirmed_pence": as_reported(others, basis, place),
            "record_years": sure.years - 1,
        }
        for place in range(sure.years + HORIZON)
        for basis in BASES
    ]


def backtest(rows: Iterable[Row], until: str | None = None) -> list[Row]:
    """A row per basis and year with an outcome: what would have been forecast a year before. What
    comes after ``until`` has no outcome yet."""
    rows = list(rows)
    first, last = _span(rows, until)
    if last is None:
        return []
    outcome, found = _known(rows, last, first), list[Row]()
    wording = SYNTHETIC if any(row["synthetic"] for row in rows) else RECALCULATED
    for year in range(first + 1, last + 1):
        known = _known(rows, year - 1, first)
        drawn = project(known, known_by(rows, year - 1, first).steps())
        for basis in BASES if drawn else ():
            edges = _band(drawn, known, basis, known.years)
            came = as_reported(outcome, basis, year - first)
            found.append(
                {
                    "forecast_as_of_year": label(year - 1),
                    "financial_year": label(year),
                    "target_basis": basis,
                    **edges,
                    "outcome_pence": came,
                    "is_inside_band": edges["low_pence"] <= came <= edges["high_pence"],
                    "record_years": known.years - 1,
                    "label": wording,
                }
            )
    return found


def _span(rows: Sequence[Row], until: str | None) -> tuple[int, int | None]:
    """The first year reported, and the last one with an actual figure, ``until`` at the latest."""
    actual = [year_of(row["financial_year"]) for row in rows if row["has_actual"]]
    known = [year for year in actual if until is None or year <= year_of(until)]
    first = min((year_of(row["financial_year"]) for row in rows), default=0)
    return first, max(known, default=None)


def _known(rows: Sequence[Row], until: int, first: int, *, contributing: bool = True) -> Known:
    ours = [r for r in rows if (r["contributes_to_target"] is True) is contributing]
    return known_by(ours, until, first)


def project(known: Known, record: Sequence[Step]) -> dict[str, Draws] | None:
    """By basis a table of year x draw in pence; ``None`` where the record is too short."""
    span = known.years - 1
    if span < LEAST_YEARS or not record:
        return None
    random, pools = np.random.Generator(np.random.PCG64(SEED)), Pools(record)
    likely = random.gamma(0.5, 1.0, (span, DRAWS)).cumsum(axis=0)
    starts = [s.started for s in known.steps() if s.ratio is None]
    pace = random.gamma(len(starts) + 0.5, 1.0, DRAWS) / span
    one_off = np.subtract(known.total("recurring"), known.total("counted"))
    going = [i for i in known.initiatives if not i.is_over]
    groups = [
        (np.full(DRAWS, float(i.carried[-1] or i.later(known.years) or 0)), i.age(span), i.body)
        for i in going
    ]
    recurring, counted = np.zeros((HORIZON, DRAWS)), np.zeros((HORIZON, DRAWS))
    for ahead in range(HORIZON):
        picked = random.random(DRAWS) * likely[-1]
        year = np.minimum((picked > likely).sum(axis=0), span - 1)
        groups = [
            (pence * _moves(random, pools, year, age, body), 1, body) for pence, age, body in groups
        ]
        for place, initiative in enumerate(going):
            reported = initiative.later(known.years + ahead)
            groups[place] = (_around(groups[place][0], reported), 1, initiative.body)
        new, whole = _started(random, starts, pace)
        recurring[ahead] = np.sum([g[0] for g in groups], axis=0) + new
        counted[ahead] = recurring[ahead] - one_off[year + 1]
        groups.append((whole, 0, ""))
    so_far = sum(known.total("counted"))
    return {ANNUAL: recurring, CUMULATIVE: so_far + counted.cumsum(axis=0)}


def _moves(
    random: np.random.Generator, pools: Pools, year: NDArray[Any], age: int, body: str
) -> Draws:
    """For each draw a ratio from the pool of the year that it picked."""
    moved = np.ones(DRAWS)
    for one in np.unique(year):
        here, pool = year == one, np.array(pools.ratios(int(one), age, body))
        if len(pool):
            moved[here] = pool[random.integers(0, len(pool), int(here.sum()))]
    return moved


def _around(moved: Draws, reported: int | None) -> Draws:
    """What a register reports for a year to come is the middle; the spread is the record's."""
    if reported is None or not (middle := float(np.median(moved))):
        return moved
    return moved * (reported / middle)


def _started(
    random: np.random.Generator, starts: Sequence[tuple[int, int]], pace: Draws
) -> tuple[Draws, Draws]:
    """What initiatives that begin in a year bring in it, and what a whole year of them would."""
    made, number = np.zeros((DRAWS, 2)), random.poisson(pace)
    for nth in range(int(number.max()) if starts else 0):
        drawn = np.array(starts, dtype=float)[random.integers(0, len(starts), DRAWS)]
        made += drawn * (nth < number)[:, None]
    return made[:, 0], made[:, 1]


def as_reported(known: Known, basis: str, place: int) -> int:
    """What the registers report: counted figures of known years; for later ones what they expect,
    else the last whole year carried on. In pence."""
    later = [
        sum(i.carried[-1] if (reported := i.later(year)) is None else reported
            for i in known.initiatives if not i.is_over)
        for year in range(known.years, place + 1)
    ]  # fmt: skip
    if basis == CUMULATIVE:
        return sum(known.total("counted")[: place + 1]) + sum(later)
    return later[-1] if later else known.total("recurring")[place]


def _band(drawn: dict[str, Draws] | None, known: Known, basis: str, place: int) -> Row:
    """The middle, and where eight in ten lie around it as far as so few years can say."""
    low = middle = high = None
    if place < known.years:
        low = middle = high = as_reported(known, basis, place)
    elif drawn:
        draws = drawn[basis][place - known.years]
        tenth, half, ninth = (float(q) for q in np.quantile(draws, (0.1, 0.5, 0.9)))
        wider = sqrt(known.years / (known.years - 2))
        low, middle = round(half - (half - tenth) * wider), round(half)
        high = round(half + (ninth - half) * wider)
    return {"low_pence": low, "central_pence": middle, "high_pence": high}


def _probability(
    drawn: dict[str, Draws] | None, known: Known, basis: str, place: int, target: Row, outcomes: int
) -> Row:
    """A probability only where what the target counts is known and forecasts have been put to the
    test; else the reason, in words."""
    reasons = (
        (place < known.years, "The year is over."),
        (target["status"] != "stated", target["reason"]),
        (target["pence"] is None, "The amount of the target is not known."),
        (not drawn, f"The record has {known.years - 1} steps from year to year, of {LEAST_YEARS}."),
        (
            outcomes < LEAST_OUTCOMES,
            f"Only {outcomes} earlier forecasts have an outcome, of {LEAST_OUTCOMES}.",
        ),
    )
    why = next((words for holds, words in reasons if holds), None)
    share = None
    if drawn and not why:
        reached = drawn[basis][place - known.years] >= target["pence"]
        share = Decimal(int(reached.sum())) / DRAWS
    return {"probability": share, "probability_unavailable_reason": why}


def label(first: int) -> str:
    """A financial year by the calendar year it begins in: 2009 is ``2009-10``."""
    return f"{first}-{(first + 1) % 100:02d}"
