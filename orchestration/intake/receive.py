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
from ..settings import Settings
from .cells import write_cells
from .control import manifest_of
from .figures import by_month, contract_version, rules_version, submission_id
from .findings import Finding, finding, shown
from .history import against_history, remember
from .judge import judge
from .judgement import Judgement
from .landing import Delivery, discover, is_new
from .ledger import Ledger
from .receipt import Explanation, Receipt, receipt_id
from .store import NotAFileError, cells_path, move, take_in

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
    known: Collection[str],
    period: Period | None = None,
    name: str | None = None,
) -> Prepared:
    """Takes a delivery in and judges it, without the ledger: several can be prepared at once.

    ``known`` are submission ids already accepted; their bytes are not read again. ``name`` is
    what the file is called, where that is not its name on the disk.
    """
    # A run clears away what an earlier run left; what is handed in meanwhile is not its own.
    # Each delivery is judged on a copy of its own: another with the same bytes may be booked first.
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    prefix = "judge-" if name is None else "submit-"
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=settings.warehouse))
    try:
        stored, digest, size = take_in(delivery.path, work)
    except NotAFileError as error:
        shutil.rmtree(work, ignore_errors=True)
        found = finding("TP-001", detail=f"something we do not open: {error.reason}")
        return Prepared(delivery, _receipt(delivery, "", 0, partners, name), told=found)
    base = _receipt(delivery, digest, size, partners, name)
    if delivery.partner_id is None or delivery.feed is None:
        place = shown(delivery.place.rsplit("/", 1)[0]) if "/" in delivery.place else "landing"
        told = f"The folder '{place}' belongs to no partner and feed we know."
        return Prepared(delivery, base, stored, told=finding("TP-090", detail=told), work=work)
    if base.submission_id in known:
        return Prepared(delivery, base, stored, work=work)
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
            manifest=manifest_of(delivery.path),
        )
        months: tuple[dict[str, int], date | None, date | None] = ({}, None, None)
        if result.rows_accepted and (work / _LINES).exists():
            months = by_month(work / _LINES, FEEDS[delivery.feed])
    except Exception as error:
        shutil.rmtree(work, ignore_errors=True)
        raise IntakeError(f"{delivery.place}: {type(error).__name__}: {error}") from error
    return Prepared(delivery, base, stored, result=result, work=work, months=months)


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
    """
    base, result, stored, work = prepared.base, prepared.result, prepared.stored, prepared.work
    try:
        if prepared.told:
            if stored:
                move(stored, settings.quarantine / "files" / base.sha256)
            return ledger.record(base, [prepared.told])
        if earlier := ledger.same_bytes(base.submission_id):
            if said:
                ledger.explain(earlier.seq, said)
            return ledger.record(*_duplicate(base, earlier))
        assert result and stored and work and base.partner_id and base.feed
        replaced = _place(result, ledger.in_force(base.partner_id, base.feed))
        result.findings += against_history(ledger, base, result)
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
            move(stored, settings.originals / base.sha256)
        else:
            move(stored, settings.quarantine / "files" / base.sha256)
        if (work / _ASIDE).exists():
            move(work / _ASIDE, settings.quarantine / "rows" / f"{base.submission_id}.parquet")
        booked = ledger.record(receipt, result.findings, _keeper(settings, work, result))
        return remember(ledger, booked, result)
    finally:
        if work:
            shutil.rmtree(work, ignore_errors=True)


def stored_path(settings: Settings, receipt: Receipt) -> Path | None:
    """The bytes of a delivery as they were received, or ``None`` if they are not there."""
    places = (settings.originals / receipt.sha256, settings.quarantine / "files" / receipt.sha256)
    return next((p for p in places if receipt.sha256 and p.is_file()), None)


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
    partners: Mapping[str, Partner],
    name: str | None,
) -> Receipt:
    name = name or delivery.path.name
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
