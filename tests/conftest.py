"""What tests share: where the real extracts are, and a home of their own."""

import os
from pathlib import Path

import pytest

from orchestration.settings import CHECKOUT, Settings

# What a test has just written is at rest.
os.environ.setdefault("TOTALPLACE_QUIET_SECONDS", "0")
EXTRACTS = Path(os.environ.get("TOTALPLACE_EXTRACTS") or CHECKOUT.parent / "shared" / "extracts")


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
