"""Landing: which files lie there, whose they are, in which order, and which are new."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..contracts.model import Partner
from ..hashing import sha256_of, sha256_text
from .ledger.ledger import Ledger
from .read.control_file import is_manifest, manifest_digest, manifest_of


@dataclass(frozen=True)
class Delivery:
    """A file found in landing. ``partner_id`` or ``feed`` is ``None`` where no contract has it."""

    path: Path
    place: str
    partner_id: str | None
    feed: str | None


def discover(
    landing: Path, partners: Mapping[str, Partner], within: Path | None = None
) -> list[Delivery]:
    """Every file in landing (or a folder in it), by folder, then by name without its ending.

    The order decides which of two files for one period came last: ``april-corrected.csv`` comes
    after ``april.csv``. Hidden files (a leading dot) are uploads under way and are left alone,
    and so is the manifest of a file beside it.
    """
    if not landing.is_dir():
        return []
    found: list[Delivery] = []
    for path in sorted((within or landing).rglob("*"), key=_order):
        parts = path.relative_to(landing).parts
        if any(part.startswith(".") for part in parts) or (path.is_dir() and not path.is_symlink()):
            continue
        if is_manifest(path):
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
