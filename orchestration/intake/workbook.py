"""What a workbook holds beside its values, and whether it is safe to open at all.

Runs in the limited child, before calamine: the list of contents is checked, every part is inflated
once against a byte counter (declared sizes lie) and searched for what calamine passes over in
silence: error cells, formulas without a value, hidden sheets, rows and columns, merged cells.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from .read import UnreadableError

MAX_BYTES = 200 << 20
MAX_RATIO = 200
MAX_MEMBERS = 1_000
# So many are listed one by one; a sheet with more is broken as a whole.
MAX_ODD_CELLS = 20_000
NO_VALUE = "[formula without a value]"

_BLOCK = 1 << 20
# A formula has at most 8,192 characters; what straddles two blocks is seen in the next.
_OVERLAP = 1 << 16
# Small parts compress by any ratio without harm.
_RATIO_FROM = 10 << 20
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ODD = re.compile(
    rb"""\st\s*=\s*["']e["']|\shidden\s*=\s*["'](?:1|true)"""
    rb"""|<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v(?:\s[^<>]*)?>\s*</|</)"""
)
# Looked for first, because it is 20 times faster than the pattern.
_HINTS = (b'"e"', b"'e'", b"hidden", b"<f", b":f")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    ElementTree.ParseError,
    expat.ExpatError,
    UnicodeDecodeError,
    OverflowError,
    ValueError,
    KeyError,
    OSError,
    RuntimeError,
)


@dataclass
class SheetFacts:
    """What one worksheet holds beside its values. Rows count from 1, columns from 0."""

    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    no_value: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Facts:
    """What a workbook holds beside its values."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    date_1904: bool = False
    external_links: int = 0


def examine(path: Path) -> Facts:
    """Facts of a workbook that may be opened; ``UnreadableError`` says why it may not."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_contents(archive)
            odd = {name for name in archive.namelist() if _inflate(archive, name)}
            facts, parts = _book(archive)
            for name, part in parts.items():
                if part in odd:
                    with archive.open(part) as stream:
                        _SheetScan(facts.sheets[name]).read(stream)
            # Real extracts carry them; nothing is fetched, the values kept in the file are read.
            facts.external_links = sum(
                PurePosixPath(name).match("xl/externalLinks/*.xml") for name in archive.namelist()
            )
            return facts
    except _BROKEN as error:
        raise UnreadableError("TP-005", _words(error)) from None


def _words(error: Exception) -> str:
    if isinstance(error, ElementTree.ParseError | expat.ExpatError):
        return "one of its parts is not well formed"
    if "CRC" in str(error):
        return "its parts do not agree with its list of contents"
    return "it seems cut off or changed on the way"


def _check_contents(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = [m.filename for m in members]
    folded = [n.casefold() for n in names]
    if len(members) > MAX_MEMBERS:
        raise UnreadableError("TP-104", f"{len(members):,} parts, more than {MAX_MEMBERS:,}")
    if len(set(folded)) < len(folded):
        raise UnreadableError("TP-104", "two parts of the same name")
    for name in names:
        if name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts:
            raise UnreadableError("TP-104", "a part whose name leads out of the file")
    if any(m.flag_bits & 1 for m in members):
        raise UnreadableError("TP-100", "")
    if "xl/workbook.xml" not in folded:
        raise UnreadableError("TP-001", _other(folded))
    if any(n.endswith("vbaproject.bin") for n in folded):
        raise UnreadableError("TP-101", "")
    declared = sum(m.file_size for m in members)
    if declared > MAX_BYTES:
        raise UnreadableError("TP-104", f"{declared >> 20:,} MB when unpacked")
    for member in members:
        if member.file_size > max(_RATIO_FROM, MAX_RATIO * member.compress_size):
            raise UnreadableError("TP-104", f"a part that grows {MAX_RATIO}-fold when unpacked")


def _other(names: list[str]) -> str:
    """What a zip archive is that holds no workbook."""
    if "xl/workbook.bin" in names:
        return "a binary workbook (.xlsb)"
    if "word/document.xml" in names:
        return "a Word document"
    if "content.xml" in names and "mimetype" in names:
        return "an OpenDocument file (.ods)"
    return "a zip archive; it has to be unpacked first"


def _inflate(archive: zipfile.ZipFile, name: str) -> bool:
    """Inflates one part against a counter; whether it has what calamine passes over."""
    text = name.casefold().endswith((".xml", ".rels"))
    odd = False
    count = 0
    tail = b""
    with archive.open(name) as stream:
        while block := stream.read(_BLOCK):
            count += len(block)
            if count > MAX_BYTES:
                raise UnreadableError("TP-104", f"more than {MAX_BYTES >> 20} MB when unpacked")
            if not text:
                continue
            seen = tail + block
            if _DOCTYPE.search(seen):
                raise UnreadableError("TP-103", "it defines entities, as no spreadsheet does")
            hinted = not odd and any(hint in seen for hint in _HINTS)
            odd = odd or (hinted and _ODD.search(seen) is not None)
            tail = block[-_OVERLAP:]
    return odd


def _book(archive: zipfile.ZipFile) -> tuple[Facts, dict[str, str]]:
    """The sheets of a workbook and the part each stands in."""
    facts = Facts()
    targets: dict[str, str] = {}
    try:
        for link in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship"):
            target = link.get("Target", "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            targets[link.get("Id", "")] = path
    except KeyError:
        pass
    parts: dict[str, str] = {}
    for element in _elements(archive, "xl/workbook.xml", "workbookPr", "sheet"):
        if element.tag.endswith("workbookPr"):
            facts.date_1904 = element.get("date1904") in ("1", "true")
            continue
        name = element.get("name", "")
        state = element.get("state", "visible")
        facts.sheets[name] = SheetFacts(hidden=state in ("hidden", "veryHidden"))
        link_id = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
        if link_id in targets:
            parts[name] = targets[link_id]
    return facts, parts


def _elements(
    archive: zipfile.ZipFile, part: str, *names: str
) -> Iterator[ElementTree.Element[str]]:
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag.rpartition("}")[2] in names:
                yield element


class _SheetScan:
    """Error cells, formulas without a value and hidden rows of one worksheet, by expat."""

    def __init__(self, facts: SheetFacts) -> None:
        self._facts = facts
        self._row = self._column = -1
        self._at = (0, 0)
        self._kind = ""
        self._formula = self._taking = False
        self._value = ""

    def read(self, stream: IO[bytes]) -> None:
        """Reads the whole part; ``ExpatError`` if it is not well formed."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._row = 0
        while block := stream.read(_BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._column += 1
            if place := _REFERENCE.fullmatch(attributes.get("r", "")):
                self._column = column_index(place[1])
            self._at = (self._row, self._column)
            self._kind = attributes.get("t", "")
            self._formula, self._value = False, ""
        elif name == "v":
            self._taking = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() else self._row + 1
            self._column = -1
            if attributes.get("hidden") in ("1", "true"):
                self._facts.hidden_rows.append(self._row)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._facts.hidden_columns += max(0, last - first + 1)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "v":
            self._taking = False
        elif name == "c":
            facts = self._facts
            if self._kind == "e":
                facts.errors[self._at] = self._value.strip() or "#ERROR"
            elif self._formula and not self._value and self._kind != "str":
                facts.no_value.add(self._at)
            if len(facts.errors) + len(facts.no_value) > MAX_ODD_CELLS:
                raise UnreadableError("TP-109", f"more than {MAX_ODD_CELLS:,}")

    def _text(self, data: str) -> None:
        if self._taking:
            self._value = (self._value + data)[:200]


def column_index(letters: str) -> int:
    """The column of Excel's letters, counted from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
