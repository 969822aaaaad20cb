"""The real program over one home, run as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
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
    """The program over one home and landing folder, with settings of its own if it has any."""

    home: Path
    landing: Path
    first: Answer | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, check: int | None = None) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.cli.main", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            env=self.environment,
        )
        answer = Answer(done.returncode, done.stdout, done.stderr)
        if check is not None:
            assert answer.code == check, answer.out + answer.err
        return answer

    @property
    def environment(self) -> dict[str, str]:
        own = {"TOTALPLACE_HOME": str(self.home), "TOTALPLACE_LANDING": str(self.landing)}
        return os.environ | own | dict(self.settings)

    @property
    def current(self) -> Path:
        return self.home / "published" / "current"


def after_one_run(program: Program, *arguments: object) -> None:
    """Runs the program over its landing folder, and keeps what it answered."""
    answer = program("run", *arguments)
    (program.home / "first.json").write_text(json.dumps(asdict(answer)))


def with_first_answer(program: Program) -> Program:
    """The program over a home that has been made, with the answer of its first run."""
    first = Answer(**json.loads((program.home / "first.json").read_text()))
    return replace(program, first=first)
