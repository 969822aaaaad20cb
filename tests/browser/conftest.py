"""Chromium, and what was found on every page of the report of the samples."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.at_desk import served
from tests.browser.visit import Windows, chromium
from tests.journeys.program import Program
from tests.shared import made_once

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from orchestration.desk.core import Desk

# Every page but the traces, of which these are enough: they are all made alike.
TRACES = 2


@pytest.fixture(scope="session")
def report(samples_home: Program) -> Path:
    """The folder of the report."""
    return samples_home.current.resolve() / "report"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for each worker."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def visits(
    report: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """What was found on each page, by its name. Two workers begin at either end, and each reads
    what the other has found."""
    pages = [*sorted(report.glob("*.html")), *sorted((report / "trace").glob("*.html"))[:TRACES]]
    step = -1 if os.environ.get("PYTEST_XDIST_WORKER", "gw0")[-1] in "13579" else 1
    windows, found = Windows(browser), {}
    for page in pages[::step]:

        def visit(folder: Path, page: Path = page) -> None:
            (folder / "found.json").write_text(json.dumps(windows.visited(page)))

        folder = made_once(tmp_path_factory, f"visit-{page.stem}", visit)
        found[page.name] = json.loads((folder / "found.json").read_text())
    windows.close()
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    """A desk that is served, and its address."""
    with served(tmp_path) as made:
        yield made
