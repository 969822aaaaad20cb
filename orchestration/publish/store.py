"""The folder of releases on disk: locks, the pointer ``current``, and writing that survives a
power cut. What a release contains belongs in ``manifest``; when one is made, in ``release``."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CURRENT = "current"
CANDIDATE_PREFIX = ".candidate-"
_NEXT = ".current-next"


class ReleaseError(Exception):
    """A release cannot be made, found or used; the message says what to do."""


def current_release(published: Path) -> Path | None:
    """The folder ``current`` points at (its own lasting path, not through the pointer), or
    ``None`` before the first release."""
    pointer = published / CURRENT
    if not pointer.is_symlink():
        return None
    folder = published / pointer.readlink()
    return folder if folder.is_dir() else None


@contextmanager
def exclusive(published: Path) -> Iterator[None]:
    """Holds the folder's lock: one process at a time makes, swaps or sweeps. The kernel lets go
    of it when the process dies, however it dies."""
    published.mkdir(parents=True, exist_ok=True)
    with (published / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Claim:
    """A process's claim to its half-made candidate: a locked file beside the folder.

    A lock, not a process number, says whether the owner lives: numbers are used again and mean
    nothing in another container. Before the folder takes its release name the claim notes that
    name, so that a release that was named but never pointed at is not taken for a real one.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder.with_name(folder.name + ".lock")
        self.noted = ""
        self._file = self.path.open("a")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def note(self, release_id: str) -> None:
        """Writes down, durably, the release name the folder is about to take."""
        self.noted = release_id
        self._file.write(release_id)
        self._file.flush()
        os.fsync(self._file.fileno())

    def release(self) -> None:
        """Gives the claim up, its work being done or thrown away."""
        self.path.unlink(missing_ok=True)
        self._file.close()


def dead_claims(published: Path) -> Iterator[tuple[Path, str]]:
    """Candidate folders whose owner is gone, each with the release name it noted or ``''``.
    Call while holding ``exclusive``; the claim file is removed after each one is dealt with."""
    for path in sorted(published.glob(f"{CANDIDATE_PREFIX}*.lock")):
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield path.with_name(path.name.removesuffix(".lock")), file.read()
            path.unlink()


def swap_pointer(published: Path, release_id: str) -> None:
    """Points ``current`` at a release in one rename: a reader sees the old or the new."""
    following = published / _NEXT
    following.unlink(missing_ok=True)
    following.symlink_to(release_id, target_is_directory=True)
    os.replace(following, published / CURRENT)  # noqa: PTH105 - one rename, replaceable in tests
    sync(published)


def sync_tree(folder: Path) -> None:
    """Forces every file and folder below ``folder`` to disk, deepest first."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Forces one file, or one folder's list of names, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
