"""Findings: what is said about a file, each once, with its count, its £ and every cell."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from expectations.catalogue import Level, catalogue

# A cell is shown no longer than this; what is cut is marked.
SHOWN = 80


@dataclass(frozen=True)
class Cell:
    """One faulty cell, addressed as Excel does. ``column`` is a letter, or empty for a row."""

    sheet: str | None
    row: int
    column: str
    heading: str
    value: str | None

    def as_json(self) -> dict[str, Any]:
        return self.__dict__ | {}


@dataclass(frozen=True)
class Finding:
    """One rule's verdict on a file: all its cells together, never one row at a time."""

    code: str
    level: Level
    message: str
    fix: str
    count: int = 1
    amount_pence: int | None = None
    field: str = ""
    heading: str = ""
    cells: list[Cell] = dataclasses.field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The public shape: no internal field name in it."""
        return {
            "code": self.code,
            "level": self.level,
            "count": self.count,
            "amount_pence": self.amount_pence,
            "message": self.message,
            "fix": self.fix,
            "cells": [c.as_json() for c in self.cells],
        }


def finding(
    code: str,
    *,
    count: int = 1,
    amount_pence: int | None = None,
    field: str = "",
    heading: str = "",
    detail: str = "",
    rows: str = "",
    cells: list[Cell] | None = None,
) -> Finding:
    """A finding worded by the catalogue; ``KeyError`` if the catalogue has no such code."""
    rule = catalogue()[code]
    message = rule.message.format(
        heading=f"'{heading}'", count=f"{count:,}", detail=detail, rows=rows
    )
    if count == 1:
        message = message.replace("1 rows have", "1 row has").replace("1 lines have", "1 line has")
        message = message.replace("1 rows stand", "1 row stands").replace("1 rows are", "1 row is")
        message = message.replace("they count", "it counts").replace("keep their", "keeps its")
    return Finding(
        code=code,
        level=rule.level,
        message=message,
        fix=rule.fix,
        count=count,
        amount_pence=amount_pence,
        field=field,
        heading=heading,
        cells=cells or [],
    )


def shown(value: str | None) -> str | None:
    """A cell's text made safe to show: control characters visible, length limited."""
    if value is None:
        return None
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value[: SHOWN + 1])
    return text if len(value) <= SHOWN else text[:SHOWN] + "…"


def column_letter(index: int) -> str:
    """Excel's letter of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def pounds(pence: int | None) -> str:
    """Pence as people write them: -£1,234.50; a dash when there is no amount."""
    if pence is None:
        return "–"
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
