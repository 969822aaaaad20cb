"""What calamine passes over in one worksheet: error cells, formulas without a value, hidden lines,
cells that are shown as percentages, or are struck through.

Says where they are; that they are there at all is found by ``workbook``, which is much quicker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from .source import UnreadableError

# So many are listed one by one; a sheet with more is broken as a whole.
MAX_ODD_CELLS = 20_000
# So much of a number format is told.
MAX_CODE = 100

_BLOCK = 1 << 20
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LINE = re.compile(rb"<(?:\w+:)?(row|col)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*["']([^"']*)""")


@dataclass(frozen=True)
class Styles:
    """The styles of cells, by their number: those that show a number as a percentage (0.248 is seen
    as 24.8%), those that strike it through, and number formats that write words beside it."""

    percent: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    worded: Mapping[str, str] = field(default_factory=dict)

    @property
    def any(self) -> frozenset[str]:
        """All of them."""
        return self.percent | self.struck | frozenset(self.worded)


@dataclass
class SheetFacts:
    """What one worksheet holds beside its values. Rows count from 1, columns from 0."""

    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    no_value: set[tuple[int, int]] = field(default_factory=set)
    percents: set[tuple[int, int]] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)
    # By column and number format: the last row of it.
    worded: dict[tuple[int, str], int] = field(default_factory=dict)


class SheetScan:
    """Error cells, formulas without a value and hidden rows of one worksheet, by expat."""

    def __init__(self, facts: SheetFacts, styles: Styles = Styles()) -> None:
        self._facts, self._styles, self._has_styles = facts, styles, bool(styles.any)
        self._parser = expat.ParserCreate()
        self._row = self._column = -1
        self._at = (0, 0)
        self._kind = ""
        self._formula = self._taking = False
        self._value = ""

    def read(self, stream: IO[bytes]) -> None:
        """Reads the whole part; ``ExpatError`` if it is not well formed."""
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._row = 0
        while block := stream.read(_BLOCK):
            self._parser.Parse(block, False)
        self._parser.Parse(b"", True)

    def read_lines(self, stream: IO[bytes]) -> None:
        """Reads rows and columns alone, which is all that counts where no cell is odd."""
        self._row = 0
        rest = b""
        while block := stream.read(_BLOCK):
            whole, _, rest = (rest + block).rpartition(b">")
            for tag, attributes in _LINE.findall(whole + b">"):
                self._start(tag.decode(), dict(_ATTRIBUTE.findall(attributes.decode())))

    def _watch(self, on: bool) -> None:
        """Most cells are not odd, and are not looked into: that halves the time."""
        self._parser.EndElementHandler = self._end if on else None
        self._parser.CharacterDataHandler = self._text if on else None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._column += 1
            if place := _REFERENCE.fullmatch(attributes.get("r", "")):
                self._column = column_index(place[1])
            self._at = (self._row, self._column)
            self._kind = attributes.get("t", "")
            if self._has_styles:
                self._note_style(attributes.get("s", ""))
            self._formula, self._taking, self._value = False, False, ""
            if self._kind == "e":
                self._watch(True)
        elif name == "v":
            self._taking = True
        elif name == "f":
            self._formula = True
            self._watch(True)
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() else self._row + 1
            self._column = -1
            if attributes.get("hidden") in ("1", "true"):
                self._facts.hidden_rows.append(self._row)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._facts.hidden_columns += max(0, last - first + 1)

    def _note_style(self, style: str) -> None:
        if style in self._styles.percent:
            self._facts.percents.add(self._at)
        if style in self._styles.struck and len(self._facts.struck) < MAX_ODD_CELLS:
            self._facts.struck.add(self._at)
        if code := self._styles.worded.get(style):
            self._facts.worded[self._at[1], code[:MAX_CODE]] = self._at[0]

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "v":
            self._taking = False
        elif name == "c":
            self._watch(False)
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
