"""One receipt as text, as JSON and as reports, from what was kept when it was booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ..contracts.load import ContractError
from ..contracts.model import Partner
from ..contracts.periods import Cadence, Period
from ..contracts.usable import load_usable
from ..intake.judge.findings import Finding
from ..intake.ledger.blob_store import cells_path, stored_path
from ..intake.ledger.finding_cells import kept_findings
from ..intake.ledger.ledger import Ledger
from ..intake.ledger.receipt import Receipt, receipt_id
from ..settings import Settings
from .reports import write_reports
from .text import receipt_facts, receipt_json, receipt_text
from .view import SubmissionView, submission_view


@dataclass(frozen=True)
class Opened:
    """A receipt with all that was kept of it. ``partner`` is its contract as it is now, if there is
    one; ``name`` is what its sender is called."""

    receipt: Receipt
    findings: Sequence[Finding]
    replaced_by: Receipt | None
    partner: Partner | None
    name: str

    @property
    def view(self) -> SubmissionView:
        """The receipt as pages show it."""
        r = self.receipt
        facts = receipt_facts(r, self.name, self.replaced_by)
        return submission_view(r, self.findings, r.file_name, self.name, r.feed or "", facts)


def open_receipt(settings: Settings, receipt: Receipt) -> Opened:
    """What was kept of a receipt when it was booked."""
    ledger = Ledger(settings.ledger)
    try:
        rows = ledger.findings(receipt.seq)
        replaced_by = ledger.replaced_by(receipt.seq)
    finally:
        ledger.close()
    findings = kept_findings(rows, cells_path(settings, receipt.receipt_id))
    partner = _partner(settings, receipt)
    name = partner.name if partner else receipt.partner_id or "unknown partner"
    return Opened(receipt, findings, replaced_by, partner, name)


def receipt_reports(settings: Settings, opened: Opened, folder: Path) -> list[Path]:
    """Writes the reports of a receipt into ``folder``; the paths written."""
    receipt = opened.receipt
    original = stored_path(settings, receipt.sha256) if receipt.layout_id else None
    agreed = opened.partner.feeds.get(receipt.feed or "") if opened.partner else None
    return write_reports(folder, opened.view, source=original, feed=agreed, period=_period(receipt))


def receipt_views(
    settings: Settings, receipt: Receipt, report: Path | None = None
) -> tuple[str, dict[str, Any], list[Path]]:
    """A receipt for people and for machines, and the reports written into ``report``, if any."""
    opened = open_receipt(settings, receipt)
    findings, replaced_by = opened.findings, opened.replaced_by
    return (
        receipt_text(receipt, findings, opened.name, replaced_by),
        receipt_json(receipt, findings, replaced_by),
        receipt_reports(settings, opened, report) if report else [],
    )


def why_unmarked(settings: Settings, receipt: Receipt) -> str:
    """Why there is no marked workbook of a receipt, in one sentence for its sender."""
    if receipt.duplicate_of:
        return f"The marked workbook is made for {receipt_id(receipt.duplicate_of)}."
    if not receipt.layout_id:
        return "There is no marked workbook: the file could not be read as the agreed table."
    if not stored_path(settings, receipt.sha256):
        return "There is no marked workbook: the file itself is no longer kept here."
    return "There is no marked workbook: the agreement this file was read by is no longer here."


def _period(r: Receipt) -> Period | None:
    if r.period and r.period_kind and r.period_start and r.period_end:
        return Period(r.period_start, r.period_end, r.period, cast(Cadence, r.period_kind))
    return None


def _partner(settings: Settings, receipt: Receipt) -> Partner | None:
    """The contract of a receipt, as it is now; receipts outlive contracts."""
    try:
        partners, _ = load_usable(settings.partners, settings.place, settings.contracts)
        return partners.get(receipt.partner_id or "")
    except ContractError:
        return None
