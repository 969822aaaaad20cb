"""Made-up places, the same for the same seed: what the public is offered, and what it costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random

from orchestration.contracts.outcome_feeds import CHANNELS, POINT_TYPES, TREATMENT_MEASURES
from tests.oracle.facts import Row, after
from tests.warehouse.world import World

BODIES = ("mere_council", "vale_council", "mere_pct", "far_council")
ACCOUNTS: dict[str, tuple[str, str | None]] = {
    "Calls": ("public_access", "PA-CONTACT-CENTRE"),
    "Desks": ("public_access", "PA-SERVICE-POINT"),
    "Site": ("public_access", "PA-DIGITAL"),
    "Access": ("public_access", None),
    "Drugs": ("drug_alcohol", "DA-TREATMENT"),
    "Roads": ("other", None),
}
YEARS = ["2009-10", "2010-11", "2011-12"]
SUBSTANCES = [None, "opiate", "non_opiate", "alcohol", "all"]


def make(seed: int, home: Path) -> World:
    """The world of a seed."""
    random = Random(seed)
    world = World(home)
    for number, body in enumerate(BODIES):
        inside = body != "far_council"
        world.partner(body, in_place=inside, gss_code=f"E0{number}" if number != 2 else None)
        for account, (theme, service) in ACCOUNTS.items():
            world.inputs["code_map"].append(
                {
                    "partner_id": body, "rule_id": f"{body}-{account}", "theme": theme,
                    "service_code": service, "share": Decimal(1), "grade": "sure",
                    "account": account, "source": "The body says so",
                }
            )  # fmt: skip
    people(random, world)
    # In some places everybody is measured by the same, so that many can be compared.
    alike = partial(value, alike=random.random() < 0.6)
    for body in BODIES:
        for year in YEARS[: random.randint(1, 3)]:
            for tell in (spend, contacts, points, treatment, alike):
                if random.random() < 0.85:
                    tell(random, world, body, year)
    return world


def people(random: Random, world: World) -> None:
    """Counts of residents, a footprint, postcodes, and the settings of the place."""
    for year in random.sample(["2008", "2010", "2012"], random.choice([0, 1, 1, 1, 2])):
        world.inputs["apportionment_keys"] += [
            {
                "key_id": f"people_{year}", "driver": "resident population", "key_year": year,
                "vintage": "made up", "area": area, "area_count": random.randint(1, 9_000),
                "source": "made up",
            }
            for area in ("E00", "E01", "E07") if random.random() < 0.95
        ]  # fmt: skip
    if random.random() < 0.7:
        world.inputs["footprints"].append(
            {
                "partner_id": "mere_pct", "key_id": "people_2010", "driver": "resident population",
                "key_year": "2010", "vintage": "made up", "inside_count": 5, "total_count": 7,
            }
        )  # fmt: skip
    world.inputs["postcodes"] += [
        {
            "postcode": f"ZZ{n}1AA", "easting": 1000 * n, "northing": random.randint(0, 900),
            "district": "E00",
        }
        for n in range(1, 4)
    ]  # fmt: skip
    world.inputs["access_settings"].append(
        {"walking_metres": random.choice([0, 500, 800, 2000]), "reason": "made up"}
    )
    world.inputs["disclosure"].append(
        {
            "feed": "treatment", "suppress_from": 1, "suppress_to": random.choice([4, 7]),
            "round_to": 5, "reason": "made up",
        }
    )  # fmt: skip
    world.organisation("other_council", gss_code="E07")
    world.organisation("elsewhere_council", gss_code="E09")


def spend(random: Random, world: World, body: str, year: str) -> None:
    rows: list[Row] = [
        {
            "account": random.choice(sorted(ACCOUNTS)), "amount_pence": random.randint(-9, 5_000),
            "line_date": date(int(year[:4]), 6, 1),
        }
        for _ in range(random.randint(1, 8))
    ]  # fmt: skip
    deliver(
        random, world, body, year, "spend", rows,
        basis="payments_over_500" if random.random() < 0.15 else "ledger",
        public_access="not_observable" if random.random() < 0.1 else "observable",
    )  # fmt: skip


def contacts(random: Random, world: World, body: str, year: str) -> None:
    rows: list[Row] = []
    for _ in range(random.randint(1, 9)):
        volume = random.choice([0, 7, random.randint(1, 90_000)])
        rows.append(
            {
                "month_date": date(
                    int(year[:4]) - (random.random() < 0.05), random.randint(4, 6), 1
                ),
                "channel": random.choice(CHANNELS[:5] if random.random() < 0.8 else CHANNELS),
                "lgsl_code": random.choice([57, 69, 437]), "contacts": volume,
                "avoidable": random.choice([None, random.randint(0, volume)]),
                "resolved": random.choice([None, random.randint(0, volume)]),
            }
        )  # fmt: skip
    deliver(random, world, body, year, "contacts", rows)


def points(random: Random, world: World, body: str, year: str) -> None:
    rows: list[Row] = []
    for number in range(random.randint(1, 6)):
        given = random.random() < 0.6
        codes = random.sample(["57", "69", "437", "112"], random.randint(0, 4))
        rows.append(
            {
                "financial_year": year, "point_id": f"P{random.randint(1, 9)}",
                "name": f"Point {number}", "point_type": random.choice(POINT_TYPES),
                "postcode": random.choice([None, f"zz{random.randint(1, 4)} 1aa"]),
                "easting": random.randint(0, 3000) if given else None,
                "northing": random.randint(0, 900) if given and random.random() < 0.9 else None,
                "lgsl_codes": random.choice(["; ", ","]).join(codes) or None,
                "running_cost_pence": random.choice([None, 0, random.randint(1, 500)]),
                "lease_break": random.choice([None, date(2012, 3, 31)]),
            }
        )  # fmt: skip
    deliver(random, world, body, year, "access_points", rows)


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
    deliver(random, world, body, year, "treatment", rows)


def value(random: Random, world: World, body: str, year: str, *, alike: bool) -> None:
    """Indicators and budgets, of the body itself or of all that it was given figures of."""
    others = [None, "Mere Council", "vale  council", "Other Council", "Elsewhere Council", "Nobody"]
    named = [None] if random.random() < 0.4 else others
    peers = ["Shires"] if alike else random.choice([[None], ["Shires"], ["Shires", "Towns"]])
    indicators: list[Row] = [
        {
            "financial_year": after(year) if random.random() < 0.1 else year,
            "indicator_id": indicator, "service_group": group, "body": who,
            "peer_group": random.choice(peers),
            "polarity": "lower_is_better" if indicator == "I2" else "higher_is_better",
            "value": Decimal(random.randint(1, 9)) / 4
            if alike or random.random() < 0.9 else None,
        }
        for group in (["Roads"] if alike else random.sample(["Roads", "roads ", None], 2))
        for indicator in ("I1", "I2") for who in named
        if alike or random.random() < 0.9
    ]  # fmt: skip
    budgets: list[Row] = [
        {
            "financial_year": year, "body": who,
            "service_group": random.choice(["Roads", "ROADS" if alike else "All services"]),
            "measure": "outturn" if not alike and random.random() < 0.3 else "budget",
            "net_pence": random.randint(-100, 5_000_000),
            "price_basis": "cash" if random.random() < 0.9 else None,
        }
        for who in named for _ in range(1 if alike else random.randint(0, 2))
    ]  # fmt: skip
    deliver(random, world, body, year, "indicators", indicators)
    deliver(random, world, body, year, "budgets", budgets)


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
