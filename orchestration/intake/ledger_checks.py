"""A judged file against what the ledger holds: what it replaces, and its partner's own history."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..contracts.feeds import FEEDS
from ..contracts.periods import Period
from ..display import pounds
from ..settings import Settings
from .history import history_findings
from .history.cut_short import cut_short_findings
from .history.whole import Beside, whole_findings
from .judge.difference import (
    difference,
    lines_that_differ,
    multiplied,
    replacing,
    with_published,
)
from .judge.findings import Finding, finding
from .judge.judgement import Judgement
from .judge.rules.absence import absence_findings
from .judge.rules.alike import alike_findings
from .judge.rules.drift import Profile, drift_findings, extreme_findings, repeats_more, threshold
from .ledger.blob_store import held_path, lines_path
from .ledger.ledger import Ledger
from .ledger.receipt import Identity, Receipt
from .same_money import same_money
from .same_saving import same_saving
from .whose_file import names_another, sent_by_another


def apply_ledger_checks(
    settings: Settings, ledger: Ledger, identity: Identity, result: Judgement, lines: Path
) -> Receipt | None:
    """Adds what can be said only with the ledger; the receipt that this file replaces, if any.

    ``lines`` holds its accepted lines as Parquet, if there are any.
    """
    in_force = ledger.in_force(identity.partner_id or "", identity.feed or "")
    replaced = _place(in_force, identity, result)
    if replaced:
        result.replaces = replaced.receipt_id
        _compare(settings, replaced, result, lines)
    result.findings += _against_history(ledger, identity, result)
    result.findings += _by_key(settings, in_force, identity, result, lines)
    result.findings += same_money(settings, in_force, identity, result, lines)
    result.findings += same_saving(settings, ledger, identity, result, lines)
    result.findings += names_another(settings, identity, result)
    result.findings += sent_by_another(settings, ledger, identity, result, lines)
    return replaced


def preview_ledger_checks(
    settings: Settings,
    ledger: Ledger,
    identity: Identity,
    result: Judgement,
    lines: Path,
    version: str,
) -> bool:
    """What ``apply_ledger_checks`` would find in a dry run; the ledger is only read. ``version`` is
    what files of the feed are read by now (``fingerprints.reading_version``).

    ``False`` if the ledger cannot be read.
    """
    try:
        earlier = ledger.same_bytes(identity)
        changed = ""
        if earlier and earlier.reading_version != version:
            changed = changed_outcome(settings, ledger, earlier, result, lines)
        if earlier and not changed:
            result.findings.append(already_received(ledger, earlier, result.period))
            return True
        if earlier:
            result.findings.append(read_again_finding(earlier, result, changed))
        apply_ledger_checks(settings, ledger, identity, result, lines)
    except sqlite3.Error:
        return False
    return True


def already_received(ledger: Ledger, earlier: Receipt, period: Period | None = None) -> Finding:
    """That these bytes are in force already, wait for an answer, or have been replaced since;
    ``period`` is what they are sent for now, which may be another."""
    later = ledger.replaced_by(earlier.seq)
    since = f", which {later.receipt_id} has replaced since" if later else ""
    if earlier.status == "held":
        waits = earlier.waits_for_certifier and not ledger.is_open(earlier.seq)
        until = "until a second person certifies it" if waits else "until its question is answered"
        since = f", which is held {until}"
    if period is None or earlier.period in (None, period.label):
        return finding("TP-060", detail=f"receipt {earlier.receipt_id}{since}")
    detail = f"receipt {earlier.receipt_id}, which is of {earlier.period}{since}"
    return dataclasses.replace(
        finding("TP-060", detail=detail),
        fix=f"Send the file of {period.label}: one file counts once, and this one is of "
        f"{earlier.period}. If its lines are of {period.label}, withdraw that receipt first.",
    )


def _place(in_force: Sequence[Receipt], identity: Identity, result: Judgement) -> Receipt | None:
    """The receipt this file replaces; refuses the file if it overlaps another length of period."""
    if result.verdict == "refused" or not (result.period and identity.partner_id and identity.feed):
        return None
    period = result.period
    span = _Span(identity.partner_id, identity.feed, period.label, period.start, period.end)
    same, overlap = in_force_for_period(in_force, span)
    if overlap:
        detail = f"{overlap.period} (receipt {overlap.receipt_id})"
        result.refuse(finding("TP-016", detail=detail))
        return None
    return same


def _compare(settings: Settings, replaced: Receipt, result: Judgement, lines: Path) -> None:
    """What the file changes against the one it replaces, and the question if it loses much."""
    before, number = lines_path(settings, replaced), replaced.receipt_id
    feed = str(replaced.feed)
    if not (before.is_file() and lines.is_file() and result.layout):
        result.findings.append(finding("TP-061", detail=f"receipt {number}"))
        return
    found = difference(number, feed, result.layout, before, lines)
    release = settings.published / "current" / "totalplace.duckdb"
    if feed == "spend" and release.is_file() and result.period:
        found = with_published(found, release, str(replaced.partner_id), result.period)
    result.difference = found
    if not any(f.code == "TP-063" for f in result.findings):  # which says all of it
        result.findings.append(replacing(found, money=result.money))
        result.findings += filter(None, [multiplied(found) if result.money else None])


def _by_key(
    settings: Settings,
    in_force: Sequence[Receipt],
    identity: Identity,
    result: Judgement,
    lines: Path,
) -> list[Finding]:
    """Each key of the file against its own value in the periods in force before it, and the file
    as a whole."""
    if result.verdict == "refused" or not (result.period and result.layout and identity.feed):
        return []
    alike = [
        r
        for r in in_force
        if r.period_end
        and r.period_kind == result.period.kind
        and r.period != result.period.label
        and r.synthetic == identity.synthetic
    ]
    schema = FEEDS[identity.feed]
    if not schema.key:
        said = any(f.code == "TP-161" for f in result.findings)
        return [] if said else list(cut_short_findings(schema, result, alike))
    earlier = [r for r in alike if r.period_end and r.period_end < result.period.start]
    latest = sorted(earlier, key=lambda r: str(r.period_end), reverse=True)
    kept = [(r, path) for r in latest if (path := lines_path(settings, r)).is_file()]
    if not kept:
        return []
    shares = all(f.code != "TP-376" for f in result.findings)
    paths = [path for _, path in kept]
    found = list(history_findings(identity.feed, result.layout, lines, paths, shares=shares))
    before = Beside(lines, paths[0], kept[0][0].receipt_id, kept[0][0].period_end)
    return found + list(whole_findings(identity.feed, before, result, result.layout))


def changed_outcome(
    settings: Settings, ledger: Ledger, earlier: Receipt, result: Judgement, lines: Path
) -> str:
    """How a delivery read again comes out otherwise than its receipt says, in words; empty if it
    comes out the same. ``lines`` are those now accepted."""
    if result.verdict == "refused":
        worst = next(f for f in result.findings if f.level == "must_fix")
        return "" if earlier.verdict == "refused" else f"it would be refused: {worst.message}"
    if result.period and earlier.period not in (None, result.period.label):
        return f"it is for {result.period.label} instead of {earlier.period}"
    said = f"it holds {_amounts(result, result.money)} instead of {_amounts(earlier, result.money)}"
    held = earlier.status == "held"
    kept = held_path(settings, earlier.receipt_id) if held else lines_path(settings, earlier)
    before = kept if kept.is_file() and earlier.verdict != "refused" else None
    if before is None or not lines.is_file():
        return said if (before is None) == lines.is_file() else ""
    if other := lines_that_differ(before, lines):
        return f"{said}; {other:,} {'line is' if other == 1 else 'lines are'} read otherwise"
    known = {f["code"] for f in ledger.findings(earlier.seq)}
    new = [f for f in result.findings if f.level == "please_explain" and f.code not in known]
    return f"there is a question that was not asked before: {new[0].message}" if new else ""


def read_again_finding(earlier: Receipt, result: Judgement, changed: str) -> Finding:
    """That a file read again comes out otherwise: a question where it is in force."""
    return finding(
        "TP-063" if earlier.status == "in_force" else "TP-064",
        detail=changed,
        rows=earlier.receipt_id,
        amount_pence=result.pence_accepted - earlier.pence_accepted if result.money else None,
    )


def _amounts(result: Judgement | Receipt, money: bool) -> str:
    lines = f"{result.rows_accepted:,} {'line' if result.rows_accepted == 1 else 'lines'}"
    return f"{lines} of {pounds(result.pence_accepted)}" if money else lines


class _Span(NamedTuple):
    """The period of a partner's feed, as a receipt has it."""

    partner_id: str | None
    feed: str | None
    period: str | None
    period_start: date | None
    period_end: date | None


def in_force_for_period(
    in_force: Sequence[Receipt], new: Receipt | _Span
) -> tuple[Receipt | None, Receipt | None]:
    """What counts for the same period, and what overlaps it with another length of period;
    ``in_force`` is of the same partner's feed."""
    same = None
    for other in in_force:
        if other.period == new.period:
            same = other
        elif _overlap(other, new):
            return None, other
    return same, None


def _overlap(one: Receipt, other: Receipt | _Span) -> bool:
    if not (one.period_start and one.period_end and other.period_start and other.period_end):
        return False
    return one.period_start <= other.period_end and other.period_start <= one.period_end


def _against_history(ledger: Ledger, identity: Identity, result: Judgement) -> list[Finding]:
    """What lies far outside the files now in force for the same length of period."""
    if result.verdict == "refused" or not (result.period and result.layout and identity.feed):
        return []
    kind, label = result.period.kind, result.period.label
    texts = ledger.outlines(identity.partner_id, identity.feed, kind, label, identity.synthetic)
    return findings_beside([Profile.from_text(text) for text in texts], identity, result)


def findings_beside(
    before: Sequence[Profile], identity: Identity, result: Judgement
) -> list[Finding]:
    """What lies far outside the files ``before``, or is strange in a first one."""
    if result.verdict == "refused" or not (result.layout and identity.feed):
        return []
    schema = FEEDS[identity.feed]
    # Of a return each figure is held against its own earlier one.
    known = threshold("history.sizes") if schema.line_key else 1
    extreme = list(extreme_findings(result.profile, before, schema))
    return [
        *(result.if_first if len(before) < known and not extreme else extreme),
        *(result.if_unusual if repeats_more(result.profile, before) else []),
        *drift_findings(result.profile, before, schema, result.layout),
        *absence_findings(result.profile, before, schema, result.layout, result.bodies),
        *alike_findings(result.profile, before, schema, result.layout),
    ]
