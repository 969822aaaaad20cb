"""Will the target be reached? A seeded simulation over initiatives: plain rows in, plain rows out.

Here belongs what is drawn and how it becomes a band; no database, no Dagster, no clock. What the
registers tell comes from the model `int_forecast_inputs`, how far it may be out from the table of
assumptions.
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
Row = dict[str, Any]
Pence = NDArray[np.int64]
# What a figure is uncertain by: of a known year by how ripe it is, of a later year by how far the
# change has come.
KNOWN, LATER = "data_maturity", "delivery_status"


@dataclass(frozen=True)
class Telling:
    """What the registers tell of an initiative for a year; a row of `int_forecast_inputs`.

    Years are the calendar years they begin in. Of a saving that lapsed the pence are those that
    counted before anybody knew.
    """

    initiative: str
    programme: str
    teller: str
    year: int
    told_in: int
    data_maturity: str
    status: str
    lapsed_in: int | None
    contributes: bool
    has_actual: bool
    synthetic: bool
    standing: int
    counted: int
    carried: int
    told_standing: int
    told_counted: int

    @classmethod
    def read(cls, row: Row) -> Telling:
        """A row as the model has it."""
        lapsed = row["lapsed_in"]
        return cls(
            initiative=row["initiative_id"],
            programme=row["programme"],
            teller=row["teller_id"],
            year=int(row["financial_year"][:4]),
            told_in=int(row["told_in"][:4]),
            data_maturity=row["data_maturity"],
            status=row["delivery_status"],
            lapsed_in=int(lapsed[:4]) if lapsed else None,
            contributes=row["contributes_to_target"] is True,
            has_actual=row["has_actual"],
            synthetic=row["synthetic"],
            standing=row["standing_pence"],
            counted=row["counted_pence"],
            carried=row["carried_pence"],
            told_standing=row["told_standing_pence"],
            told_counted=row["told_counted_pence"],
        )

    def lapsed(self, until: int) -> bool:
        """Whether it is known by then that the saving did not last."""
        return self.lapsed_in is not None and self.lapsed_in <= until


@dataclass
class Outlook:
    """One initiative over all years: pence per basis as told, and what each year hangs on."""

    programme: str
    initiative: str
    pence: Pence  # basis x year: standing, counted
    factors: list[Factor | None] = field(default_factory=list)


def outlooks(tellings: Sequence[Telling], until: int, years: Sequence[int]) -> list[Outlook]:
    """Every initiative over ``years``, by what was told until one of them.

    A year is known up to the last one for which the body that tells of the initiative tells any
    actual figure. After it counts what was told for the year, else what stood last is carried on,
    but not if the initiative is stopped or that body's later register does not hold it.
    """
    ours: dict[tuple[str, str], dict[int, Telling]] = defaultdict(dict)
    known: dict[str, int] = {}
    for t in tellings:
        if t.told_in <= until:
            ours[t.programme, t.initiative][t.year] = t
            if t.has_actual and t.year <= until:
                known[t.teller] = max(t.year, known.get(t.teller, t.year))
    found = []
    for (programme, initiative), told in sorted(ours.items()):
        settled = known.get(told[max(told)].teller, min(years) - 1)
        outlook = Outlook(programme, initiative, np.zeros((2, len(years)), dtype=np.int64))
        for place, year in enumerate(years):
            standing, counted, factor = _year(told, settled, year, until)
            outlook.pence[:, place] = standing, counted
            outlook.factors.append(factor if standing or counted else None)
        found.append(outlook)
    return found


def _year(
    told: Mapping[int, Telling], settled: int, year: int, until: int
) -> tuple[int, int, Factor | None]:
    """Standing and counted pence of a year, and what they hang on."""
    last, here = told[max(told)], told.get(year)
    if last.lapsed(until):
        return 0, 0, None
    if here is not None and year <= settled:
        return here.standing, here.counted, (KNOWN, here.data_maturity)
    if year <= settled or (here or last).status == "stopped":
        return 0, 0, None
    if here is not None:
        return here.told_standing, here.told_counted, (LATER, here.status)
    if year < last.year or last.year < settled:
        return 0, 0, None
    carried = last.carried if last.has_actual else last.told_standing
    return carried, carried, (LATER, last.status)


def simulate(found: Sequence[Outlook], years: Sequence[int], assumptions: Assumptions) -> Pence:
    """Basis x year x draw: what the initiatives come to together, counted pence running on.

    Every initiative has one rank for its known years and one for its later ones, so that it errs
    the same way in each; ranks of one programme hang together by a common factor (``Spread.at``
    makes them multipliers). Values are whole pence before they are added, so that no order of
    adding can change a sum.
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
        # A draw's place among all draws, not its size: the edges are met as often as they should.
        ranks = (score.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 0.5) / draws
        factors = {
            f: assumptions.spread(*f).at(ranks[int(f[0] == LATER)]) for f in _used([outlook])
        }
        for place, factor in enumerate(outlook.factors):
            if factor:
                standing, counted = outlook.pence[:, place]
                drawn = np.rint(standing * factors[factor]).astype(np.int64)
                totals[0, place] += drawn
                # One-off costs are as told: a gain that falls short does not make them smaller.
                totals[1, place] += drawn - (standing - counted)
    totals[1] = totals[1].cumsum(axis=0)
    return totals


def _used(found: Iterable[Outlook]) -> set[Factor]:
    return {factor for outlook in found for factor in outlook.factors if factor}


def _band(draws: Pence) -> dict[str, int]:
    """The draws a tenth, half and nine tenths of all do not pass: amounts that were drawn."""
    ordered, count = np.sort(draws), len(draws)
    return {
        f"p{tenth}0_pence": int(ordered[-(-count * tenth // 10) - 1]) for tenth in (1, 5, 9)
    }  # fmt: skip


def forecast(rows: Iterable[Row], assumption_rows: Iterable[Row], target: int | None) -> list[Row]:
    """A row per year and basis, from the first year told to the horizon.

    The band is of the savings that are known to contribute to the target. Those of which nobody
    confirmed it stand beside it, as they are told.
    """
    tellings = [Telling.read(row) for row in rows]
    if not tellings:
        return []
    assumptions, last = Assumptions.read(assumption_rows), max(t.year for t in tellings)
    years = range(min(t.year for t in tellings), last + assumptions.horizon + 1)
    sure, unconfirmed = (
        outlooks([t for t in tellings if t.contributes is one], last, years)
        for one in (True, False)
    )
    made = _rows(sure, years, assumptions, target)
    beside = _told(unconfirmed, years).T.flatten().tolist()
    return [
        {"financial_year": label(year), **row, "unconfirmed_pence": pence}
        for (year, row), pence in zip(made, beside, strict=True)
    ]


def backtest(rows: Iterable[Row], assumption_rows: Iterable[Row]) -> list[Row]:
    """A row per basis and year with an outcome: what would have been said a year before."""
    tellings = [t for t in map(Telling.read, rows) if t.contributes]
    assumptions = Assumptions.read(assumption_rows)
    wording = SYNTHETIC if any(t.synthetic for t in tellings) else "made again from what was told"
    actual = sorted({t.year for t in tellings if t.has_actual})
    found = []
    for before, year in pairwise(actual):
        if year != before + 1:
            continue
        years = range(min(t.year for t in tellings), year + 1)
        made = _rows(outlooks(tellings, before, years), years, assumptions, None)
        outcomes = _outcomes(tellings, year)
        for _, row in made[-len(BASES) :]:
            outcome, banded = outcomes[row["basis"]], row["p10_pence"] is not None
            kept = ("basis", "p10_pence", "p50_pence", "p90_pence")
            found.append(
                {
                    "made_after_year": label(before),
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


def _outcomes(tellings: Sequence[Telling], year: int) -> dict[str, int]:
    """What stood in a year and what had been counted by its end, as it is known now."""
    now = max(t.year for t in tellings)
    held = [t for t in tellings if not t.lapsed(now)]
    standing = sum(t.standing for t in held if t.year == year)
    return dict(zip(BASES, (standing, sum(t.counted for t in held if t.year <= year)), strict=True))


def _rows(
    found: Sequence[Outlook], years: Sequence[int], assumptions: Assumptions, target: int | None
) -> list[tuple[int, Row]]:
    """One row per year and basis, with a band where every assumption it needs is made."""
    used = _used(found)
    status = assumptions.status(used)
    told = _told(found, years)
    draws = None if status.startswith(NO_BAND) else simulate(found, years, assumptions)
    rows = []
    for place, year in enumerate(years):
        for which, basis in enumerate(BASES):
            row: Row = {
                "basis": basis, "told_pence": int(told[which, place]), "target_pence": target,
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


def _told(found: Sequence[Outlook], years: Sequence[int]) -> Pence:
    """Basis x year with nothing uncertain."""
    told = np.zeros((2, len(years)), dtype=np.int64)
    for outlook in found:
        told += outlook.pence
    told[1] = told[1].cumsum()
    return told


def label(first: int) -> str:
    """A financial year by the calendar year it begins in: 2009 is ``2009-10``."""
    return f"{first}-{(first + 1) % 100:02d}"
