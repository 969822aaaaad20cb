"""Columns that a steward matched, and that wait for an officer: one folder each in the home.

A folder holds the file and what was matched. Here belongs how one is kept and decided; the layout
that follows from it is ``proposal.matching``'s.
"""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

State = Literal["waiting", "confirmed", "declined"]
_ABOUT = "about.json"


@dataclass(frozen=True)
class Mapping:
    """Columns matched for one file. ``chosen`` gives the letter of a column for fields of ours;
    ``period`` is the one its sender chose, empty where the file says it. ``reason`` is why it was
    declined, ``layout`` the id of the layout that it became.
    """

    folder: Path
    partner_id: str
    feed: str
    period: str
    name: str
    headings: tuple[str, ...]
    chosen: dict[str, str]
    sha256: str
    by: str
    at: str
    state: State = "waiting"
    decided_by: str = ""
    decided_at: str = ""
    reason: str = ""
    layout: str = ""

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def file(self) -> Path:
        return self.folder / "file" / self.name

    def keep(self) -> Mapping:
        """Writes it down whole."""
        about = {k: v for k, v in asdict(self).items() if k != "folder"}
        new = self.folder / f".{_ABOUT}"
        new.write_text(json.dumps(about), encoding="utf-8")
        new.replace(self.folder / _ABOUT)
        return self


class Mappings:
    """The mappings of one home, below a folder for the owner of the home alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, mapping: Mapping, file: Path) -> Mapping:
        """Keeps a mapping beside a copy of its file; it is seen once both are whole."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Numbered by the clock: ``at`` is to the second, and two of one second keep their order.
        made = replace(mapping, folder=self._folder / f"{time.time_ns():016x}")
        (made.folder / "file").mkdir(parents=True, mode=0o700)
        shutil.copyfile(file, made.file)
        return made.keep()

    def all(self) -> list[Mapping]:
        """Every mapping, in the order in which they were sent."""
        found = (self.get(folder.name) for folder in self._folder.glob("*"))
        return sorted(filter(None, found), key=lambda m: (m.at, m.id))

    def get(self, number: str) -> Mapping | None:
        """The mapping under a number."""
        folder = self._folder / number
        if not re.fullmatch(r"[0-9a-f]{16}", number):
            return None
        try:
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return Mapping(folder, **{**about, "headings": tuple(about["headings"])})

    def waiting(self, partner_id: str | None = None) -> list[Mapping]:
        """Those that nobody has decided, of one body or of all."""
        mine = [m for m in self.all() if m.state == "waiting"]
        return [m for m in mine if partner_id in (None, m.partner_id)]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Held while one is added or decided: of two at once the second sees the first."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._folder.with_name("mappings.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def decided(
    mapping: Mapping, state: State, by: str, at: str, *, reason: str = "", layout: str = ""
) -> Mapping:
    """The mapping with what an officer decided, kept; its file is no longer needed and is gone."""
    done = replace(
        mapping, state=state, decided_by=by, decided_at=at, reason=reason, layout=layout
    ).keep()
    shutil.rmtree(mapping.folder / "file", ignore_errors=True)
    return done
