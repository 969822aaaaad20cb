"""Findings behind their cause: what would not have been found but for another finding.

Here belongs which rule follows from which, for pages alone; every finding stays in the receipt and
in the list of cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..intake.judge.findings import Finding
from .labels import ORDER

# Of a rule, the rules it may follow from, the likeliest first. A column that is missing leaves a
# file without its period and rows without what tells them apart.
_OF_THE_FILE = {"TP-015": ("TP-011",), "TP-350": ("TP-011",)}
# The same where both speak of one column: days that cannot be read, as they were exchanged.
_OF_THE_COLUMN = {"TP-023": ("TP-085",)}
# Too many rows set aside, and from which share of them on one finding is the cause.
_TOO_MANY, _NEARLY_ALL = "TP-050", 0.9


@dataclass(frozen=True)
class Caused:
    """A finding, and those that follow from it. ``level`` is the gravest of them all."""

    cause: Finding
    follows: tuple[Finding, ...] = ()

    @property
    def level(self) -> str:
        return min((f.level for f in (self.cause, *self.follows)), key=ORDER.index)


def by_cause(findings: Sequence[Finding]) -> list[Caused]:
    """The findings that follow from no other, with those that follow from them, the gravest first;
    within a level in the order given."""
    causes = {
        n: cause for n, f in enumerate(findings) if (cause := _cause(f, findings)) is not None
    }
    behind: dict[int, list[Finding]] = {n: [] for n in range(len(findings)) if n not in causes}
    for number in causes:
        root = causes[number]
        while root in causes:
            root = causes[root]
        behind[root].append(findings[number])
    made = [Caused(findings[n], tuple(follows)) for n, follows in behind.items()]
    return sorted(made, key=lambda one: ORDER.index(one.level))


def _cause(found: Finding, findings: Sequence[Finding]) -> int | None:
    """The place of the finding from which another follows."""
    if found.code == _TOO_MANY:
        return _most_rows(found, findings)
    for code in _OF_THE_FILE.get(found.code, ()):
        for number, other in enumerate(findings):
            if other.code == code:
                return number
    for code in _OF_THE_COLUMN.get(found.code, ()):
        for number, other in enumerate(findings):
            if other.code == code and other.heading == found.heading:
                return number
    return None


def _most_rows(found: Finding, findings: Sequence[Finding]) -> int | None:
    """The finding that sets aside nearly all of the rows that are too many."""
    rows = {n: f.count for n, f in enumerate(findings) if f.level == "set_aside"}
    most = max(rows, key=lambda n: rows[n], default=None)
    return most if most is not None and rows[most] >= _NEARLY_ALL * found.count else None
