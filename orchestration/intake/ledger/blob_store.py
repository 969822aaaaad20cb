"""The content store: every delivered byte kept under its own SHA-256, written so that it lasts."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from ...settings import Settings
from .receipt import Receipt

_BLOCK = 1 << 20


class NotAFileError(Exception):
    """What was delivered is no regular file; ``reason`` says what it is in plain words."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def take_in(path: Path, store: Path) -> tuple[Path, str, int]:
    """Copies a delivery into ``store`` from one open descriptor: the copy, SHA-256 and bytes.

    Symbolic links, pipes, devices and folders are not followed or read: ``NotAFileError``.
    Whatever happens to ``path`` afterwards, the copy is what gets judged.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotAFileError("it was gone before we could collect it") from None
    except OSError as error:
        link = path.is_symlink()
        reason = "it is a link" if link else f"it cannot be read ({error.strerror})"
        raise NotAFileError(reason) from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NotAFileError("it is no regular file")
        store.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=store)
        with os.fdopen(handle, "wb") as copy:
            while block := file.read(_BLOCK):
                digest.update(block)
                size += len(block)
                copy.write(block)
    # On the disk it is when it is moved to where it stays.
    target = Path(name).replace(store / digest.hexdigest())
    return target, digest.hexdigest(), size


def move(source: Path, target: Path) -> None:
    """Puts a finished file in its place in one step, on the disk before it has its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def stored_path(settings: Settings, digest: str | None) -> Path | None:
    """The bytes of a delivery as they were received, or ``None`` if they are not there."""
    places = (settings.originals, settings.quarantine / "files")
    return next((p / digest for p in places if digest and (p / digest).is_file()), None)


def lines_path(settings: Settings, receipt: Receipt) -> Path:
    """Where the accepted lines of a submission stand while it is in force."""
    return (
        settings.raw
        / str(receipt.feed)
        / f"partner_id={receipt.partner_id}"
        / f"period={receipt.period}"
        / f"submission_id={receipt.submission_id}"
        / "lines.parquet"
    )


def held_path(settings: Settings, number: str) -> Path:
    """Where the lines of a held submission wait for an answer."""
    return settings.quarantine / "held" / f"{number}.parquet"


def cells_path(settings: Settings, number: str) -> Path:
    """Where the faulty cells of a receipt stand; there is no file if it has none."""
    return settings.quarantine / "cells" / f"{number}.parquet"
