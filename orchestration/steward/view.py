"""What every report says of one submission, whether it was only checked or received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..contracts.feeds import has_money
from ..display import display_safe
from ..intake.judge.findings import Cell, Finding
from ..intake.judge.judgement import Judgement
from ..intake.ledger.receipt import Receipt
from .difference import Row, difference_rows
from .labels import VERDICTS
from .text import difference_of, equation, in_pounds, ordered, outcome, standing


@dataclass(frozen=True)
class SubmissionView:
    """A submission, checked or received, as reports show it.

    ``facts`` are what its receipt states, by name; ``difference`` is what it changes against the
    receipt ``replaces``, if it takes the place of one.
    """

    file_name: str
    partner: str
    feed: str
    verdict: str
    summary: Sequence[str]
    facts: Sequence[tuple[str, str]]
    findings: Sequence[Finding]
    replaces: str = ""
    difference: Sequence[Row] = ()

    @property
    def title(self) -> str:
        return f"{VERDICTS[self.verdict].word}: {self.file_name}"


def submission_view(
    result: Judgement | Receipt,
    findings: Sequence[Finding],
    file_name: str,
    partner: str,
    feed: str,
    facts: Sequence[tuple[str, str]] = (),
) -> SubmissionView:
    """What is said of a dry run or a receipt, the gravest findings first."""
    summary = [equation(result)]
    if has_money(feed):
        summary.append(in_pounds(result))
    if isinstance(result, Receipt) and result.status in ("withdrawn", "superseded", "held"):
        summary[-1] += f"; {standing(result)}"
    found = difference_of(result)
    return SubmissionView(
        file_name=display_safe(file_name) or "",
        partner=partner,
        feed=feed,
        verdict=outcome(result, findings),
        summary=summary,
        facts=facts,
        findings=ordered(findings),
        replaces=found.replaces if found else "",
        difference=difference_rows(found, money=has_money(feed)) if found else (),
    )


def address(cell: Cell) -> str:
    """Where a cell stands, as a person finds it in Excel."""
    sheet = f"sheet '{display_safe(cell.sheet)}', " if cell.sheet else ""
    row = f"row {cell.row:,}" if cell.row else "the heading row"
    column = f", column {cell.column} '{cell.heading}'" if cell.column else ""
    return f"{sheet}{row}{column}"
