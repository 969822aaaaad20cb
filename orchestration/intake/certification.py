"""Certification by a second person: what brings a file that waits into force, or sends it back.

Where a contract asks for it, an accepted file is held however it arrived (``bookkeeping``). Here
belongs who may certify which; a name is compared with that of whoever sent or explained the file.
"""

from __future__ import annotations

import unicodedata
from contextlib import closing
from functools import partial

from ..settings import Settings
from .ledger.blob_store import held_path
from .ledger.ledger import Ledger
from .ledger.receipt import Receipt
from .questions import AnswerError, put_in_place, what_it_replaces


class CertifyError(Exception):
    """A file that cannot be certified, or not by this person; the message says why."""


def certify(settings: Settings, seq: int, name: str) -> Receipt:
    """Certifies a submission in somebody's name: it takes the place of what is in force for its
    period. ``CertifyError`` if it does not wait, or not for this person."""
    with closing(Ledger(settings.ledger)) as ledger, ledger.booking():
        receipt = _waiting(ledger, seq)
        if wrong := why_not_by(receipt, name):
            raise CertifyError(wrong)
        if ledger.is_open(seq):
            raise CertifyError(
                f"A question about {receipt.receipt_id} is open. Whoever sent it answers that "
                "first, and then it can be certified."
            )
        try:
            replaced = what_it_replaces(ledger, receipt)
        except AnswerError as error:
            raise CertifyError(str(error)) from None
        keep = partial(put_in_place, settings, ledger, receipt)
        ledger.bring_into_force(receipt, replaced, keep, certified_by=name)
        return ledger.receipt(seq) or receipt


def send_back(settings: Settings, seq: int, reason: str, name: str) -> Receipt:
    """Returns a submission to whoever sent it, with a reason. ``CertifyError`` if it does not
    wait, or not for this person."""
    with closing(Ledger(settings.ledger)) as ledger, ledger.booking():
        receipt = _waiting(ledger, seq)
        if wrong := why_not_by(receipt, name):
            raise CertifyError(wrong)
        ledger.send_back(seq, reason, name)
        held_path(settings, receipt.receipt_id).unlink(missing_ok=True)
        return ledger.receipt(seq) or receipt


def why_not_by(receipt: Receipt, name: str) -> str:
    """Why somebody cannot certify a submission: they had a hand in it. Empty if they can."""
    for other, what in ((receipt.submitted_by, "sent"), (receipt.explained_by, "explained")):
        if other and _same(other, name):
            return (
                f"{name} {what} {receipt.receipt_id} and cannot certify it. Somebody else of the "
                "same body has to."
            )
    return ""


def _same(one: str, other: str) -> bool:
    """Whether two names are one person's, whatever their case and spaces."""
    keys = (" ".join(unicodedata.normalize("NFKC", n).split()).casefold() for n in (one, other))
    return next(keys) == next(keys)


def _waiting(ledger: Ledger, seq: int) -> Receipt:
    receipt = ledger.receipt(seq)
    if receipt is None:
        raise CertifyError(f"There is no receipt number {seq}.")
    if not receipt.waits_for_certifier:
        raise CertifyError(f"{receipt.receipt_id} does not wait to be certified: {_state(receipt)}")
    return receipt


def _state(receipt: Receipt) -> str:
    if receipt.certification == "certified":
        return f"{receipt.certified_by} has certified it on {str(receipt.certified_at)[:10]}."
    if receipt.certification == "returned":
        return f"{receipt.certified_by} has returned it on {str(receipt.certified_at)[:10]}."
    return {
        "superseded": "a later file of the same period has taken its place.",
        "withdrawn": "it was withdrawn.",
    }.get(receipt.status, "its contract did not ask for that when it came.")
