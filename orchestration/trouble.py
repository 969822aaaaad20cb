"""An error of the program or of its engines in words: what it means, and where all of it stands."""

from __future__ import annotations

import re
import traceback

from .display import without_cells
from .settings import Settings

# What an engine's error means for the person who runs the program, by its words.
_MEANS = (
    (r"ledger in the postgresql database", "the database that has the receipts cannot be used"),
    (r"out of memory|cannot allocate memory", "there was too little memory"),
    (r"no space left|disk quota", "the disk is full"),
    (
        r"could not set lock|conflicting lock|database is locked",
        "another program has a file of this home open: close it, then run again",
    ),
    (
        r"permission denied|read-only file system|operation not permitted",
        "a file or folder of this home may not be written: `totalplace doctor` says which",
    ),
    (
        r"no files found|no such file|cannot open file|does not exist",
        "something that this home should hold is not there: `totalplace doctor` looks at it",
    ),
    (
        r"magic bytes|corrupt|not a valid duckdb|malformed|checksum|too small to be a parquet",
        "a file of this home is damaged: `totalplace doctor` says which",
    ),
)
OURS = "it is a fault of the program or of its installation, of no partner's file"


def meaning(message: str) -> str:
    """What an error means, in words."""
    found = (words for pattern, words in _MEANS if re.search(pattern, message, re.IGNORECASE))
    return next(found, OURS)


def unexpected(settings: Settings, error: BaseException, during: str) -> str:
    """An error that nobody foresaw, and during what it came; the whole of it goes to the log."""
    whole = "".join(traceback.format_exception(error))
    said = without_cells(f"{type(error).__name__} {error}")
    return logged(settings, f"{during}: {meaning(str(error))} ({said})", whole)


def logged(settings: Settings, reason: str, whole: str) -> str:
    """The reason with the log in which the whole of it is kept, private to the build, and what
    helps where the machine was too small."""
    log = settings.warehouse / "failure.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(whole, encoding="utf-8")
    return f"{reason} (in full: {log}){_advice(settings, reason)}"


def _advice(settings: Settings, reason: str) -> str:
    if "Out of Memory" in reason:
        return f". Give it more memory: TOTALPLACE_MEMORY=4GB (it was {settings.memory_limit})"
    if "No space left" in reason:
        return f". Free some of the disk of {settings.home}, then run again"
    return ""
