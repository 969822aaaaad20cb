"""Journeys run the real program, as a person would."""

import pytest

from orchestration.settings import CHECKOUT
from tests.journeys.program import Program


@pytest.fixture(scope="session")
def samples_home(tmp_path_factory):
    """The program after one run on the committed samples, and what that run answered."""
    program = Program(tmp_path_factory.mktemp("samples"), CHECKOUT / "data" / "samples")
    program.first = program("run")
    return program


@pytest.fixture(scope="session")
def real_home(tmp_path_factory, extracts):
    """The program after one run on the real extracts."""
    program = Program(tmp_path_factory.mktemp("real"), extracts / "landing")
    program.first = program("run", "--json")
    return program
