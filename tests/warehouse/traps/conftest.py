"""The release of the samples, which the journeys make too: once for a run of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.journeys.program import Program


@pytest.fixture(scope="session")
def folder(samples_home: Program) -> Path:
    """The folder of the release."""
    return samples_home.current.resolve()


@pytest.fixture(scope="session")
def release(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Its tables, read-only."""
    with duckdb.connect(str(folder / "totalplace.duckdb"), read_only=True) as connection:
        yield connection
