"""The rooms of files that were checked and not submitted: one for each session, in the home.

A file lies in a folder of its own with what was found of it. It is removed once it is submitted,
when its session ends, or after an hour.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

_KEPT_SECONDS = 3600
_ABOUT = "about.json"


@dataclass(frozen=True)
class Kept:
    """A file that waits, and what was found of it.

    ``period`` is the one its sender chose, empty where the file says it; ``sha256`` is of the bytes
    that were judged. ``receipt`` is its receipt once it is submitted, and its bytes are gone then.
    ``unread``: its headings do not fit the agreed layout, so that its columns can be matched.
    ``problem`` is the number of a program error that kept it from being judged.
    """

    folder: Path
    name: str
    partner_id: str
    feed: str
    period: str = ""
    sha256: str = ""
    verdict: str = ""
    asks: bool = False
    compared: bool = True
    found_period: str = ""
    questions: tuple[str, ...] = ()
    readings: tuple[str, str] = ("", "")
    reports: tuple[str, ...] = ()
    receipt: str = ""
    problem: str = ""
    unread: bool = False
    with_it: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def is_checking(self) -> bool:
        """Whether nothing is known of the file yet."""
        return not (self.verdict or self.problem or self.receipt)

    @property
    def file(self) -> Path:
        return self.folder / "file" / self.name

    @property
    def result(self) -> Path:
        """What was found, as a part of a page."""
        return self.folder / "result.html"

    def report(self, name: str) -> Path | None:
        """A report by its file name, if it was made."""
        return self.folder / "reports" / name if name in self.reports else None

    def save(self, **changed: object) -> Kept:
        """The same with some of it changed, written down whole."""
        kept = replace(self, **changed)  # type: ignore[arg-type]
        about = {k: v for k, v in asdict(kept).items() if k != "folder"}
        new = self.folder / f".{_ABOUT}"
        new.write_text(json.dumps(about), encoding="utf-8")
        new.replace(self.folder / _ABOUT)
        return kept

    def let_go(self) -> None:
        """Removes bytes and reports; what became of the file is still known."""
        shutil.rmtree(self.folder / "file", ignore_errors=True)
        shutil.rmtree(self.folder / "reports", ignore_errors=True)
        self.result.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Held while the file is submitted: of two clicks the second waits for the first."""
        with (self.folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Room:
    """The files of one session below ``rooms``."""

    def __init__(self, rooms: Path, session: str) -> None:
        self.folder = rooms / hashlib.sha256(session.encode()).hexdigest()[:32]

    def new_folder(self) -> Path:
        """An empty folder for a file that arrives."""
        made = self.folder / secrets.token_hex(8)
        (made / "file").mkdir(parents=True, mode=0o700)
        for folder in (self.folder.parent, self.folder):
            folder.chmod(0o700)
        return made

    def kept(self, number: str) -> Kept | None:
        """What lies here under a number."""
        if not re.fullmatch(r"[0-9a-f]{16}", number):
            return None
        folder = self.folder / number
        try:
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        for name in ("questions", "readings", "reports", "with_it"):
            about[name] = tuple(about[name])
        return Kept(folder, **about)

    def clear(self) -> None:
        """Removes every file of the session."""
        shutil.rmtree(self.folder, ignore_errors=True)


def sweep(rooms: Path, now: float | None = None) -> None:
    """Removes what has lain for an hour, and rooms that are empty."""
    before = (time.time() if now is None else now) - _KEPT_SECONDS
    for folder in rooms.glob("*/*"):
        with suppress(OSError):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)
    for room in rooms.glob("*"):
        with suppress(OSError):
            room.rmdir()  # only an empty one goes
