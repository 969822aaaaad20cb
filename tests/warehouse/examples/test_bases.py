"""What an amount is, its VAT and its prices, is declared and labels every total."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.compiled import Asked, Compiled
from tests.warehouse.world import Row, World

NET, GROSS, SILENT = "net_council", "gross_council", "silent_council"
PAID: list[Row] = [{"amount_pence": 100}]


def bases(
    connection: duckdb.DuckDBPyConnection | Asked, table: str, columns: str = "vat_basis"
) -> list[tuple[object, ...]]:
    """Columns of every row of a table, in their own order."""
    return connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


@pytest.fixture
def unlike(tmp_path: Path) -> World:
    """One body without VAT, one with it, and one with a file of each kind."""
    world = World(tmp_path)
    for body in (NET, GROSS, SILENT):
        world.partner(body)
    world.submit(NET, "2009-04", PAID)
    world.submit(GROSS, "2009-04", PAID, vat_basis="included")
    world.submit(SILENT, "2009-04", PAID, vat_basis="not_stated")
    world.submit(SILENT, "2009-05", PAID, vat_basis="recoverable_excluded")
    return world


def test_a_line_has_the_vat_of_its_file(compiled: Compiled, unlike: World) -> None:
    found = bases(compiled.asked(unlike), "fct_spend_line", "body_id, vat_basis")
    assert found == [
        (GROSS, "included"),
        (NET, "excluded"),
        (SILENT, "not_stated"),
        (SILENT, "recoverable_excluded"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        *("fct_place_spend", "v_spend_by_body_year", "fct_provider_payment"),
        "fct_classification_rule",
    ],
)
def test_a_total_of_a_body_over_unlike_files_is_mixed(
    compiled: Compiled, unlike: World, table: str
) -> None:
    found = bases(compiled.asked(unlike), table, "body_id, vat_basis")
    assert found == [(GROSS, "included"), (NET, "excluded"), (SILENT, "mixed")]


@pytest.mark.parametrize("table", ["fct_place_reconciliation", "fct_place_trend"])
def test_a_total_of_the_place_over_unlike_bodies_is_mixed(
    compiled: Compiled, unlike: World, table: str
) -> None:
    assert bases(compiled.asked(unlike), table) == [("mixed",)]


def test_a_total_of_the_place_over_like_bodies_has_their_basis(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    for body in (NET, GROSS):
        world.partner(body)
        world.submit(body, "2009-04", PAID)
    found = compiled.asked(world)
    assert bases(found, "fct_place_reconciliation") == [("excluded",)]


def test_cash_alone_is_deflated(compiled: Compiled, tmp_path: Path) -> None:
    world = World(tmp_path)
    for body, prices in ((NET, ["cash"]), (GROSS, ["2007-08"]), (SILENT, ["cash", "2007-08"])):
        world.partner(body)
        for month, basis in zip(["2008-04", "2008-05"], prices, strict=False):
            world.submit(body, month, PAID, price_basis=basis)
    columns = "body_id, price_basis, in_scope_net_pence, real_terms_pence, price_status"
    assert bases(compiled.asked(world), "fct_place_spend", columns) == [
        (GROSS, "2007-08", 100, None, "not_cash"),
        (NET, "cash", 100, 100, "deflated"),
        (SILENT, "mixed", 200, None, "not_cash"),
    ]


def test_years_of_unlike_vat_are_not_compared(compiled: Compiled, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.partner(NET)
    for year, vat in (("2008-09", "excluded"), ("2009-10", "included"), ("2010-11", "included")):
        world.submit(NET, year, PAID, cadence="financial_year", vat_basis=vat)
        world.expect(NET, "spend", year, {year: "financial_year"})
    reason = "financial_year, real_change_unavailable_reason"
    assert bases(compiled.asked(world), "fct_place_trend", reason) == [
        ("2008-09", "no_year_before"),
        ("2009-10", "other_bodies_or_bases"),
        ("2010-11", None),
    ]


def test_years_without_every_funding_return_are_not_compared(
    compiled: Compiled, tmp_path: Path
) -> None:
    """What one body passes to another may then be counted twice in one of them."""
    world = World(tmp_path)
    world.partner(NET)
    for year in ("2008-09", "2009-10", "2010-11", "2011-12"):
        world.submit(NET, year, PAID, cadence="financial_year")
        world.expect(NET, "spend", year, {year: "financial_year"})
    world.expect(NET, "funding", "2009-10", {"2009-10": "financial_year"})
    reason = "financial_year, real_change_unavailable_reason"
    assert bases(compiled.asked(world), "fct_place_trend", reason) == [
        ("2008-09", "no_year_before"),
        ("2009-10", "funding_incomplete"),
        ("2010-11", "funding_incomplete"),
        ("2011-12", None),
    ]


DRUGS: list[Row] = [{"amount_pence": 100, "area": "Substance Misuse"}]
HEADLINE = "headline, measure, body_id, price_basis, vat_basis"


def headline(
    connection: duckdb.DuckDBPyConnection | Asked, *measures: str
) -> list[tuple[object, ...]]:
    """The first figures of some measures, with their bases."""
    return [row for row in bases(connection, "fct_headline", HEADLINE) if row[1] in measures]


def test_the_first_figures_say_on_what_base_they_are(compiled: Compiled, unlike: World) -> None:
    found = headline(compiled.run(unlike, ["fct_headline"]), "gross", "in_scope_net")
    assert found == [
        ("place_spend", "gross", "place", "cash", "mixed"),
        ("place_spend", "in_scope_net", "place", "cash", "mixed"),
    ]


def test_a_measure_has_the_base_of_what_it_adds_up_and_none_where_it_adds_up_nothing(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.partner(NET)
    world.partner(GROSS, in_place=False)
    world.submit(NET, "2009-04", PAID)
    world.submit(GROSS, "2009-04", PAID, vat_basis="included")
    measures = ("gross", "eliminated", "out_of_scope", "in_scope_net")
    assert headline(compiled.run(world, ["fct_headline"]), *measures) == [
        ("place_spend", "eliminated", "place", None, None),
        ("place_spend", "gross", "place", "cash", "mixed"),
        ("place_spend", "in_scope_net", "place", "cash", "excluded"),
        ("place_spend", "out_of_scope", "place", "cash", "included"),
    ]


def test_what_has_no_class_has_the_base_of_its_own_lines(compiled: Compiled, unlike: World) -> None:
    found = compiled.run(unlike, ["fct_headline"])
    assert headline(found, "unclassified") == [
        ("unclassified_spend", "unclassified", "place", "cash", "mixed")
    ]


def test_a_service_has_the_base_of_its_own_lines_at_each_body_and_in_the_place(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    for body, vat in ((NET, "excluded"), (GROSS, "included")):
        world.partner(body)
        world.submit(body, "2009-04", DRUGS, vat_basis=vat)
    world.submit(NET, "2009-05", PAID, vat_basis="not_stated")
    found = headline(compiled.run(world, ["fct_headline"]), "in_scope")
    assert [row for row in found if row[0] == "drug_alcohol_spend"] == [
        ("drug_alcohol_spend", "in_scope", GROSS, "cash", "included"),
        ("drug_alcohol_spend", "in_scope", NET, "cash", "excluded"),
        ("drug_alcohol_spend", "in_scope", "place", "cash", "mixed"),
    ]


def saves(world: World, body: str, **said: str) -> None:
    """A register of one saving of the body, with what its contract says of it."""
    saving: Row = {
        "financial_year": "2009-10", "initiative_id": body, "initiative": "A saving",
        "partner_share": 1, "saving_class": "cash_releasing", "actual_pence": 100,
        "price_base": said.pop("price_base", None),
    }  # fmt: skip
    more = {"feed": "savings", "cadence": "financial_year", **said}
    world.submit(body, "2009-10", [saving], **more)


def test_savings_are_cash_where_their_prices_are_known_and_have_the_vat_of_their_registers(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    for body in (NET, GROSS):
        world.partner(body)
    saves(world, NET, price_base="2008-09", vat_basis="not_stated")
    saves(world, GROSS, vat_basis="included")
    found = compiled.run(world, ["fct_headline", "v_target_position"])
    assert headline(found, "claimed", "evidenced") == [
        ("savings", "claimed", "place", "cash", "mixed"),
        ("savings", "evidenced", "place", None, None),
    ]
    columns = "target_price_basis, evidenced_vat_basis, savings_price_basis, savings_vat_basis"
    assert bases(found, "v_target_position", columns) == [("not_confirmed", None, "cash", "mixed")]


def test_a_register_at_other_prices_by_its_contract_is_not_called_cash(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.partner(NET)
    saves(world, NET, price_basis="2007-08")
    found = compiled.run(world, ["fct_headline"])
    assert headline(found, "claimed") == [("savings", "claimed", "place", "2007-08", "excluded")]


def test_a_line_of_a_return_has_the_prices_that_it_names_and_the_vat_of_its_contract(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    for body in (NET, GROSS):
        world.partner(body)
    saves(world, NET, price_base="2008-09", vat_basis="included")
    saves(world, GROSS)
    found = compiled.run(world, ["fct_register_line"])
    columns = "body_id, price_basis, vat_basis, reported_pence"
    assert bases(found, "fct_register_line", columns) == [
        (GROSS, "cash", "excluded", 100),
        (NET, "2008-09", "included", 100),
    ]
