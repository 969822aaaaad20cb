"""The release of the samples, which the journeys make too: once for a run of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import CHECKOUT
from tests.journeys.conftest import after_one_run, program_over
from tests.shared import made_once

LANDING = CHECKOUT / "data" / "samples"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the release."""
    home = made_once(tmp_path_factory, "samples", lambda f: after_one_run(f, LANDING))
    return Path(program_over(home, LANDING).current.resolve())


@pytest.fixture(scope="session")
def release(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Its tables, read-only."""
    with duckdb.connect(str(folder / "totalplace.duckdb"), read_only=True) as connection:
        yield connection
