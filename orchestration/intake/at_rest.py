"""A file is taken only at rest: it has not changed for a while, nor while it was read.

What is still being written is left for the next run, without a receipt, and is noted so that people
can be asked to wait for it.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ..contracts.model import Partner
from ..hashing import sha256_of
from ..settings import Settings
from .landing import Delivery
from .ledger.receipt import Receipt
from .outcomes import NotAFile, Outcome
from .read.control_file import manifest_digest, manifest_of
from .receive import prepare

_NOTED = "still_written.json"
Stamp = tuple[tuple[int, int, int], ...]


class StillWrittenError(Exception):
    """A file changed while it was read."""


def settled(
    deliveries: Sequence[Delivery], quiet_seconds: float
) -> tuple[list[Delivery], list[Delivery]]:
    """The deliveries that are at rest, and those that are still being written.

    A file that changed less than ``quiet_seconds`` ago is looked at again when they are over, so
    this may wait as long. A file that has gone meanwhile is in neither list.
    """
    before = {d: stamp for d in deliveries if (stamp := _stamp(d.path))}
    ages = [_age(stamp) for stamp in before.values()]
    if young := [age for age in ages if age < quiet_seconds]:
        # A time in the future is another machine's clock.
        time.sleep(max(min(quiet_seconds, quiet_seconds - age) for age in young))
    after = {d: stamp for d in before if (stamp := _stamp(d.path))}
    return (
        [d for d, stamp in after.items() if stamp == before[d]],
        [d for d, stamp in after.items() if stamp != before[d]],
    )


def prepare_at_rest(
    settings: Settings,
    partners: Mapping[str, Partner],
    delivery: Delivery,
    known: Collection[tuple[str, str | None]],
    room: Path,
) -> Outcome:
    """``prepare``; ``StillWrittenError`` if the file is not what it was when it was read."""
    outcome = prepare(settings, partners, delivery, known, room=room)
    if not isinstance(outcome, NotAFile) and not _is_still(delivery.path, outcome.base):
        shutil.rmtree(outcome.work, ignore_errors=True)
        raise StillWrittenError(delivery.place)
    return outcome


def note_still_written(settings: Settings, place: str) -> None:
    """Remembers that a file was left for the next run."""
    noted = _noted(settings) | {place: datetime.now(UTC).isoformat(timespec="seconds")}
    (settings.warehouse / _NOTED).write_text(json.dumps(noted), encoding="utf-8")


def still_written(settings: Settings, receipts: Sequence[Receipt]) -> list[str]:
    """The places of files that were left for the next run and are still to be taken."""
    noted = _noted(settings)
    last = {r.landing_path: r.received_at for r in receipts if r.landing_path in noted}
    return [
        place
        for place, since in sorted(noted.items())
        if last.get(place, "") < since and (settings.landing / place).is_file()
    ]


def _noted(settings: Settings) -> dict[str, str]:
    with suppress(OSError, ValueError):
        noted = json.loads((settings.warehouse / _NOTED).read_text(encoding="utf-8"))
        if isinstance(noted, dict):
            return noted
    return {}


def _stamp(path: Path) -> Stamp:
    """Size, time and number of a file, and of the control file beside it; empty if it is gone."""
    try:
        files = [path, *filter(None, [manifest_of(path)])]
        facts = [file.lstat() for file in files]
    except OSError:
        return ()
    return tuple((f.st_size, f.st_mtime_ns, f.st_ino) for f in facts)


def _age(stamp: Stamp) -> float:
    return time.time() - max(modified for _, modified, _ in stamp) / 1e9


def _is_still(path: Path, read: Receipt) -> bool:
    try:
        now = (sha256_of(path), manifest_digest(path))
    except OSError:
        return False
    return now == (read.sha256, read.manifest_sha256 or "")
