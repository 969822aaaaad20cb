"""Contracts being agreed: files that an officer brought, and what was proposed from them so far.

A draft lies in the room of its session beside the files that were checked, and is removed with
them. Here belongs how one is kept; what it proposes is ``proposal``'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import yaml

from ..intake.judge.judgement import Judgement
from ..proposal.evidence import ColumnReading, Proposal, Question
from ..steward.text import equation, in_pounds, ordered, outcome
from .room import Room

_ABOUT = "draft.yml"


@dataclass(frozen=True)
class Found:
    """What came of one file: a key of ``VERDICTS``, its period, rows and £ in a sentence each, and
    its faults, each with how to fix it."""

    name: str
    verdict: str
    period: str
    rows: str
    amount: str
    faults: list[tuple[str, str]]


@dataclass(frozen=True)
class Draft:
    """A contract being agreed, its proposal as it was last put right, and what came of its files.

    ``saved``: its contract is written, and the draft is at its end.
    """

    folder: Path
    proposal: Proposal
    found: list[Found] = field(default_factory=list)
    saved: bool = False

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "file").iterdir())

    def keep(self) -> Draft:
        """Writes the draft down whole."""
        about = {k: v for k, v in asdict(self).items() if k != "folder"}
        new = self.folder / f".{_ABOUT}"
        new.write_text(yaml.safe_dump(about, sort_keys=False), encoding="utf-8")
        new.replace(self.folder / _ABOUT)
        return self


def draft_of(room: Room, number: str) -> Draft | None:
    """The draft of a session under a number."""
    if not re.fullmatch(r"[0-9a-f]{16}", number):
        return None
    folder = room.folder / number
    try:
        text = (folder / _ABOUT).read_text(encoding="utf-8")
    except OSError:
        return None
    about = yaml.load(text, Loader=yaml.CSafeLoader)
    said = about["proposal"]
    columns = [ColumnReading(**{**c, "examples": tuple(c["examples"])}) for c in said["columns"]]
    questions = [Question(**q) for q in said["questions"]]
    proposal = Proposal(**{**said, "columns": columns, "questions": questions})
    found = [Found(**{**f, "faults": [tuple(x) for x in f["faults"]]}) for f in about["found"]]
    return Draft(folder, proposal, found, about["saved"])


def is_draft(folder: Path) -> bool:
    """Whether a draft was kept in a folder."""
    return (folder / _ABOUT).exists()


def found_of(name: str, result: Judgement) -> Found:
    """What came of a file, without what is only information."""
    faults: Sequence[tuple[str, str]] = [
        (f"{f.code}: {f.message}", f.fix)
        for f in ordered(result.findings)
        if f.level != "information"
    ]
    period = result.period.label if result.period else ""
    verdict = outcome(result, result.findings)
    return Found(name, verdict, period, equation(result), in_pounds(result), list(faults))
