"""What tests share: the real extracts, a home of their own, and the order in which they run."""

import os
import sys
from pathlib import Path

import pytest

from orchestration.settings import CHECKOUT, Settings

# What a test has just written is at rest.
os.environ.setdefault("TOTALPLACE_QUIET_SECONDS", "0")
# What was compiled is kept: tests start this program some hundred times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
EXTRACTS = Path(os.environ.get("TOTALPLACE_EXTRACTS") or CHECKOUT.parent / "shared" / "extracts")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys go first: a run of minutes must not be what one worker has left at the end."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


@pytest.fixture(scope="session")
def extracts() -> Path:
    """The folder of real published files; tests that need it are counted as skipped without it."""
    if not (EXTRACTS / "EXPECTED.csv").exists():
        pytest.skip(f"no real extracts at {EXTRACTS}: set TOTALPLACE_EXTRACTS")
    return EXTRACTS


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own, with the contracts of the checkout."""
    made = Settings.from_environment(home=tmp_path / "home")
    made.prepare()
    return made
