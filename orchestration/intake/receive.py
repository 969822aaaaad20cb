"""From landing to receipt: takes a delivery in, has it judged, and books the outcome.

A delivery that fails for a reason of its own never stops the next one, and a program error is
never booked as a fault of the file: it is raised as ``IntakeError`` with the delivery's place.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ..contracts.feeds import FEEDS
from ..contracts.model import Partner
from ..contracts.periods import Period
from ..display import display_safe
from ..settings import Settings
from .judge.findings import Finding, finding
from .judge.judge import judge
from .judge.judgement import Judgement
from .judge.raw_lines import by_month
from .judge.reference import Reference
from .judge.rules.counterparties import counterparties
from .landing import Delivery, discover, is_new, readable
from .ledger.blob_store import NotAFileError, cells_path, move, stored_path, take_in
from .ledger.finding_cells import write_cells
from .ledger.fingerprints import contract_version, rules_version, submission_id
from .ledger.ledger import Ledger
from .ledger.receipt import Explanation, Receipt
from .ledger_checks import already_received, settle
from .read.control_file import take_manifest

__all__ = ["Delivery", "IntakeError", "discover", "is_new", "rules_version"]

SYNTHETIC_PREFIX = "SYNTHETIC-"
_LINES, _ASIDE, _CELLS = "lines.parquet", "aside.parquet", "cells.parquet"


class IntakeError(Exception):
    """The program failed on a delivery; the file was neither judged nor blamed."""


@dataclass(frozen=True)
class Prepared:
    """A delivery taken in and, where that was of use, judged; its files wait in ``work``."""

    delivery: Delivery
    base: Receipt
    stored: Path | None = None
    manifest: Path | None = None
    told: Finding | None = None
    result: Judgement | None = None
    work: Path | None = None
    months: tuple[dict[str, int], date | None, date | None] = ({}, None, None)


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
    known: Collection[tuple[str, str | None]],
    period: Period | None = None,
    name: str | None = None,
) -> Prepared:
    """Takes a delivery in and judges it, without the ledger: several can be prepared at once.

    ``known`` are the deliveries of ``Ledger.known``; their bytes are not read again. ``name`` is
    what the file is called, where that is not its name on the disk.
    """
    # A run clears away what an earlier run left; what is handed in meanwhile is not its own.
    # Each delivery is judged on a copy of its own: another with the same bytes may be booked first.
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    prefix = "judge-" if name is None else "submit-"
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=settings.warehouse))
    manifest, control = take_manifest(delivery.path, work)
    try:
        stored, digest, size = take_in(delivery.path, work)
    except NotAFileError as error:
        shutil.rmtree(work, ignore_errors=True)
        found = finding("TP-001", detail=f"something we do not open: {error.reason}")
        return Prepared(delivery, _receipt(delivery, "", 0, control, partners, name), told=found)
    base = _receipt(delivery, digest, size, control, partners, name)
    if delivery.partner_id is None or delivery.feed is None:
        place = (
            display_safe(delivery.place.rsplit("/", 1)[0]) if "/" in delivery.place else "landing"
        )
        told = f"The folder '{place}' belongs to no partner and feed we know."
        found = finding("TP-090", detail=told)
        return Prepared(delivery, base, stored, manifest, told=found, work=work)
    if (base.submission_id, base.manifest_sha256) in known:
        return Prepared(delivery, base, stored, manifest, work=work)
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
            manifest=manifest,
            others=counterparties(settings, partners, delivery.partner_id, delivery.feed),
            reference=Reference.of(settings),
        )
        months: tuple[dict[str, int], date | None, date | None] = ({}, None, None)
        if result.rows_accepted and (work / _LINES).exists():
            months = by_month(work / _LINES, FEEDS[delivery.feed])
    except Exception as error:
        shutil.rmtree(work, ignore_errors=True)
        raise IntakeError(f"{delivery.place}: {type(error).__name__}: {error}") from error
    return Prepared(delivery, base, stored, manifest, None, result, work, months)


@contextmanager
def booking(settings: Settings) -> Iterator[None]:
    """Held while deliveries are booked: what a file replaces is settled for one at a time."""
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    with (settings.warehouse / "booking.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def book(settings: Settings, ledger: Ledger, prepared: Prepared) -> Receipt:
    """Books a prepared delivery: the files in their places first, then the receipt."""
    with booking(settings):
        return book_held(settings, ledger, prepared)


def book_held(
    settings: Settings,
    ledger: Ledger,
    prepared: Prepared,
    said: Explanation | None = None,
    *,
    must_explain: bool = False,
) -> Receipt:
    """``book`` while ``booking`` is held; ``said`` explains what the findings ask about.

    With ``must_explain``, a file with something to explain and no explanation is refused.
    ``IntakeError`` if it was not judged, because it was known, and is known no more.
    """
    base, result, work = prepared.base, prepared.result, prepared.work
    try:
        if prepared.told:
            _keep(prepared, settings.quarantine / "files")
            return ledger.record(base, [prepared.told])
        earlier = ledger.same_bytes(base.submission_id, base.manifest_sha256)
        if earlier := earlier or _elsewhere(ledger, base, result):
            if said:
                ledger.explain(earlier.seq, said)
            if prepared.manifest and not stored_path(settings, base.manifest_sha256):
                move(prepared.manifest, settings.quarantine / "files" / str(base.manifest_sha256))
            return ledger.record(_duplicate(base, earlier), [already_received(ledger, earlier)])
        if not (result and work):
            raise IntakeError(f"{prepared.delivery.place}: what it repeats was just withdrawn")
        replaced = settle(ledger, base, result)
        if any(f.level == "please_explain" for f in result.findings):
            if must_explain and not said:
                result.set_all_aside()
                replaced = None
            if said:
                base = replace(base, explanation=said.reason, explained_by=said.name)
        receipt = _booked(base, prepared, result, replaced)
        if receipt.status == "in_force" and (work / _LINES).exists():
            _clear_earlier(settings, ledger, receipt)
            move(work / _LINES, lines_path(settings, receipt))
            _keep(prepared, settings.originals)
        else:
            _keep(prepared, settings.quarantine / "files")
        if (work / _ASIDE).exists():
            move(work / _ASIDE, settings.quarantine / "rows" / f"{base.submission_id}.parquet")
        keep = _keeper(settings, work, result)
        return ledger.record(receipt, result.findings, keep, result.profile.as_text())
    finally:
        if work:
            shutil.rmtree(work, ignore_errors=True)


def _keep(prepared: Prepared, room: Path) -> None:
    """Puts the delivered bytes, and those of the control file, under their own hashes."""
    base = prepared.base
    for file, digest in ((prepared.stored, base.sha256), (prepared.manifest, base.manifest_sha256)):
        if file and digest:
            move(file, room / digest)


def _keeper(settings: Settings, work: Path, result: Judgement) -> Callable[[str], None] | None:
    if not write_cells(work / _CELLS, result.findings):
        return None
    return lambda number: move(work / _CELLS, cells_path(settings, number))


def _clear_earlier(settings: Settings, ledger: Ledger, receipt: Receipt) -> None:
    """Removes the lines of a withdrawn receipt of the same bytes that stood in another period."""
    for earlier in ledger.of_submission(receipt.submission_id):
        if earlier.period and earlier.period != receipt.period:
            lines_path(settings, earlier).unlink(missing_ok=True)


def _receipt(
    delivery: Delivery,
    digest: str,
    size: int,
    control: str,
    partners: Mapping[str, Partner],
    name: str | None,
) -> Receipt:
    name = name or readable(delivery.path.name)
    partner = partners.get(delivery.partner_id or "")
    return Receipt(
        submission_id=submission_id(delivery.partner_id, delivery.feed, digest),
        file_name=name,
        sha256=digest,
        bytes=size,
        verdict="refused",
        rules_version=rules_version(),
        partner_id=delivery.partner_id,
        feed=delivery.feed,
        landing_path=delivery.place,
        synthetic=name.startswith(SYNTHETIC_PREFIX),
        contract_version=contract_version(partner) if partner else None,
        manifest_sha256=control or None,
    )


def _elsewhere(ledger: Ledger, base: Receipt, result: Judgement | None) -> Receipt | None:
    """The same bytes in force for another period: no new manifest makes them count twice."""
    if not (result and result.period and base.partner_id and base.feed):
        return None
    mine = [r for r in ledger.of_submission(base.submission_id) if r.status == "in_force"]
    return next((r for r in mine if r.period != result.period.label), None)


def _duplicate(base: Receipt, earlier: Receipt) -> Receipt:
    """A delivery of known bytes: it is not read again, so its rows equation is 0 = 0."""
    return replace(
        base,
        verdict="duplicate",
        duplicate_of=earlier.seq,
        period=earlier.period,
        period_kind=earlier.period_kind,
        period_start=earlier.period_start,
        period_end=earlier.period_end,
    )


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


def _booked(
    base: Receipt, prepared: Prepared, result: Judgement, replaced: Receipt | None
) -> Receipt:
    period, layout = result.period, result.layout
    refused = result.verdict == "refused"
    months, first, last = ({}, None, None) if refused else prepared.months
    return replace(
        base,
        verdict=result.verdict,
        status="none" if refused else "in_force",
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
        pence_by_month=months,
        first_date=first,
        last_date=last,
    )
