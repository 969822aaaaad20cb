"""One receipt as text, as JSON and as reports, from what was kept when it was booked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..contracts.load import ContractError, load_partners
from ..contracts.model import Partner
from ..intake.cells import kept_findings
from ..intake.ledger import Ledger
from ..intake.receipt import Receipt
from ..intake.screens import receipt_facts, receipt_json, receipt_text
from ..intake.store import cells_path
from ..settings import Settings
from .told import told_of
from .write import write_reports


def receipt_views(
    settings: Settings, receipt: Receipt, report: Path | None = None
) -> tuple[str, dict[str, Any], list[Path]]:
    """A receipt for people and for machines, and the reports written into ``report``, if any."""
    ledger = Ledger(settings.ledger)
    try:
        rows = ledger.findings(receipt.seq)
        replaced_by = ledger.replaced_by(receipt.seq)
    finally:
        ledger.close()
    findings = kept_findings(rows, cells_path(settings, receipt.receipt_id))
    partner = _partner(settings, receipt)
    name = partner.name if partner else receipt.partner_id or "nobody we know"
    made: list[Path] = []
    if report:
        facts = receipt_facts(receipt, name, replaced_by)
        feed = receipt.feed or ""
        told = told_of(receipt, findings, receipt.file_name, name, feed, facts)
        made = write_reports(report, told)
    return (
        receipt_text(receipt, findings, name, replaced_by),
        receipt_json(receipt, findings, replaced_by),
        made,
    )


def _partner(settings: Settings, receipt: Receipt) -> Partner | None:
    """The contract of a receipt, as it is now; receipts outlive contracts."""
    try:
        return load_partners(settings.partners).get(receipt.partner_id or "")
    except ContractError:
        return None
