"""What an amount is, its VAT and its prices, is declared and labels every total."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.compiled import Compiled
from tests.warehouse.world import Row, World

NET, GROSS, SILENT = "net_council", "gross_council", "silent_council"
TABLES = [
    *("fct_spend_line", "fct_place_spend", "fct_place_reconciliation", "fct_place_trend"),
    *("fct_provider_payment", "v_spend_by_body_year", "fct_public_access_spend"),
]
PAID: list[Row] = [{"amount_pence": 100}]


def bases(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str = "vat_basis"
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
    found = bases(compiled.run(unlike, TABLES), "fct_spend_line", "body_id, vat_basis")
    assert found == [
        (GROSS, "included"),
        (NET, "excluded"),
        (SILENT, "not_stated"),
        (SILENT, "recoverable_excluded"),
    ]


@pytest.mark.parametrize(
    "table", ["fct_place_spend", "v_spend_by_body_year", "fct_provider_payment"]
)
def test_a_total_of_a_body_over_unlike_files_is_mixed(
    compiled: Compiled, unlike: World, table: str
) -> None:
    found = bases(compiled.run(unlike, TABLES), table, "body_id, vat_basis")
    assert found == [(GROSS, "included"), (NET, "excluded"), (SILENT, "mixed")]


@pytest.mark.parametrize("table", ["fct_place_reconciliation", "fct_place_trend"])
def test_a_total_of_the_place_over_unlike_bodies_is_mixed(
    compiled: Compiled, unlike: World, table: str
) -> None:
    assert bases(compiled.run(unlike, TABLES), table) == [("mixed",)]


def test_a_total_of_the_place_over_like_bodies_has_their_basis(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    for body in (NET, GROSS):
        world.partner(body)
        world.submit(body, "2009-04", PAID)
    found = compiled.run(world, TABLES)
    assert bases(found, "fct_place_reconciliation") == [("excluded",)]


def test_cash_alone_is_deflated(compiled: Compiled, tmp_path: Path) -> None:
    world = World(tmp_path)
    for body, prices in ((NET, ["cash"]), (GROSS, ["2007-08"]), (SILENT, ["cash", "2007-08"])):
        world.partner(body)
        for month, basis in zip(["2008-04", "2008-05"], prices, strict=False):
            world.submit(body, month, PAID, price_basis=basis)
    columns = "body_id, price_basis, in_scope_net_pence, real_terms_pence, price_status"
    assert bases(compiled.run(world, TABLES), "fct_place_spend", columns) == [
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
    assert bases(compiled.run(world, TABLES), "fct_place_trend", reason) == [
        ("2008-09", "no_year_before"),
        ("2009-10", "other_bodies_or_bases"),
        ("2010-11", None),
    ]
