"""What tests share: the real extracts, the homes of a run over them and over the samples, a home of
their own, and the order in which they run."""

import dataclasses
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from orchestration.settings import CHECKOUT, Settings
from tests import postgres
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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of this worker's own; tests that need it are counted as
    skipped where its programs are not installed."""
    where = postgres.programs()
    if where is None:
        pytest.skip("no PostgreSQL server here: install the package postgresql")
    with postgres.server(where) as url:
        yield url


@pytest.fixture
def database_url(postgres_server: str) -> str:
    """The URL of an empty schema of that server."""
    import psycopg

    schema = f"home_{uuid4().hex}"
    with psycopg.connect(postgres_server) as db:
        db.execute(f"CREATE SCHEMA {schema}")
    return f"{postgres_server}&options=-csearch_path%3D{schema}"


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def either_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A home of its own with the contracts of the checkout, once with each kind of ledger."""
    made = Settings.from_environment(home=tmp_path / "home")
    made.prepare()
    if request.param == "SQLite":
        return made
    return dataclasses.replace(made, database_url=request.getfixturevalue("database_url"))
