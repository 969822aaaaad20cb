"""What a file is, from its first and last bytes and never from its name.

Only a few kilobytes are read here, so that it is safe outside the limited child; what lies inside
an archive is for ``workbook`` to say, in the child.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from .source import UnreadableError

Kind = Literal["csv", "xlsx", "empty", "unsupported", "locked", "cut"]
# The rule a file breaks by being of a kind that is not read.
REFUSED: dict[str, str] = {
    "empty": "TP-002",
    "unsupported": "TP-001",
    "locked": "TP-100",
    "cut": "TP-102",
}
MAX_LINE = 1_000_000
MAX_COLUMNS = 500

_EDGE = 4096
# Characters that are enough to tell text in UTF-16 that lacks its mark.
_SOME = 16
_BLOCK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SCAN = 32 << 20
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive; it has to be unpacked first"),
    (b"%PDF", "a PDF document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BOM8 = codecs.BOM_UTF8


def detect(path: Path) -> tuple[Kind, str]:
    """The kind of a file and, when it is not read, what it seems to be in plain words."""
    with path.open("rb") as file:
        start = file.read(_EDGE)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _EDGE))
        end = file.read(_EDGE)
    text = start.removeprefix(_BOM8).lstrip(b" \t\r\n")
    if not text and size <= _EDGE:
        return "empty", "an empty file"
    if start.startswith(_OLE):
        return _office_kind(path)
    for signature, meaning in _SIGNATURES:
        if start.startswith(signature):
            return "unsupported", meaning
    if start.startswith(b"PK"):
        return "xlsx", ""
    if markup := _markup(text.lower()):
        return "unsupported", markup
    if bom_encoding(path) is None and (b"\0" in start or b"\0" in end):
        return "cut", _nul_words(start, end, size)
    return "csv", ""


def bom_encoding(path: Path) -> str | None:
    """``utf-16`` if the file begins with that byte-order mark, of either kind, else ``None``.

    ``utf-16-le`` or ``utf-16-be`` if it lacks the mark and is plainly text of that kind.
    """
    with path.open("rb") as file:
        start = file.read(_EDGE)
    # A UTF-32 mark begins like a UTF-16 one; its text would come out full of NULs.
    if start.startswith(codecs.BOM_UTF32_LE):
        return None
    return next((name for bom, name in _BOMS if start.startswith(bom)), _unmarked(start))


def _unmarked(start: bytes) -> str | None:
    """Every second byte of English text in UTF-16 is zero, and none of the others."""
    for first, name in ((0, "utf-16-le"), (1, "utf-16-be")):
        letters, zeros = start[first::2], start[1 - first :: 2]
        if len(letters) >= _SOME and not letters.count(0) and zeros.count(0) >= 0.9 * len(zeros):
            return name
    return None


def misnamed(file_name: str, kind: str) -> str:
    """What is misleading about a file's name, in words; empty if nothing is."""
    ending = Path(file_name).suffix.casefold()
    if kind == "xlsx" and ending not in (".xlsx", ""):
        return f"an Excel workbook, though its name ends in {_safe(ending)}"
    if kind == "csv" and ending not in (".csv", ".txt", ""):
        return f"CSV text, though its name ends in {_safe(ending)}"
    return ""


def check_lines(path: Path, encoding: str | None = None) -> None:
    """Refuses text with a line beyond ``MAX_LINE`` bytes or with NUL bytes; streams the file."""
    wide = encoding is not None and encoding.startswith("utf-16")
    limit = MAX_LINE * (2 if wide else 1)
    offset = last = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if not wide and (at := block.find(b"\0")) >= 0:
                raise UnreadableError("TP-102", f"a zero byte at position {offset + at:,}")
            ends = [i for i in (block.find(b"\n"), block.find(b"\r")) if i >= 0]
            nearest = offset + (min(ends) if ends else len(block))
            if nearest - last > limit:
                raise UnreadableError("TP-105", f"a line of more than {MAX_LINE:,} characters")
            if ends:
                last = offset + max(block.rfind(b"\n"), block.rfind(b"\r"))
            offset += len(block)


def check_columns(head: Sequence[Sequence[str]]) -> None:
    """Refuses a table with a row of more than ``MAX_COLUMNS`` cells among its first ones."""
    widest = max(map(len, head), default=0)
    if widest > MAX_COLUMNS:
        raise UnreadableError("TP-105", f"{widest:,} columns, more than {MAX_COLUMNS}")


def undecodable(path: Path, encoding: str, most: int = 3) -> str:
    """The first lines that ``encoding`` cannot read, with the bytes in hex; empty if none.

    ``line 2: bytes 0xa3`` names physical lines, as a text editor counts them.
    """
    found = []
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                bad = line[error.start : error.end][:4].hex(" ")
                found.append(f"line {number:,}: bytes {bad}")
                if len(found) == most:
                    break
    return "; ".join(islice(found, most))


def _office_kind(path: Path) -> tuple[Kind, str]:
    tail = b""
    with path.open("rb") as file:
        for _ in range(_OLE_SCAN // _BLOCK):
            block = file.read(_BLOCK)
            if _ENCRYPTED in tail + block:
                return "locked", "a workbook protected by a password"
            tail = block[-len(_ENCRYPTED) :]
            if not block:
                break
    return "unsupported", "an old Office file, such as an .xls workbook from before 2007"


def _markup(start: bytes) -> str:
    if start.startswith(b"mime-version:") or b"\ncontent-type: multipart/related" in start:
        return "a web archive saved as a workbook (MHTML)"
    if start.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "an XML spreadsheet of Excel 2003"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<!--")):
        login = b'type="password"' in start or b"login" in start or b"sign in" in start
        return "a login page, not a data file" if login else "a web page, not a data file"
    if start.startswith((b"<?xml", b"<!doctype", b"<table")):
        return "a web page or an XML document, not a data file"
    return ""


def _nul_words(start: bytes, end: bytes, size: int) -> str:
    tail = len(end) - len(end.rstrip(b"\0"))
    if tail == len(end) and not start.strip(b"\0"):
        return "it consists of zero bytes"
    if tail:
        more = "at least " if tail == len(end) else ""
        return f"it ends in {more}{tail:,} zero bytes"
    at = start.find(b"\0")
    at = at if at >= 0 else max(0, size - _EDGE) + end.find(b"\0")
    return f"a zero byte at position {at:,}"


def _safe(ending: str) -> str:
    return "".join(c for c in ending[:12] if c.isalnum() or c == ".") or "something else"
