"""Journeys run the real program, as a person would.

The two homes are made once for all workers, and only read: a test that changes one makes its own.
"""

import dataclasses
import json

import pytest

from orchestration.settings import CHECKOUT
from tests.journeys.program import Answer, Program
from tests.shared import made_once


def after_one_run(folder, landing, *arguments):
    """Runs the program over a landing folder, and keeps what it answered."""
    answer = Program(folder, landing)("run", *arguments)
    (folder / "first.json").write_text(json.dumps(dataclasses.asdict(answer)))


def program_over(folder, landing):
    """The program over a home that has been made, with the answer of its first run."""
    program = Program(folder, landing)
    program.first = Answer(**json.loads((folder / "first.json").read_text()))
    return program


@pytest.fixture(scope="session")
def samples_home(tmp_path_factory):
    """The program after one run on the committed samples, and what that run answered."""
    landing = CHECKOUT / "data" / "samples"
    folder = made_once(tmp_path_factory, "samples", lambda f: after_one_run(f, landing))
    return program_over(folder, landing)


@pytest.fixture(scope="session")
def real_home(tmp_path_factory, extracts):
    """The program after one run on the real extracts."""
    landing = extracts / "landing"
    folder = made_once(tmp_path_factory, "real", lambda f: after_one_run(f, landing, "--json"))
    return program_over(folder, landing)
