"""From landing to receipt: takes a delivery in, has it judged, and books the outcome.

A delivery that fails for a reason of its own never stops the next one, and a program error is
never booked as a fault of the file: it is raised as ``IntakeError`` with the delivery's place.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from expectations.catalogue import catalogue

from ..contracts.model import Partner
from ..contracts.periods import Period
from ..settings import Settings
from .findings import Finding, finding, shown
from .judge import judge
from .judgement import Judgement
from .ledger import Ledger, Receipt, receipt_id
from .store import NotAFileError, move, sha256_of, take_in

SYNTHETIC_PREFIX = "SYNTHETIC-"
_LINES, _ASIDE = "lines.parquet", "aside.parquet"


@dataclass(frozen=True)
class Delivery:
    """A file found in landing. ``partner_id`` or ``feed`` is ``None`` where no contract has it."""

    path: Path
    place: str
    partner_id: str | None
    feed: str | None


class IntakeError(Exception):
    """The program failed on a delivery; the file was neither judged nor blamed."""


def discover(
    landing: Path, partners: Mapping[str, Partner], within: Path | None = None
) -> list[Delivery]:
    """Every file in landing (or a folder in it), by folder, then by name without its ending.

    The order decides which of two files for one period came last: ``april-corrected.csv`` comes
    after ``april.csv``. Hidden files (a leading dot) are uploads under way and are left alone.
    """
    if not landing.is_dir():
        return []
    found: list[Delivery] = []
    for path in sorted(
        (within or landing).rglob("*"), key=lambda p: (p.parent.parts, p.stem, p.suffix)
    ):
        parts = path.relative_to(landing).parts
        if any(part.startswith(".") for part in parts) or (path.is_dir() and not path.is_symlink()):
            continue
        partner = partners.get(parts[0]) if len(parts) > 2 else None
        known = partner is not None and parts[1] in partner.feeds
        found.append(
            Delivery(
                path,
                "/".join(parts),
                partner.id if partner and known else None,
                parts[1] if known else None,
            )
        )
    return found


def is_new(ledger: Ledger, delivery: Delivery) -> bool:
    """Whether the ledger has no receipt for these bytes at this place."""
    regular = delivery.path.is_file() and not delivery.path.is_symlink()
    try:
        digest = sha256_of(delivery.path) if regular else ""
    except OSError:
        digest = ""
    return not ledger.seen(delivery.partner_id, delivery.feed, delivery.place, digest)


@dataclass(frozen=True)
class Prepared:
    """A delivery taken in and, where that was of use, judged; its files wait in ``work``."""

    delivery: Delivery
    base: Receipt
    stored: Path | None = None
    told: Finding | None = None
    result: Judgement | None = None
    work: Path | None = None


def receive(
    settings: Settings,
    ledger: Ledger,
    partners: Mapping[str, Partner],
    delivery: Delivery,
    period: Period | None = None,
) -> Receipt:
    """Takes one delivery in and books its receipt; ``IntakeError`` if the program itself fails."""
    return book(settings, ledger, prepare(settings, partners, delivery, ledger.known(), period))


def prepare(
    settings: Settings,
    partners: Mapping[str, Partner],
    delivery: Delivery,
    known: Collection[str],
    period: Period | None = None,
) -> Prepared:
    """Takes a delivery in and judges it, without the ledger: several can be prepared at once.

    ``known`` are submission ids already accepted; their bytes are not read again.
    """
    try:
        stored, digest, size = take_in(delivery.path, settings.quarantine / "files")
    except NotAFileError as error:
        found = finding("TP-001", detail=f"something we do not open: {error.reason}")
        return Prepared(delivery, _receipt(delivery, "", 0), told=found)
    base = _receipt(delivery, digest, size)
    if delivery.partner_id is None or delivery.feed is None:
        place = shown(delivery.place.rsplit("/", 1)[0]) if "/" in delivery.place else "landing"
        told = f"The folder '{place}' belongs to no partner and feed we know."
        return Prepared(delivery, base, stored, told=finding("TP-090", detail=told))
    if base.submission_id in known:
        return Prepared(delivery, base, stored)
    work = Path(tempfile.mkdtemp(prefix="judge-", dir=settings.warehouse))
    try:
        result = judge(
            stored,
            base.file_name,
            delivery.feed,
            partners[delivery.partner_id].feeds[delivery.feed],
            period=period,
            lines=work / _LINES,
            aside=work / _ASIDE,
            stamp=(base.submission_id, base.sha256),
        )
    except Exception as error:
        shutil.rmtree(work, ignore_errors=True)
        raise IntakeError(f"{delivery.place}: {type(error).__name__}: {error}") from error
    return Prepared(delivery, base, stored, result=result, work=work)


def book(settings: Settings, ledger: Ledger, prepared: Prepared) -> Receipt:
    """Books a prepared delivery: the files in their places first, then the receipt."""
    base, result, stored, work = prepared.base, prepared.result, prepared.stored, prepared.work
    try:
        if prepared.told:
            return ledger.record(base, [prepared.told])
        if earlier := ledger.same_bytes(base.submission_id):
            return ledger.record(*_duplicate(base, earlier))
        assert result and stored and work and base.partner_id and base.feed
        replaced = _place(result, ledger.in_force(base.partner_id, base.feed))
        receipt = _booked(base, result, replaced)
        if receipt.status == "in_force" and (work / _LINES).exists():
            move(work / _LINES, lines_path(settings, receipt))
            move(stored, settings.originals / base.sha256)
        if (work / _ASIDE).exists():
            move(work / _ASIDE, settings.quarantine / "rows" / f"{base.submission_id}.parquet")
        return ledger.record(receipt, result.findings)
    finally:
        if work:
            shutil.rmtree(work, ignore_errors=True)


def submission_id(partner_id: str | None, feed: str | None, digest: str) -> str:
    """The identity of a submission: its bytes, from this partner, for this feed."""
    text = json.dumps([partner_id, feed, digest])
    return "S-" + hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def rules_version() -> str:
    """A short hash of the rule catalogue: the rules a file was judged by."""
    text = json.dumps({code: rule.__dict__ for code, rule in catalogue().items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _receipt(delivery: Delivery, digest: str, size: int) -> Receipt:
    return Receipt(
        submission_id=submission_id(delivery.partner_id, delivery.feed, digest),
        file_name=delivery.path.name,
        sha256=digest,
        bytes=size,
        verdict="refused",
        rules_version=rules_version(),
        partner_id=delivery.partner_id,
        feed=delivery.feed,
        landing_path=delivery.place,
        synthetic=delivery.path.name.startswith(SYNTHETIC_PREFIX),
    )


def _duplicate(base: Receipt, earlier: Receipt) -> tuple[Receipt, list[Finding]]:
    """A delivery of known bytes: it is not read again, so its rows equation is 0 = 0."""
    found = finding("TP-060", detail=f"receipt {earlier.receipt_id}")
    receipt = replace(
        base,
        verdict="duplicate",
        duplicate_of=earlier.seq,
        period=earlier.period,
        period_kind=earlier.period_kind,
        period_start=earlier.period_start,
        period_end=earlier.period_end,
    )
    return receipt, [found]


def lines_path(settings: Settings, receipt: Receipt) -> Path:
    """Where the accepted lines of a submission stand."""
    return (
        settings.raw
        / str(receipt.feed)
        / f"partner_id={receipt.partner_id}"
        / f"period={receipt.period}"
        / f"submission_id={receipt.submission_id}"
        / "lines.parquet"
    )


def _place(result: Judgement, in_force: list[Receipt]) -> Receipt | None:
    """The receipt this file replaces; refuses the file if it overlaps another length of period."""
    if result.verdict == "refused" or result.period is None:
        return None
    same = [r for r in in_force if r.period == result.period.label]
    for other in in_force:
        if other.period == result.period.label or not (other.period_start and other.period_end):
            continue
        if other.period_start <= result.period.end and result.period.start <= other.period_end:
            detail = f"{other.period} (receipt {other.receipt_id})"
            result.refuse(finding("TP-016", detail=detail))
            return None
    if same:
        result.findings.append(finding("TP-061", detail=f"receipt {receipt_id(same[0].seq)}"))
        return same[0]
    return None


def _booked(base: Receipt, result: Judgement, replaced: Receipt | None) -> Receipt:
    period, layout = result.period, result.layout
    return replace(
        base,
        verdict=result.verdict,
        status="none" if result.verdict == "refused" else "in_force",
        replaces=replaced.seq if replaced else None,
        period=period.label if period else None,
        period_kind=period.kind if period else None,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        rows_in=result.rows_in,
        rows_accepted=result.rows_accepted,
        rows_set_aside=result.rows_set_aside,
        rows_non_data=result.rows_non_data,
        pence_accepted=result.pence_accepted,
        pence_set_aside=result.pence_set_aside,
        layout_id=layout.id if layout else None,
        coverage=layout.coverage if layout else None,
        public_access=layout.public_access if layout else None,
        encoding=result.encoding,
    )
