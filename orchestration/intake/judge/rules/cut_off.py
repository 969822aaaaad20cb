"""A CSV that ends in the middle of a line, as a download that broke off does.

A last line without a line break is nothing strange. It is asked about where it also cannot be
read: a quotation mark is never closed in it, or it has at least half of its cells and not all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...read.source import Ragged
from ..findings import Cell, Finding, finding

if TYPE_CHECKING:
    from ..state import JudgingState

_UNCLOSED = "TP-140"


def cut_off_findings(state: JudgingState) -> Iterator[Finding]:
    """The last line of a file, if the file stops in it."""
    if state.kind != "csv" or "fault" not in state.con.filled:
        return
    for sheet in state.opened.sheets:
        last = [r for r in sheet.ragged if r.row == sheet.records]
        if last and _stops(last[0], state.match.file_width) and not _ends_in_a_line_break(state):
            row = last[0].row
            cells = [Cell(sheet.name, row, "", "", None)]
            yield finding("TP-409", rows=f"{row:,}", cells=cells)


def _stops(row: Ragged, width: int) -> bool:
    return row.code == _UNCLOSED or width <= 2 * len(row.cells) < 2 * width


def _ends_in_a_line_break(state: JudgingState) -> bool:
    """Whether one stands at the end; of two bytes, as UTF-16 writes it."""
    with state.request.path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 2))
        end = file.read()
    return b"\n" in end or b"\r" in end
