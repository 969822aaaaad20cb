"""What changed between two releases, in sentences: the most important first, as many as asked for.

Every number is read from the rows of ``fct_restatement``; nothing is added up that is not there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..display import display_safe, pounds
from .causes import CAUSES, SEVERAL

BUDGET = 20
_HEADLINES = "fct_headline"
# How much of what is owed has come, which a reason says where it matters.
_COUNTS = (
    "partners_expected", "partners_present", "place_periods_expected", "place_periods_present",
    "body_periods_expected", "body_periods_present",
)  # fmt: skip
_FIGURES = ("changed", "appeared", "disappeared")
_NAMES = {
    "drug_alcohol_spend": "Spend on drug and alcohol services",
    "public_access_spend": "Spend on public access to services",
    "unclassified_spend": "Spend that no rule put anywhere",
    "place_spend": "Money of the place",
    "savings": "Savings",
    "savings_target": "Savings target",
}


@dataclass(frozen=True)
class Restated:
    """One row of ``fct_restatement``."""

    table_name: str
    figure_key: str | None
    financial_year: str | None
    body_id: str | None
    column_name: str | None
    change: str
    old_value: str | None
    new_value: str | None
    difference_pence: int | None
    difference_number: Any
    cause: str
    cause_references: str

    def as_json(self) -> dict[str, Any]:
        """The row for machines; decimals as text."""
        number = self.difference_number
        return self.__dict__ | {"difference_number": None if number is None else str(number)}


def sentences(
    rows: Sequence[Restated], bodies: Mapping[str, str], budget: int = BUDGET
) -> list[str]:
    """At most ``budget`` sentences; the last says how much is left out. ``bodies`` are short names
    by id."""
    said = [
        *(_schema(r) for r in rows if r.figure_key is None),
        *_headlines(rows, bodies),
        *_beside(rows),
        *_lines(rows, bodies),
        *_tables(rows),
    ]
    if len(said) <= budget:
        return said
    return [*said[: budget - 1], f"And {len(said) - budget + 1:,} more: --csv lists every figure."]


def _schema(row: Restated) -> str:
    what = f"Table {row.table_name}"
    if row.column_name:
        what = f"Column {row.column_name} of table {row.table_name}"
    if row.change == "key changed":
        return f"{what} is known by {row.new_value} (before: {row.old_value})."
    way = "is no longer there" if row.change.endswith("disappeared") else "is new"
    return f"{what} {way}. {_cause(row)}"


def _headlines(rows: Iterable[Restated], bodies: Mapping[str, str]) -> list[str]:
    """Headline figures by how far they moved, and those that may or may not be stated any more."""
    found = [r for r in rows if r.table_name == _HEADLINES and r.column_name == "pence"]
    found.sort(key=lambda r: (-abs(r.difference_pence or 0), r.figure_key or ""))
    return [_headline(r, bodies) for r in found]


def _beside(rows: Iterable[Restated]) -> list[str]:
    """Beside how many headline figures something else stands, such as a doubt or a file that waits,
    by what that follows from."""
    found: dict[str, list[Restated]] = {}
    for row in rows:
        beside = row.table_name == _HEADLINES and row.change in _FIGURES
        if beside and row.column_name != "pence" and row.column_name not in _COUNTS:
            found.setdefault(_cause(row), []).append(row)
    said = []
    for cause, of in found.items():
        figures = len({r.figure_key for r in of})
        which = "1 headline figure" if figures == 1 else f"{figures:,} headline figures"
        columns = ", ".join(sorted({str(r.column_name) for r in of}))
        said.append(f"What stands beside {which} differs ({columns}). {cause}")
    return said


def _headline(row: Restated, bodies: Mapping[str, str]) -> str:
    key = json.loads(row.figure_key or "{}")
    name = _NAMES.get(str(key.get("headline")), str(key.get("headline")))
    measure = str(key.get("measure", "")).replace("_", " ")
    body = bodies.get(str(key.get("body_id")), "the place")
    parts = [f"{name} ({measure})", display_safe(body) or ""]
    if year := key.get("financial_year"):
        parts.append(str(year).replace("_", " "))
    old, new = (None if v is None else int(v) for v in (row.old_value, row.new_value))
    if old is None or new is None:
        stated = "not stated" if new is None else pounds(new)
        before = "not stated" if old is None else pounds(old)
        moved = f"{before} → {stated}"
    else:
        sign = "+" if new > old else ""
        moved = f"{pounds(old)} → {pounds(new)} ({sign}{pounds(new - old)})"
    return f"{', '.join(filter(None, parts))}: {moved}. {_cause(row)}"


def _lines(rows: Iterable[Restated], bodies: Mapping[str, str]) -> list[str]:
    """Submissions whose lines came or went, the largest first."""
    found = [r for r in rows if r.change.startswith("lines ")]
    found.sort(key=lambda r: (-abs(r.difference_pence or 0), r.figure_key or ""))
    return [
        f"{_count(r)} {r.table_name.replace('_', ' ')} from "
        f"{display_safe(bodies.get(r.body_id or '', r.body_id or 'a body'))} "
        f"{'came in' if r.change == 'lines appeared' else 'went out'}"
        f"{_amount(r)}. {_cause(r)}"
        for r in found
    ]


def _count(row: Restated) -> str:
    number = abs(int(row.difference_number or 0))
    return "1 line of" if number == 1 else f"{number:,} lines of"


def _amount(row: Restated) -> str:
    """What the lines come to, whichever way they went."""
    pence = row.difference_pence or 0
    return f", {pounds(pence if row.change == 'lines appeared' else -pence)}" if pence else ""


def _tables(rows: Iterable[Restated]) -> list[str]:
    """How many figures of each other table differ, by what became of them."""
    others = [r for r in rows if r.change in _FIGURES and r.table_name != _HEADLINES]
    counted = Counter(r.table_name for r in others)
    found = []
    for table, count in counted.most_common():
        causes = Counter(_kinds(r) for r in others if r.table_name == table)
        why = ", ".join(f"{cause} ({number:,})" for cause, number in causes.most_common())
        figures = "1 figure" if count == 1 else f"{count:,} figures"
        differ = "differs" if count == 1 else "differ"
        found.append(f"{figures} of {table} {differ}: {why}.")
    return found


def _kinds(row: Restated) -> str:
    """The kinds of cause of a row: of several, each that is named."""
    if row.cause != SEVERAL:
        return row.cause
    named = row.cause_references.split("; ")
    return " or ".join(c for c in CAUSES if any(name.startswith(f"{c} ") for name in named))


def _cause(row: Restated) -> str:
    """Where several changes may be at work, it is not known which of them is."""
    references = f" {row.cause_references}" if row.cause_references else ""
    said = "May follow from" if ";" in references else "Cause"
    cause = "" if row.cause == SEVERAL else row.cause
    return f"{said}: {f'{cause}{references}'.strip()}."
