"""What the last screen of a run says: deliveries, what was not counted, figures, gaps.

Read from the ledger and from the release that readers see, so it says what was really published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NotRequired, TypedDict, cast

import duckdb

from ..contracts.load import ContractError, Partners
from ..contracts.model import Partner
from ..contracts.usable import load_usable
from ..intake.landing import left_alone
from ..intake.ledger.ledger import Ledger, Receipt
from ..intake.not_put_right import not_put_right
from ..publish.journal import Steering, steering
from ..publish.manifest import DATABASE, Manifest
from ..publish.outcome import Outcome, Refusal
from ..publish.store import current_release
from ..settings import Settings
from .gaps import Received, gaps


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
    """A submission that is refused or held and not put right, or of which rows were set aside."""

    receipt_id: str
    file_name: str
    verdict: str
    period: str | None
    rows_held: int
    pence_held: int
    rows_set_aside: int
    pence_set_aside: int
    rows_unpriced: int | None
    reason: str


class Left(TypedDict):
    """What lies in landing and is not taken, and why."""

    place: str
    reason: str


class Doubtful(TypedDict):
    """A submission that counts, though nobody has answered what is asked about it."""

    receipt_id: str
    file_name: str
    period: str | None
    rows: int
    pence: int
    questions: list[str]


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
    body_periods_expected: int | None
    body_periods_present: int | None
    unexplained_findings: int | None
    questioned_rows: int | None
    questioned_pence: int | None
    files_held: int | None
    held_rows: int | None
    held_pence: int | None


class Summary(TypedDict):
    """Everything the last screen says; money in pence."""

    status: str
    failure: str | None
    refusals: list[Refusal]
    release_id: str | None
    delivered: list[Delivered]
    not_counted: list[NotCounted]
    doubtful: list[Doubtful]
    left_alone: list[Left]
    gaps: list[str]
    pin: NotRequired[dict[str, str | None]]
    pinned: NotRequired[str]
    release_path: NotRequired[str]
    report_path: NotRequired[str]
    unreadable: NotRequired[str]
    synthetic: NotRequired[bool]
    headlines: NotRequired[list[Headline]]
    seconds: NotRequired[float]


def summarise(settings: Settings, failure: str | None, today: date | None = None) -> Summary:
    """Everything the last screen says, as plain values; money in pence.

    ``failure`` is why the job stopped, if it did. ``gaps`` lists what keeps the picture
    incomplete (``gaps``). ``left_alone`` is what lies in landing and is no delivery.
    """
    partners, without = usable(settings)
    ledger = Ledger(settings.ledger)
    try:
        receipts, errors = ledger.receipts(), ledger.program_errors()
        reasons = ledger.reasons()
        doubtful = [r for r in ledger.unexplained() if r.status == "in_force"]
        asked = {
            r.seq: [f["message"] for f in ledger.findings(r.seq) if f["level"] == "please_explain"]
            for r in doubtful
        }
    finally:
        ledger.close()
    outcome = Outcome.read(settings)
    begun = failure or receipts
    status = outcome.status if outcome and not failure else "failed" if begun else "none"
    waiting = {r.seq for r in not_put_right(receipts, settings.landing)}
    today = today or date.today()
    result: Summary = {
        "status": status,
        "failure": failure,
        "refusals": outcome.refusals if outcome else [],
        "release_id": outcome.release_id if outcome else None,
        "delivered": _delivered(partners, receipts),
        "not_counted": [
            _as_row(r, reasons.get(r.seq, ""))
            for r in receipts
            if r.seq in waiting or (r.status == "in_force" and r.rows_set_aside)
        ],
        "doubtful": [_as_doubtful(r, asked[r.seq]) for r in doubtful],
        "left_alone": [
            {"place": left.place, "reason": left.reason}
            for left in left_alone(settings.landing, partners, receipts)
        ],
        "gaps": without + gaps(settings, partners, Received(receipts, errors, doubtful), today),
    }
    _add_pin(result, steering(settings.published))
    if current := current_release(settings.published):
        _add_published(result, current)
    return result


def usable(settings: Settings) -> tuple[Partners, list[str]]:
    """The contracts that can be used, and why there are none, if there are none."""
    try:
        return load_usable(settings.partners, settings.place, settings.contracts)[0], []
    except ContractError as error:
        listed = "; ".join(map(str, error.problems))
        return Partners(), [f"No contract, or the place file, can be used: {listed}"]


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


def _as_row(receipt: Receipt, reason: str) -> NotCounted:
    return {
        "receipt_id": receipt.receipt_id,
        "file_name": receipt.file_name,
        "verdict": receipt.verdict,
        "period": receipt.period,
        "rows_held": receipt.rows_accepted if receipt.status == "held" else 0,
        "pence_held": receipt.pence_accepted if receipt.status == "held" else 0,
        "rows_set_aside": receipt.rows_set_aside,
        "pence_set_aside": receipt.pence_set_aside,
        "rows_unpriced": receipt.rows_unpriced,
        "reason": reason,
    }


def _as_doubtful(receipt: Receipt, questions: list[str]) -> Doubtful:
    return {
        "receipt_id": receipt.receipt_id,
        "file_name": receipt.file_name,
        "period": receipt.period,
        "rows": receipt.rows_accepted,
        "pence": receipt.pence_accepted,
        "questions": questions,
    }


def _add_pin(result: Summary, stands: Steering) -> None:
    """Adds who pinned the release that readers see, when and why; that another waits is a gap."""
    if pin := stands.as_json():
        result["pin"], result["pinned"] = pin, stands.said()
        result["release_id"] = stands.current
    if stands.waiting:
        result["gaps"].append(f"release {stands.waiting} waits, and readers see the pinned one")


def _add_published(result: Summary, release: Path) -> None:
    """Adds whether the release that readers see is synthetic, and its headlines; what may be stated
    is decided there."""
    result["release_path"] = str(release)
    if (report := release / "report" / "index.html").is_file():
        result["report_path"] = str(report)
    columns = list(Headline.__annotations__)
    try:
        result["synthetic"] = Manifest.read(release).synthetic
        with duckdb.connect(str(release / DATABASE), read_only=True) as con:
            rows = con.execute(
                f"SELECT {', '.join(columns)} FROM fct_headline "
                "ORDER BY headline, financial_year, measure, body_name"
            ).fetchall()
    except (OSError, ValueError, duckdb.Error):
        result["unreadable"] = f"Release {release.name} cannot be read: see `totalplace doctor`."
        return
    result["headlines"] = [cast(Headline, dict(zip(columns, row, strict=True))) for row in rows]
