"""The count's rules by their worked examples: small places, every figure to be read beside them.

Each example is also counted by the oracle, which must find the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.compiled import Compiled
from tests.warehouse.invariants.oracle.compare import COLUMNS, differences
from tests.warehouse.invariants.oracle.count import count
from tests.warehouse.places import (
    CITY,
    COUNTY,
    NAMES,
    PCT,
    POLICE,
    THOUSAND,
    TRUST,
    YEAR,
    flow,
    footprint,
    line,
    own,
    place,
    returns,
    spends,
)
from tests.warehouse.world import World

Counted = Callable[[World], duckdb.DuckDBPyConnection]
PAYEES = """
    SELECT payee_body_id FROM fct_transfer_match
    UNION ALL SELECT payee_body_id FROM fct_outside_transfer
"""


@pytest.fixture
def counted(compiled: Compiled) -> Counted:
    """Counts a world by the models and by the oracle."""

    def run(world: World) -> duckdb.DuckDBPyConnection:
        connection = compiled.run(world, COLUMNS)
        found = count(world.inputs, world.lines)
        assert differences(world.inputs, found, connection) == []
        return connection

    return run


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, with sums of pence in £k."""
    return [
        tuple(v / THOUSAND if isinstance(v, int) and abs(v) >= THOUSAND else v for v in row)
        for row in connection.execute(query).fetchall()
    ]


def total(connection: duckdb.DuckDBPyConnection, column: str) -> int:
    """A column of the whole place, in pence."""
    found = connection.execute(f"SELECT sum({column})::BIGINT FROM fct_place_spend").fetchone()
    assert found
    return int(found[0])


# --- Rule 1: nine flows, one place total ---------------------------------------------------------


@pytest.fixture
def nine_flows(tmp_path: Path) -> World:
    """£k: the trust brings in 3,000, the city 800, the provider 100; 6,600 is reported."""
    world = place(tmp_path, PCT, CITY, TRUST)
    spends(world, PCT, line(CITY, 1200), line(TRUST, 1000), line("Three Charities", 800))
    spends(world, CITY, line(TRUST, 500), line("Three Charities", 1500))
    spends(world, TRUST, line(None, 1600))
    returns(world, PCT, flow("Department of Health", PCT, 3000))
    returns(world, CITY, flow(PCT, CITY, 1200, "pooled_treatment_budget"), own(CITY, 800))
    returns(world, TRUST, flow(PCT, TRUST, 1000), flow(CITY, TRUST, 500), own(TRUST, 100))
    return world


def test_nine_flows_make_one_place_total(counted: Counted, nine_flows: World) -> None:
    found = counted(nine_flows)
    assert total(found, "gross_pence") == 6_600 * THOUSAND
    assert total(found, "eliminated_pence") == 2_700 * THOUSAND
    assert total(found, "net_pence") == 3_900 * THOUSAND
    assert rows(found, "SELECT body_id, net_pence FROM fct_place_spend ORDER BY body_id") == [
        (CITY, 1500),
        (PCT, 800),
        (TRUST, 1600),
    ]


def test_two_views_of_nine_flows_agree(counted: Counted, nine_flows: World) -> None:
    found = counted(nine_flows)
    assert rows(
        found,
        """SELECT reconciliation_status, final_spend_pence, source_pence, difference_pence
        FROM fct_place_reconciliation""",
    ) == [("reconciled", 3900, 3900, 0)]
    assert rows(
        found,
        """SELECT body_id, own_pence + outside_pence FROM fct_partner_reconciliation
        ORDER BY body_id""",
    ) == [(CITY, 800), (PCT, 3000), (TRUST, 100)]


def test_both_sides_of_nine_flows_are_paired(counted: Counted, nine_flows: World) -> None:
    found = counted(nine_flows)
    assert rows(
        found,
        """SELECT payer_body_id, payee_body_id, match_status, payer_pence, payee_pence, agreed_pence
        FROM fct_transfer_match ORDER BY ALL""",
    ) == [
        (CITY, TRUST, "matched", 500, 500, 500),
        (PCT, CITY, "matched", 1200, 1200, 1200),
        (PCT, TRUST, "matched", 1000, 1000, 1000),
    ]


def test_one_missing_flow_is_a_difference(counted: Counted, nine_flows: World) -> None:
    path = f"funding/partner_id={TRUST}/period={YEAR}"
    nine_flows.lines[path] = nine_flows.lines[path][:-1]
    found = counted(nine_flows)
    assert rows(
        found,
        "SELECT reconciliation_status, unexplained_pence FROM fct_place_reconciliation",
    ) == [("differs", 100)]


@pytest.mark.parametrize(
    ("trust", "said"),
    [
        (100, "Has gaps, so it is not compared with its sources."),
        (90, "Has gaps, so it is not compared with its sources. "
         "Has no gap, and differs from its sources: Vale Trust."),
    ],
)  # fmt: skip
def test_a_gap_of_one_body_hides_no_difference_of_another(
    compiled: Compiled, nine_flows: World, trust: int, said: str
) -> None:
    """The city's file lacks a row; the trust's is whole, and its sources may not be."""
    for submission in nine_flows.inputs["submissions"]:
        if (submission["partner_id"], submission["feed"]) == (CITY, "spend"):
            submission["rows_set_aside"] = 1
    path = f"funding/partner_id={TRUST}/period={YEAR}"
    nine_flows.lines[path][-1]["amount_pence"] = trust * THOUSAND
    found = compiled.run(nine_flows, ["fct_place_reconciliation", "fct_headline"])

    status = "reconciled" if trust == 100 else "differs"
    assert rows(
        found,
        "SELECT body_id, reconciliation_status FROM fct_partner_reconciliation ORDER BY body_id",
    ) == [(CITY, "incomplete"), (PCT, "reconciled"), (TRUST, status)]
    assert rows(
        found,
        "SELECT reconciliation_status, bodies_differing FROM fct_place_reconciliation",
    ) == [("incomplete", None if trust == 100 else "Vale Trust")]
    sources = "SELECT reason FROM fct_headline WHERE headline = 'place_sources'"
    assert rows(found, sources) == [(said,)]


# --- Rule 2: only what is agreed goes ------------------------------------------------------------


def test_what_only_the_payer_tells_stays_and_may_be_double(
    counted: Counted, tmp_path: Path
) -> None:
    world = place(tmp_path, COUNTY, CITY)
    spends(world, COUNTY, line(CITY, 300))
    spends(world, CITY, line(None, 900))
    found = counted(world)
    assert total(found, "net_pence") == 1_200 * THOUSAND
    assert rows(
        found,
        """SELECT match_status, payer_pence, payee_pence, eliminated_pence,
            possible_double_count_pence FROM fct_transfer_match""",
    ) == [("payer_only", 300, None, 0, 300)]
    status = "SELECT reconciliation_status FROM fct_place_reconciliation"
    assert rows(found, status) == [("no_source_data",)]


def test_sides_that_differ_lose_the_smaller_figure(counted: Counted, tmp_path: Path) -> None:
    world = place(tmp_path, COUNTY, CITY)
    spends(world, COUNTY, line(CITY, 300))
    spends(world, CITY, line(None, 900))
    returns(world, COUNTY, own(COUNTY, 300))
    returns(world, CITY, flow(COUNTY, CITY, 280), own(CITY, 600))
    found = counted(world)
    assert total(found, "eliminated_pence") == 280 * THOUSAND
    assert rows(
        found,
        """SELECT match_status, agreed_pence, eliminated_pence, possible_double_count_pence
        FROM fct_transfer_match""",
    ) == [("differing", 280, 280, 20)]
    # The city spent 20 more than it told the source of: just what the county says it sent.
    status = "SELECT reconciliation_status, unexplained_pence FROM fct_place_reconciliation"
    assert rows(found, status) == [("reconciled", 0)]


def test_money_in_transit_at_a_year_end_is_counted_once(counted: Counted, tmp_path: Path) -> None:
    world = place(tmp_path, PCT, CITY)
    later = "2009-10"
    spends(world, PCT, line(CITY, 100, line_date=date(2009, 3, 28)))
    spends(world, CITY, line(None, 100), year=later)
    returns(world, PCT, own(PCT, 100))
    returns(world, CITY, flow(PCT, CITY, 100), year=later)
    found = counted(world)
    assert total(found, "net_pence") == 100 * THOUSAND
    assert rows(
        found,
        """SELECT financial_year, match_status, agreed_pence, timing_pence, eliminated_pence
        FROM fct_transfer_match ORDER BY ALL""",
    ) == [(YEAR, "matched", 0, 100, 100), (later, "matched", 0, 0, 0)]
    assert rows(
        found,
        """SELECT financial_year, reconciliation_status, in_transit_pence
        FROM fct_place_reconciliation ORDER BY ALL""",
    ) == [(YEAR, "reconciled", -100), (later, "reconciled", 100)]


def test_a_payment_in_the_middle_of_the_year_is_no_timing(counted: Counted, tmp_path: Path) -> None:
    world = place(tmp_path, PCT, CITY)
    spends(world, PCT, line(CITY, 100, line_date=date(2009, 2, 28)))
    spends(world, CITY, line(None, 100), year="2009-10")
    returns(world, CITY, flow(PCT, CITY, 100), year="2009-10")
    assert total(counted(world), "eliminated_pence") == 0


# --- Rule 3: who is meant ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("supplier", "vat_no", "payee"),
    [
        ("MERE  CITY COUNCIL", None, CITY),
        ("The Mere City Council Ltd", None, CITY),
        ("Mere City", None, CITY),
        ("THE MERE AND VALE EMERGENCY PLAN", None, "emergency"),
        ("Mere City Council Payments Office", "GB 123 4567 89", CITY),
        ("REDACTED PERSONAL DATA", "123456789", CITY),
        (None, "123456789", CITY),
        ("Fenland Council", None, "new_fenland"),
        # A maintained school has its council's VAT number; a pension fund has its name.
        ("St Hilda Primary School", "GB 123 4567 89", None),
        ("Mere City Council Pension Fund", None, None),
        ("Mere City Council Payments Office", None, None),
        ("THE MERE AND VALE EMERGENCY PLA", None, None),
        (NAMES[COUNTY], None, None),  # a body that pays itself
    ],
)
def test_a_payee_is_known_by_name_and_number(
    counted: Counted, tmp_path: Path, supplier: str | None, vat_no: str | None, payee: str | None
) -> None:
    world = place(tmp_path, COUNTY, CITY)
    world.inputs["partner_aliases"].append({"partner_id": CITY, "alias": "Mere City"})
    world.inputs["organisation_vat"].append({"organisation_id": CITY, "vat_no": "123456789"})
    world.organisation("emergency", name="The Mere and Vale Emergency Planning Board")
    world.organisation("new_fenland")
    ended = date(2008, 3, 31)
    world.organisation("old_fenland", "Fenland Council", valid_to=ended, successor_id="new_fenland")
    spends(world, COUNTY, line(supplier, 1, vat_no=vat_no), line("Oak Ltd", 1))
    found = counted(world).execute(PAYEES).fetchall()
    assert found == ([(payee,)] if payee else [])


@pytest.mark.parametrize(("names", "payees"), [([None, None], []), ([None, "Oak Ltd"], [(CITY,)])])
def test_in_a_file_that_names_nobody_no_payee_is_known_by_its_number_alone(
    counted: Counted, tmp_path: Path, names: list[str | None], payees: list[tuple[str]]
) -> None:
    world = place(tmp_path, COUNTY, CITY)
    world.inputs["organisation_vat"].append({"organisation_id": CITY, "vat_no": "123456789"})
    spends(world, COUNTY, line(names[0], 1, vat_no="123456789"), line(names[1], 1))
    found = counted(world).execute(PAYEES).fetchall()
    assert found == payees


# --- Rule 4: pooled budgets ----------------------------------------------------------------------


def test_a_pool_is_spent_once_and_its_rest_carried_forward(
    counted: Counted, tmp_path: Path
) -> None:
    world = place(tmp_path, PCT, CITY, COUNTY)
    pool: dict[str, Any] = {"kind": "s75", "pool_id": "POOL-1", "theme": "drug_alcohol"}
    world.inputs["pools"].append({"pool_id": "POOL-1", "name": "Treatment", "host_id": PCT})
    spends(world, CITY, line(PCT, 600))
    spends(world, COUNTY, line(PCT, 400))
    spends(world, PCT, line("Three Charities", 950))
    returns(world, CITY, own(CITY, 600), flow(CITY, PCT, 600, **pool))
    returns(world, COUNTY, own(COUNTY, 400))
    returns(
        world, PCT, flow(CITY, PCT, 600, **pool), flow(COUNTY, PCT, 400, **pool),
        flow(PCT, "Three Charities", 950, **pool),
    )  # fmt: skip
    found = counted(world)
    assert total(found, "gross_pence") == 1_950 * THOUSAND
    assert total(found, "net_pence") == 950 * THOUSAND
    assert rows(
        found,
        """SELECT funder_body_id, contributed_pence, spent_pence, carried_forward_pence
        FROM fct_pool_balance ORDER BY ALL""",
    ) == [(CITY, 600, 570, 30), (COUNTY, 400, 380, 20)]
    assert rows(
        found,
        """SELECT reconciliation_status, final_spend_pence, source_pence, carried_forward_pence
        FROM fct_place_reconciliation""",
    ) == [("reconciled", 950, 1000, 50)]


# --- Rule 7: footprints --------------------------------------------------------------------------


def test_the_share_outside_the_place_is_shown(counted: Counted, tmp_path: Path) -> None:
    world = place(tmp_path, POLICE)
    spends(world, POLICE, line(None, 2400))
    world.inputs["footprints"].append(footprint(980_328, 1_017_697, "Census 2011"))
    found = counted(world)
    assert total(found, "net_pence") == 2_400_000_00
    assert total(found, "in_scope_net_pence") == 2_311_873_97
    assert total(found, "out_of_scope_pence") == 88_126_03


def test_another_vintage_restates_and_says_so(counted: Counted, tmp_path: Path) -> None:
    seen = []
    for vintage, city in (("June 2010", 304_700), ("rebased", 319_708)):
        world = place(tmp_path, POLICE)
        spends(world, POLICE, line(None, 2400))
        world.inputs["footprints"].append(footprint(city, city + 644_700, vintage))
        seen += counted(world).execute(
            """SELECT footprint_vintage, in_scope_net_pence,
                in_scope_net_pence + out_of_scope_pence FROM fct_place_spend"""
        ).fetchall()  # fmt: skip
    assert seen == [
        ("June 2010", 77_025_490, 240_000_000),
        ("rebased", 79_561_679, 240_000_000),
    ]


# --- Rule 8: dated duties ------------------------------------------------------------------------


def test_moving_a_commissioner_leaves_the_place_total(counted: Counted, tmp_path: Path) -> None:
    before = place(tmp_path, PCT, CITY)
    spends(before, PCT, line("Three Charities", 700))
    returns(before, PCT, own(PCT, 700))
    after = place(tmp_path, PCT, CITY)
    spends(after, PCT, line(CITY, 700))
    spends(after, CITY, line("Three Charities", 700))
    returns(after, PCT, own(PCT, 700))
    returns(after, CITY, flow(PCT, CITY, 700))
    totals = []
    for world in (before, after):
        found = counted(world)
        totals.append((total(found, "net_pence"), total(found, "in_scope_net_pence")))
        status = "SELECT reconciliation_status, source_pence FROM fct_place_reconciliation"
        assert rows(found, status) == [("reconciled", 700)]
    assert totals == [(700 * THOUSAND, 700 * THOUSAND)] * 2
