"""Where the desk keeps its own things in the home: people, key, audit log, rooms of
files, columns that were matched.

Each is for the owner of the home alone: files of mode 0600, folders of mode 0700.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..settings import Settings


@dataclass(frozen=True)
class Places:
    """The desk's files of one home."""

    home: Path

    @classmethod
    def of(cls, settings: Settings) -> Places:
        return cls(settings.home)

    @property
    def people(self) -> Path:
        return self.home / "desk.sqlite"

    @property
    def audit(self) -> Path:
        return self.home / "desk-audit.jsonl"

    @property
    def log(self) -> Path:
        return self.home / "desk.log"

    @property
    def rooms(self) -> Path:
        """Files that were checked and not submitted, by session."""
        return self.home / "desk" / "rooms"

    @property
    def mappings(self) -> Path:
        """Columns that were matched, with their files, until an officer has decided."""
        return self.home / "desk" / "mappings"

    def key(self) -> bytes:
        """The key that signs cookies and links; made on first use, 32 random bytes."""
        path = self.home / "desk.key"
        if not path.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f".desk.key.{secrets.token_hex(8)}")
            add_to(new, secrets.token_bytes(32))
            with suppress(FileExistsError):  # another program was first
                os.link(new, path)
            new.unlink()
        return path.read_bytes()


def add_to(path: Path, content: bytes) -> None:
    """Adds bytes to the end of a file in one write; a new file is for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
