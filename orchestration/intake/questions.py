"""Answers to open questions: what brings a held submission into force without its being sent again.

A file is held where a finding asks (``Judgement.settle``); its lines wait beside the refused files.
"""

from __future__ import annotations

from functools import partial

from ..settings import Settings
from .ledger.blob_store import held_path, lines_path, move, stored_path
from .ledger.ledger import Ledger
from .ledger.receipt import Explanation, Receipt
from .ledger_checks import in_force_for_period


class AnswerError(Exception):
    """An answer that changes nothing; the message says why."""


def explain(settings: Settings, seq: int, said: Explanation) -> Receipt:
    """Answers the open questions of a receipt; ``AnswerError`` if it has none, or cannot count."""
    ledger = Ledger(settings.ledger)
    try:
        with ledger.booking():
            receipt = ledger.receipt(seq)
            if receipt is None:
                raise AnswerError(f"There is no receipt number {seq}.")
            if not answer(settings, ledger, receipt, said):
                raise AnswerError(_why_not(receipt))
            return ledger.receipt(seq) or receipt
    finally:
        ledger.close()


def answer(settings: Settings, ledger: Ledger, receipt: Receipt, said: Explanation) -> bool:
    """``explain`` while ``Ledger.booking`` is held; ``False`` if nothing was open.

    A held submission takes the place of what is in force for its period.
    """
    if receipt.status != "held" or receipt.certification == "waiting":
        return ledger.explain(receipt.seq, said)
    same = what_it_replaces(ledger, receipt)
    keep = partial(put_in_place, settings, ledger, receipt)
    ledger.bring_into_force(receipt, same, keep, said=said)
    return True


def what_it_replaces(ledger: Ledger, receipt: Receipt) -> Receipt | None:
    """What is in force for the period of a held receipt; ``AnswerError`` if that has another
    length."""
    in_force = ledger.in_force(receipt.partner_id or "", receipt.feed or "")
    same, overlap = in_force_for_period(in_force, receipt)
    if overlap:
        raise AnswerError(
            f"{receipt.receipt_id} covers {receipt.period}, of which {overlap.period} "
            f"({overlap.receipt_id}) is in force already. Withdraw that one first."
        )
    return same


def put_in_place(settings: Settings, ledger: Ledger, receipt: Receipt) -> None:
    """Moves lines and bytes to where those of submissions in force stand."""
    lines = held_path(settings, receipt.receipt_id)
    if lines.exists():
        clear_earlier(settings, ledger, receipt)
        move(lines, lines_path(settings, receipt))
    for digest in filter(None, (receipt.sha256, receipt.manifest_sha256)):
        kept = stored_path(settings, digest)
        if kept and kept.parent != settings.originals:
            move(kept, settings.originals / digest)


def clear_earlier(settings: Settings, ledger: Ledger, receipt: Receipt) -> None:
    """Removes the lines of a withdrawn receipt of the same bytes that stood in another period."""
    for earlier in ledger.of_submission(receipt.submission_id):
        if earlier.period and earlier.period != receipt.period:
            lines_path(settings, earlier).unlink(missing_ok=True)


def _why_not(receipt: Receipt) -> str:
    number = receipt.receipt_id
    if receipt.explanation:
        return f"{number} has its explanation already; one that is there is never changed."
    if receipt.verdict == "refused":
        return f"{number} is refused: it must be put right and submitted again."
    if receipt.status in ("superseded", "withdrawn"):
        return f"{number} is {receipt.status}: none of its lines count, so nothing is open."
    return f"{number} asks nothing."
