"""What people note about a release: kept beside the releases, which never change; only added to."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from .store import exclusive, sync

NOTES = "notes.jsonl"


class Note(BaseModel):
    """One note: when (UTC), about which release, by whom, and what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    release_id: str
    name: str
    text: str


def add_note(published: Path, release_id: str, text: str, name: str) -> Note:
    """Writes a note durably, after all that are there."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    note = Note(at=at, release_id=release_id, name=name, text=" ".join(text.split()))
    with exclusive(published), (published / NOTES).open("ab") as file:
        file.write(note.model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync(published)
    return note


def notes_on(published: Path, release_id: str) -> list[Note]:
    """The notes about a release, the oldest first. A line that a power cut left half is none."""
    path = published / NOTES
    if not path.is_file():
        return []
    found = []
    for line in path.read_bytes().split(b"\n")[:-1]:
        note = Note.model_validate_json(line)
        if note.release_id == release_id:
            found.append(note)
    return found
