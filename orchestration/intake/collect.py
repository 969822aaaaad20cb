"""Everything new in landing is judged and booked, by as many workers as there are at the time.

Every worker makes the same list and works through it with the others (``many_workers``); it ends
when all of its list is booked, by itself or by another. Deliveries are booked in the order of
landing, a folder after the other, so the receipts are those of one worker, number by number.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from ..contracts.feeds import FEEDS
from ..contracts.load import left_out
from ..contracts.model import Partner
from ..display import display_safe, pounds
from ..progress import say, warn
from ..settings import Settings
from ..trouble import unexpected
from .at_rest import StillWrittenError, note_still_written, prepare_at_rest, settled
from .bookkeeping import book_once
from .landing import Delivery, discover, is_new
from .ledger.fingerprints import reading_version
from .ledger.ledger import Ledger, Receipt
from .many_workers import Task, in_turn
from .outcomes import IntakeError, Judged, Outcome
from .read_again import judge_again, settle_again

# The folders of workers in the build's room.
_ROOM = "judge-"


class Folder(NamedTuple):
    """Whose files lie in a folder of landing, and of which feed; of nobody we know without."""

    partner_id: str | None = None
    feed: str | None = None


Collected = dict[Folder, list[Receipt]]


def folders_of(partners: Mapping[str, Partner]) -> list[Folder]:
    """The folders of every contract, in the order in which they are collected; nobody's last."""
    return [*(Folder(p.id, feed) for p in partners.values() for feed in p.feeds), Folder()]


def collect(
    settings: Settings, partners: Mapping[str, Partner], folders: Sequence[Folder]
) -> Collected:
    """Receives every new delivery of these folders, and reads again what was received under an
    older contract or rule; the receipts that this worker booked, by folder.

    A program error on one delivery is reported and the next one is taken; it leaves no receipt, so
    that the next run tries again. So does a file that is still being written.
    """
    found: Collected = {folder: [] for folder in folders}
    with closing(Ledger(settings.ledger)) as ledger, _room(settings, ledger) as room:
        work = _Work(settings, partners, ledger, folders, room)
        for step in (_new, _older):
            said: Collected = {}
            with closing(step(work)) as booked:
                for folder, receipt in booked:
                    if folder not in said:
                        _say(said)
                        said = {folder: []}
                    said[folder].append(receipt)
                    found[folder].append(receipt)
            _say(said)
    return found


def clear_left(settings: Settings) -> None:
    """Clears away the folders of workers that were killed."""
    with closing(Ledger(settings.ledger)) as ledger:
        for left in settings.warehouse.glob(f"{_ROOM}*"):
            if ledger.claim(left.name):
                shutil.rmtree(left, ignore_errors=True)
                ledger.release(left.name)


@contextmanager
def _room(settings: Settings, ledger: Ledger) -> Iterator[Path]:
    """A folder of this worker's own, which is known by a claim to be in use."""
    room = settings.warehouse / f"{_ROOM}{uuid4().hex[:12]}"
    ledger.claim(room.name)
    room.mkdir(parents=True)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


Booked = Generator[tuple[Folder, Receipt], None, None]


class _Work(NamedTuple):
    """What one worker collects by: the folders it looks into, and its own for half-made files."""

    settings: Settings
    partners: Mapping[str, Partner]
    ledger: Ledger
    folders: Sequence[Folder]
    room: Path


def _new(work: _Work) -> Booked:
    """What is new in landing."""
    settings, partners, ledger, _, room = work
    last, known = ledger.last(), ledger.known()
    new, moving = settled(_found(work), settings.quiet_seconds)
    for delivery in moving:
        _leave(settings, ledger, delivery)
    deliveries: dict[str, Delivery] = {f"file {d.place}": d for d in new}
    tasks = [
        Task(
            name,
            Folder(d.partner_id, d.feed),
            _bytes(d.path),
            partial(prepare_at_rest, settings, partners, d, known, room),
            partial(ledger.taken_since, last, d.partner_id, d.feed, d.place),
        )
        for name, d in deliveries.items()
    ]
    with closing(in_turn(ledger, tasks)) as prepared:
        for task, outcome in prepared:
            delivery = deliveries[task.name]
            if receipt := _booked(settings, ledger, delivery, outcome):
                yield Folder(delivery.partner_id, delivery.feed), receipt


def _found(work: _Work) -> list[Delivery]:
    if not work.settings.landing.is_dir():
        return []
    found: dict[tuple[str | None, str | None], list[Delivery]] = {f: [] for f in work.folders}
    for delivery in discover(work.settings.landing, work.partners):
        mine = found.get((delivery.partner_id, delivery.feed))
        if mine is not None and is_new(work.ledger, delivery):
            mine.append(delivery)
    return [delivery for mine in found.values() for delivery in mine]


def _booked(
    settings: Settings, ledger: Ledger, delivery: Delivery, prepared: Future[Outcome]
) -> Receipt | None:
    """The receipt of a delivery that was judged; none if it is to be tried again."""
    try:
        return book_once(settings, ledger, prepared.result())
    except StillWrittenError:
        _leave(settings, ledger, delivery)
    except IntakeError as error:
        during = "the program failed, which is no fault of the file; the next run tries again"
        said = unexpected(settings, error.__cause__ or error, during)
        warn(f"{display_safe(delivery.place)}: {said}")
        ledger.program_error(delivery.place, str(error))
    return None


def _older(work: _Work) -> Booked:
    """What was received before under another agreement or rule, and comes out otherwise now."""
    settings, partners, ledger, folders, room = work
    older: dict[str, Receipt] = {}
    tasks: list[Task[Judged | None]] = []
    for partner_id, feed in folders:
        if not (partner_id and feed) or partner_id in left_out(partners):
            continue
        version = reading_version(settings, partners[partner_id], feed)
        for receipt in ledger.read_under_another(partner_id, feed, version):
            name = f"{receipt.receipt_id} again"
            older[name] = receipt
            task = Task(
                name,
                Folder(partner_id, feed),
                receipt.bytes,
                partial(judge_again, settings, partners, receipt, version, room),
                partial(_is_read, ledger, receipt, version),
            )
            tasks.append(task)
    with closing(in_turn(ledger, tasks)) as prepared:
        for task, judged in prepared:
            receipt = older[task.name]
            if again := _settled(settings, ledger, receipt, judged):
                yield Folder(receipt.partner_id, receipt.feed), again


def _is_read(ledger: Ledger, receipt: Receipt, version: str) -> bool:
    return not ledger.is_read_under_another(receipt.seq, version)


def _settled(
    settings: Settings, ledger: Ledger, receipt: Receipt, judged: Future[Judged | None]
) -> Receipt | None:
    try:
        outcome = judged.result()
        return settle_again(settings, ledger, outcome, receipt) if outcome else None
    except IntakeError as error:
        during = "the program failed on reading again what was received before"
        warn(unexpected(settings, error.__cause__ or error, during))
    return None


def _bytes(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _leave(settings: Settings, ledger: Ledger, delivery: Delivery) -> None:
    warn(f"{display_safe(delivery.place)} is still being written: the next run takes it")
    with ledger.booking():
        note_still_written(settings, delivery.place)


def _say(collected: Collected) -> None:
    for (partner_id, feed), receipts in collected.items():
        taken = [r for r in receipts if r.status == "in_force"]
        rows = sum(r.rows_accepted for r in taken)
        has_money = feed in FEEDS and FEEDS[feed].money_field
        amount = f", {pounds(sum(r.pence_accepted for r in taken))}" if has_money else ""
        say(
            f"{partner_id or 'unknown partner'}/{feed or ''}: {len(receipts)} new, "
            f"{len(taken)} accepted, {rows:,} lines{amount}"
        )
