"""Landing: which files lie there, whose they are, in which order, which are new, and which are no
deliveries and left alone."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..contracts.load import left_out
from ..contracts.model import Partner
from ..hashing import sha256_of, sha256_text
from .debris import OWN, why_left_alone
from .ledger.ledger import Ledger
from .ledger.receipt import Receipt
from .read.control_file import is_manifest, manifest_digest, manifest_of


@dataclass(frozen=True)
class Delivery:
    """A file found in landing. ``partner_id`` or ``feed`` is ``None`` where no contract has it."""

    path: Path
    place: str
    partner_id: str | None
    feed: str | None


@dataclass(frozen=True)
class LeftAlone:
    """What lies in landing and is not taken, and why."""

    place: str
    reason: str


def discover(
    landing: Path, partners: Mapping[str, Partner], within: Path | None = None
) -> list[Delivery]:
    """Every file in landing (or a folder in it), by folder, then by name without its ending.

    The order decides which of two files for one period came last: ``april-corrected.csv`` comes
    after ``april.csv``. What ``left_alone`` lists is no delivery, nor is the manifest of a file
    beside it.
    """
    found: list[Delivery] = []
    for path, parts in _files(landing, within):
        if why_left_alone(parts) or parts[0] in _closed(partners) or is_manifest(path):
            continue
        partner = partners.get(parts[0]) if len(parts) > 2 else None
        known = partner is not None and parts[1] in partner.feeds
        found.append(
            Delivery(
                path,
                readable("/".join(parts)),
                partner.id if partner and known else None,
                parts[1] if known else None,
            )
        )
    return found


def left_alone(
    landing: Path, partners: Mapping[str, Partner], receipts: Iterable[Receipt] = ()
) -> list[LeftAlone]:
    """What lies in landing and is not taken: half an upload, what programs leave there (a folder of
    such once), and files that wait until the contract of their partner can be used. What has one of
    the ``receipts`` does not wait."""
    found: dict[str, str] = {}
    closed = _closed(partners)
    booked = {(r.landing_path, r.bytes) for r in receipts} if closed else set()
    for path, parts in _files(landing):
        if why := why_left_alone(parts):
            number, reason = why
            folder = "/" if number < len(parts) - 1 else ""
            if not parts[number].startswith(OWN):
                found.setdefault(readable("/".join(parts[: number + 1])) + folder, reason)
        elif parts[0] in closed and not is_manifest(path):
            place = readable("/".join(parts))
            if (place, path.lstat().st_size) not in booked:
                found[place] = f"waits until the contract of {readable(parts[0])} can be used"
    return [LeftAlone(place, reason) for place, reason in found.items()]


def _files(landing: Path, within: Path | None = None) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Every file, and everything else that is no folder, with its way from landing."""
    if not landing.is_dir():
        return
    for path in sorted((within or landing).rglob("*"), key=_order):
        if path.is_symlink() or not path.is_dir():
            yield path, path.relative_to(landing).parts


def _closed(partners: Mapping[str, Partner]) -> frozenset[str]:
    """Partners of whom nothing is received, because their contract cannot be used."""
    return frozenset(left_out(partners))


def readable(name: str) -> str:
    """A file name as text that can be kept: bytes that are no UTF-8 are written as ``\\xe9``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def is_new(ledger: Ledger, delivery: Delivery) -> bool:
    """Whether the ledger has no receipt for these bytes, with this control file, at this place."""
    regular = delivery.path.is_file() and not delivery.path.is_symlink()
    try:
        digest = sha256_of(delivery.path) if regular else ""
    except OSError:
        digest = ""
    control = manifest_digest(delivery.path)
    return not ledger.seen(delivery.partner_id, delivery.feed, delivery.place, digest, control)


def listing_key(deliveries: Iterable[Delivery]) -> str:
    """A short key of which files lie in landing, with their sizes and times; no file is opened.

    It changes when a file, or a control file beside it, comes, goes or is written again.
    """
    seen = []
    for delivery in deliveries:
        control = manifest_of(delivery.path)
        for path in filter(None, (delivery.path, control)):
            with suppress(OSError):  # gone since it was listed
                facts = path.lstat()
                seen.append([delivery.place, path == control, facts.st_size, facts.st_mtime_ns])
    return sha256_text(json.dumps(seen))[:16]


def _order(path: Path) -> tuple[tuple[str, ...], str, int, str]:
    """By folder, then name; ``april (10)`` after ``april (9)``, as ``submit`` numbers them."""
    numbered = re.fullmatch(r"(.*) \((\d{1,9})\)", path.stem, re.DOTALL)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (path.stem, 0)
    return path.parent.parts, stem, number, path.suffix
