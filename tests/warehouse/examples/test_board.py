"""What the Board's report shows as it is: small places, and every figure beside them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.warehouse.compiled import Compiled
from tests.warehouse.examples.test_savings_examples import claim, register
from tests.warehouse.places import CITY, place


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
