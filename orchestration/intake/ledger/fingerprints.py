"""What a receipt states beside the verdict: who it is, by which rules, and its £ by month.

Everything here can be worked out again by the partner from its own file.
"""

from __future__ import annotations

import json
from functools import cache

from expectations.catalogue import catalogue

from ...contracts.feeds import FEEDS
from ...contracts.model import Partner
from ...hashing import sha256_of, sha256_text
from ...settings import Settings
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


# What a contract says of a feed that the judge never looks at: maps of labels, and deadlines.
_NOT_READ = {
    "departments",
    "code_map",
    "expected_from",
    "expected_to",
    "due_days",
    "basis",
    "questions",
}


def reading_version(settings: Settings, partner: Partner, feed: str) -> str:
    """A short hash of all by which a partner's file of a feed is read: the layouts and periods of
    its contract, the rules, and the place and public lists where the feed is held against them."""
    agreed = partner.feeds[feed].model_dump_json(exclude=_NOT_READ)
    life = (str(partner.valid_from), str(partner.valid_to))
    fields = FEEDS[feed].fields
    looked_up = [
        sha256_of(path)
        for path in (settings.place, settings.postcodes, settings.public_bodies)
        if any(f.listed or f.name == "payer" for f in fields) and path.is_file()
    ]
    return sha256_text(json.dumps([agreed, life, rules_version(), looked_up]))[:12]


def contract_version(partner: Partner) -> str:
    """A short hash of a partner's contract: the agreement a file was judged by."""
    return sha256_text(partner.model_dump_json())[:12]


def feeds_read_otherwise(settings: Settings, before: Partner, after: Partner) -> list[str]:
    """The feeds of both contracts whose files would be read again if one followed the other."""
    both = [feed for feed in before.feeds if feed in after.feeds]
    return [
        feed
        for feed in both
        if reading_version(settings, before, feed) != reading_version(settings, after, feed)
    ]
