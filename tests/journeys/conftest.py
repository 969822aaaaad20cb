"""A bad day on a small machine: more lines than its memory holds, refused files, a stranger."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Self

import pytest

from tests.journeys.program import Program, after_one_run, with_first_answer
from tests.shared import made_once

# Below this the joins of one model of the samples do not run at all, whatever their lines.
SMALL = {"TOTALPLACE_MEMORY": "160MB"}
# Of one partner, in the end a third of them: they do not fit into ``SMALL``.
LINES = 600_000


class Spills:
    """The files that stand in the spill folder of a home, while it lasts."""

    def __init__(self, home: Path) -> None:
        self.folder, self.done = home / "warehouse" / "spill", threading.Event()
        self.seen: set[str] = set()
        self.thread = threading.Thread(target=self.look)

    def look(self) -> None:
        while not self.done.wait(0.02):
            if self.folder.is_dir():
                self.seen |= {path.name for path in self.folder.iterdir()}

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()


def bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def first_file(landing: Path) -> Path:
    """A sound file, of which a stranger sends the copy."""
    return min(landing.glob("*/spend/*2008-09*"))


def lay_out(folder: Path) -> Path:
    """Many lines of one partner, with a page that is no data in the place of one of its files and
    a heading missing in another; and a file in a stranger's folder."""
    Program(folder, folder)("sample", "--lines", LINES, "--out", folder / "sample", check=0)
    largest = max((folder / "sample").glob("*/spend"), key=bytes_of)
    landing = folder / "landing"
    spend = landing / largest.parent.name / "spend"
    shutil.copytree(largest, spend)
    first = first_file(landing)
    (spend / "SYNTHETIC-payments-2009-10-q2.csv").unlink()
    (spend / "SYNTHETIC-page-2009-10-q2.csv").write_text("<html>sign in</html>")
    text = first.read_text(encoding="utf-8-sig").replace("Amount", "Sum", 1)
    (spend / "SYNTHETIC-payments-2009-10-q1.csv").write_text(text)
    stranger = landing / "another_body" / "spend"
    stranger.mkdir(parents=True)
    shutil.copy(first, stranger)
    return landing


@pytest.fixture(scope="session")
def bad_day(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program after one run on a bad day, and what that run answered; only read. Beside the
    home lies a list of what stood in its spill folder meanwhile."""

    def make(folder: Path) -> None:
        program = Program(folder / "home", lay_out(folder), settings=SMALL)
        with Spills(program.home) as spills:
            after_one_run(program, "--json")
        (folder / "spills.json").write_text(json.dumps(sorted(spills.seen)))

    folder = made_once(tmp_path_factory, "bad_day", make)
    return with_first_answer(Program(folder / "home", folder / "landing", settings=SMALL))
