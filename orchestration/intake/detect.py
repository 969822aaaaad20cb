"""What a file is, from its first bytes and never from its name."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

Kind = Literal["csv", "xlsx", "empty", "unsupported"]

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old-style or password-protected Office file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<body")


def detect(path: Path) -> tuple[Kind, str]:
    """The kind of a file and, when it is not supported, what it seems to be in plain words."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        return "empty", "an empty file"
    for signature, meaning in _SIGNATURES:
        if start.startswith(signature):
            return "unsupported", meaning
    if start.startswith(b"PK"):
        return _zip_kind(path)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        return "unsupported", "a web page, not a data file"
    return "csv", ""


def _zip_kind(path: Path) -> tuple[Kind, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return "unsupported", "a damaged workbook or zip archive"
    if "xl/workbook.xml" in names:
        return "xlsx", ""
    return "unsupported", "a zip archive"
