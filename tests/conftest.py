"""What tests share: the real extracts, the homes of a run over them and over the samples, a home of
their own, and the order in which they run."""

import os
import sys
from pathlib import Path

import pytest

from orchestration.settings import CHECKOUT, Settings
from tests.journeys.program import Program, after_one_run, with_first_answer
from tests.shared import made_once

# What a test has just written is at rest.
os.environ.setdefault("TOTALPLACE_QUIET_SECONDS", "0")
# What was compiled is kept: tests start this program some hundred times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
EXTRACTS = Path(os.environ.get("TOTALPLACE_EXTRACTS") or CHECKOUT.parent / "shared" / "extracts")
WESTMARSH = CHECKOUT / "tests" / "places" / "westmarsh"
PLACE_OF_WESTMARSH = {
    "TOTALPLACE_PLACE": str(WESTMARSH / "place.yml"),
    "TOTALPLACE_PARTNERS": str(WESTMARSH / "partners"),
}


# Rooms that rest on a run of minutes, and the browser's.
LONG = {"journeys", "report", "browser"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys go first: a run of minutes must not be what one worker has left at the end."""
    items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def extracts() -> Path:
    """The folder of real published files; tests that need it are counted as skipped without it."""
    if not (EXTRACTS / "EXPECTED.csv").exists():
        pytest.skip(f"no real extracts at {EXTRACTS}: set TOTALPLACE_EXTRACTS")
    return EXTRACTS


@pytest.fixture(scope="session")
def samples_home(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program after one run on the committed samples, and what that run answered; only read,
    since all workers share it: a test that changes a home makes its own."""
    landing = CHECKOUT / "data" / "samples"
    folder = made_once(
        tmp_path_factory, "samples", lambda home: after_one_run(Program(home, landing))
    )
    return with_first_answer(Program(folder, landing))


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory, extracts: Path) -> Program:
    """The program after one run on the real extracts; only read, as that of the samples."""
    landing = extracts / "landing"
    folder = made_once(
        tmp_path_factory, "real", lambda home: after_one_run(Program(home, landing), "--json")
    )
    return with_first_answer(Program(folder, landing))


@pytest.fixture(scope="session")
def westmarsh_home(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program after one run over a small place that is made up; only read, as the others."""

    def over(home: Path) -> Program:
        return Program(home, WESTMARSH / "landing", settings=PLACE_OF_WESTMARSH)

    folder = made_once(tmp_path_factory, "westmarsh", lambda home: after_one_run(over(home)))
    return with_first_answer(over(folder))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own, with the contracts of the checkout."""
    made = Settings.from_environment(home=tmp_path / "home")
    made.prepare()
    return made
