"""What every report says of one delivery, whether it was tried or received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..intake.findings import Cell, Finding, pounds, shown
from ..intake.judgement import Judgement
from ..intake.receipt import Receipt
from ..intake.screens import VERDICTS, equation, ordered


@dataclass(frozen=True)
class Told:
    """One delivery as reports show it; ``facts`` are what a receipt states, by name."""

    file_name: str
    partner: str
    feed: str
    verdict: str
    summary: Sequence[str]
    facts: Sequence[tuple[str, str]]
    findings: Sequence[Finding]

    @property
    def title(self) -> str:
        return f"{VERDICTS[self.verdict]}: {self.file_name}"


def told_of(
    result: Judgement | Receipt,
    findings: Sequence[Finding],
    file_name: str,
    partner: str,
    feed: str,
    facts: Sequence[tuple[str, str]] = (),
) -> Told:
    """What is said of a dry run or a receipt, the gravest findings first."""
    money = f"{pounds(result.pence_accepted)} accepted, {pounds(result.pence_set_aside)} set aside"
    return Told(
        file_name=shown(file_name) or "",
        partner=partner,
        feed=feed,
        verdict=result.verdict,
        summary=(equation(result), money),
        facts=facts,
        findings=ordered(findings),
    )


def address(cell: Cell) -> str:
    """Where a cell stands, as a person finds it in Excel."""
    sheet = f"sheet '{shown(cell.sheet)}', " if cell.sheet else ""
    row = f"row {cell.row:,}" if cell.row else "the heading row"
    column = f", column {cell.column} '{cell.heading}'" if cell.column else ""
    return f"{sheet}{row}{column}"
