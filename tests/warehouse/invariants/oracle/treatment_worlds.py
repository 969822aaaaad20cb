"""Made-up returns of treatment, the same for the same seed: totals, parts, small counts, gaps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

from orchestration.contracts.outcome_feeds import TREATMENT_MEASURES
from tests.warehouse.invariants.oracle.facts import Row
from tests.warehouse.world import World

BODIES = ("mere_council", "vale_council", "mere_pct", "far_council")
YEARS = ["2009-10", "2010-11", "2011-12"]
SUBSTANCES = [None, "opiate", "non_opiate", "alcohol", "all"]


def make(seed: int, home: Path) -> World:
    """The world of a seed."""
    random = Random(seed)
    world = World(home)
    for number, body in enumerate(BODIES):
        inside = body != "far_council"
        world.partner(body, in_place=inside, gss_code=f"E0{number}" if number != 2 else None)
        world.inputs["code_map"].append(
            {
                "partner_id": body, "rule_id": f"{body}-drugs", "theme": "drug_alcohol",
                "service_code": "DA-TREATMENT", "share": Decimal(1), "grade": "sure",
                "account": "Drugs", "source": "The body says so",
            }
        )  # fmt: skip
    world.inputs["disclosure"].append(
        {
            "feed": "treatment", "suppress_from": 1, "suppress_to": random.choice([4, 7]),
            "round_to": 5, "reason": "made up",
        }
    )  # fmt: skip
    for body in BODIES:
        for year in YEARS[: random.randint(1, 3)]:
            treatment(random, world, body, year)
            rows: list[Row] = [
                {
                    "account": "Drugs", "amount_pence": random.randint(1, 5_000),
                    "line_date": date(int(year[:4]), 6, 1),
                }
            ]  # fmt: skip
            deliver(random, world, body, year, "spend", rows, basis="ledger")
    return world


def treatment(random: Random, world: World, body: str, year: str) -> None:
    rows: list[Row] = []
    for _ in range(random.randint(1, 3)):
        table: Row = {
            "measure": random.choice(TREATMENT_MEASURES[1:4:2] if random.random() < 0.7
                                     else TREATMENT_MEASURES),
            "is_partnership": random.choice([None, False, True, True]),
            "area": random.choice([None, None, "The made-up  PLACE", "Mere"]),
        }  # fmt: skip
        for tier in random.sample([None, "1", "2", "3", "4"], random.randint(1, 5)):
            rows += [
                {
                    "financial_year": year, **table, "tier": tier, "substance": substance,
                    "clients": random.choice([0, 3, 6, 8, 12, 22, *random.sample(range(400), 4)])
                    if random.random() < 0.97 else None,
                }
                for substance in random.sample(SUBSTANCES, random.randint(3, 5))
                for _ in range(2 if random.random() < 0.03 else 1)
            ]  # fmt: skip
    for row in rows:
        if random.random() < 0.04:
            row |= suppressed_at_source(random)
    deliver(random, world, body, year, "treatment", rows)


def suppressed_at_source(random: Random) -> Row:
    """A count that the body does not tell: a mark for 1 to 7, or fewer than so many."""
    most = random.choice([7, 7, 4, 9])
    return {
        "clients": None, "clients_state": "suppressed", "clients_low": 1, "clients_high": most,
    }  # fmt: skip


def deliver(
    random: Random, world: World, body: str, year: str, feed: str, rows: list[Row],
    **facts: str,
) -> None:  # fmt: skip
    """A body's file of a year: mostly whole, sometimes not, sometimes one that does not count."""
    if random.random() < 0.1:
        world.submit(body, year, rows[:1], feed=feed, cadence="financial_year", in_force=False)
    aside = 1 if random.random() < 0.08 else 0
    world.submit(
        body, year, rows, feed=feed, cadence="financial_year", rows_set_aside=aside, **facts
    )
    if random.random() < 0.9:
        world.expect(body, feed, year, {year: "financial_year"})
    if random.random() < 0.05:
        world.expect(body, feed, year, {f"{year}-Q1": "quarter"})
