"""Made-up places whose savings are known for longer than their registers tell: for the forecast."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from orchestration.forecast.simulate import HORIZON, forecast, label

FIRST = 2000
Row = dict[str, Any]


def world(seed: int) -> tuple[list[Row], dict[str, list[int]]]:
    """Rows of the registers of 5 to 9 years, and what the three years after them came to by basis.

    Initiatives begin at a pace of the place's own, with a part of their size in the first year,
    grow, wear off or lapse, and all have the same good and bad years.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    years = int(random.integers(5, 10))
    span = years + HORIZON
    pace, part, grow = random.uniform(1, 5), random.uniform(0.4, 1), random.uniform(1, 1.3)
    noise, lapse, shared = (
        random.uniform(0.02, 0.25),
        random.uniform(0, 0.08),
        random.uniform(0, 0.08),
    )
    weather = np.exp(random.normal(0, shared, span))
    rows: list[Row] = []
    recurring, counted = np.zeros(span, dtype=int), np.zeros(span, dtype=int)
    for begun in range(span):
        for nth in range(random.poisson(pace if begun else 2 * pace)):
            pence, alive = float(np.exp(random.normal(15, 1))), True
            cost = pence * random.uniform(0, 0.5)
            for year in range(begun, span):
                if year > begun:
                    alive = alive and random.random() > lapse
                    pence *= (grow if year < begun + 3 else 1) * np.exp(random.normal(0, noise))
                whole = round(pence * weather[year]) if alive else 0
                here = round(whole * part) if year == begun else whole
                net = here - round(cost) if year == begun else here
                recurring[year] += here
                counted[year] += net
                if year < years:
                    rows.append(_row(f"I{begun}-{nth}", nth, year, here, net, whole))
    later = slice(years, span)
    return rows, {
        "annual_recurring": recurring[later].tolist(),
        "cumulative": counted.cumsum()[later].tolist(),
    }


def share_inside(seeds: Iterable[int]) -> float:
    """The share of the outcomes of these places that lie inside the band forecast for them."""
    inside: list[bool] = []
    for seed in seeds:
        rows, outcomes = world(seed)
        made = forecast(rows, {"pence": 1, "status": "stated", "reason": None})
        for basis, came in outcomes.items():
            later = [r for r in made if r["is_forecast"] and r["target_basis"] == basis]
            inside += [
                row["low_pence"] <= pence <= row["high_pence"]
                for row, pence in zip(later, came, strict=True)
                if row["low_pence"] is not None
            ]
    return sum(inside) / len(inside)


if __name__ == "__main__":
    print(f"{share_inside(range(500)):.1%} of the outcomes of 500 made-up places lie in the band")


def _row(name: str, nth: int, year: int, recurring: int, counted: int, carried: int) -> Row:
    return {
        "initiative_id": name, "programme": "P", "reported_by_id": f"body {nth % 3}",
        "financial_year": label(FIRST + year), "reported_in": label(FIRST + year),
        "contributes_to_target": True, "delivery_status": "in_delivery", "lapsed_in": None,
        "has_actual": True, "synthetic": True, "recurring_pence": recurring,
        "counted_pence": counted, "carried_pence": carried, "expected_recurring_pence": recurring,
    }  # fmt: skip
