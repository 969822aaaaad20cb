"""A partner's own history in the ledger: the outline of every file, for those that follow it."""

from __future__ import annotations

from ..contracts.feeds import FEEDS
from .drift import Profile, drift_findings
from .findings import Finding
from .judgement import Judgement
from .ledger import Ledger
from .receipt import Receipt

_SCHEMA = """
CREATE TABLE IF NOT EXISTS profile (seq INTEGER PRIMARY KEY REFERENCES receipt (seq), json TEXT)
"""


def remember(ledger: Ledger, receipt: Receipt, result: Judgement) -> Receipt:
    """Keeps the outline of a file in force; the receipt is returned as it came.

    Written after the receipt: should the machine stop between, this file is missing from later
    comparisons and nothing else.
    """
    if receipt.status == "in_force":
        ledger.connection.execute(_SCHEMA)
        ledger.connection.execute(
            "INSERT OR REPLACE INTO profile VALUES (?, ?)", [receipt.seq, result.profile.as_text()]
        )
    return receipt


def against_history(ledger: Ledger, base: Receipt, result: Judgement) -> list[Finding]:
    """What lies far outside the files now in force for the same length of period."""
    if result.verdict == "refused" or not (result.period and result.layout and base.feed):
        return []
    ledger.connection.execute(_SCHEMA)
    rows = ledger.connection.execute(
        "SELECT json FROM profile JOIN receipt USING (seq) WHERE partner_id = ? AND feed = ? "
        "AND period_kind = ? AND period <> ? AND synthetic = ? AND status = 'in_force' "
        "ORDER BY seq",
        [base.partner_id, base.feed, result.period.kind, result.period.label, base.synthetic],
    ).fetchall()
    before = [Profile.from_text(row[0]) for row in rows]
    return list(drift_findings(result.profile, before, FEEDS[base.feed], result.layout))
