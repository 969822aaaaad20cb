"""From landing to receipt: a delivery is taken in, judged, and its outcome booked.

A delivery that fails for a reason of its own never stops the next one, and a program error is
never booked as a fault of the file: it is raised as ``IntakeError`` with the delivery's place.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from pathlib import Path

from ..contracts.model import Partner
from ..contracts.periods import Period
from ..display import display_safe
from ..settings import Settings
from .bookkeeping import book
from .judge.findings import finding
from .judge.judge import JudgeRequest, judge
from .judge.reference import Reference
from .judge.rules.counterparties import counterparties
from .landing import Delivery, readable
from .ledger.blob_store import NotAFileError, take_in
from .ledger.fingerprints import (
    contract_version,
    reading_version,
    rules_version,
    submission_id,
)
from .ledger.ledger import Ledger
from .ledger.receipt import Receipt
from .outcomes import (
    ASIDE,
    LINES,
    AlreadyReceived,
    IntakeError,
    Judged,
    NotAFile,
    Outcome,
    Taken,
    UnknownFolder,
)
from .read.control_file import take_manifest

SYNTHETIC_PREFIX = "SYNTHETIC-"


def is_synthetic(file_name: str) -> bool:
    """Whether a file says of itself that it is made up."""
    return file_name.startswith(SYNTHETIC_PREFIX)


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
    room: Path | None = None,
) -> Outcome:
    """Takes a delivery in and judges it, without the ledger: several can be prepared at once.

    It works in a folder of its own below ``room``, or the build's room. ``known`` are the
    deliveries of ``Ledger.known``; their bytes are not read again. ``name`` is what the file is
    called, where that is not its name on the disk. ``IntakeError`` if the program fails on it.
    """
    # Each delivery is judged on a copy of its own: another with the same bytes may be booked first.
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="submit-", dir=room or settings.warehouse))
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
        lines=work / LINES,
        aside=work / ASIDE,
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
            holds=is_held(partner, delivery.feed, base.synthetic),
        )
    except Exception as error:
        shutil.rmtree(work, ignore_errors=True)
        raise IntakeError(f"{delivery.place}: {type(error).__name__}: {error}") from error


def is_held(partner: Partner, feed: str, synthetic: bool) -> bool:
    """Whether an open question holds a partner's file. A made-up file is from no web site: whoever
    made it can be asked."""
    return synthetic or partner.holds(feed)


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
        certification=asked_of(partner) if partner else None,
    )


def asked_of(partner: Partner) -> str | None:
    """The state of certification in which a file of a partner begins."""
    return "waiting" if partner.certification == "second_person" else None
