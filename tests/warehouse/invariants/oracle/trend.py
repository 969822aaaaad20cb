"""The place's spend on a theme beside the year before, where they compare (rules 8 and 9)."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.warehouse.invariants.oracle.elimination import Amounts
from tests.warehouse.invariants.oracle.facts import Inputs, after
from tests.warehouse.invariants.oracle.feed_years import presence
from tests.warehouse.invariants.oracle.prices import indices, real_terms

SEED = Path(__file__).resolve().parents[4] / "dbt_project/seeds/series_break.csv"
Place = tuple[str, str, str, str, str, str, str]


@dataclass
class ThemeYear:
    """What lies in the place, and what it is made of."""

    cash: int = 0
    real: int | None = 0
    bases: set[tuple[str, ...]] = field(default_factory=set)
    total: Amounts = field(default_factory=Amounts)
    change: int | None = None
    reason: str | None = None


def trend(inputs: Inputs, spend: dict[Place, Amounts]) -> dict[tuple[str, str], ThemeYear]:
    """By year and theme; the change stands where there is no reason against it."""
    index = indices(inputs)
    years: dict[tuple[str, str], ThemeYear] = defaultdict(ThemeYear)
    for (year, body, scope, theme, _, basis, _), amounts in spend.items():
        if scope == "in_scope":
            found = years[year, theme]
            real = deflated(inputs, index, year, amounts)
            found.cash += amounts.in_scope_net
            found.real = None if None in (found.real, real) else (found.real or 0) + (real or 0)
            found.bases.add((body, basis, amounts.price_basis, amounts.vat_basis))
            found.total.add(amounts)
    for (year, theme), this in years.items():
        before = years.get((after(year, -1), theme))
        this.reason = _reason(inputs, year, theme, this, before)
        if not this.reason and before and this.real is not None and before.real is not None:
            this.change = this.real - before.real
    return dict(years)


def deflated(inputs: Inputs, index: dict[str, int], year: str, amounts: Amounts) -> int | None:
    """Cash at the prices of the base year; what is not all cash has no real terms."""
    if amounts.price_basis != "cash":
        return None
    return real_terms(inputs, index, year, amounts.in_scope_net)


def _reason(
    inputs: Inputs, year: str, theme: str, this: ThemeYear, before: ThemeYear | None
) -> str | None:
    if before is None:
        return "no_year_before"
    if broken := _break(year, theme):
        return f"series_break {broken}"
    if not (_complete(inputs, year) and _complete(inputs, after(year, -1))):
        return "incomplete"
    if not (_returned(inputs, year) and _returned(inputs, after(year, -1))):
        return "funding_incomplete"
    if this.bases != before.bases:
        return "other_bodies_or_bases"
    if any(prices != "cash" for _, _, prices, _ in this.bases | before.bases):
        return "not_cash"
    return "no_index" if None in (this.real, before.real) else None


def _break(year: str, theme: str) -> str | None:
    with SEED.open(encoding="utf-8", newline="") as file:
        found = [
            row["break_id"]
            for row in csv.DictReader(file)
            if row["from_year"] == year
            and row["theme"] in ("", theme)
            and row["override"] == "false"
        ]
    return min(found, default=None)


def _complete(inputs: Inputs, year: str) -> bool:
    expected, present = presence(inputs, "spend", year)
    return 0 < expected == present


def _returned(inputs: Inputs, year: str) -> bool:
    expected, present = presence(inputs, "funding", year)
    return expected == present
