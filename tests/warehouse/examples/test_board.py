"""What the Board's report shows as it is: small places, and every figure beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.compiled import Compiled
from tests.warehouse.examples.test_savings_examples import claim, register
from tests.warehouse.places import (
    CITY,
    COUNTY,
    PCT,
    TREATMENT,
    YEAR,
    flow,
    line,
    own,
    place,
    returns,
    spends,
)
from tests.warehouse.world import Row, World


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


# --- From what is claimed to what counts ---------------------------------------------------------


def test_each_step_begins_where_the_one_before_it_ended(compiled: Compiled, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    register(
        world, CITY, "2009-10",
        claim("HUB", 100, ongoing_cost=30, baseline=901),
        claim("WEB", 70, saving_class="avoided", baseline=902),
        claim("DESK", 40, baseline=None),
        claim("POST", None, baseline=904),
    )  # fmt: skip

    found = compiled.run(world, ["v_savings_waterfall"])

    assert rows(
        found,
        "SELECT step, initiatives, step_pounds, from_pounds, to_pounds "
        "FROM v_savings_waterfall ORDER BY step_no",
    ) == [
        ("claimed", 3, Decimal(210_000), Decimal(0), Decimal(210_000)),
        ("not_cash_releasing", 1, Decimal(-70_000), Decimal(210_000), Decimal(140_000)),
        ("costs", 1, Decimal(-30_000), Decimal(140_000), Decimal(110_000)),
        ("no_baseline", 1, Decimal(-40_000), Decimal(110_000), Decimal(70_000)),
    ]  # fmt: skip


# --- Spend of the place on a service -------------------------------------------------------------

DESK = "Customer services"


def with_a_desk(world: World, body: str) -> None:
    """The body calls its public access by a name of its own."""
    world.inputs["code_map"].append(
        {
            "partner_id": body, "rule_id": f"{body}-PA", "theme": "public_access",
            "service_code": "PA-SERVICE-POINT", "share": 1, "grade": "sure", "account": DESK,
            "source": "The body's own statement",
        }
    )  # fmt: skip


def needed(world: World, *bodies: str, year: str = YEAR) -> None:
    """The whole year is needed of the bodies."""
    for body in bodies:
        world.expect(body, "spend", year, {year: "financial_year"})


def two_councils(home: Path, city: list[Row], county: list[Row]) -> World:
    """Two councils of which the whole year is needed, with what each spends, if it sends any."""
    world = place(home, CITY, COUNTY)
    needed(world, CITY, COUNTY)
    for body, lines in ((CITY, city), (COUNTY, county)):
        if lines:
            spends(world, body, *lines)
    return world


def of_the_place(found: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return rows(
        found,
        "SELECT headline, financial_year, pence, status, reason FROM fct_headline "
        "WHERE body_id = 'place' AND headline IN ('drug_alcohol_spend', 'public_access_spend') "
        "ORDER BY ALL",
    )


def test_a_service_has_a_figure_of_the_place_where_every_body_is_complete(
    compiled: Compiled, tmp_path: Path
) -> None:
    city = [line("Three Charities Ltd", 100), line("Desks Ltd", 7, account=DESK)]
    world = two_councils(tmp_path, city, [line("Three Charities Ltd", 20)])
    with_a_desk(world, CITY)

    assert of_the_place(compiled.run(world, ["fct_headline"])) == [
        ("drug_alcohol_spend", YEAR, 12_000_000, "stated", None),
        ("public_access_spend", YEAR, 700_000, "stated", None),
    ]


def test_what_only_the_payer_reports_may_be_in_the_figure_of_the_place_twice(
    compiled: Compiled, tmp_path: Path
) -> None:
    county = [line("Three Charities Ltd", 20), line("Mere City Council", 30)]
    world = two_councils(tmp_path, [line("Three Charities Ltd", 100)], county)

    found = of_the_place(compiled.run(world, ["fct_headline"]))
    twice = "Payments that only the payer reports may count in it twice."
    assert found[0] == ("drug_alcohol_spend", YEAR, 15_000_000, "stated", twice)


@pytest.mark.parametrize("owed", [False, True])
def test_a_payer_s_own_figure_says_what_may_be_in_it_twice(
    compiled: Compiled, tmp_path: Path, owed: bool
) -> None:
    """The city passes £60k on, of which no return says what became; one may be owed."""
    world = place(tmp_path, CITY, COUNTY)
    if owed:
        world.expect(COUNTY, "funding", YEAR, {YEAR: "financial_year"})
    spends(world, CITY, line(COUNTY, 60, account=TREATMENT), line("A Ltd", 5, account=TREATMENT))
    spends(world, COUNTY, line("Three Charities Ltd", 60, account=TREATMENT))

    found = compiled.run(world, ["fct_headline", "v_spend_by_body_year"])

    twice = "Payments that only this body reports may count in it twice"
    twice += "; the funding return is missing of: Vale County." if owed else "."
    assert rows(
        found,
        "SELECT body_name, pence, reason FROM fct_headline WHERE body_id <> 'place' "
        "AND headline = 'drug_alcohol_spend' AND measure = 'in_scope' ORDER BY ALL",
    ) == [("Mere City", 6_500_000, twice), ("Vale County", 6_000_000, None)]
    assert rows(
        found,
        "SELECT body_name, in_scope_net_pounds, perhaps_twice_pounds FROM v_spend_by_body_year "
        "WHERE theme = 'drug_alcohol' ORDER BY ALL",
    ) == [
        ("Mere City", Decimal(65_000), Decimal(60_000)),
        ("Vale County", Decimal(60_000), Decimal(0)),
    ]


def test_without_a_body_a_service_has_no_figure_of_the_place(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = two_councils(tmp_path, [line("Three Charities Ltd", 100)], [])

    missing = "Not complete: Vale County."
    assert of_the_place(compiled.run(world, ["fct_headline"])) == [
        ("drug_alcohol_spend", YEAR, None, "incomplete", missing),
        ("public_access_spend", YEAR, None, "incomplete", missing),
    ]


def test_a_body_whose_files_cannot_show_a_service_is_named_beside_the_figure(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY, PCT)
    with_a_desk(world, CITY)
    needed(world, CITY, PCT)
    spends(world, CITY, line("Desks Ltd", 7, account=DESK))
    hidden = [line("Three Charities Ltd", 20, account=TREATMENT)]
    world.submit(PCT, YEAR, hidden, cadence="financial_year", public_access="not_observable")

    assert of_the_place(compiled.run(world, ["fct_headline"])) == [
        ("drug_alcohol_spend", YEAR, 2_000_000, "stated", None),
        ("public_access_spend", YEAR, 700_000, "stated", "Not shown by the files of: Mere Pct."),
    ]


def test_a_body_whose_files_can_show_a_part_is_named_with_that(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    with_a_desk(world, CITY)
    needed(world, CITY)
    spends(world, CITY, line("Desks Ltd", 7, account=DESK))
    hidden = [line("Stationers Ltd", 20, account="Stationery")]
    world.submit(CITY, "2008-09-Q1", hidden, cadence="quarter", public_access="not_observable")

    said = "Not shown by the files of: Mere City (in part)."
    assert of_the_place(compiled.run(world, ["fct_headline"]))[1] == (
        "public_access_spend", YEAR, 700_000, "stated", said,
    )  # fmt: skip


def test_a_bodys_own_figure_says_what_is_not_in_it(compiled: Compiled, tmp_path: Path) -> None:
    """City sends a quarter of the year, under a layout that shows a part; County sends it all."""
    world = place(tmp_path, CITY, COUNTY)
    with_a_desk(world, CITY)
    needed(world, COUNTY)
    world.expect(CITY, "spend", YEAR, {"2008-09-Q1": "quarter", "2008-09-Q2": "quarter"})
    desk = [line("Desks Ltd", 7, account=DESK), line("Three Charities Ltd", 5, account=TREATMENT)]
    world.submit(CITY, "2008-09-Q1", desk, cadence="quarter", public_access="partly_observable")
    spends(world, COUNTY, line("Three Charities Ltd", 20))

    found = compiled.run(world, ["fct_headline"])
    missing = "Deliveries of the year are missing, and not in it."
    assert rows(
        found,
        "SELECT headline, body_name, pence, reason FROM fct_headline "
        "WHERE body_id <> 'place' AND measure = 'in_scope' AND pence <> 0 ORDER BY ALL",
    ) == [
        ("drug_alcohol_spend", "Mere City", 500_000, missing),
        ("drug_alcohol_spend", "Vale County", 2_000_000, None),
        ("public_access_spend", "Mere City", 700_000,
         f"The layout of its files shows a part of it. {missing}"),
    ]  # fmt: skip


def test_a_figure_says_that_rows_of_its_year_were_set_aside(
    compiled: Compiled, tmp_path: Path
) -> None:
    """What they hold may be unknown: the body's figure and the place's are too low by as much."""
    world = two_councils(tmp_path, [], [line("Three Charities Ltd", 20)])
    city = [line("Three Charities Ltd", 100, account=TREATMENT)]
    world.submit(CITY, YEAR, city, cadence="financial_year", rows_set_aside=2)

    aside = "Rows of the year were set aside, and are not in it."
    assert rows(
        compiled.run(world, ["fct_headline"]),
        "SELECT body_name, pence, reason FROM fct_headline WHERE measure = 'in_scope' "
        "AND headline = 'drug_alcohol_spend' ORDER BY ALL",
    ) == [
        ("Mere City", 10_000_000, aside),
        ("The place", 12_000_000, aside),
        ("Vale County", 2_000_000, None),
    ]


def test_where_no_body_s_files_can_show_a_service_there_is_no_figure_and_not_nought(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, PCT)
    needed(world, PCT)
    hidden = [line("Stationers Ltd", 20, account="Stationery")]
    world.submit(PCT, YEAR, hidden, cadence="financial_year", public_access="not_observable")

    unseen = "Not shown by the files of: Mere Pct."
    assert of_the_place(compiled.run(world, ["fct_headline"])) == [
        ("drug_alcohol_spend", YEAR, 0, "stated", "No line of the year is for it."),
        ("public_access_spend", YEAR, None, "not_observable", unseen),
    ]


# --- Whose money it was --------------------------------------------------------------------------


def test_payments_are_shared_over_the_streams_of_the_return_in_each_tier(
    compiled: Compiled, tmp_path: Path
) -> None:
    """The return of £1,000k (£600k pooled, £400k its own) covers all but a fifth of £1,250k."""
    world = place(tmp_path, CITY)
    world.inputs["code_map"].append(
        {
            "partner_id": CITY, "rule_id": "REHAB", "theme": "drug_alcohol",
            "service_code": "DA-RESIDENTIAL", "share": 1, "grade": "sure", "account": "Rehab",
            "source": "The body's own statement",
        }
    )  # fmt: skip
    spends(world, CITY, line("Three Charities Ltd", 1000), line("House Ltd", 250, account="Rehab"))
    pooled = flow(PCT, CITY, 600, "pooled_treatment_budget", theme="drug_alcohol")
    returns(world, CITY, pooled, own(CITY, 400) | {"theme": "drug_alcohol"})

    found = compiled.run(world, ["v_drug_alcohol_stream"])

    assert rows(
        found,
        "SELECT tier, stream, in_scope_net_pounds FROM v_drug_alcohol_stream ORDER BY 1, 2",
    ) == [
        ("tier_2_3", "own", Decimal(320_000)),
        ("tier_2_3", "ptb", Decimal(480_000)),
        ("tier_2_3", "unknown", Decimal(200_000)),
        ("tier_4", "own", Decimal(80_000)),
        ("tier_4", "ptb", Decimal(120_000)),
        ("tier_4", "unknown", Decimal(50_000)),
    ]


# --- What no rule put anywhere -------------------------------------------------------------------


def test_the_share_without_a_class_is_of_pounds_with_their_signs(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY, COUNTY, PCT)
    nobody_knows = {"account": "Zq"}
    spends(
        world, CITY, line("Three Charities Ltd", 990), line("A", 12, **nobody_knows),
        line("A", -2, **nobody_knows),
    )  # fmt: skip
    spends(world, COUNTY, line("Three Charities Ltd", 100))
    spends(world, PCT, line("Three Charities Ltd", -5))

    found = compiled.run(world, ["v_unclassified_share"])

    assert rows(
        found,
        "SELECT body_name, lines, gross_pounds, unclassified_lines, unclassified_pounds, "
        "unclassified_per_mille FROM v_unclassified_share ORDER BY 1",
    ) == [
        ("Mere City", 3, Decimal(1_000_000), 2, Decimal(10_000), 10),
        ("Mere Pct", 1, Decimal(-5_000), 0, Decimal(0), None),
        ("Vale County", 1, Decimal(100_000), 0, Decimal(0), 0),
    ]


# --- What the Board is asked to decide -----------------------------------------------------------

ASKED = (
    "SELECT rank_no, matter, financial_year, items, item_kind, at_stake_pounds "
    "FROM v_board_decision ORDER BY rank_no"
)
TARGET = (1, "confirm_target", "all_years", 6, "terms", Decimal(200_000_000))


def test_a_place_where_all_is_well_is_asked_about_its_target_alone(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    needed(world, CITY)
    spends(world, CITY, line("Three Charities Ltd", 100))

    assert rows(compiled.run(world, ["v_board_decision"]), ASKED) == [TARGET]


def test_what_is_missing_or_held_is_asked_for(compiled: Compiled, tmp_path: Path) -> None:
    world = place(tmp_path, CITY, COUNTY)
    needed(world, CITY, COUNTY)
    world.expect(COUNTY, "spend", "2009-10", {"2009-10": "financial_year"}, asked_for=False)
    facts: dict[str, Any] = {"cadence": "financial_year", "verdict": "held"}
    world.submit(CITY, YEAR, [line("Three Charities Ltd", 100)], **facts)

    assert rows(compiled.run(world, ["v_board_decision"]), ASKED) == [
        TARGET,
        (2, "missing_delivery", "all_years", 1, "periods", None),
        (3, "not_asked_for", "all_years", 1, "periods", None),
        (4, "files_held", "all_years", 1, "files", Decimal(100_000)),
    ]


def test_claims_of_the_last_year_are_asked_about_with_what_hangs_on_them(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    overdue = {"milestone_due": date(2010, 3, 31), "status": "in_delivery"}
    register(world, CITY, "2008-09", claim("OLD", 7, baseline=None))
    register(
        world, CITY, "2009-10",
        claim("HUB", 100, ongoing_cost=30, baseline=901, **overdue),
        claim("DESK", 40, ongoing_cost=15, baseline=None),
    )  # fmt: skip

    assert rows(compiled.run(world, ["v_board_decision"]), ASKED) == [
        TARGET,
        (2, "confirm_initiatives", "2009-10", 2, "initiatives", Decimal(70_000)),
        (3, "no_baseline", "2009-10", 1, "initiatives", Decimal(25_000)),
        (4, "not_evidenced", "2009-10", 1, "initiatives", Decimal(70_000)),
        (5, "overdue_milestone", "2009-10", 1, "initiatives", Decimal(100_000)),
    ]


def test_payments_that_may_count_twice_and_unknown_lines_and_payees_are_asked_about(
    compiled: Compiled, tmp_path: Path
) -> None:
    """The city pays the county £60k, and no return says what became of it."""
    world = place(tmp_path, CITY, COUNTY)
    spends(
        world, CITY, line(COUNTY, 60), line("Strange District Council", 5),
        line("A", 3, account="Zq"),
    )  # fmt: skip
    spends(world, COUNTY, line("Three Charities Ltd", 20))

    assert rows(compiled.run(world, ["v_board_decision"]), ASKED) == [
        TARGET,
        (2, "possible_double_count", "all_years", 1, "years of a pair of bodies", Decimal(60_000)),
        (3, "unclassified", "all_years", 1, "patterns of lines", Decimal(3_000)),
        (4, "unresolved_body", "all_years", 1, "pairs of payer and payee", Decimal(5_000)),
    ]


def test_a_body_without_a_gap_that_differs_from_its_sources_is_asked_about(
    compiled: Compiled, tmp_path: Path
) -> None:
    """The city spent £10k less than it says it had; a row of the county's was set aside."""
    world = place(tmp_path, CITY, COUNTY)
    for body, spent in ((CITY, 50), (COUNTY, 70)):
        spends(world, body, line("Three Charities Ltd", spent))
        returns(world, body, own(body, 60))
    world.inputs["submissions"][2]["rows_set_aside"] = 1

    found = rows(compiled.run(world, ["v_board_decision"]), ASKED)

    assert found[1] == (
        2, "unexplained_difference", "all_years", 1, "years of a body", Decimal(10_000),
    )  # fmt: skip


# --- Outlines for a map --------------------------------------------------------------------------


def test_the_outlines_of_the_place_are_published_as_they_are(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    corners = [(400_000, 300_000), (401_000, 300_000), (400_000, 301_000), (400_000, 300_000)]
    world.inputs["outlines"] = [
        {
            "area_code": "E06999901", "area_name": "Mere", "ring_no": 1, "point_no": number,
            "easting": easting, "northing": northing,
        }
        for number, (easting, northing) in enumerate(corners, 1)
    ]  # fmt: skip

    found = compiled.run(world, ["dim_area_outline"])

    assert (
        rows(found, "SELECT easting, northing FROM dim_area_outline ORDER BY ring_no, point_no")
        == corners
    )
