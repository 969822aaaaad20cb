"""One world for the whole folder: the modules' literal cases become lines, dbt builds them once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.shared import made_once
from tests.warehouse.compiled import Compiled
from tests.warehouse.examples import (
    test_access,
    test_classification,
    test_payees,
    test_savings,
    test_spend,
)
from tests.warehouse.world import World


def arranged(home: Path) -> World:
    """The literal cases of the folder's modules as one world."""
    made = World(home)
    for module in (test_spend, test_classification, test_payees, test_savings, test_access):
        module.arrange(made)
    return made


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The made-up place: three bodies in it, one outside, and what they submitted."""

    def build(folder: Path) -> None:
        arranged(folder).build().close()

    return arranged(made_once(tmp_path_factory, "world", build))


@pytest.fixture(scope="session")
def warehouse(world: World) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse, read-only. ``dbt build`` runs its own tests too: they all passed."""
    with duckdb.connect(str(world.database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The models' compiled SQL, for many small worlds."""
    return Compiled.once(tmp_path_factory)
