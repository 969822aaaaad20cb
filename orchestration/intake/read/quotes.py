"""Quotation marks that stand where none can, found in one pass over the bytes.

One quotation mark too many or too few makes every CSV reader swallow the rows up to the next one,
without a word. Here every mark is tested for its place: one that opens a cell follows a delimiter
or a new line, one that closes it precedes one. A file whose marks are all legal costs nothing
more. Else the walk jumps from one illegal mark to the next: a cell that is opened and then closed
illegally or never, with a new line inside, is the fault, and lies where it was opened.

Python takes one step a fault; everything else is done on whole blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .source import UnreadableError

FAULT_CAP = 5_000
# Marks kept while a cell is open; a cell of this many doubled marks is no text of a ledger.
_OPEN_CAP = 4_000_000
# Bytes that are no text; one that a file does not hold stands in for an unclosed mark.
_STANDINS = bytes([*range(1, 9), *range(14, 32), 127])

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass
class Marks:
    """What the pass found: the records of the file, and marks that are out of place.

    ``faults`` are (offset of the opening mark, record) of cells that are never closed; ``strays``
    are records with a mark inside a bare cell or text after a closing mark.
    """

    records: int = 0
    faults: list[tuple[int, int]] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)


def scan(blocks: Iterable[bytes], delimiter: str = ",") -> Marks:
    """Tests every quotation mark of a text given as blocks of UTF-8 bytes.

    Raises ``UnreadableError`` when more than ``FAULT_CAP`` marks are out of place.
    """
    walk = _Walk(delimiter)
    # The start of a file is as good as a new line. Each block is read between its neighbours.
    held = b"\n"
    for block in blocks:
        buffer = held + block
        walk.take(buffer)
        held = buffer[-2:]
    # A delimiter, so that a last carriage return is not taken for half a line end.
    walk.take(held + delimiter.encode())
    walk.finish()
    return walk.marks()


def standin(blocks: Iterable[bytes]) -> int:
    """A control byte that the text does not hold."""
    free = set(_STANDINS)
    for block in blocks:
        free -= {byte for byte in free if byte in block}
    if not free:
        raise UnreadableError("TP-004", "it holds every control character there is")
    return min(free)


@dataclass
class _Window:
    """Quotation marks in order: where they are, what stands beside them, line ends before them."""

    at: Ints
    after_edge: Flags
    after_mark: Flags
    before_edge: Flags
    before_mark: Flags
    lines: Ints

    def __len__(self) -> int:
        return len(self.at)

    def from_(self, start: int) -> _Window:
        return _Window(*(column[start:] for column in vars(self).values()))

    def then(self, other: _Window) -> _Window:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return _Window(*(np.concatenate(pair) for pair in pairs))


class _Walk:
    """The state of the pass: ``inside`` counts line ends within cells settled so far."""

    def __init__(self, delimiter: str) -> None:
        self.edge = np.zeros(256, dtype=np.bool_)
        self.edge[[ord(delimiter), 10, 13]] = True
        self.offset = self.lines = self.inside = 0
        self.ended = True
        self.open: _Window | None = None
        self.faults: list[tuple[int, int]] = []
        self.strays: list[int] = []

    def take(self, buffer: bytes) -> None:
        """Reads all bytes but the first and the last, which were or will be read elsewhere."""
        view = np.frombuffer(buffer, dtype=np.uint8)
        body = view[1:-1]
        if not len(body):
            return
        ends = body == 10
        if b"\r" in buffer:
            ends |= (body == 13) & (view[2:] != 10)
        marks = np.flatnonzero(body == 34)
        if len(marks):
            before, after = view[marks], view[marks + 2]
            found = _Window(
                marks + self.offset,
                self.edge[before],
                before == 34,
                self.edge[after],
                after == 34,
                np.searchsorted(np.flatnonzero(ends), marks) + self.lines,
            )
            self._settle(self.open.then(found) if self.open else found, final=False)
        self.lines += int(np.count_nonzero(ends))
        self.offset += len(body)
        self.ended = bool(ends[-1])

    def finish(self) -> None:
        """Settles a cell that is still open at the end of the text."""
        if self.open:
            self._settle(self.open, final=True)

    def marks(self) -> Marks:
        rows = {row for _, row in self.faults}
        records = self.lines - self.inside + (not self.ended)
        return Marks(records, self.faults, sorted(set(self.strays) - rows))

    def _settle(self, window: _Window, *, final: bool) -> None:
        """Walks over the marks from outside any cell; keeps those of a cell still open."""
        paths: dict[int, _Path] = {}
        start, count = 0, len(window)
        self.open = None
        while start < count:
            if not window.after_edge[start]:
                self._stray(window, start)
                start += 1
                continue
            parity = start & 1
            path = paths[parity] = paths.get(parity) or _Path(window, parity)
            bad = path.next_illegal(start)
            if bad < count and (bad - start) % 2 == 0:
                self._pass(window, start, bad)
                self._stray(window, bad)
                start = bad + 1
                continue
            odd = (bad - start) % 2 == 1
            opener = path.opener(bad - 1)
            if bad == count and not final and (odd or window.before_mark[-1]):
                self._pass(window, start, opener)
                self.open = window.from_(opener)
                if len(self.open) > _OPEN_CAP:
                    raise UnreadableError("TP-004", "a cell holds millions of quotation marks")
                return
            if bad == count and not odd:
                self._pass(window, start, count)
                return
            self._pass(window, start, opener)
            if bad == count or window.lines[bad] > window.lines[opener]:
                self.faults.append((int(window.at[opener]), self._row(window, opener)))
                self._check_cap()
                start = opener + 1
            else:
                self._stray(window, opener)
                start = bad + 1

    def _pass(self, window: _Window, start: int, end: int) -> None:
        """Counts the line ends inside the cells between two marks."""
        lines = window.lines[start:end]
        self.inside += int((lines[1::2] - lines[::2]).sum())

    def _row(self, window: _Window, index: int) -> int:
        return int(window.lines[index]) - self.inside + 1

    def _stray(self, window: _Window, index: int) -> None:
        self.strays.append(self._row(window, index))
        self._check_cap()

    def _check_cap(self) -> None:
        if len(self.faults) + len(self.strays) > FAULT_CAP:
            many = f"more than {FAULT_CAP:,} quotation marks stand where none can"
            raise UnreadableError("TP-004", many)


class _Path:
    """The marks of a window read as open, close, open … from marks of one parity on."""

    def __init__(self, window: _Window, parity: int) -> None:
        opens: Any = slice(parity, None, 2)
        closes: Any = slice(1 - parity, None, 2)
        legal = np.empty(len(window), dtype=np.bool_)
        legal[opens] = window.after_edge[opens] | window.after_mark[opens]
        legal[closes] = window.before_edge[closes] | window.before_mark[closes]
        self._illegal = np.flatnonzero(~legal)
        self._openers = np.flatnonzero(~window.after_mark[opens]) * 2 + parity
        self._count = len(window)

    def next_illegal(self, start: int) -> int:
        """The first illegal mark from ``start`` on, or the number of marks."""
        found = int(np.searchsorted(self._illegal, start))
        return int(self._illegal[found]) if found < len(self._illegal) else self._count

    def opener(self, index: int) -> int:
        """The mark that opened the cell in which ``index`` lies; doubled marks open nothing."""
        return int(self._openers[np.searchsorted(self._openers, index, side="right") - 1])
