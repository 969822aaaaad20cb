"""What the last screen of a run says: deliveries, what was not counted, figures, gaps.

Read from the ledger and from the release that readers see, so it says what was really published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NotRequired, TypedDict, cast

import duckdb

from ..contracts.load import load_partners
from ..contracts.model import Partner
from ..contracts.periods import financial_year
from ..contracts.tables import expected
from ..display import display_safe
from ..intake.ledger.ledger import Ledger, Receipt
from ..publish.outcome import Outcome, Refusal
from ..settings import Settings


class Delivered(TypedDict):
    """What is in force of one partner and feed."""

    name: str
    feed: str
    files: int
    first: str
    last: str
    rows: int
    pence: int


class NotCounted(TypedDict):
    """A submission that is refused, or of which rows were set aside."""

    receipt_id: str
    file_name: str
    verdict: str
    rows_set_aside: int
    pence_set_aside: int
    rows_unpriced: int | None
    reason: str


class Headline(TypedDict):
    """A row of ``fct_headline``."""

    headline: str
    measure: str
    financial_year: str
    body_id: str | None
    body_name: str
    lines: int
    pence: int | None
    status: str
    reason: str | None
    partners_expected: int | None
    partners_present: int | None


class Summary(TypedDict):
    """Everything the last screen says; money in pence."""

    status: str
    failure: str | None
    refusals: list[Refusal]
    release_id: str | None
    delivered: list[Delivered]
    not_counted: list[NotCounted]
    gaps: list[str]
    release_path: NotRequired[str]
    synthetic: NotRequired[bool]
    headlines: NotRequired[list[Headline]]
    seconds: NotRequired[float]


def summarise(settings: Settings, failure: str | None, today: date | None = None) -> Summary:
    """Everything the last screen says, as plain values; money in pence.

    ``failure`` is why the job stopped, if it did. ``gaps`` lists what keeps the picture
    incomplete: refused files not put right, unknown folders, deliveries past their deadline,
    program errors.
    """
    partners = load_partners(settings.partners)
    ledger = Ledger(settings.ledger)
    try:
        receipts, errors = ledger.receipts(), ledger.program_errors()
        reasons = ledger.reasons()
    finally:
        ledger.close()
    outcome = Outcome.read(settings)
    status = "failed" if failure or not outcome else outcome.status
    result: Summary = {
        "status": status,
        "failure": failure,
        "refusals": outcome.refusals if outcome else [],
        "release_id": outcome.release_id if outcome else None,
        "delivered": _delivered(partners, receipts),
        "not_counted": [
            _as_row(r, reasons.get(r.seq, "")) for r in receipts if _not_counted(r, receipts)
        ],
        "gaps": _gaps(settings, partners, receipts, errors, today or date.today()),
    }
    current = settings.published / "current"
    if current.exists():
        result["release_path"] = str(current.resolve())
        result["synthetic"], result["headlines"] = _published(current / "totalplace.duckdb")
    return result


def _delivered(partners: Mapping[str, Partner], receipts: Sequence[Receipt]) -> list[Delivered]:
    rows: list[Delivered] = []
    for partner in partners.values():
        for feed in partner.feeds:
            force = [
                r
                for r in receipts
                if (r.partner_id, r.feed, r.status) == (partner.id, feed, "in_force")
            ]
            if force:
                labels = sorted(str(r.period) for r in force)
                rows.append(
                    {
                        "name": partner.name,
                        "feed": feed,
                        "files": len(force),
                        "first": labels[0],
                        "last": labels[-1],
                        "rows": sum(r.rows_accepted for r in force),
                        "pence": sum(r.pence_accepted for r in force),
                    }
                )
    return rows


def _not_counted(receipt: Receipt, receipts: Sequence[Receipt]) -> bool:
    if receipt.verdict == "refused":
        return not _replaced(receipt, receipts)
    return receipt.status == "in_force" and receipt.rows_set_aside > 0


def _replaced(receipt: Receipt, receipts: Sequence[Receipt]) -> bool:
    """Whether a later file for the same period was accepted in place of a refused one."""
    return any(
        later.seq > receipt.seq
        and (later.partner_id, later.feed) == (receipt.partner_id, receipt.feed)
        and later.verdict.startswith("accepted")
        and receipt.period in (None, later.period)
        for later in receipts
        if receipt.partner_id is not None
    )


def _as_row(receipt: Receipt, reason: str) -> NotCounted:
    return {
        "receipt_id": receipt.receipt_id,
        "file_name": receipt.file_name,
        "verdict": receipt.verdict,
        "rows_set_aside": receipt.rows_set_aside,
        "pence_set_aside": receipt.pence_set_aside,
        "rows_unpriced": receipt.rows_unpriced,
        "reason": reason,
    }


def _gaps(
    settings: Settings,
    partners: Mapping[str, Partner],
    receipts: Sequence[Receipt],
    errors: Sequence[tuple[str, str]],
    today: date,
) -> list[str]:
    gaps = []
    for r in receipts:
        if r.verdict != "refused" or _replaced(r, receipts):
            continue
        if r.partner_id is None and not (settings.landing / str(r.landing_path)).exists():
            continue
        what = "refused" if r.partner_id else "of an unknown partner"
        gaps.append(f"{display_safe(r.file_name)} ({r.receipt_id}) is {what}")
    years = {financial_year(r.period_start) for r in receipts if r.period_start and _counts(r)}
    force = {(r.partner_id, r.feed, r.period) for r in receipts if _counts(r)}
    missing: dict[tuple[str, str], list[str]] = {}
    for partner_id, feed, period in expected(partners, years):
        due = (today - period.end).days > partners[partner_id].feeds[feed].due_days
        if due and (partner_id, feed, period.label) not in force:
            missing.setdefault((partner_id, feed), []).append(period.label)
    for (partner_id, feed), labels in missing.items():
        span = labels[0] if len(labels) == 1 else f"{labels[0]} … {labels[-1]}"
        gaps.append(
            f"{partners[partner_id].name}, {feed}: {len(labels)} expected "
            f"{'delivery' if len(labels) == 1 else 'deliveries'} missing ({span})"
        )
    gaps += [f"{display_safe(place)}: the program failed and will try again" for place, _ in errors]
    return gaps


def _counts(receipt: Receipt) -> bool:
    return receipt.status == "in_force"


def _published(database: Path) -> tuple[bool, list[Headline]]:
    """Whether the release that readers see is synthetic, and its headlines; what may be stated is
    decided there."""
    with duckdb.connect(str(database.resolve()), read_only=True) as con:
        (synthetic,) = con.execute(
            "SELECT coalesce(bool_or(synthetic), false) FROM fct_spend_line"
        ).fetchall()[0]
        columns = list(Headline.__annotations__)
        rows = con.execute(
            f"SELECT {', '.join(columns)} FROM fct_headline "
            "ORDER BY headline, financial_year, measure, body_name"
        ).fetchall()
    return synthetic, [cast(Headline, dict(zip(columns, row, strict=True))) for row in rows]
