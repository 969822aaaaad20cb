"""What a receipt states beside the verdict: who it is, by which rules, and its £ by month.

Everything here can be worked out again by the partner from its own file.
"""

from __future__ import annotations

import json
from functools import cache

from expectations.catalogue import catalogue

from ...contracts.model import Partner
from ...hashing import sha256_text
from ..judge.rules.drift import thresholds


def submission_id(partner_id: str | None, feed: str | None, digest: str) -> str:
    """The identity of a submission: its bytes, from this partner, for this feed."""
    text = json.dumps([partner_id, feed, digest])
    return "S-" + sha256_text(text)[:16]


@cache
def rules_version() -> str:
    """A short hash of the rules a file was judged by: the catalogue, and the bounds of drift."""
    rules = {code: rule.__dict__ for code, rule in catalogue().items()}
    text = json.dumps([rules, thresholds()], sort_keys=True)
    return sha256_text(text)[:12]


def contract_version(partner: Partner) -> str:
    """A short hash of a partner's contract: the agreement a file was judged by."""
    return sha256_text(partner.model_dump_json())[:12]
