"""Which deliveries still need somebody: refused or held, and nothing has come in their place.

A refused or held file is put right by a later accepted delivery of the same partner and feed for
the same period or under the same name, or when it is withdrawn; however long ago it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .ledger.receipt import Receipt

_STAYS = ("in_force", "superseded")


def not_put_right(receipts: Sequence[Receipt], landing: Path) -> list[Receipt]:
    """The receipts, in order of arrival, of what is refused or held and not put right since.

    A file in a folder of nobody is put right by taking it away from there.
    """
    good: dict[tuple[str | None, str | None], list[Receipt]] = {}
    for receipt in _taken(receipts):
        good.setdefault((receipt.partner_id, receipt.feed), []).append(receipt)
    return [
        r
        for r in receipts
        if _is_open(r)
        and not any(_puts_right(later, r) for later in good.get((r.partner_id, r.feed), ()))
        and (r.partner_id is not None or (landing / str(r.landing_path)).exists())
    ]


def _is_open(receipt: Receipt) -> bool:
    refused = receipt.verdict == "refused" and receipt.status != "withdrawn"
    return refused or receipt.status == "held"


def _taken(receipts: Sequence[Receipt]) -> Iterator[Receipt]:
    """What was accepted and not taken back, and what repeats such a delivery."""
    taken: set[int] = set()
    for receipt in receipts:
        accepted = receipt.verdict.startswith("accepted") and receipt.status in _STAYS
        if accepted or receipt.duplicate_of in taken:
            taken.add(receipt.seq)
            yield receipt


def _puts_right(later: Receipt, earlier: Receipt) -> bool:
    same_period = earlier.period is not None and earlier.period == later.period
    return later.seq > earlier.seq and (same_period or earlier.file_name == later.file_name)
