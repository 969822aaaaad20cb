"""A file judged by columns that were matched: alone, and as a layout of its contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..contracts.layout import Layout
from ..contracts.load import load_partner
from ..contracts.model import Partner
from ..contracts.periods import Period, parse_for
from ..contracts.usable import contradictions
from ..hashing import sha256_of
from ..intake.judge.judgement import Judgement
from ..intake.submit import dry_run
from ..proposal.checked import loaded
from ..proposal.dated_layout import with_layout
from ..proposal.matching import FileColumns, file_columns, matched_layout
from .core import Desk
from .mappings import Mapping


@dataclass(frozen=True)
class Tried:
    """What a mapping comes to: the file's columns, the contract with its layout as text, the id of
    the layout, what its file is by it, and what of the place contradicts it. ``before`` is the
    SHA-256 of the contract as it is."""

    theirs: FileColumns
    text: str
    layout: str
    judgement: Judgement
    contradicted: list[str]
    before: str


def judged_alone(
    desk: Desk,
    partner: Partner,
    path: Path,
    feed: str,
    layout: dict[str, Any],
    period: Period | None,
) -> Judgement:
    """A file judged as if the layout were the only one of its feed. Nothing is stored."""
    made = Layout.model_validate({"id": "matched", "valid_from": date.min} | layout)
    agreed = partner.feeds[feed].model_copy(update={"layouts": [made]})
    alone = partner.model_copy(update={"feeds": {**partner.feeds, feed: agreed}})
    return dry_run(desk.settings, alone, path, feed, period)[0]


def tried(desk: Desk, mapping: Mapping) -> Tried:
    """A mapping put to the test by the contract as it is now. ``MatchError``, ``NotWritableError``
    or ``ContractError`` where that cannot be."""
    target = desk.settings.partners / f"{mapping.partner_id}.yml"
    before, text = sha256_of(target), target.read_text(encoding="utf-8")
    partner = load_partner(target)
    feed = partner.feeds[mapping.feed]
    theirs = file_columns(mapping.file, mapping.feed, feed)
    layout = matched_layout(mapping.feed, feed, theirs, mapping.chosen)
    chosen = parse_for(mapping.period, feed.cadence) if mapping.period else None
    alone = judged_alone(desk, partner, mapping.file, mapping.feed, layout, chosen)
    period = alone.period or chosen
    assert period  # nothing is kept whose period is not known
    written, name = with_layout(text, mapping.feed, layout, period)
    after = loaded(written, mapping.partner_id)
    s = desk.settings
    result, _ = dry_run(s, after, mapping.file, mapping.feed, chosen)
    beside = contradictions(after, s.partners, s.place, s.contracts)
    return Tried(theirs, written, name, result, beside, before)
