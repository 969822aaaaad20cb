"""SHA-256, in hexadecimal: the identity of bytes and of texts."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_text(text: str | bytes) -> str:
    """The SHA-256 of a text in UTF-8, or of bytes in hand."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
