"""From landing to receipt: a delivery is taken in, judged, and its outcome booked.

A delivery that fails for a reason of its own never stops the next one, and a program error is
never booked as a fault of the file: it is raised as ``IntakeError`` with the delivery's place.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from ..contracts.feeds import FEEDS
from ..contracts.model import Partner
from ..contracts.periods import Period
from ..display import display_safe
from ..settings import Settings
from .judge.findings import Finding, finding
from .judge.judge import JudgeRequest, judge
from .judge.judgement import Judgement
from .judge.raw_lines import Months, by_month
from .judge.reference import Reference
from .judge.rules.counterparties import counterparties
from .landing import Delivery, discover, is_new, readable
from .ledger.blob_store import (
    NotAFileError,
    cells_path,
    held_path,
    lines_path,
    move,
    stored_path,
    take_in,
)
from .ledger.finding_cells import write_cells
from .ledger.fingerprints import (
    contract_version,
    reading_version,
    rules_version,
    submission_id,
)
from .ledger.ledger import Ledger
from .ledger.receipt import Explanation, Receipt
from .ledger_checks import already_received, apply_ledger_checks
from .questions import answer, booking, clear_earlier
from .read.control_file import take_manifest

__all__ = ["Delivery", "IntakeError", "discover", "is_new", "lines_path", "rules_version"]

SYNTHETIC_PREFIX = "SYNTHETIC-"
_LINES, _ASIDE, _CELLS = "lines.parquet", "aside.parquet", "cells.parquet"


def is_synthetic(file_name: str) -> bool:
    """Whether a file says of itself that it is made up."""
    return file_name.startswith(SYNTHETIC_PREFIX)


class IntakeError(Exception):
    """The program failed on a delivery; the file was neither judged nor blamed."""


@dataclass(frozen=True)
class Taken:
    """A delivery taken in. ``base`` is its receipt as far as it is known before it is booked.

    ``work`` is a folder of its own, in which its bytes (``stored``) and those of the control file
    beside it wait until it is booked.
    """

    delivery: Delivery
    base: Receipt
    work: Path
    stored: Path | None = None
    control_file: Path | None = None


@dataclass(frozen=True)
class NotAFile(Taken):
    """What lay there could not be read as a file, for the reason found."""

    found: Finding = field(kw_only=True)


@dataclass(frozen=True)
class UnknownFolder(Taken):
    """A file in a folder that belongs to no partner and feed."""

    found: Finding = field(kw_only=True)


@dataclass(frozen=True)
class AlreadyReceived(Taken):
    """The bytes of a delivery that counts already; they are not read again."""


@dataclass(frozen=True)
class Judged(Taken):
    """A judged file; ``lines`` are what its accepted lines add up to. ``holds``: an open question
    keeps it from counting."""

    judgement: Judgement = field(kw_only=True)
    lines: Months = field(kw_only=True)
    holds: bool = field(kw_only=True)


Outcome = NotAFile | UnknownFolder | AlreadyReceived | Judged


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
) -> Outcome:
    """Takes a delivery in and judges it, without the ledger: several can be prepared at once.

    ``known`` are the deliveries of ``Ledger.known``; their bytes are not read again. ``name`` is
    what the file is called, where that is not its name on the disk. ``IntakeError`` if the program
    fails on it.
    """
    # A run clears away what an earlier run left; what is submitted meanwhile is not its own.
    # Each delivery is judged on a copy of its own: another with the same bytes may be booked first.
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    prefix = "judge-" if name is None else "submit-"
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=settings.warehouse))
    control_file, control = take_manifest(delivery.path, work)
    try:
        stored, digest, size = take_in(delivery.path, work)
    except NotAFileError as error:
        found = finding("TP-001", detail=f"something we do not open: {error.reason}")
        return NotAFile(
            delivery, _receipt(delivery, "", 0, control, partners, name), work, found=found
        )
    base = _receipt(delivery, digest, size, control, partners, name)
    if delivery.partner_id and delivery.feed:
        version = reading_version(settings, partners[delivery.partner_id], delivery.feed)
        base = replace(base, reading_version=version)
    taken = (delivery, base, work, stored, control_file)
    if delivery.partner_id is None or delivery.feed is None:
        folder = display_safe(delivery.place.rpartition("/")[0] or "landing")
        found = finding(
            "TP-090", detail=f"The folder '{folder}' belongs to no known partner and feed."
        )
        return UnknownFolder(*taken, found=found)
    if (base.submission_id, base.manifest_sha256) in known:
        return AlreadyReceived(*taken)
    return judge_taken(settings, partners, Taken(*taken), period)


def judge_taken(
    settings: Settings, partners: Mapping[str, Partner], taken: Taken, period: Period | None
) -> Judged:
    """Judges a delivery that has been taken in, of a partner and feed that are known."""
    delivery, base, work = taken.delivery, taken.base, taken.work
    assert taken.stored and delivery.partner_id and delivery.feed
    partner = partners[delivery.partner_id]
    request = JudgeRequest(
        taken.stored,
        base.file_name,
        delivery.feed,
        partner.feeds[delivery.feed],
        period=period,
        lines=work / _LINES,
        aside=work / _ASIDE,
        stamp=(base.submission_id, base.sha256),
        control_file=taken.control_file,
        others=counterparties(settings, partners, delivery.partner_id, delivery.feed),
        reference=Reference.of(settings),
        life=(partner.valid_from, partner.valid_to),
    )
    try:
        judgement = judge(request)
        return Judged(
            **{f.name: getattr(taken, f.name) for f in fields(Taken)},
            judgement=judgement,
            lines=_months(request, judgement),
            holds=is_held(partner, delivery.feed, base.synthetic),
        )
    except Exception as error:
        shutil.rmtree(work, ignore_errors=True)
        raise IntakeError(f"{delivery.place}: {type(error).__name__}: {error}") from error


def is_held(partner: Partner, feed: str, synthetic: bool) -> bool:
    """Whether an open question holds a partner's file. A made-up file is from no web site: whoever
    made it can be asked."""
    return synthetic or partner.holds(feed)


def _months(request: JudgeRequest, judgement: Judgement) -> Months:
    """What the accepted lines add up to by month; nothing where none were accepted."""
    if judgement.rows_accepted and request.lines and request.lines.exists():
        return by_month(request.lines, FEEDS[request.feed_name])
    return ({}, None, None)


def book(settings: Settings, ledger: Ledger, outcome: Outcome) -> Receipt:
    """Books a prepared delivery: the files in their places first, then the receipt."""
    with booking(settings):
        return book_held(settings, ledger, outcome)


def book_held(
    settings: Settings,
    ledger: Ledger,
    outcome: Outcome,
    said: Explanation | None = None,
) -> Receipt:
    """``book`` while ``booking`` is held; ``said`` explains what the findings ask about.

    Without it, a file with an open question is held. ``IntakeError`` if it was not judged, because
    it was known, and is known no more.
    """
    try:
        if isinstance(outcome, NotAFile | UnknownFolder):
            store_original(outcome, settings.quarantine / "files")
            return ledger.record(outcome.base, [outcome.found])
        if earlier := _counts_already(ledger, outcome):
            return _book_again(settings, ledger, outcome, earlier, said)
        if isinstance(outcome, AlreadyReceived):
            raise IntakeError(f"{outcome.delivery.place}: what it repeats was just withdrawn")
        return _book_judged(settings, ledger, outcome, said)
    finally:
        shutil.rmtree(outcome.work, ignore_errors=True)


def _book_again(
    settings: Settings,
    ledger: Ledger,
    outcome: AlreadyReceived | Judged,
    earlier: Receipt,
    said: Explanation | None,
) -> Receipt:
    """Books a delivery that counts already; it may bring the explanation that was missing."""
    base = outcome.base
    found = already_received(ledger, earlier)
    if said:
        answer(settings, ledger, earlier, said)
    if outcome.control_file and not stored_path(settings, base.manifest_sha256):
        move(outcome.control_file, settings.quarantine / "files" / str(base.manifest_sha256))
    return ledger.record(_duplicate(base, earlier), [found])


def _book_judged(
    settings: Settings,
    ledger: Ledger,
    outcome: Judged,
    said: Explanation | None,
) -> Receipt:
    base, result, work = outcome.base, outcome.judgement, outcome.work
    replaced = apply_ledger_checks(settings, ledger, base.identity, result, work / _LINES)
    if result.asks and said:
        base = replace(base, explanation=said.reason, explained_by=said.name)
    else:
        result.settle(holds=outcome.holds)
    receipt = _booked(base, outcome, replaced)
    waiting = ledger.held(receipt.partner_id, receipt.feed, receipt.period)
    if receipt.status == "in_force" and (work / _LINES).exists():
        clear_earlier(settings, ledger, receipt)
        move(work / _LINES, lines_path(settings, receipt))
        store_original(outcome, settings.originals)
    else:
        store_original(outcome, settings.quarantine / "files")
    if (work / _ASIDE).exists():
        move(work / _ASIDE, settings.quarantine / "rows" / f"{base.submission_id}.parquet")
    booked = ledger.record(
        receipt, result.findings, keep_files(settings, outcome, receipt), result.profile.as_text()
    )
    if booked.status in ("in_force", "held"):  # nobody will answer for what it takes the place of
        for earlier in waiting:
            held_path(settings, earlier.receipt_id).unlink(missing_ok=True)
    return booked


def store_original(outcome: Outcome, room: Path) -> None:
    """Puts the delivered bytes, and those of the control file, under their own hashes."""
    base = outcome.base
    for file, digest in (
        (outcome.stored, base.sha256),
        (outcome.control_file, base.manifest_sha256),
    ):
        if file and digest:
            move(file, room / digest)


def book_read_again(
    settings: Settings, ledger: Ledger, outcome: Judged, earlier: Receipt
) -> Receipt:
    """Books what a delivery comes to when it is read again and ``earlier`` no longer holds.

    What it changes is said once, by the finding that it was read again.
    """
    with booking(settings):
        receipt = _book_judged(settings, ledger, outcome, None)
        ledger.mark_read(earlier.seq, str(receipt.reading_version))
        return receipt


def keep_files(settings: Settings, outcome: Judged, receipt: Receipt) -> Callable[[str], None]:
    """What puts the files that bear the receipt's number in their place, once it has one: the cells
    at fault, and the lines of a file that is held."""
    work, held = outcome.work, receipt.status == "held"
    has_cells = write_cells(work / _CELLS, outcome.judgement.findings)

    def keep(number: str) -> None:
        if has_cells:
            move(work / _CELLS, cells_path(settings, number))
        if held and (work / _LINES).exists():
            move(work / _LINES, held_path(settings, number))

    return keep


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
        synthetic=is_synthetic(name),
        contract_version=contract_version(partner) if partner else None,
        manifest_sha256=control or None,
    )


def _counts_already(ledger: Ledger, outcome: AlreadyReceived | Judged) -> Receipt | None:
    """The receipt by which these bytes count already.

    The same bytes in force for another period are one: no new control file makes them count twice.
    """
    base = outcome.base
    if earlier := ledger.same_bytes(base.identity):
        return earlier
    result = outcome.judgement if isinstance(outcome, Judged) else None
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


def _booked(base: Receipt, outcome: Judged, replaced: Receipt | None) -> Receipt:
    result = outcome.judgement
    period, layout = result.period, result.layout
    refused = result.verdict == "refused"
    months, first, last = ({}, None, None) if refused else outcome.lines
    return replace(
        base,
        verdict=result.verdict,
        status={"refused": "none", "held": "held"}.get(result.verdict, "in_force"),
        replaces=replaced.seq if replaced else None,
        period=period.label if period else None,
        period_kind=period.kind if period else None,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        difference=result.difference.as_text() if result.difference else None,
        rows_in=result.rows_in,
        rows_accepted=result.rows_accepted,
        rows_set_aside=result.rows_set_aside,
        rows_non_data=result.rows_non_data,
        pence_accepted=result.pence_accepted,
        pence_set_aside=result.pence_set_aside,
        rows_unpriced=result.rows_unpriced,
        layout_id=layout.id if layout else None,
        coverage=layout.coverage if layout else None,
        public_access=layout.public_access if layout else None,
        encoding=result.encoding,
        pence_by_month=months,
        first_date=first,
        last_date=last,
    )
