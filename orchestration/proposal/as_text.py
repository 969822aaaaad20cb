"""A proposal as a person reads it on the terminal, and in the public shape for machines.

Here belongs wording alone; what is said was decided before.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ..contracts.feeds import FEEDS
from ..contracts.periods import named
from ..display import display_safe, table
from ..intake.judge.judgement import Judgement
from ..steward.labels import VERDICTS
from ..steward.text import equation, findings_lines, in_pounds, judgement_json, outcome
from .checked import Checked
from .evidence import ColumnReading, Proposal

_WIDTH, _EXAMPLES = 100, 60


def proposal_text(proposal: Proposal, done: Checked, written: str) -> str:
    """What was proposed, what came of it, and what is open. ``written`` is the contract's file."""
    out = [_headline(proposal), *_of_files(done)]
    out += ["", "Columns and what they were taken for:"]
    out += [f"  {line}" for line in table(list(map(_row, proposal.columns)), _HEADINGS)]
    if proposal.notes:
        out += ["", *(f"  {note}" for note in proposal.notes)]
    if asked := proposal.open_questions:
        out += ["", "For somebody to decide (each stands in the contract as a comment):"]
        out += [line for q in asked for line in _wrapped(f"{q.key}: {q.text}")]
    if assumed := [q for q in proposal.questions if not q.open]:
        out += ["", "Assumed:"]
        out += [line for q in assumed for line in _wrapped(f"{q.key}: {q.text}")]
    out += [
        "",
        f"Written to {written}. Look at it, then put it in data/partners/ or the folder that",
    ]
    out += ["TOTALPLACE_PARTNERS names, and send the file in with `totalplace submit`."]
    return "\n".join(out)


_HEADINGS = ("Column", "Heading", "Taken for", "How sure", "Filled", "Examples")


def _headline(proposal: Proposal) -> str:
    contract = proposal.contract
    feed = contract["feeds"][proposal.feed]
    who = f"{display_safe(contract['name'])} ({contract['kind'].replace('_', ' ')})"
    basis = feed["basis"].replace("_", " ")
    return f"Proposed: {who}, {proposal.feed}: {basis}, one file a {named(feed['cadence'])}"


def _of_files(done: Checked) -> Iterator[str]:
    for name, result in done.judgements.items():
        period = f", {result.period.label}" if result.period else ""
        verdict = VERDICTS[outcome(result, result.findings)].word
        yield f"  {verdict}: {display_safe(name)}{period}"
        yield f"    {equation(result)}"
        yield f"    {in_pounds(result)}"
        yield from (f"    {line}" if line else "" for line in findings_lines(_doubts(result)))


def _doubts(result: Judgement) -> list[Any]:
    """What is more than information: the rest is what `totalplace check` shows at leisure."""
    return [f for f in result.findings if f.level != "information"]


def _row(column: ColumnReading) -> tuple[str, ...]:
    examples = "  ".join(repr(e) for e in column.examples)
    cut = examples if len(examples) <= _EXAMPLES else f"{examples[:_EXAMPLES]}…"
    taken = FEEDS["spend"].field(column.field).name if column.field else f"– ({column.why})"
    sure = "" if not column.field else column.confidence
    if column.confidence != "sure":
        sure += f", {column.why}"
    return column.letter, column.heading or "(none)", taken, sure, f"{column.filled:,}", cut


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        f"- {text}",
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def proposal_json(proposal: Proposal, done: Checked, written: str) -> dict[str, Any]:
    """The public shape of a proposal, for machines and for a form."""
    return {
        "partner": proposal.partner_id,
        "feed": proposal.feed,
        "written": written,
        "contract": proposal.contract,
        "columns": [asdict(c) for c in proposal.columns],
        "questions": [asdict(q) for q in proposal.questions],
        "notes": proposal.notes,
        "files": {name: judgement_json(result) for name, result in done.judgements.items()},
    }
