"""The small place in which access, treatment and value for money have their worked examples."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.examples.test_access import MERE, VALE
from tests.warehouse.world import World


@pytest.fixture
def place(tmp_path: Path) -> World:
    """Two councils with ledgers."""
    world = World(tmp_path)
    for body in (MERE, VALE):
        world.partner(body, gss_code=f"E-{body}")
        for account, service in (("Desks", "PA-SERVICE-POINT"), ("Drugs", "DA-TREATMENT")):
            world.inputs["code_map"].append(
                {
                    "partner_id": body, "rule_id": f"{body}-{account}", "share": Decimal(1),
                    "theme": "public_access" if account == "Desks" else "drug_alcohol",
                    "service_code": service, "grade": "sure", "account": account, "source": "x",
                }
            )  # fmt: skip
    return world
