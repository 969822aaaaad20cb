"""The forecast: what dbt's models hold is simulated, and the two tables join the build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import yaml

from ..forecast.simulate import backtest, forecast
from ..progress import stage
from ..settings import Settings

FORECAST_INPUTS = (
    "int_forecast_inputs",
    "int_target",
    "int_feed_completeness",
    "int_savings_position",
)
# How complete a figure is: the published column, and that of the model.
PRESENCE = {
    "partners_expected": "partners_expected",
    "partners_present": "partners_present",
    "place_periods_expected": "periods_expected",
    "place_periods_present": "periods_present",
}
FORECAST = dg.AssetKey("fct_target_forecast")
BACKTEST = dg.AssetKey("fct_forecast_backtest")


def forecast_assets(settings: Settings) -> dg.AssetsDefinition:
    """Both tables, written into the build file after the models and before the release."""
    described = described_tables(settings.dbt_project)

    @dg.multi_asset(
        specs=[
            dg.AssetSpec(
                key,
                deps=list(FORECAST_INPUTS),
                group_name="marts",
                kinds={"numpy", "duckdb"},
                description=described[key.to_user_string()]["description"],
            )
            for key in (FORECAST, BACKTEST)
        ],
        name="simulation",
    )
    def simulation() -> Iterator[dg.MaterializeResult[None]]:
        stage("Simulating whether the target is reached")
        with duckdb.connect(str(settings.build_db)) as connection:
            rows = write_forecast(connection, described)
        for key in (FORECAST, BACKTEST):
            yield dg.MaterializeResult(key, metadata={"rows": rows[key.to_user_string()]})

    return simulation


def described_tables(project: Path) -> dict[str, dict[str, Any]]:
    """The two tables as the dbt project describes them, by name."""
    text = (project / "models/marts/_forecast.yml").read_text(encoding="utf-8")
    return {
        table["name"]: table
        for table in yaml.load(text, Loader=yaml.CSafeLoader)["sources"][0]["tables"]
    }


def write_forecast(
    connection: duckdb.DuckDBPyConnection, described: Mapping[str, dict[str, Any]]
) -> dict[str, int]:
    """Makes both tables from the models of an open build, with the columns described; how many
    rows each has."""
    inputs, (target,), feeds, (position,) = (_rows(connection, t) for t in FORECAST_INPUTS)
    presence = {row["financial_year"]: row for row in feeds if row["feed"] == "savings"}
    until = position["known_until"]
    made = {
        "fct_target_forecast": _with_presence(forecast(inputs, target, until), presence),
        "fct_forecast_backtest": _with_presence(backtest(inputs, until), presence),
    }
    for table, rows in made.items():
        types = {c["name"]: c["data_type"] for c in described[table]["columns"]}
        columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
        connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})").fetchall()
        for row in rows:
            values = [row[name] for name in types]
            marks = ", ".join("?" for _ in types)
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", values).fetchall()
    return {table: len(rows) for table, rows in made.items()}


def _with_presence(
    rows: Sequence[Mapping[str, Any]], presence: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows with how complete the savings returns of their year are; of a year to come, those of
    the last one reported, from which it is drawn."""
    known = [row["financial_year"] for row in rows if not row.get("is_forecast")]
    made = []
    for row in rows:
        year = max(known) if row.get("is_forecast") else row["financial_year"]
        of_year = presence.get(year, {})
        made.append(dict(row) | {name: of_year.get(c, 0) for name, c in PRESENCE.items()})
    return made


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    relation = connection.table(table)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
