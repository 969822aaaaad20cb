"""The home: its rooms and disk, the ledger, what counts, what is kept, the release, the clock."""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..contracts.load import ContractError
from ..contracts.usable import load_usable
from ..hashing import sha256_of
from ..intake.debris import is_upload
from ..intake.landing import discover
from ..intake.ledger.blob_store import lines_path, stored_path
from ..intake.ledger.opening import open_store
from ..intake.ledger.queries import Queries
from ..intake.ledger.receipt import Receipt, receipt_id
from ..intake.ledger.schema import MIGRATIONS
from ..intake.ledger.store import LedgerError
from ..publish.manifest import Manifest
from ..publish.store import CURRENT, current_release
from ..settings import Settings
from .checked import CheckResult, Level

# A run over the 10,000 lines of the samples leaves 23 MB, releases not counted.
_LEAST_FREE, _LOW_FREE = 1 << 30, 5 << 30
# Enough to notice a failing disk over some days, and no more than seconds of reading.
_SAMPLE_FILES, _SAMPLE_BYTES = 40, 256 << 20
_LONG_RUN, _LONG_UPLOAD = 6 * 3600, 24 * 3600
_AHEAD = timedelta(minutes=5)


def home(settings: Settings) -> Iterator[CheckResult]:
    """Whether the home can be written to, and its rooms lie on one file system."""
    home = settings.home
    there = next(p for p in (home, *home.parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        fix = "Give this user the right to write there, or choose another home with --home."
        yield "FAULT", f"{there} cannot be written to ({error.strerror})", fix
        return
    rooms = (settings.raw, settings.quarantine, settings.warehouse)
    if len({r.stat().st_dev for r in rooms if r.exists()}) > 1:
        fix = "Put raw, quarantine and warehouse on one file system: files move in one step."
        yield "FAULT", "its rooms lie on more than one file system", fix
    else:
        yield "OK", f"{home}" if home.exists() else f"{home} will be made when it is first needed"


def disk(settings: Settings) -> Iterator[CheckResult]:
    """The room that is left."""
    there = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    free = shutil.disk_usage(there).free
    message = f"{free / 1e9:,.1f} GB are free where {there} lies"
    if free < _LOW_FREE:
        level: Level = "FAULT" if free < _LEAST_FREE else "WARNING"
        yield level, message, "Make room, or move the home to a larger disk."
    else:
        yield "OK", message


def landing(settings: Settings) -> Iterator[CheckResult]:
    """Whether landing can be read, and what lies there in folders of nobody."""
    landing = settings.landing
    if not landing.is_dir():
        yield "OK", f"{landing} is not there yet; files go to {landing}/<partner>/<feed>/"
        return
    closed: list[str] = []
    waiting = [
        Path(folder, name)
        for folder, _, names in os.walk(landing, onerror=lambda e: closed.append(str(e.filename)))
        for name in names
        if is_upload(name)
    ]
    if closed:
        fix = "Give this user the right to read them: what lies there is not collected."
        yield "FAULT", f"folders that cannot be read: {', '.join(closed[:5])}", fix
        return
    old = [p for p in waiting if time.time() - p.lstat().st_mtime > _LONG_UPLOAD]
    if old:
        fix = "If the upload has ended, give them their own names; else remove them."
        yield "WARNING", f"{len(old)} uploads under way for over a day, such as {old[0]}", fix
        return
    try:
        partners, _ = load_usable(settings.partners, settings.place, settings.contracts)
    except ContractError:
        return  # reported already
    unknown = [d for d in discover(landing, partners) if not d.feed]
    if unknown:
        fix = f"Move them to {landing}/<partner>/<feed>/ as the contracts name them."
        lie = "1 file lies" if len(unknown) == 1 else f"{len(unknown)} files lie"
        yield "WARNING", f"{lie} in folders that no contract knows", fix
    else:
        yield "OK", f"{landing}"


def ledger(settings: Settings) -> Iterator[CheckResult]:
    """Whether the ledger is whole, and of this version of the program."""
    place = settings.ledger
    if not place.exists():
        yield "OK", "nothing has been received yet"
        return
    restore = f"Restore {place} from a backup; keep the damaged file for inspection."
    try:
        with closing(open_store(place, read_only=True)) as store:
            faults = store.faults()
            version, columns = store.version(), store.columns("receipt")
            count = store.rows("SELECT count(*) AS n FROM receipt")[0]["n"]
    except LedgerError as error:
        yield "FAULT", str(error), "Then look again."
        return
    except sqlite3.OperationalError as error:
        fix = f"Give this user the right to read and write {settings.warehouse}."
        yield "FAULT", f"it cannot be opened: {error}", fix
        return
    except sqlite3.Error as error:
        yield "FAULT", f"it is damaged: {error}", restore
        return
    if faults:
        yield "FAULT", f"it is damaged: {'; '.join(faults)}", restore
        return
    if version > len(MIGRATIONS) or columns - {f.name for f in fields(Receipt)}:
        fix = "Use the newer version of the program with this home."
        yield "WARNING", "a newer version of the program has written to it", fix
        return
    older = version < len(MIGRATIONS)
    note = "; of an older version, which the next use brings up to date" if older else ""
    yield "OK", f"whole, with {count:,} receipts{note}"


def in_force(settings: Settings) -> Iterator[CheckResult]:
    """Whether what counts has its lines and its file."""
    mine = [r for r in _receipts(settings) if r.status == "in_force"]
    lost = [r for r in mine if r.rows_accepted and not lines_path(settings, r).is_file()]
    gone = [r for r in mine if not stored_path(settings, r.sha256)]
    if lost:
        named = ", ".join(receipt_id(r.seq) for r in lost[:5])
        fix = "Withdraw them and submit the same files again, or restore the folder raw."
        yield "FAULT", f"{len(lost)} deliveries in force have no lines: {named}", fix
    if gone:
        named = ", ".join(receipt_id(r.seq) for r in gone[:5])
        fix = "Restore raw/originals from a backup; what counts is not touched."
        yield "WARNING", f"{len(gone)} deliveries in force have lost their file: {named}", fix
    if not lost and not gone:
        yield "OK", f"{len(mine):,} deliveries, each with its lines and its file"


def kept_files(settings: Settings) -> Iterator[CheckResult]:
    """A sample of the kept files against the hash that is their name."""
    rooms = (settings.originals, settings.quarantine / "files")
    kept = [p for room in rooms if room.is_dir() for p in room.iterdir() if p.is_file()]
    sample: list[Path] = []
    size = 0
    for path in random.sample(kept, min(len(kept), _SAMPLE_FILES)):
        size += path.stat().st_size
        if size <= _SAMPLE_BYTES or not sample:
            sample.append(path)
    changed = [p for p in sample if sha256_of(p) != p.name]
    if changed:
        fix = "Restore them from a backup, and have the disk looked at."
        named = ", ".join(p.name[:12] for p in changed[:5])
        message = f"of {len(sample)} read again, {len(changed)} not what was received: {named}"
        yield "FAULT", message, fix
    else:
        yield "OK", f"{len(sample):,} of {len(kept):,} were read again and are what was received"


def runs(settings: Settings) -> Iterator[CheckResult]:
    """Whether a run is at work, and for how long."""
    path = settings.warehouse / "run.lock"
    if path.is_file():
        with path.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                hours = (time.time() - path.stat().st_mtime) / 3600
                who = lock.read().strip() or "a process unknown"
                message = f"a run is at work ({who}), since {hours:.1f} hours"
                if hours * 3600 < _LONG_RUN:
                    yield "OK", message
                else:
                    yield "WARNING", message, "Check it is making progress; stop it if not."
                return
    left = len([*settings.warehouse.glob("judge-*"), *settings.warehouse.glob("submit-*")])
    ended = f"; {left} folders of work under way or cut short" if left else ""
    yield "OK", f"no run is at work{ended}"


def release(settings: Settings) -> Iterator[CheckResult]:
    """Whether the current release has every file of its manifest."""
    pointer, again = settings.published / CURRENT, "Run `totalplace run`: it publishes anew."
    folder = current_release(settings.published)
    if folder is None:
        if pointer.is_symlink() or pointer.exists():
            yield "FAULT", f"{pointer} leads nowhere", again
        else:
            yield "OK", "nothing has been published yet"
        return
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError):
        yield "FAULT", f"the manifest of {folder.name} cannot be read", again
        return
    wrong = [
        name
        for name, sealed in manifest.files.items()
        if not (p := folder / name).is_file() or p.stat().st_size != sealed.bytes
    ]
    if wrong:
        some = ", ".join(wrong[:5])
        yield "FAULT", f"{folder.name}: {len(wrong)} files are missing or changed: {some}", again
    else:
        yield "OK", f"{folder.name}, with all {len(manifest.files)} files of its manifest"


def clock(settings: Settings) -> Iterator[CheckResult]:
    """The clock against the times on the receipts."""
    now = datetime.now(UTC)
    times = [datetime.fromisoformat(r.received_at) for r in _receipts(settings)]
    back = sum(b < a for a, b in itertools.pairwise(times))
    message = f"{now:%Y-%m-%d %H:%M} UTC"
    if times and max(times) > now + _AHEAD:
        fix = "Set the clock, best by a time service. The order of receipts does not depend on it."
        yield "FAULT", f"{message}, but a receipt is of {max(times):%Y-%m-%d %H:%M}", fix
    elif back:
        fix = "Use a time service. The order of receipts does not depend on the clock."
        yield "WARNING", f"{message}; it was set back {back} times between receipts", fix
    else:
        yield "OK", message


def _receipts(settings: Settings) -> list[Receipt]:
    """Every receipt; none where the ledger cannot be read, which is reported already."""
    if not settings.ledger.exists():
        return []
    with suppress(LedgerError), closing(open_store(settings.ledger, read_only=True)) as store:
        if {f.name for f in fields(Receipt)} - store.columns("receipt"):
            return []
        return Queries(store).receipts()
    return []
