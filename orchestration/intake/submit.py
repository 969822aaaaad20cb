"""What a steward does with a delivery: checks it, submits it, withdraws it.

``submit`` judges with the same code as landing and leaves the file there under its own name, so
that landing stays the whole record. It places the file after it is booked: a run that looks at
the same moment finds a file that has its receipt already.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..contracts.model import Partner
from ..contracts.periods import Period
from ..hashing import sha256_of
from ..settings import Settings
from .bookkeeping import book_held
from .judge.judge import JudgeRequest, judge
from .judge.judgement import Judgement
from .judge.reference import Reference
from .judge.rules.counterparties import counterparties
from .landing import Delivery
from .ledger.blob_store import stored_path
from .ledger.fingerprints import reading_version, submission_id
from .ledger.ledger import Ledger
from .ledger.receipt import Explanation, Identity, Receipt
from .ledger_checks import findings_beside, preview_ledger_checks
from .outcomes import AlreadyReceived
from .read.control_file import manifest_digest, manifest_of
from .read_again import read_again
from .receive import asked_of, is_held, is_synthetic, prepare
from .same_saving import same_in_itself
from .whose_file import names_another

_LONGEST, _DAY = 180, 86_400


@dataclass(frozen=True)
class Submitted:
    """A delivery handed in. ``open_question``: it, or the earlier receipt of its bytes, asks and
    nobody has answered; ``explains`` is the earlier receipt it gave its explanation to; ``renamed``
    says that another file has the name it came with."""

    receipt: Receipt
    open_question: bool = False
    explains: Receipt | None = None
    renamed: bool = False


def dry_run(
    settings: Settings, partner: Partner, path: Path, feed: str, period: Period | None = None
) -> tuple[Judgement, bool]:
    """What ``submit`` would find, and whether it was compared with earlier files.

    Nothing is written; where the home has no ledger there is nothing to compare with.
    """
    name = safe_name(path.name)
    with tempfile.TemporaryDirectory() as work, _to_read(settings) as ledger:
        lines = Path(work) / "lines.parquet"
        result = judge(
            JudgeRequest(
                path,
                name,
                feed,
                partner.feeds[feed],
                period=period,
                lines=lines,
                control_file=manifest_of(path),
                others=counterparties(settings, {partner.id: partner}, partner.id, feed),
                reference=Reference.of(settings),
                life=(partner.valid_from, partner.valid_to),
            )
        )
        identity = Identity(
            submission_id(partner.id, feed, sha256_of(path)),
            partner.id,
            feed,
            manifest_digest(path) or None,
            is_synthetic(name),
        )
        version = reading_version(settings, partner, feed)
        compared = ledger is not None and preview_ledger_checks(
            settings, ledger, identity, result, lines, version
        )
        if not compared:
            result.findings += findings_beside([], identity, result)
            result.findings += same_in_itself(settings, identity, result, lines)
            result.findings += names_another(settings, identity, result)
    result.settle(holds=is_held(partner, feed, identity.synthetic))
    if asked_of(partner) and result.verdict != "refused":
        result.await_certifier()
    return result, compared


@contextmanager
def _to_read(settings: Settings) -> Iterator[Ledger | None]:
    """The ledger, of which no byte is written; ``None`` if the home has none, or cannot open it."""
    with ExitStack() as opened:
        ledger = None
        if settings.ledger.exists():
            with suppress(sqlite3.Error):
                ledger = opened.enter_context(closing(Ledger(settings.ledger, read_only=True)))
        yield ledger


def submit(
    settings: Settings,
    partner: Partner,
    path: Path,
    feed: str,
    period: Period | None = None,
    said: Explanation | None = None,
    by: str | None = None,
) -> Submitted:
    """Hands ``path`` in for a partner's feed; ``IntakeError`` if the program itself fails.

    Findings that ask for an explanation hold the file unless ``said`` gives one. ``by`` is who
    hands it in, where that is known; where a second person must certify it, it waits for them.
    """
    partner_id, partners = partner.id, {partner.id: partner}
    settings.prepare()
    for left in settings.warehouse.glob("submit-*"):  # by a program that was killed
        if time.time() - left.stat().st_mtime > _DAY:
            shutil.rmtree(left, ignore_errors=True)
    wanted = safe_name(path.name)
    ledger = Ledger(settings.ledger)
    try:
        delivery = Delivery(path.resolve(), f"{partner_id}/{feed}/{wanted}", partner_id, feed)
        known = ledger.known()
        outcome = prepare(settings, partners, delivery, known, period, name=wanted)
        with ledger.booking():
            earlier = ledger.same_bytes(outcome.base.identity)
            if isinstance(outcome, AlreadyReceived) and not earlier:
                # It was withdrawn while we looked: now it is a new delivery.
                outcome = prepare(settings, partners, delivery, (), period, name=wanted)
            folder = settings.landing / partner_id / feed
            name = _free_name(folder, wanted, outcome.base)
            place = f"{partner_id}/{feed}/{name}"
            base = replace(outcome.base, file_name=name, landing_path=place, submitted_by=by)
            receipt = book_held(settings, ledger, replace(outcome, base=base), said)
            control = outcome.control_file
            if control and not (folder / name).exists():  # first: it is no delivery alone
                beside = folder / f"{name}.manifest{control.suffix}"
                _leave_in_landing(stored_path(settings, receipt.manifest_sha256), beside)
            _leave_in_landing(stored_path(settings, receipt.sha256), folder / name)
        receipt = _read_again(settings, ledger, partners, receipt) or receipt
        return Submitted(
            receipt,
            open_question=ledger.is_open(receipt.duplicate_of or receipt.seq),
            explains=_just_explained(ledger, earlier) if said else None,
            renamed=name != wanted and receipt.verdict != "duplicate",
        )
    finally:
        ledger.close()


def _read_again(
    settings: Settings, ledger: Ledger, partners: Mapping[str, Partner], repeat: Receipt
) -> Receipt | None:
    """The new receipt of bytes that came again, if they are read otherwise than when they came."""
    earlier = ledger.receipt(repeat.duplicate_of) if repeat.duplicate_of else None
    if earlier is None or earlier.status not in ("in_force", "held"):
        return None
    version = str(repeat.reading_version)
    if earlier.reading_version == version:
        return None
    return read_again(settings, ledger, partners, earlier, version)


def _just_explained(ledger: Ledger, earlier: Receipt | None) -> Receipt | None:
    """The earlier receipt, if it had no explanation before and has one now."""
    if earlier is None or earlier.explanation is not None:
        return None
    now = ledger.receipt(earlier.seq)
    return now if now and now.explanation else None


def safe_name(name: str) -> str:
    """A file name that shows, sorts and copies everywhere: no control or direction marks, no
    characters that other systems refuse, no leading dot, at most 180 bytes."""
    text = unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))
    text = "".join("_" if not c.isprintable() or c in '<>:"/\\|?*\ufffd' else c for c in text)
    text = text.strip(" .") if text.strip(" .") else "file"
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = text, "", ""
    while len(f"{stem}{dot}{ending}".encode()) > _LONGEST:
        stem = stem[:-1]
    return f"{stem}{dot}{ending}"


def _free_name(folder: Path, wanted: str, base: Receipt) -> str:
    """``wanted``, or ``wanted (2)`` and so on where another file, or one with another control
    file, has that name."""
    path, number = folder / wanted, 1
    asked = (base.sha256, base.manifest_sha256 or "")
    while os.path.lexists(path) or manifest_of(path):
        regular = path.is_file() and not path.is_symlink()
        if regular and (sha256_of(path), manifest_digest(path)) == asked:
            break
        number += 1
        path = folder / f"{Path(wanted).stem} ({number}){Path(wanted).suffix}"
    return path.name


def _leave_in_landing(source: Path | None, target: Path) -> None:
    """Puts received bytes into landing whole, and never on top of another file."""
    if source is None or target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(".submit-*"):  # by a program that was killed
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=".submit-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as copy, source.open("rb") as file:
            shutil.copyfileobj(file, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        Path(name).chmod(0o644)
        if not os.path.lexists(target):
            Path(name).rename(target)
    finally:
        Path(name).unlink(missing_ok=True)


def withdraw(settings: Settings, seq: int, reason: str, name: str | None) -> Receipt | None:
    """Takes a receipt out of force, or back while it is held; ``None`` if it was neither.

    What it had replaced does not come back, and its bytes may be handed in again.
    """
    ledger = Ledger(settings.ledger)
    try:
        with ledger.booking():
            return ledger.receipt(seq) if ledger.withdraw(seq, reason, name) else None
    finally:
        ledger.close()
