"""Savings by the bodies' shares: nobody's penny is counted twice and none is lost."""

from __future__ import annotations

from decimal import Decimal

import duckdb

from tests.warehouse.examples.test_spend import FAR, LOWLAND, UPLAND, VALE
from tests.warehouse.world import Row, World


def _row(share: str, plan: int | None, actual: int | None, **facts: str | int) -> Row:
    return {
        "financial_year": "2010-11", "initiative_id": "HUB", "initiative": "Shared hub",
        "programme": "Access", "lead": "Upland", "partner_share": Decimal(share),
        "saving_class": "cash_releasing", "recurrent": True, "assurance": "interim",
        "plan_pence": plan, "actual_pence": actual, **facts,
    }  # fmt: skip


def arrange(world: World) -> None:
    """One shared initiative in three registers, one more of a single body, one from outside."""
    third = "0.33333333"
    for partner in (UPLAND, LOWLAND, VALE):
        rows = [_row(third, 10_000_001, None)]
        if partner == UPLAND:
            rows.append(_row("1", 500, 400, initiative_id="POST", one_off_cost_pence=30))
            rows.append(_row("1", 9, 9, initiative_id="CUT", saving_class="service_reduction"))
        world.submit(partner, "2010-11", rows, feed="savings", cadence="financial_year")
        world.expect(partner, "savings", "2010-11", {"2010-11": "financial_year"})
    outside = [_row("1", 77, 77, initiative_id="FAR")]
    world.submit(FAR, "2010-11", outside, feed="savings", cadence="financial_year")
    world.expect(LOWLAND, "savings", "2011-12", {"2011-12": "financial_year"})


def test_shares_add_up_to_the_saving(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT programme, saving_class, assurance, initiatives, plan_pence, forecast_pence,
            claimed_in_year_pence, one_off_cost_pence, partners_expected, partners_present
        FROM fct_savings_progress WHERE financial_year = '2010-11' ORDER BY ALL
        """
    ).fetchall()
    assert found == [
        ("Access", "cash_releasing", "preliminary", 2, 10_000_501, None, 400, 30, 3, 3),
        ("Access", "service_reduction", "preliminary", 1, 9, None, 9, None, 3, 3),
    ]


def test_the_target_has_explicit_unknowns(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT target_pence, target_basis, start_year, end_year, price_basis, net_or_gross, bodies,
            target_unknowns
        FROM dim_target
        """
    ).fetchall()
    unknowns = "basis, start year, end year, prices, net or gross, bodies"
    assert found == [(20_000_000_000, *["not_confirmed"] * 6, unknowns)]


def test_no_table_shows_a_share_of_the_target(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = warehouse.execute("DESCRIBE fct_savings_progress").fetchall()
    assert not [name for (name, *_) in columns if "percent" in name or "target" in name]
