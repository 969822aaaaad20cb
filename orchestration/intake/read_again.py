"""Deliveries that were read under an older agreement, place file or rule, read again from the bytes
that are kept. If the outcome is another one, that is a question: the figures never move in silence.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from ..contracts.model import Partner
from ..contracts.periods import Cadence, Period, from_file_name
from ..settings import Settings
from .bookkeeping import book_read_again
from .landing import Delivery
from .ledger.blob_store import stored_path
from .ledger.fingerprints import contract_version, rules_version
from .ledger.ledger import Ledger
from .ledger.receipt import Receipt
from .ledger_checks import changed_outcome, read_again_finding
from .outcomes import LINES, Judged, Taken
from .receive import asked_of, judge_taken


def read_again(
    settings: Settings,
    ledger: Ledger,
    partners: Mapping[str, Partner],
    receipt: Receipt,
    version: str,
) -> Receipt | None:
    """Reads one delivery again; its new receipt if the outcome changed, else ``None``."""
    room = Path(tempfile.mkdtemp(prefix="submit-", dir=settings.warehouse))
    try:
        judged = judge_again(settings, partners, receipt, version, room)
        return settle_again(settings, ledger, judged, receipt) if judged else None
    finally:
        shutil.rmtree(room, ignore_errors=True)


def judge_again(
    settings: Settings,
    partners: Mapping[str, Partner],
    receipt: Receipt,
    version: str,
    room: Path,
) -> Judged | None:
    """Judges the kept bytes of a delivery, in a folder below ``room``, without the ledger; ``None``
    if they are not there."""
    stored = stored_path(settings, receipt.sha256)
    if stored is None or not (receipt.partner_id and receipt.feed):
        return None
    partner = partners[receipt.partner_id]
    work = Path(tempfile.mkdtemp(dir=room))
    base = replace(
        receipt,
        seq=0,
        status="none",
        replaces=None,
        explanation=None,
        explained_by=None,
        rules_version=rules_version(),
        contract_version=contract_version(partner),
        reading_version=version,
        certification=asked_of(partner),
        certified_by=None,
        certified_at=None,
    )
    delivery = Delivery(stored, str(receipt.landing_path), receipt.partner_id, receipt.feed)
    copy = shutil.copyfile(stored, work / receipt.sha256)
    taken = Taken(delivery, base, work, copy, _control_file(settings, receipt, work))
    return judge_taken(settings, partners, taken, _period(partner, receipt))


def settle_again(
    settings: Settings, ledger: Ledger, judged: Judged, receipt: Receipt
) -> Receipt | None:
    """Books what a delivery now comes to; ``None`` if that is what its receipt says.

    The earlier receipt is marked as read under the new version either way, so it is asked about
    once.
    """
    try:
        result = judged.judgement
        changed = changed_outcome(settings, ledger, receipt, result, judged.work / LINES)
        if changed:
            result.findings.insert(0, read_again_finding(receipt, result, changed))
            return book_read_again(settings, ledger, judged, receipt)
        ledger.mark_read(receipt.seq, str(judged.base.reading_version))
        return None
    finally:
        shutil.rmtree(judged.work, ignore_errors=True)


def _control_file(settings: Settings, receipt: Receipt, work: Path) -> Path | None:
    """A copy of the control file that came with a delivery, named for what it holds."""
    kept = stored_path(settings, receipt.manifest_sha256)
    if kept is None:
        return None
    ending = ".json" if kept.read_bytes().lstrip().startswith(b"{") else ".csv"
    return Path(shutil.copyfile(kept, work / f"control{ending}"))


def _period(partner: Partner, receipt: Receipt) -> Period | None:
    """The period that was given when the file was sent, where its name does not say it."""
    feed = partner.feeds[str(receipt.feed)]
    if from_file_name(receipt.file_name, feed.period_in_file_name, feed.cadence):
        return None
    if not (receipt.period and receipt.period_start and receipt.period_end):
        return None
    kind = cast(Cadence, receipt.period_kind)
    return Period(receipt.period_start, receipt.period_end, receipt.period, kind)
