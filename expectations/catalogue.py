"""The rule catalogue as objects: what each finding is called, does, says and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Level = Literal["must_fix", "please_explain", "set_aside", "information"]
LEVELS: tuple[Level, ...] = ("must_fix", "please_explain", "set_aside", "information")


@dataclass(frozen=True)
class Rule:
    """One row of the catalogue."""

    code: str
    level: Level
    title: str
    message: str
    fix: str
    example: str
    who: str


@cache
def catalogue() -> dict[str, Rule]:
    """Every rule by its code, in code order."""
    path = Path(__file__).with_name("catalogue.yml")
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {code: Rule(code=code, **row) for code, row in sorted(rows.items())}
