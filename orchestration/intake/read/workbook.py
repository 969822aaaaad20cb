"""What a workbook holds beside its values, and whether it is safe to open at all.

Runs in the limited child, before calamine: the list of contents is checked, every part is inflated
once against a byte counter (declared sizes lie) and searched for what calamine passes over in
silence: error cells, formulas without a value, hidden sheets, rows and columns, merged cells, cells
that are struck through.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.parsers import expat

from .sheet_scan import SheetFacts, SheetScan, Styles
from .source import UnreadableError

MAX_BYTES = 200 << 20
MAX_RATIO = 200
MAX_MEMBERS = 1_000
# A cell costs calamine 100 bytes and a microsecond. A sheet has 16 times as many rows at most.
MAX_CELLS = 6_000_000
MAX_ROWS = 1_048_576
NO_VALUE = "[formula without a value]"

_BLOCK = 1 << 20
# A formula has at most 8,192 characters; what straddles two blocks is seen in the next.
_OVERLAP = 1 << 16
# Small parts compress by any ratio without harm.
_RATIO_FROM = 10 << 20
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)""")
_ODD = re.compile(
    rb"""\st\s*=\s*["']e["']"""
    rb"""|<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v(?:\s[^<>]*)?>\s*</|</)"""
)
# Looked for first, because it is 20 times faster than the pattern.
_HINTS = (b'"e"', b"'e'", b"<f", b":f")
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
    LookupError,
    OSError,
    RuntimeError,
)

# What a number format shows as it is: "text" and \\x.
_WORDS_BESIDE = re.compile(r'[0#?][^"\\]*(?:"[^"]*(?:[km]|000|thou)|\\ ?[km])', re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\\.')


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
            seen = {name: _inflate(archive, name) for name in archive.namelist()}
            if sum(part.cells for part in seen.values()) > MAX_CELLS:
                raise UnreadableError("TP-104", f"more than {MAX_CELLS:,} cells")
            facts, parts = _book(archive)
            styles = _styles(archive)
            for name, part in parts.items():
                shown = part in seen and styles.any and _uses(archive, part, styles.any)
                if part in seen and (seen[part].odd or seen[part].hidden or shown):
                    scan = SheetScan(facts.sheets[name], styles)
                    with archive.open(part) as stream:
                        (scan.read if seen[part].odd or shown else scan.read_lines)(stream)
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
    _check_sizes(members)


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
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


@dataclass
class _Seen:
    """What a part holds: cells and rows, roughly; cells or lines that calamine passes over."""

    cells: int = 0
    rows: int = 0
    odd: bool = False
    hidden: bool = False


def _inflate(archive: zipfile.ZipFile, name: str) -> _Seen:
    """Inflates one part against counters, so that none is given to calamine that is too large."""
    text = name.casefold().endswith((".xml", ".rels"))
    found = _Seen()
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
            found.cells += block.count(b"<c") + block.count(b":c")
            found.rows += block.count(b"<row") + block.count(b":row")
            if found.rows > MAX_ROWS:
                raise UnreadableError("TP-104", f"more than {MAX_ROWS:,} rows")
            found.hidden = found.hidden or _has(seen, _HIDDEN, b"hidden")
            found.odd = found.odd or _has(seen, _ODD, *_HINTS)
            tail = block[-_OVERLAP:]
    return found


def _has(text: bytes, pattern: re.Pattern[bytes], *hints: bytes) -> bool:
    return any(hint in text for hint in hints) and pattern.search(text) is not None


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


def _styles(archive: zipfile.ZipFile) -> Styles:
    """The styles of cells that a reader must know of."""
    formats = {"9": "0%", "10": "0.00%"}  # Excel's own, which a workbook does not spell out
    numbers: list[str] = []  # the number format of each style, and its font
    fonts: list[str] = []
    struck: set[str] = set()
    try:
        with archive.open("xl/styles.xml") as stream:
            inside: dict[str, bool] = {}
            font = -1
            for event, element in ElementTree.iterparse(stream, ("start", "end")):
                name, begins = element.tag.rpartition("}")[2], event == "start"
                if name in ("cellXfs", "fonts"):
                    inside[name] = begins
                elif begins and name == "numFmt":
                    formats[element.get("numFmtId", "")] = element.get("formatCode", "")
                elif begins and name == "xf" and inside.get("cellXfs"):
                    numbers.append(element.get("numFmtId", ""))
                    fonts.append(element.get("fontId", ""))
                elif begins and inside.get("fonts"):
                    font += name == "font"
                    if name == "strike" and element.get("val") not in ("0", "false"):
                        struck.add(str(font))
    except KeyError:
        return Styles()
    codes = [formats.get(number, "") for number in numbers]
    shown = (_LITERAL.sub("", code) for code in codes)
    return Styles(
        frozenset(str(index) for index, code in enumerate(shown) if "%" in code),
        frozenset(str(index) for index, font_id in enumerate(fonts) if font_id in struck),
        {str(index): code for index, code in enumerate(codes) if _WORDS_BESIDE.search(code)},
    )


def _uses(archive: zipfile.ZipFile, part: str, styles: frozenset[str]) -> bool:
    """Whether a worksheet has a cell of one of the styles; sheets are large, and most have none."""
    wanted = re.compile(rb"""\ss=["'](?:%s)["']""" % "|".join(sorted(styles)).encode())
    tail = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            if wanted.search(tail + block):
                return True
            tail = block[-_OVERLAP:]
    return False


def _elements(
    archive: zipfile.ZipFile, part: str, *names: str
) -> Iterator[ElementTree.Element[str]]:
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag.rpartition("}")[2] in names:
                yield element
