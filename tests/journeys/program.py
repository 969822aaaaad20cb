"""The real program over one home, run as a person would."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import CHECKOUT


@dataclass
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@dataclass
class Program:
    """The program over one home and landing folder."""

    home: Path
    landing: Path

    def __call__(self, *arguments, check=None):
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
    def current(self):
        return self.home / "published" / "current"
