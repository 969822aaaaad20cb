"""Bytes to text cells: every record with the row number Excel shows, nothing dropped.

Readers yield Arrow batches with ``source_row`` (int64) and ``c0 … cN-1`` (string, never null).
They know nothing of contracts: what a cell means is decided in ``conform`` and ``judge``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

HEAD_ROWS = 60
# What is judged at a time: a statement costs milliseconds before its first row, whatever its rows.
BATCH_ROWS, BATCH_BYTES = 262_144, 48 << 20
# A handler call costs 9 microseconds, so a file of nothing but ragged rows is reported once.
RAGGED_CAP = 10_000
# What the reader remarks of a cell that is struck through.
STRUCK = "TP-402"
# What it remarks of a number that is shown with words beside it, such as 2.4k.
UNIT_SHOWN = "TP-360"

# How the true dates of a workbook are written, by column: patterns of ``display.day_text``.
Dates = Mapping[int, str]


@dataclass(frozen=True)
class Dialect:
    """How a text is written, where it is not plain CSV: what separates its cells, and the code
    page as which its UTF-8 was taken before it was saved as UTF-8 once more."""

    delimiter: str = ","
    twice: str | None = None


PLAIN = Dialect()


class UnreadableError(Exception):
    """The bytes cannot be read as a table; ``code`` is the rule, ``row`` the record if known."""

    def __init__(self, code: str, detail: str, row: int | None = None) -> None:
        self.code, self.detail, self.row = code, detail, row
        super().__init__(f"{code}: {detail}")


@dataclass(frozen=True)
class Ragged:
    """A record whose cells cannot be separated as in its neighbours; ``code`` is the rule.

    ``index`` is of the cell at fault, counted from 0, where one is.
    """

    row: int
    cells: tuple[str, ...]
    code: str = "TP-030"
    index: int | None = None


@dataclass(frozen=True)
class Remark:
    """Something a reader noticed. ``index`` counts columns from 0; ``None`` means the row.

    ``count`` is of cells, where only the first one's place is given.
    """

    code: str
    sheet: str | None
    row: int
    index: int | None = None
    value: str | None = None
    detail: str = ""
    count: int = 1


@dataclass
class Sheet:
    """One table of a file. ``name`` is ``None`` for a CSV."""

    name: str | None
    head: list[list[str]]
    ragged: list[Ragged] = field(default_factory=list)
    ragged_beyond_cap: int = 0
    records: int = 0


class Source(Protocol):
    """A file opened for reading."""

    @property
    def sheets(self) -> list[Sheet]: ...

    @property
    def encoding(self) -> str | None: ...

    @property
    def remarks(self) -> list[Remark]:
        """What the reader noticed; complete once every sheet has been read."""
        ...

    def batches(
        self, sheet: Sheet, width: int, dates: Dates | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Every record of ``sheet`` as text cells; fills ``sheet.ragged`` and ``records``.

        ``dates`` are columns whose true dates are written in another way than ISO 8601.
        """
        ...


def marks_above(sheet: Sheet, row: int) -> list[Remark]:
    """Unclosed quotation marks down to the heading row: reported, though no line is set aside."""
    early = [r.row for r in sheet.ragged if r.row <= row and r.code == "TP-140"]
    return [Remark("TP-141", sheet.name, number) for number in early]


def together(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches as tables of rows enough to be judged at a time, without a copy of any cell."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        held.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= BATCH_ROWS or size >= BATCH_BYTES:
            yield pa.Table.from_batches(held)
            held, rows, size = [], 0, 0
    if held:
        yield pa.Table.from_batches(held)


def text_batch(numbers: Sequence[int], columns: Sequence[Sequence[str]]) -> pa.RecordBatch:
    """Cells as a batch: row numbers, then ``c0 …``, one list of texts a column."""
    arrays = [int64s(array("q", numbers))]
    arrays += map(texts, columns)
    names = ["source_row", *(f"c{i}" for i in range(len(columns)))]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def texts(values: Sequence[str]) -> pa.Array:
    """An Arrow column of texts; ``pa.array()`` imports pandas, half a second for a light verb."""
    builder = pa.lib.StringBuilder()
    builder.append_values(values)
    return builder.finish()


def int64s(values: Any) -> pa.Array:
    """An Arrow column of 64-bit integers over a buffer of them, without a copy."""
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])


def numbers_of(array: pa.Array, kind: str = "int32") -> Any:
    """The numbers, of this ``kind``, of an Arrow array without nulls; its own ``to_numpy`` imports
    pandas."""
    import numpy as np

    values = np.frombuffer(array.buffers()[1] or b"", dtype=kind)
    return values[array.offset :][: len(array)]


def one_word(word: str | None, rows: int) -> pa.Array:
    """A column of one text, or of none, as a dictionary of one word: a byte a row."""
    indices = [
        pa.py_buffer(bytes(rows // 8 + 1)) if word is None else None,
        pa.py_buffer(bytes(rows)),
    ]
    places = pa.Array.from_buffers(pa.uint8(), rows, indices)
    return pa.DictionaryArray.from_arrays(places, texts([word or ""]))
