"""What becomes of a delivery before it is booked: no file, nobody's, known already, or judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .judge.findings import Finding
from .judge.judgement import Judgement
from .landing import Delivery
from .ledger.receipt import Receipt

# In the folder of a delivery under work: its lines, the rows set aside, the cells at fault.
LINES, ASIDE, CELLS = "lines.parquet", "aside.parquet", "cells.parquet"


class IntakeError(Exception):
    """The program failed on a delivery; the file was neither judged nor blamed."""


@dataclass(frozen=True)
class Taken:
    """A delivery taken in. ``base`` is its receipt as far as it is known before it is booked.

    ``work`` is a folder of its own, in which its bytes (``stored``) and those of the control file
    beside it wait until it is booked.
    """

    delivery: Delivery
    base: Receipt
    work: Path
    stored: Path | None = None
    control_file: Path | None = None


@dataclass(frozen=True)
class NotAFile(Taken):
    """What lay there could not be read as a file, for the reason found."""

    found: Finding = field(kw_only=True)


@dataclass(frozen=True)
class UnknownFolder(Taken):
    """A file in a folder that belongs to no partner and feed."""

    found: Finding = field(kw_only=True)


@dataclass(frozen=True)
class AlreadyReceived(Taken):
    """The bytes of a delivery that counts already; they are not read again."""


@dataclass(frozen=True)
class Judged(Taken):
    """A judged file. ``holds``: an open question keeps it from counting."""

    judgement: Judgement = field(kw_only=True)
    holds: bool = field(kw_only=True)


Outcome = NotAFile | UnknownFolder | AlreadyReceived | Judged
