"""What a spreadsheet did to cells that cannot be read, where it left its mark."""

from __future__ import annotations

from dataclasses import dataclass

from ...sql import literal
from .batch import Gathered

# Rules about cells that cannot be read as what they are agreed to be.
_UNREADABLE = ("TP-021", "TP-023", "TP-028", "TP-370", "TP-371")


@dataclass(frozen=True)
class _Mark:
    """What is seen of it in a cell, what happened, and what mends it."""

    shape: str
    verbs: tuple[str, str]
    cause: str
    remedy: str


_MARKS = (
    _Mark(
        r"^#{3,}$",
        ("is", "are"),
        "#### alone: the column was too narrow when the file was exported, and what stood there is "
        "lost.",
        "Make the column wider and export the file again.",
    ),
    _Mark(
        "[0-9][\u00a0\u2007\u2009\u202f][0-9]",
        ("has", "have"),
        "a no-break space between digits, which looks like a space and is another character.",
        "Take the no-break spaces out, or write a comma between the thousands.",
    ),
)


def cause_in_cells(con: Gathered, code: str, name: str) -> tuple[str, str]:
    """What happened to the cells of one finding, and what mends it; both empty where nothing is
    known of it."""
    if code not in _UNREADABLE or not name:
        return "", ""
    causes, remedies = [], []
    counts = ", ".join(
        f"count(*) FILTER (regexp_matches(trim(value), {literal(mark.shape)}))" for mark in _MARKS
    )
    found = con.execute(
        f"SELECT {counts} FROM fault WHERE code = ? AND field = ?", [code, name]
    ).fetchall()[0]
    for mark, count in zip(_MARKS, found, strict=True):
        if count:
            cells = f"1 cell {mark.verbs[0]}" if count == 1 else f"{count:,} cells {mark.verbs[1]}"
            causes.append(f"{cells} {mark.cause}")
            remedies.append(mark.remedy)
    return " ".join(causes), " ".join(remedies)
