"""What one check of the doctor found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["OK", "WARNING", "FAULT"]
# What a check yields: the level, what was found and, where that is not OK, what to do.
CheckResult = tuple[Level, str] | tuple[Level, str, str]


@dataclass(frozen=True)
class Checked:
    """What one check found; ``fix`` says what to do where the level is not OK."""

    name: str
    level: Level
    message: str
    fix: str = ""
