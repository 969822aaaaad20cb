"""Views of what a Board asks for, over small places: every figure to be read beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.warehouse.compiled import Compiled
from tests.warehouse.places import CITY, PCT, TRUST, YEAR, flow, line, own, place, returns, spends

DAY = {"line_date": date(2008, 5, 1)}


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_two_lines_that_are_alike_are_listed_and_stay_in_the_count(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    twice = line("Three Charities Ltd", 300, **DAY)
    spends(world, CITY, twice, line("Three Charities Ltd", 100, **DAY), twice)

    found = compiled.run(world, ["v_repeated_line", "fct_place_spend"])

    assert rows(
        found,
        "SELECT first_line_id, body_name, theme, line_date, payee_name, amount_pounds, lines, "
        "in_one_file, repeated_pounds FROM v_repeated_line",
    ) == [
        (
            "s0001:2", "Mere City", "drug_alcohol", date(2008, 5, 1), "Three Charities Ltd",
            Decimal(300_000), 2, True, Decimal(300_000),
        )
    ]  # fmt: skip
    assert rows(found, "SELECT sum(gross_pence)::BIGINT FROM fct_place_spend") == [(70_000_000,)]


def test_lines_of_another_day_payee_or_service_are_not_alike(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    one = line("Three Charities Ltd", 300, **DAY)
    other_day = one | {"line_date": date(2008, 5, 2)}
    other_payee = line("Four Charities Ltd", 300, **DAY)
    stationery = line("Paper Ltd", 5, account="Stationery", **DAY)
    undated = line("Three Charities Ltd", 7, line_date=None)
    spends(world, CITY, one, other_day, other_payee, stationery, stationery, undated, undated)

    found = compiled.run(world, ["v_repeated_line"])

    assert rows(found, "SELECT count(*) FROM v_repeated_line") == [(0,)]


def test_what_a_body_paid_stands_beside_its_accounts_with_whose_money_it_was(
    compiled: Compiled, tmp_path: Path
) -> None:
    """The city pays £2,000k: £1,200k is the PCT's, £700k its own, and £100k nobody reports."""
    world = place(tmp_path, PCT, CITY)
    spends(world, PCT, line(CITY, 1200))
    spends(world, CITY, line("Three Charities Ltd", 2000))
    granted = flow(PCT, CITY, 1200, "pooled_treatment_budget", theme="drug_alcohol")
    returns(world, CITY, granted, own(CITY, 700) | {"theme": "drug_alcohol"})
    accounts = [
        {
            "financial_year": YEAR, "service_group": "Drugs and alcohol", "measure": measure,
            "net_pence": thousands * 100_000, "price_basis": "cash",
        }
        for measure, thousands in (("budget", 750), ("outturn", 720))
    ]  # fmt: skip
    world.submit(CITY, YEAR, accounts, feed="budgets", cadence="financial_year")

    found = compiled.run(world, ["v_drug_alcohol_cost"])

    assert rows(
        found,
        "SELECT cost_basis, payments_pounds, payments_by_own_pounds, payments_by_others_pounds, "
        "payments_by_unknown_pounds, budget_pounds, outturn_pounds, payments_less_outturn_pounds "
        f"FROM v_drug_alcohol_cost WHERE body_id = '{CITY}'",
    ) == [("ledger", *map(Decimal, (
        2_000_000, 700_000, 1_200_000, 100_000, 750_000, 720_000, 1_280_000
    )))]  # fmt: skip


def test_capital_stands_beside_what_counts_and_not_in_it(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, TRUST)
    world.department(TRUST, "Building works", scope="capital")
    works = line("Builders Ltd", 400, department="Building works")
    spends(world, TRUST, line("Three Charities Ltd", 1000), works)

    found = compiled.run(world, ["v_spend_by_body_year"])

    assert rows(
        found,
        "SELECT theme, gross_pounds, in_scope_net_pounds, out_of_scope_gross_pounds "
        "FROM v_spend_by_body_year",
    ) == [("drug_alcohol", Decimal(1_000_000), Decimal(1_000_000), Decimal(400_000))]


def test_a_provider_s_money_of_two_years_is_compared_in_one_year_s_prices(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    spends(world, CITY, line("Three Charities Ltd", 1000), year="2011-12")

    found = compiled.run(world, ["v_provider", "dim_price_index"])

    assert rows(
        found,
        "SELECT financial_year, price_base_year, in_scope_net_pounds, real_terms_pounds "
        "FROM v_provider",
    ) == [("2011-12", "2008-09", Decimal(1_000_000), Decimal("952674.72"))]  # 84.190175 / 88.372425


def test_a_credit_makes_no_provider_s_share_more_than_all_that_is_paid(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    paid = [line("Aspen Ltd", 300), line("Birch Ltd", 100), line("Cedar Ltd", -200)]
    spends(world, CITY, *paid)

    found = compiled.run(world, ["v_provider"])

    assert rows(
        found, "SELECT in_scope_net_pounds, share_per_mille FROM v_provider ORDER BY rank_in_year"
    ) == [(Decimal(300_000), 750), (Decimal(100_000), 250), (Decimal(-200_000), None)]


def test_a_name_that_reads_like_a_public_body_and_is_nobody_known_is_listed_with_its_pounds(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    world.organisation("known", name="Known District Council")
    spends(
        world,
        CITY,
        line("NHS CCG", 300),
        line("Known District Council", 200),
        line("Strange District Council", 100),
        line("Strange District Council", -40),
        line("Three Charities Ltd", 900),
    )

    found = compiled.run(world, ["v_unresolved_body"])

    assert rows(
        found,
        "SELECT rank_no, body_name, payee_name, reason, lines, gross_pounds "
        "FROM v_unresolved_body ORDER BY rank_no",
    ) == [
        (1, "Mere City", "NHS CCG", "not_registered", 1, Decimal(300_000)),
        (2, "Mere City", "Strange District Council", "not_registered", 2, Decimal(60_000)),
    ]


def test_a_primary_care_trust_that_nobody_names_is_listed_with_its_pounds(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    names = ["Far Shire PCT", "FARTOWN TEACHING PRIMARY CARE TRUST", "Fartown TPCT", "PCT Plants"]
    spends(world, CITY, *(line(name, 10) for name in names))

    found = compiled.run(world, ["v_unresolved_body"])

    query = "SELECT payee_name, reason, gross_pounds FROM v_unresolved_body ORDER BY payee_name"
    assert rows(found, query) == [
        (name, "not_registered", Decimal(10_000))
        for name in ("FARTOWN TEACHING PRIMARY CARE TRUST", "Far Shire PCT", "Fartown TPCT")
    ]


def test_a_name_cut_off_of_a_body_that_the_place_does_not_list_is_nobody(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    whole = "Strange and Distant NHS Foundation Trust"
    world.organisation("far", name=whole, is_listed=False)
    for alias in world.inputs["organisation_aliases"]:
        alias["kind"] = "registered" if alias["alias"] == whole else alias["kind"]
    spends(world, CITY, line(whole[:32], 7), line(whole, 5))

    found = compiled.run(world, ["v_unresolved_body", "dim_organisation"])

    assert rows(found, "SELECT payee_name, reason, gross_pounds FROM v_unresolved_body") == [
        (whole[:32], "cut_off", Decimal(7_000))
    ]
    assert rows(found, "SELECT name FROM dim_organisation WHERE body_id = 'far'") == [(whole,)]
