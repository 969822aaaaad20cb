"""The journal of releases: which were made, and when somebody steered what readers see.

``releases.jsonl`` lies beside the releases and only ever grows: an entry is on the disk before the
pointer moves, and whoever finds the pointer elsewhere moves it after the journal. Each entry has
the hash of the one before, so that none can be changed or taken out unnoticed. How the pointer
moves belongs in ``store``; when, in ``release`` and ``steer``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..hashing import sha256_of, sha256_text
from .manifest import FILE_NAME, Manifest
from .store import current_release, swap_pointer, sync

JOURNAL = "releases.jsonl"
_FIRST = ""


class Entry(BaseModel):
    """One line of the journal; times are UTC, hashes SHA-256.

    ``release_id`` is the release that was made, that readers were led back to, or that they see
    once the pin was taken off. ``before`` is the hash of the line before, empty in the first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    at: str
    what: Literal["made", "rolled back", "unpinned"]
    release_id: str
    manifest_sha256: str
    name: str = ""
    reason: str = ""
    before: str = _FIRST


@dataclass(frozen=True)
class Steering:
    """What the journal comes to: the release that readers are to see, the newest that was made, and
    the entry that pins the pointer, if one does; ``lost`` if what it pins was removed."""

    current: str | None = None
    newest: str | None = None
    pin: Entry | None = None
    lost: bool = False

    def as_json(self) -> dict[str, str | None] | None:
        """The pin for machines; ``None`` if there is none."""
        if self.pin is None:
            return None
        said = {key: str(getattr(self.pin, key)) for key in ("release_id", "at", "name", "reason")}
        return {**said, "waiting": self.waiting}

    def said(self) -> str:
        """The pin in words: what is pinned, who did it, when and why, and how to go on; empty if
        there is none."""
        if (pin := self.pin) is None:
            return ""
        waits = f"release {self.waiting} waits" if self.waiting else "no other release waits"
        lost = ", but its folder was removed and readers see nothing" if self.lost else ""
        return (
            f"Release {pin.release_id} was pinned by {pin.name} at {pin.at[:16].replace('T', ' ')} "
            f"UTC ({pin.reason}){lost}; {waits}. Readers see the newest again with: "
            'totalplace unpin --reason "…" --name "…"'
        )

    @property
    def waiting(self) -> str | None:
        """The newest release, where a pin keeps it from readers."""
        return self.newest if self.pin and self.newest != self.current else None

    def after(self, entry: Entry) -> Steering:
        """How things stand after one more entry."""
        if entry.what == "made":
            current = self.current if self.pin else entry.release_id
            return replace(self, current=current, newest=entry.release_id)
        pin = entry if entry.what == "rolled back" else None
        return replace(self, current=entry.release_id, pin=pin)


def steering(published: Path) -> Steering:
    """How things stand; a release that was made and is there no more is passed over. Without a
    journal, the release that the pointer leads to is the newest."""
    entries, _ = read_journal(published)
    if not entries:
        pointed = current_release(published)
        return Steering(pointed.name, pointed.name) if pointed else Steering()
    found = Steering()
    for entry in entries:
        if entry.what != "made" or (published / entry.release_id).is_dir():
            found = found.after(entry)
    pin = found.pin
    return replace(found, lost=bool(pin and not (published / pin.release_id).is_dir()))


def current_on(published: Path, day: date) -> str | None:
    """The release that readers saw at the end of a day (UTC), by the journal, also if its folder is
    there no more; ``None`` if none had been made by then."""
    found = Steering()
    for entry in read_journal(published)[0]:
        if datetime.fromisoformat(entry.at).astimezone(UTC).date() <= day:
            found = found.after(entry)
    return found.current


def newest_release(published: Path) -> Path | None:
    """The folder of the release that a run with nothing new would make again: the current one, or
    the newest while another is pinned."""
    stands = steering(published)
    return (
        published / stands.newest
        if stands.waiting and stands.newest
        else current_release(published)
    )


def settle(published: Path) -> None:
    """Moves the pointer to where the last entry leads, if a process died before it had; call while
    holding ``exclusive``."""
    entries, _ = read_journal(published)
    wanted = steering(published).current
    if not entries or entries[-1].release_id != wanted:
        return
    current = current_release(published)
    if (published / wanted / FILE_NAME).is_file() and (current is None or current.name != wanted):
        swap_pointer(published, wanted)


def read_journal(published: Path) -> tuple[list[Entry], list[str]]:
    """The entries, and a sentence for each line that is not as it was written.

    A last line that was cut short, by a power cut while it was written, is no entry.
    """
    entries: list[Entry] = []
    problems: list[str] = []
    before = _FIRST
    for number, line in enumerate(_lines(published), 1):
        try:
            entry = Entry.model_validate_json(line)
        except ValueError:
            problems.append(f"line {number} of {JOURNAL} cannot be read: it was edited")
        else:
            entries.append(entry)
            if entry.before != before or entry.number != number:
                problems.append(
                    f"line {number} of {JOURNAL} does not follow from the line before: one of them "
                    "was edited, or a line was taken out, put in or moved"
                )
        before = sha256_text(line)
    return entries, problems


def append(
    published: Path,
    what: Literal["made", "rolled back", "unpinned"],
    release_id: str,
    *,
    name: str = "",
    reason: str = "",
) -> Entry:
    """Writes one more entry durably; call while holding ``exclusive``. Releases from before there
    was a journal are written down first, the one that readers see as the newest."""
    if not _lines(published):
        for earlier in _not_written_down(published, release_id if what == "made" else ""):
            _append(published, "made", earlier)
    return _append(published, what, release_id, name=name, reason=reason)


def _append(
    published: Path,
    what: Literal["made", "rolled back", "unpinned"],
    release_id: str,
    *,
    name: str = "",
    reason: str = "",
) -> Entry:
    lines = _lines(published)
    folder = published / release_id
    entry = Entry(
        number=len(lines) + 1,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        what=what,
        release_id=release_id,
        manifest_sha256=sha256_of(folder / FILE_NAME),
        name=name,
        reason=reason,
        before=sha256_text(lines[-1]) if lines else _FIRST,
    )
    path = published / JOURNAL
    with path.open("ab") as file:
        file.truncate(sum(len(line) + 1 for line in lines))  # what a power cut left of a line
        file.write(entry.model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync(published)
    return entry


def _lines(published: Path) -> Sequence[bytes]:
    """The whole lines of the journal, without their ends."""
    try:
        return (published / JOURNAL).read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def _not_written_down(published: Path, but: str) -> list[str]:
    """The releases in the folder but one, the oldest first and the one that readers see last."""
    current = current_release(published)
    found = []
    for folder in published.glob("[0-9]*-*"):
        try:
            found.append((folder == current, Manifest.read(folder).created_at, folder.name))
        except (OSError, ValueError):
            continue
    pointed = current.name if current else ""
    return [name for _, _, name in sorted(found) if name != but or name == pointed]
