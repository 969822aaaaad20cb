"""One run at a time: whoever begins a run of a home, from wherever, takes the same lock."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from ..settings import Settings

LOOK_SECONDS = 1.0


class BusyError(Exception):
    """Another run holds the home."""


@contextmanager
def exclusive(settings: Settings, wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Holds the home for one run, or a worker's folder for one worker; the kernel lets go of the
    lock however the holder dies.

    While another run is at work: ``BusyError``, or, with ``wait``, that is called once with the
    words for it and the turn is waited for.
    """
    settings.build_room.mkdir(parents=True, exist_ok=True)
    with (settings.build_room / "run.lock").open("a+") as lock:
        if not _taken(lock):
            lock.seek(0)
            work = f"worker reads {settings.worker} in" if settings.worker else "run is at work on"
            who = f"Another {work} {settings.home} ({lock.read().strip() or 'unknown'})."
            if wait is None:
                raise BusyError(f"{who} Wait for it to end, then run again.")
            wait(f"{who} This one waits its turn.")
            while not _taken(lock):
                time.sleep(LOOK_SECONDS)
        lock.seek(0)
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


def _taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
