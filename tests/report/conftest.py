"""The report of the samples' release. A module that holds of real extracts too has both as its
`release`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.journeys.program import Program
from tests.report.reader import Written, pages_of

Ask = Callable[..., list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def release(samples_home: Program) -> Path:
    """The folder of the release."""
    return samples_home.current.resolve()


@pytest.fixture(scope="module")
def pages(release: Path) -> dict[str, Written]:
    """The pages of its report."""
    return pages_of(release / "report")


@pytest.fixture(scope="module")
def ask(release: Path) -> Iterator[Ask]:
    """Asks the release's DuckDB file: a query and its values."""
    with duckdb.connect(str(release / "totalplace.duckdb"), read_only=True) as connection:
        yield lambda query, *values: connection.execute(query, list(values)).fetchall()
