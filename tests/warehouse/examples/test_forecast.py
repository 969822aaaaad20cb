"""From registers by the models to the forecast's two tables, as the build publishes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.forecast_suites import FORECAST
from expectations.run import validate
from orchestration.assets.forecast import FORECAST_INPUTS, described_tables, write_forecast
from orchestration.publish.content import inexact, tables_of
from tests.warehouse.compiled import DATABASE, Compiled
from tests.warehouse.invariants.test_savings_worlds import THOUSAND, register
from tests.warehouse.world import PROJECT, Row

COLUMNS = (
    "financial_year, reported_in, has_actual, recurring_pence, counted_pence, carried_pence, "
    "expected_recurring_pence"
)


@pytest.fixture(scope="module")
def build(
    compiled: Compiled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Rule 13's closure from 1 October 2009, and the plan for its second year in the first file."""
    home = tmp_path_factory.mktemp("register")
    start: Row = {"start_date": date(2009, 10, 1), "status": "in_delivery"}
    first: Row = {
        **start, "financial_year": "2009-10", "actual_pence": 200 * THOUSAND,
        "ongoing_cost_pence": 30 * THOUSAND, "one_off_cost_pence": 150 * THOUSAND,
        "plan_pence": 190 * THOUSAND,
    }  # fmt: skip
    world = register(home, first)
    (lines,) = (rows for path, rows in world.lines.items() if path.startswith("savings"))
    planned: Row = {"plan_pence": 380 * THOUSAND, "ongoing_cost_pence": 60 * THOUSAND}
    nothing: Row = {"actual_pence": None, "one_off_cost_pence": 9 * THOUSAND}
    lines.append({**lines[0], **nothing, **planned, "financial_year": "2010-11", "source_row": 3})
    connection = compiled.run(world, FORECAST_INPUTS)
    write_forecast(connection, described_tables(PROJECT))
    yield connection
    connection.close()


def test_what_the_simulation_reads(build: duckdb.DuckDBPyConnection) -> None:
    found = build.execute(f"SELECT {COLUMNS} FROM int_forecast_inputs ORDER BY 1").fetchall()
    thousands = [
        (*row[:3], *(pence // THOUSAND for pence in row[3:])) for row in found
    ]  # fmt: skip
    assert thousands == [
        ("2009-10", "2009-10", True, 170, 20, 340, 160),
        # Nothing is known of the second year but its cost: the plan says what it may bring.
        ("2010-11", "2009-10", False, -60, -69, -60, 320),
    ]


def test_a_row_per_year_and_basis(build: duckdb.DuckDBPyConnection) -> None:
    found = build.execute(
        "SELECT financial_year, reported_pence // 100000, low_pence IS NULL, "
        "target_pence, probability, record_years FROM fct_target_forecast "
        "WHERE target_basis = 'annual_recurring' ORDER BY 1"
    ).fetchall()
    told = [(row[0], row[1]) for row in found]
    assert told == [(year, 170 if year == "2009-10" else 320) for year, _ in told]
    assert [year for year, _ in told] == ["2009-10", "2010-11", "2011-12", "2012-13"]
    # One year is no record: nothing says how far the later ones may be out.
    assert [row[2] for row in found] == [False, True, True, True]
    assert {row[3:] for row in found} == {(20_000_000_000, None, 0)}


def test_the_tables_are_as_described_and_can_be_published_exactly(
    build: duckdb.DuckDBPyConnection,
) -> None:
    for name, table in described_tables(PROJECT).items():
        found = tables_of(build, DATABASE)[name]
        assert {c["name"]: c["data_type"] for c in table["columns"]} == {
            column: kind.lower() for column, kind in found.items()
        }
        assert inexact(found) == []


def test_what_is_published_meets_its_expectations(
    build: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    database = tmp_path / "forecast.duckdb"
    build.execute(f"ATTACH '{database}' AS copy").fetchall()
    for suite in FORECAST:
        build.execute(f"CREATE TABLE copy.{suite.table} AS FROM {suite.table}").fetchall()
    build.execute("DETACH copy").fetchall()
    found = validate(database, {s.table: s for s in FORECAST}, personal_columns=())
    assert [f.description for f in found if f.outcome != "passed"] == []
    assert len(found) > 12
