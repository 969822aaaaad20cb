"""Will the target be reached? A seeded simulation over initiatives: plain rows in, plain rows out.

This module holds the draws and how they become a band; no database, no Dagster, no clock. What
the registers report comes from the model `int_forecast_inputs`; how far it may be wrong comes from
the table of assumptions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .assumptions import NO_BAND, Assumptions, Factor

BASES = ("annual_recurring", "cumulative")
SYNTHETIC = "demonstration on synthetic data"
RECALCULATED = "recalculated from what had been reported"
Row = dict[str, Any]
Pence = NDArray[np.int64]
# What the uncertainty of a figure depends on: for a known year the maturity of its data, for a
# later year how far the initiative has been delivered.
KNOWN, LATER = "data_maturity", "delivery_status"


@dataclass(frozen=True)
class RegisterRow:
    """What the registers report of an initiative for a year; a row of `int_forecast_inputs`.

    A year is the calendar year it begins in. For a saving that lapsed, amounts are those that
    counted before the lapse was known. Amounts are in pence.
    """

    initiative: str
    programme: str
    reported_by: str
    year: int
    reported_in: int
    data_maturity: str
    status: str
    lapsed_in: int | None
    contributes: bool
    has_actual: bool
    synthetic: bool
    recurring: int
    counted: int
    carried: int
    expected_recurring: int
    expected_counted: int

    @classmethod
    def read(cls, row: Row) -> RegisterRow:
        """A row as the model has it."""
        lapsed = row["lapsed_in"]
        return cls(
            initiative=row["initiative_id"],
            programme=row["programme"],
            reported_by=row["reported_by_id"],
            year=int(row["financial_year"][:4]),
            reported_in=int(row["reported_in"][:4]),
            data_maturity=row["data_maturity"],
            status=row["delivery_status"],
            lapsed_in=int(lapsed[:4]) if lapsed else None,
            contributes=row["contributes_to_target"] is True,
            has_actual=row["has_actual"],
            synthetic=row["synthetic"],
            recurring=row["recurring_pence"],
            counted=row["counted_pence"],
            carried=row["carried_pence"],
            expected_recurring=row["expected_recurring_pence"],
            expected_counted=row["expected_counted_pence"],
        )

    def lapsed(self, until: int) -> bool:
        """Whether it is known by then that the saving did not last."""
        return self.lapsed_in is not None and self.lapsed_in <= until


@dataclass
class Outlook:
    """One initiative over all years: pence per basis as reported, and the factor of each year."""

    programme: str
    initiative: str
    pence: Pence  # basis x year: recurring, counted
    factors: list[Factor | None] = field(default_factory=list)


def outlooks(reports: Sequence[RegisterRow], until: int, years: Sequence[int]) -> list[Outlook]:
    """Every initiative over ``years``, by what had been reported by the end of ``until``.

    A year is known up to the last one for which the body that reports the initiative reports any
    actual figure. A later year takes what was reported for it; without that, the last recurring
    value is carried forward, unless the initiative is stopped or missing from that body's later
    register.
    """
    ours: dict[tuple[str, str], dict[int, RegisterRow]] = defaultdict(dict)
    known: dict[str, int] = {}
    for t in reports:
        if t.reported_in <= until:
            ours[t.programme, t.initiative][t.year] = t
            if t.has_actual and t.year <= until:
                known[t.reported_by] = max(t.year, known.get(t.reported_by, t.year))
    found = []
    for (programme, initiative), by_year in sorted(ours.items()):
        settled = known.get(by_year[max(by_year)].reported_by, min(years) - 1)
        outlook = Outlook(programme, initiative, np.zeros((2, len(years)), dtype=np.int64))
        for place, year in enumerate(years):
            recurring, counted, factor = _year(by_year, settled, year, until)
            outlook.pence[:, place] = recurring, counted
            outlook.factors.append(factor if recurring or counted else None)
        found.append(outlook)
    return found


def _year(
    by_year: Mapping[int, RegisterRow], settled: int, year: int, until: int
) -> tuple[int, int, Factor | None]:
    """Recurring and counted pence of a year, and the factor that makes them uncertain."""
    last, here = by_year[max(by_year)], by_year.get(year)
    if last.lapsed(until):
        return 0, 0, None
    if here is not None and year <= settled:
        return here.recurring, here.counted, (KNOWN, here.data_maturity)
    if year <= settled or (here or last).status == "stopped":
        return 0, 0, None
    if here is not None:
        return here.expected_recurring, here.expected_counted, (LATER, here.status)
    if year < last.year or last.year < settled:
        return 0, 0, None
    carried = last.carried if last.has_actual else last.expected_recurring
    return carried, carried, (LATER, last.status)


def simulate(found: Sequence[Outlook], years: Sequence[int], assumptions: Assumptions) -> Pence:
    """Basis x year x draw: the total of the initiatives in pence, counted pence cumulative.

    Every initiative has one rank for its known years and one for its later ones, so that it errs in
    the same direction in each; ranks within a programme are correlated by a common factor
    (``Spread.at`` makes them multipliers). Values are rounded to whole pence before they are added,
    so that the order of addition cannot change a sum.
    """
    draws = int(assumptions.number("simulation", "draws"))
    random = np.random.Generator(np.random.PCG64(int(assumptions.number("simulation", "seed"))))
    together = float(assumptions.number("correlation", "programme"))
    totals = np.zeros((2, len(years), draws), dtype=np.int64)
    common: dict[str, NDArray[np.float64]] = {}
    for outlook in found:
        if outlook.programme not in common:
            common[outlook.programme] = random.standard_normal((2, draws))
        own = random.standard_normal((2, draws))
        score = np.sqrt(together) * common[outlook.programme] + np.sqrt(1 - together) * own
        # Ranks instead of scores, so that each quantile is drawn exactly as often as it should.
        ranks = (score.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 0.5) / draws
        factors = {
            f: assumptions.spread(*f).at(ranks[int(f[0] == LATER)]) for f in _used([outlook])
        }
        for place, factor in enumerate(outlook.factors):
            if factor:
                recurring, counted = outlook.pence[:, place]
                drawn = np.rint(recurring * factors[factor]).astype(np.int64)
                totals[0, place] += drawn
                # One-off costs stay as reported: a smaller gain does not reduce them.
                totals[1, place] += drawn - (recurring - counted)
    totals[1] = totals[1].cumsum(axis=0)
    return totals


def _used(found: Iterable[Outlook]) -> set[Factor]:
    return {factor for outlook in found for factor in outlook.factors if factor}


def _band(draws: Pence) -> dict[str, int]:
    """The 10th, 50th and 90th percentiles, each an amount that was drawn."""
    ordered, count = np.sort(draws), len(draws)
    return {
        f"p{tenth}0_pence": int(ordered[-(-count * tenth // 10) - 1]) for tenth in (1, 5, 9)
    }  # fmt: skip


def forecast(
    rows: Iterable[Row],
    assumption_rows: Iterable[Row],
    target: int | None,
    *,
    confirmed: bool = True,
) -> list[Row]:
    """A row per year and basis, from the first year reported to the horizon.

    ``target`` is in pence. Unless all about it is ``confirmed`` no row has a probability.

    The band covers the savings that are known to contribute to the target. Savings whose
    contribution is not confirmed are given beside it, as reported.
    """
    reports = [RegisterRow.read(row) for row in rows]
    if not reports:
        return []
    assumptions, last = Assumptions.read(assumption_rows), max(t.year for t in reports)
    years = range(min(t.year for t in reports), last + assumptions.horizon + 1)
    sure, unconfirmed = (
        outlooks([t for t in reports if t.contributes is one], last, years) for one in (True, False)
    )
    made = _rows(sure, years, assumptions, target)
    for _, row in made:
        _say_why_not(row, confirmed=confirmed)
    beside = _as_reported(unconfirmed, years).T.flatten().tolist()
    return [
        {"financial_year": label(year), **row, "unconfirmed_pence": pence}
        for (year, row), pence in zip(made, beside, strict=True)
    ]


def backtest(rows: Iterable[Row], assumption_rows: Iterable[Row]) -> list[Row]:
    """A row per basis and year with an outcome: what would have been forecast a year before."""
    reports = [t for t in map(RegisterRow.read, rows) if t.contributes]
    assumptions = Assumptions.read(assumption_rows)
    wording = (
        SYNTHETIC
        if any(t.synthetic for t in reports)
        else "recalculated from what had been reported"
    )
    actual = sorted({t.year for t in reports if t.has_actual})
    found = []
    for before, year in pairwise(actual):
        if year != before + 1:
            continue
        years = range(min(t.year for t in reports), year + 1)
        made = _rows(outlooks(reports, before, years), years, assumptions, None)
        outcomes = _outcomes(reports, year)
        for _, row in made[-len(BASES) :]:
            outcome, banded = outcomes[row["target_basis"]], row["p10_pence"] is not None
            kept = ("target_basis", "p10_pence", "p50_pence", "p90_pence")
            found.append(
                {
                    "forecast_as_of_year": label(before),
                    "financial_year": label(year),
                    **{name: row[name] for name in kept},
                    "outcome_pence": outcome,
                    "inside_band": row["p10_pence"] <= outcome <= row["p90_pence"]
                    if banded
                    else None,
                    "assumption_status": row["assumption_status"],
                    "label": wording,
                }
            )
    return found


def _outcomes(reports: Sequence[RegisterRow], year: int) -> dict[str, int]:
    """What recurred in a year and what had been counted by its end, as known now."""
    now = max(t.year for t in reports)
    held = [t for t in reports if not t.lapsed(now)]
    recurring = sum(t.recurring for t in held if t.year == year)
    counted = sum(t.counted for t in held if t.year <= year)
    return dict(zip(BASES, (recurring, counted), strict=True))


def _rows(
    found: Sequence[Outlook], years: Sequence[int], assumptions: Assumptions, target: int | None
) -> list[tuple[int, Row]]:
    """One row per year and basis, with a band where every assumption it needs is given."""
    used = _used(found)
    status = assumptions.status(used)
    reported = _as_reported(found, years)
    draws = None if status.startswith(NO_BAND) else simulate(found, years, assumptions)
    rows = []
    for place, year in enumerate(years):
        for which, basis in enumerate(BASES):
            row: Row = {
                "target_basis": basis, "target_pence": target,
                "reported_pence": int(reported[which, place]),
                "p10_pence": None, "p50_pence": None, "p90_pence": None, "probability": None,
                "draws": None, "seed": None, "assumption_status": status, "assumptions": None,
            }  # fmt: skip
            if draws is not None:
                amounts = draws[which, place]
                row |= _band(amounts) | {
                    "draws": len(amounts),
                    "seed": int(assumptions.number("simulation", "seed")),
                    "assumptions": assumptions.wording(used),
                }
                if target is not None:
                    reached = Decimal(int((amounts >= target).sum())) / len(amounts)
                    row["probability"] = round(reached, 8)
            rows.append((year, row))
    return rows


def _say_why_not(row: Row, *, confirmed: bool) -> None:
    """Gives a row without a probability its reason; one of an unconfirmed target loses it."""
    row["probability_unavailable_reason"] = None
    if row["p10_pence"] is None:
        row["probability_unavailable_reason"] = "no_band"
    elif row["target_pence"] is None:
        row["probability_unavailable_reason"] = "no_target"
    elif not confirmed:
        row |= {"probability": None, "probability_unavailable_reason": "target_not_confirmed"}


def _as_reported(found: Sequence[Outlook], years: Sequence[int]) -> Pence:
    """Basis x year without uncertainty, in pence."""
    total = np.zeros((2, len(years)), dtype=np.int64)
    for outlook in found:
        total += outlook.pence
    total[1] = total[1].cumsum()
    return total


def label(first: int) -> str:
    """A financial year by the calendar year it begins in: 2009 is ``2009-10``."""
    return f"{first}-{(first + 1) % 100:02d}"
