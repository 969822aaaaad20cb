"""A judged file against what the ledger holds: what it replaces, and its partner's own history."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..contracts.feeds import FEEDS
from .judge.findings import Finding, finding
from .judge.judgement import Judgement
from .judge.rules.drift import Profile, drift_findings
from .ledger.ledger import Ledger
from .ledger.receipt import Identity, Receipt


def apply_ledger_checks(ledger: Ledger, identity: Identity, result: Judgement) -> Receipt | None:
    """Adds what can be said only with the ledger; the receipt that this file replaces, if any."""
    replaced = _place(ledger, identity, result)
    result.findings += _against_history(ledger, identity, result)
    return replaced


def preview_ledger_checks(path: Path, identity: Identity, result: Judgement) -> bool:
    """What ``apply_ledger_checks`` would find in a dry run; the ledger is only read.

    ``False`` if there is no ledger at ``path``, or none that can be read.
    """
    if not path.is_file():
        return False
    try:
        ledger = Ledger(path, read_only=True)
        try:
            if earlier := ledger.same_bytes(identity):
                result.findings.append(already_received(ledger, earlier))
            else:
                apply_ledger_checks(ledger, identity, result)
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


def _place(ledger: Ledger, identity: Identity, result: Judgement) -> Receipt | None:
    """The receipt this file replaces; refuses the file if it overlaps another length of period."""
    if result.verdict == "refused" or not (result.period and identity.partner_id and identity.feed):
        return None
    same = None
    for other in ledger.in_force(identity.partner_id, identity.feed):
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


def _against_history(ledger: Ledger, identity: Identity, result: Judgement) -> list[Finding]:
    """What lies far outside the files now in force for the same length of period."""
    if result.verdict == "refused" or not (result.period and result.layout and identity.feed):
        return []
    kind, label = result.period.kind, result.period.label
    texts = ledger.outlines(identity.partner_id, identity.feed, kind, label, identity.synthetic)
    before = [Profile.from_text(text) for text in texts]
    return list(drift_findings(result.profile, before, FEEDS[identity.feed], result.layout))
