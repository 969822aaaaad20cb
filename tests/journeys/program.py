"""The real program over one home, run as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.settings import CHECKOUT


@dataclass
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Program:
    """The program over one home and landing folder."""

    home: Path
    landing: Path
    first: Answer | None = None

    def __call__(self, *arguments: object, check: int | None = None) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.cli.main", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            env=os.environ
            | {"TOTALPLACE_HOME": str(self.home), "TOTALPLACE_LANDING": str(self.landing)},
        )
        answer = Answer(done.returncode, done.stdout, done.stderr)
        if check is not None:
            assert answer.code == check, answer.out + answer.err
        return answer

    @property
    def current(self) -> Path:
        return self.home / "published" / "current"


def after_one_run(home: Path, landing: Path, *arguments: object) -> None:
    """Runs the program over a landing folder, and keeps what it answered."""
    answer = Program(home, landing)("run", *arguments)
    (home / "first.json").write_text(json.dumps(asdict(answer)))


def program_over(home: Path, landing: Path) -> Program:
    """The program over a home that has been made, with the answer of its first run."""
    return Program(home, landing, Answer(**json.loads((home / "first.json").read_text())))
