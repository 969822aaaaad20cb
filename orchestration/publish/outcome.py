"""What the last run came to, and whether another one would make anything else.

A release follows from what is in force, the contracts, the place, the dbt project, our code and the
versions of the tools. ``inputs_key`` is one hash of them all. It is kept with the outcome of a run,
beside a key of what lay in landing, and compared before the next run begins.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypedDict

from ..contracts.model import Partner
from ..hashing import sha256_of, sha256_text
from ..intake.landing import discover, is_new, listing_key
from ..intake.ledger.ledger import Ledger
from ..settings import CHECKOUT, Settings
from .journal import newest_release, steering
from .made_from import PACKAGES, files_below
from .manifest import Manifest, versions
from .store import current_release

FILE = "outcome.json"
# The key of what a build under way is made from, until it has an outcome.
INPUTS_KEY = "inputs.key"


class Refusal(TypedDict):
    """A check that stopped the release, and what it found."""

    check: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What a run came to: ``published``, ``waiting`` (for a pin to be taken off), ``unchanged`` or
    ``refused``, the release that readers see and the checks that stopped another. ``inputs`` and
    ``landing`` are the keys of what it was made from; empty where nothing may rely on them.
    ``waiting`` is the release that was made while readers see another."""

    status: str
    release_id: str | None
    refusals: list[Refusal] = field(default_factory=list)
    inputs: str = ""
    landing: str = ""
    waiting: str | None = None

    @classmethod
    def read(cls, settings: Settings) -> Outcome | None:
        """The last run's; ``None`` if it did not come to one."""
        try:
            return cls(**json.loads((settings.warehouse / FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, settings: Settings) -> None:
        (settings.warehouse / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @staticmethod
    def forget(settings: Settings) -> None:
        """A run that is not finished has come to nothing that a later one could rely on."""
        (settings.warehouse / FILE).unlink(missing_ok=True)


def inputs_key(settings: Settings) -> str:
    """One hash of everything that a release follows from."""
    ledger = Ledger(settings.ledger)
    try:
        parts = [ledger.digest()]
    finally:
        ledger.close()
    for path in _files(settings):
        parts.append(f"{path} {sha256_of(path)}")
    parts += [f"{tool} {number}" for tool, number in versions().items()]
    return sha256_text(json.dumps([sys.version, *parts]))


def landing_key(settings: Settings, partners: Mapping[str, Partner]) -> str:
    """A key of which files lie in landing, with sizes and times; no file is opened."""
    return listing_key(discover(settings.landing, partners))


def up_to_date(settings: Settings, partners: Mapping[str, Partner]) -> Outcome | None:
    """The outcome of a run that would only make the newest release again, else ``None``. The newest
    is the current one, unless another is pinned.

    A delivery on which the program failed is tried again by every run. Of the release it is seen
    that its files are there in their sizes; ``verify`` and ``rollback`` read every byte.
    """
    last = Outcome.read(settings)
    folder, newest = current_release(settings.published), newest_release(settings.published)
    if last is None or not last.inputs or not last.landing or folder is None or newest is None:
        return None
    if newest.name != (last.waiting or last.release_id):
        return None
    if not all(map(_looks_whole, {folder, newest})):
        return None
    if last.inputs != inputs_key(settings) or _something_to_receive(settings, partners, last):
        return None
    return replace(
        last,
        status="unchanged",
        release_id=folder.name,
        waiting=steering(settings.published).waiting,
        landing=landing_key(settings, partners),
    )


def _something_to_receive(
    settings: Settings, partners: Mapping[str, Partner], last: Outcome
) -> bool:
    """Whether a delivery failed on a fault of the program, or one in landing is new. Files are read
    only if landing is not as the last run found it."""
    ledger = Ledger(settings.ledger)
    try:
        if ledger.program_errors():
            return True
        if last.landing == landing_key(settings, partners):
            return False
        return any(is_new(ledger, d) for d in discover(settings.landing, partners))
    finally:
        ledger.close()


def _files(settings: Settings) -> Iterator[Path]:
    yield settings.place
    yield settings.postcodes
    yield settings.public_bodies
    yield from (p for p in (settings.outlines, settings.decisions) if p.is_file())
    yield from sorted(settings.partners.glob("*"))
    for root in (settings.dbt_project, *(CHECKOUT / package for package in PACKAGES)):
        yield from files_below(root)


def _looks_whole(folder: Path) -> bool:
    try:
        files = Manifest.read(folder).files
        return all((folder / path).stat().st_size == file.bytes for path, file in files.items())
    except (OSError, ValueError):
        return False
