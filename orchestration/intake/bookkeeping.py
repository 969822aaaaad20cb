"""The outcome of a delivery is booked: files in their places first, then the receipt."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..settings import Settings
from .judge.raw_lines import ByMonth
from .ledger.blob_store import cells_path, held_path, lines_path, move, stored_path
from .ledger.finding_cells import write_cells
from .ledger.ledger import Ledger
from .ledger.receipt import Explanation, Receipt
from .ledger_checks import already_received, apply_ledger_checks
from .outcomes import (
    ASIDE,
    CELLS,
    LINES,
    AlreadyReceived,
    IntakeError,
    Judged,
    NotAFile,
    Outcome,
    UnknownFolder,
)
from .questions import answer, clear_earlier


def book(settings: Settings, ledger: Ledger, outcome: Outcome) -> Receipt:
    """Books a prepared delivery: the files in their places first, then the receipt."""
    with ledger.booking():
        return book_held(settings, ledger, outcome)


def book_once(settings: Settings, ledger: Ledger, outcome: Outcome) -> Receipt | None:
    """``book`` a delivery from landing; ``None`` if another worker has booked it meanwhile.

    This, and no claim, is why a file has one receipt: whoever books looks first, one at a time.
    """
    base = outcome.base
    with ledger.booking():
        if ledger.seen(
            base.partner_id,
            base.feed,
            str(base.landing_path),
            base.sha256,
            base.manifest_sha256 or "",
        ):
            shutil.rmtree(outcome.work, ignore_errors=True)
            return None
        return book_held(settings, ledger, outcome)


def book_held(
    settings: Settings,
    ledger: Ledger,
    outcome: Outcome,
    said: Explanation | None = None,
) -> Receipt:
    """``book`` while ``Ledger.booking`` is held; ``said`` explains what the findings ask about.

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
    replaced = apply_ledger_checks(settings, ledger, base.identity, result, work / LINES)
    if result.asks and said:
        base = replace(base, explanation=said.reason, explained_by=said.name)
    else:
        result.settle(holds=outcome.holds)
    if base.certification and result.verdict != "refused":
        result.await_certifier()
    receipt = _booked(base, outcome, replaced)
    waiting = ledger.held(receipt.partner_id, receipt.feed, receipt.period)
    if receipt.status == "in_force" and (work / LINES).exists():
        clear_earlier(settings, ledger, receipt)
        move(work / LINES, lines_path(settings, receipt))
        store_original(outcome, settings.originals)
    else:
        store_original(outcome, settings.quarantine / "files")
    if (work / ASIDE).exists():
        move(work / ASIDE, settings.quarantine / "rows" / f"{base.submission_id}.parquet")
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
) -> Receipt | None:
    """Books what a delivery comes to when it is read again and ``earlier`` no longer holds;
    ``None`` if another worker has booked that meanwhile.

    What it changes is said once, by the finding that it was read again.
    """
    version = str(outcome.base.reading_version)
    with ledger.booking():
        if not ledger.is_read_under_another(earlier.seq, version):
            return None
        receipt = _book_judged(settings, ledger, outcome, None)
        ledger.mark_read(earlier.seq, version)
        return receipt


def keep_files(settings: Settings, outcome: Judged, receipt: Receipt) -> Callable[[str], None]:
    """What puts the files that bear the receipt's number in their place, once it has one: the cells
    at fault, and the lines of a file that is held."""
    work, held = outcome.work, receipt.status == "held"
    has_cells = write_cells(work / CELLS, outcome.judgement.findings)

    def keep(number: str) -> None:
        if has_cells:
            move(work / CELLS, cells_path(settings, number))
        if held and (work / LINES).exists():
            move(work / LINES, held_path(settings, number))

    return keep


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
        certification=None,
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
    accepted = ByMonth() if refused else result.by_month
    return replace(
        base,
        verdict=result.verdict,
        status={"refused": "none", "held": "held"}.get(result.verdict, "in_force"),
        replaces=replaced.seq if replaced else None,
        period=period.label if period else None,
        period_kind=period.kind if period else None,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        certification=base.certification if result.certification else None,
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
        pence_by_month=dict(sorted(accepted.pence.items())),
        first_date=accepted.first,
        last_date=accepted.last,
    )
