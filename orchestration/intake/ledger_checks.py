"""A judged file against what the ledger holds: what it replaces, and its partner's own history."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..contracts.feeds import FEEDS
from .judge.findings import Finding, finding
from .judge.judgement import Judgement
from .judge.rules.drift import Profile, drift_findings
from .ledger.ledger import Ledger
from .ledger.receipt import Receipt


def settle(ledger: Ledger, base: Receipt, result: Judgement) -> Receipt | None:
    """Adds what can be said only with the ledger; the receipt that this file replaces, if any."""
    replaced = _place(ledger, base, result)
    result.findings += _against_history(ledger, base, result)
    return replaced


def foretell(path: Path, base: Receipt, result: Judgement) -> bool:
    """What ``settle`` would say, for a file that is only tried: the ledger is read, not touched.

    ``False`` if there is no ledger at ``path``, or none that can be read.
    """
    if not path.is_file():
        return False
    try:
        ledger = Ledger(path, read_only=True)
        try:
            if earlier := ledger.same_bytes(base.submission_id, base.manifest_sha256):
                result.findings.append(already_received(ledger, earlier))
            else:
                settle(ledger, base, result)
        finally:
            ledger.close()
    except sqlite3.Error:
        return False
    return True


def already_received(ledger: Ledger, earlier: Receipt) -> Finding:
    """That these bytes are in force already, or have been replaced by what is."""
    later = ledger.replaced_by(earlier.seq)
    since = f", which {later.receipt_id} has replaced since" if later else ""
    return finding("TP-060", detail=f"receipt {earlier.receipt_id}{since}")


def _place(ledger: Ledger, base: Receipt, result: Judgement) -> Receipt | None:
    """The receipt this file replaces; refuses the file if it overlaps another length of period."""
    if result.verdict == "refused" or not (result.period and base.partner_id and base.feed):
        return None
    same = None
    for other in ledger.in_force(base.partner_id, base.feed):
        if other.period == result.period.label:
            same = other
        elif not (other.period_start and other.period_end):
            continue
        elif other.period_start <= result.period.end and result.period.start <= other.period_end:
            detail = f"{other.period} (receipt {other.receipt_id})"
            result.refuse(finding("TP-016", detail=detail))
            return None
    if same:
        result.findings.append(finding("TP-061", detail=f"receipt {same.receipt_id}"))
    return same


def _against_history(ledger: Ledger, base: Receipt, result: Judgement) -> list[Finding]:
    """What lies far outside the files now in force for the same length of period."""
    if result.verdict == "refused" or not (result.period and result.layout and base.feed):
        return []
    kind, label = result.period.kind, result.period.label
    texts = ledger.outlines(base.partner_id, base.feed, kind, label, base.synthetic)
    before = [Profile.from_text(text) for text in texts]
    return list(drift_findings(result.profile, before, FEEDS[base.feed], result.layout))
