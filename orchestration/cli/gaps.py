"""What keeps the picture incomplete: what is refused, held or failed and not put right, contracts
that cannot be used, and deliveries past their deadline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..contracts.load import left_out, with_missing
from ..contracts.model import Partner
from ..contracts.periods import financial_year
from ..contracts.tables import owed
from ..display import display_safe, pounds
from ..intake.at_rest import still_written
from ..intake.ledger.ledger import Receipt
from ..intake.not_put_right import not_put_right
from ..settings import Settings


@dataclass(frozen=True)
class Received:
    """What the ledger says: receipts, deliveries on which the program failed, and what counts
    though nobody has answered what is asked about it."""

    receipts: Sequence[Receipt]
    errors: Sequence[tuple[str, str]]
    doubtful: Sequence[Receipt] = ()


def gaps(
    settings: Settings, partners: Mapping[str, Partner], received: Received, today: date
) -> list[str]:
    """Every gap in a sentence."""
    everybody = with_missing(partners)
    return [
        *(f"{_named(everybody, i)}: {why}" for i, why in left_out(partners).items()),
        *_unagreed(partners, received.receipts),
        *_not_put_right(settings, received.receipts),
        *(
            f"{display_safe(r.file_name)} ({r.receipt_id}) counts, though a question is open"
            for r in received.doubtful
        ),
        *(
            f"{display_safe(place)} is still being written: the next run takes it"
            for place in still_written(settings, received.receipts)
        ),
        *_overdue(everybody, received.receipts, today),
        *(
            f"{display_safe(place)}: the program failed and will try again"
            for place, _ in received.errors
        ),
    ]


def _named(partners: Mapping[str, Partner], partner_id: str) -> str:
    partner = partners.get(partner_id)
    return partner.name if partner else partner_id


def _unagreed(partners: Mapping[str, Partner], receipts: Sequence[Receipt]) -> Iterator[str]:
    """What is in force of a partner or feed that no contract has any more."""
    lost: dict[tuple[str, str], list[Receipt]] = {}
    for r in receipts:
        partner = partners.get(r.partner_id or "")
        if _counts(r) and (partner is None or r.feed not in partner.feeds):
            lost.setdefault((str(r.partner_id), str(r.feed)), []).append(r)
    for (partner_id, feed), files in lost.items():
        many = "1 file" if len(files) == 1 else f"{len(files)} files"
        amount = pounds(sum(r.pence_accepted for r in files))
        yield (
            f"{partner_id}/{feed}: {many} with {amount} in force, not counted: there is no "
            "contract to say what the lines are"
        )


def _not_put_right(settings: Settings, receipts: Sequence[Receipt]) -> Iterator[str]:
    for r in not_put_right(receipts, settings.landing):
        if r.partner_id is None:
            what = "is of an unknown partner"
        elif r.waits_for_certifier:
            what = "waits for certification by a second person"
        elif r.status == "held":
            what = "is held: its question waits for an answer"
        else:
            what = "is refused"
        yield f"{display_safe(r.file_name)} ({r.receipt_id}) {what}"


def _overdue(
    partners: Mapping[str, Partner], receipts: Sequence[Receipt], today: date
) -> Iterator[str]:
    counted = [r for r in receipts if _counts(r)]
    days = [day for r in counted for day in (r.period_start, r.period_end) if day]
    years = {financial_year(day) for day in days if day.year >= 1900}
    force = {(r.partner_id, r.feed, r.period) for r in counted}
    missing: dict[tuple[str, str], dict[str, None]] = {}
    for _, partner_id, feed, period, asked_for in owed(partners, years):
        due = (today - period.end).days > partners[partner_id].feeds[feed].due_days
        if asked_for and due and (partner_id, feed, period.label) not in force:
            missing.setdefault((partner_id, feed), {})[period.label] = None
    for (partner_id, feed), found in missing.items():
        labels = list(found)
        span = labels[0] if len(labels) == 1 else f"{labels[0]} … {labels[-1]}"
        yield (
            f"{partners[partner_id].name}, {feed}: {len(labels)} expected "
            f"{'delivery' if len(labels) == 1 else 'deliveries'} missing ({span})"
        )


def _counts(receipt: Receipt) -> bool:
    return receipt.status == "in_force"
