"""Small places in a few lines: bodies, what their ledgers show and their returns report, in £k."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.warehouse.world import Row, World

PCT, CITY, COUNTY, TRUST, POLICE = "mere_pct", "mere_city", "vale_county", "vale_trust", "police"
NAMES = {
    PCT: "Mere Primary Care Trust",
    CITY: "Mere City Council",
    COUNTY: "Vale County Council",
    TRUST: "Vale Partnership NHS Trust",
    POLICE: "Mere and Vale Police Authority",
}
THOUSAND = 100_000  # £1,000 in pence
YEAR = "2008-09"
TREATMENT = "Drug treatment"


def place(tmp_path: Path, *bodies: str) -> World:
    """A place of these bodies, which all keep ledgers and call drug treatment by its name."""
    world = World(tmp_path)
    for body in bodies:
        world.partner(body, name=NAMES[body])
        world.inputs["code_map"].append(
            {
                "partner_id": body, "rule_id": f"{body}-DA", "theme": "drug_alcohol",
                "service_code": "DA-TREATMENT", "share": 1, "grade": "sure",
                "account": TREATMENT, "source": "The body's own statement",
            }
        )  # fmt: skip
    return world


def spends(world: World, body: str, *lines: Row, year: str = YEAR) -> None:
    """A body's ledger of a year: supplier (none: its own delivery) and £k."""
    rows = [
        {
            "account": TREATMENT, "line_date": date(int(year[:4]), 10, 1), **line,
            "amount_pence": int(str(line["amount_pence"])),
        }
        for line in lines
    ]  # fmt: skip
    world.submit(body, year, rows, cadence="financial_year", basis="ledger", accounting="accruals")


def line(supplier: str | None, thousands: int, **facts: Any) -> Row:
    """A line of a ledger; a body of the place by its id, anybody else by name."""
    name = NAMES.get(supplier or "", supplier)
    return {"supplier_name": name, "amount_pence": thousands * THOUSAND, **facts}


def returns(world: World, body: str, *rows: Row, year: str = YEAR) -> None:
    """A body's funding return of a year."""
    world.submit(
        body, year, [{"financial_year": year, **row} for row in rows],
        feed="funding", cadence="financial_year",
    )  # fmt: skip


def flow(payer: str, payee: str, thousands: int, kind: str = "grant", **facts: Any) -> Row:
    """A row of a return, in £k."""
    return {
        "agreement_id": "A1", "flow": kind, "payer": NAMES.get(payer, payer),
        "payee": NAMES.get(payee, payee), "amount_pence": thousands * THOUSAND, **facts,
    }  # fmt: skip


def own(body: str, thousands: int) -> Row:
    """A body's own money behind what it spends."""
    return flow(body, body, thousands, "own_resources")


def footprint(inside: int, whole: int, vintage: str) -> Row:
    """How much of what the police cover lies in the place, by one vintage of a key."""
    return {
        "partner_id": POLICE, "key_id": vintage, "driver": "resident population",
        "key_year": "2011", "vintage": vintage, "inside_count": inside, "total_count": whole,
    }  # fmt: skip
