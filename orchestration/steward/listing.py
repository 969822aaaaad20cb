"""The list of every faulty cell as a CSV file that is safe to open in Excel."""

from __future__ import annotations

import csv
from pathlib import Path

from ..display import display_safe, inert
from ..intake.judge.findings import Finding
from ..intake.ledger.finding_cells import each
from .labels import KINDS
from .view import SubmissionView

COLUMNS = (
    "Rule",
    "Kind",
    "Sheet",
    "Row",
    "Column",
    "Heading",
    "Value",
    "What is wrong",
    "How to put it right",
    "Rows in all",
    "Pence in all",
)


def write_listing(path: Path, view: SubmissionView) -> None:
    """Writes one line a faulty cell; a finding without cells has one line."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for found in view.findings:
            before = [found.code, KINDS[found.level].name]
            after = _after(found)
            if not found.cells:
                heading = inert(display_safe(found.heading) or "")
                writer.writerow([*before, "", "", "", heading, "", *after])
            writer.writerows(
                [
                    *before,
                    inert(display_safe(cell.sheet) or ""),
                    cell.row,
                    cell.column,
                    inert(display_safe(cell.heading) or ""),
                    inert(cell.value or ""),
                    *after,
                ]
                for cell in each(found.cells)
            )


def _after(found: Finding) -> list[str | int]:
    pence = "" if found.amount_pence is None else found.amount_pence
    return [inert(found.message), inert(found.fix), found.count, pence]
