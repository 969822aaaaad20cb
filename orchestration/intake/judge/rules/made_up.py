"""A file that says of itself that it is a made-up example: the one that goes with a template."""

from __future__ import annotations

from collections.abc import Mapping

from ....contracts.template import is_made_up
from ...read.source import Sheet
from ..findings import Cell, Finding, finding
from ..layout import Match


def made_up_findings(
    sheets: Mapping[str | None, Sheet], matches: Mapping[str | None, Match]
) -> list[Finding]:
    """The cells, among the first rows of each sheet, that say so; the file is refused by them."""
    cells = [
        cell for name, match in matches.items() for cell in _cells(sheets[name], match) if cell
    ]
    return [finding("TP-398", count=len({c.row for c in cells}), cells=cells)] if cells else []


def _cells(sheet: Sheet, match: Match) -> list[Cell]:
    found = []
    headings = [match.headings[i] if i < len(match.headings) else "" for i in range(match.width)]
    for row, cells in enumerate(sheet.head, 1):
        for index, text in enumerate(cells[: match.width]):
            if is_made_up(text, headings[index] if row > match.row else ""):
                found.append(Cell(sheet.name, row, "", "", None))
    return found
