"""What the desk says beside what ``steward`` says: open questions and the two readings of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..contracts.feeds import has_money
from ..display import pounds
from ..intake.judge.difference import Amount
from ..intake.judge.findings import Finding
from ..intake.judge.judgement import Judgement
from ..intake.ledger.receipt import Receipt
from ..steward.text import difference_of

# What a check comes to, for nothing has happened to the file yet.
WOULD_BE = {
    "accepted": "Every line of this file would be accepted.",
    "accepted_with_rows_set_aside": "This file would be accepted. Some rows would be set aside: "
    "they would not count until they are put right. The list below says which, and what they come "
    "to.",
    "asked": "This file would count, as the agreement says, and its question would stay with every "
    "figure it touches until it is answered.",
    "refused": "This file would not be accepted, and nothing in it would count.",
}


def questions(findings: Sequence[Finding]) -> tuple[str, ...]:
    """What is asked about a file, each question in a sentence with its £."""
    return tuple(
        f.message + (f" ({pounds(f.amount_pence)})" if f.amount_pence is not None else "")
        for f in findings
        if f.level == "please_explain"
    )


def readings(result: Judgement | Receipt) -> tuple[str, str]:
    """What counts if the file is right as it is, and what counts if it is not, each in a sentence
    with its lines and £."""
    money = has_money(result.feed) if isinstance(result, Receipt) else result.money
    found = difference_of(result)
    now = _of(result.rows_accepted, result.pence_accepted, money)
    if found is None:
        return (f"{now} count.", "Nothing of this period counts until the corrected file is here.")
    before = _amount(found.before, money)
    return (
        f"{now} count, in place of {before} of {found.replaces}.",
        f"{before} of {found.replaces} go on counting until the corrected file is here.",
    )


def _amount(amount: Amount, money: bool) -> str:
    return _of(amount.lines, amount.pence, money)


def _of(lines: int, pence: int, money: bool) -> str:
    many = f"{lines:,} {'line' if lines == 1 else 'lines'}"
    return f"{many} with {pounds(pence)}" if money else many
