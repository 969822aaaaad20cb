"""Bytes to text cells: every record with the row number Excel shows, nothing dropped.

Readers yield Arrow batches with ``source_row`` (int64) and ``c0 … cN-1`` (string, never null).
They know nothing of contracts: what a cell means is decided in ``conform`` and ``judge``.

Why pyarrow and not DuckDB's own reader: on 459 published files it gave the same rows, numbers and
cells as Python's csv module, while readers that drop blank lines lose the row numbers.
"""

from __future__ import annotations

import codecs
import csv
import io
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

HEAD_ROWS = 60
_BLOCK = 1 << 20
_BATCH_ROWS = 131_072
# A handler call costs 9 microseconds, so a file of nothing but ragged rows is told once.
RAGGED_CAP = 10_000
_BOM = "\ufeff"


class UnreadableError(Exception):
    """The bytes cannot be read as a table; ``code`` is the rule, ``row`` the record if known."""

    def __init__(self, code: str, detail: str, row: int | None = None) -> None:
        self.code, self.detail, self.row = code, detail, row
        super().__init__(f"{code}: {detail}")


@dataclass(frozen=True)
class Ragged:
    """A record with another number of cells than the heading row."""

    row: int
    cells: tuple[str, ...]


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

    def batches(self, sheet: Sheet, width: int) -> Iterator[pa.RecordBatch]:
        """Every record of ``sheet`` as text cells; fills ``sheet.ragged`` and ``records``."""
        ...


class CsvSource:
    """A CSV file in the first of ``encodings`` that decodes it whole."""

    def __init__(self, path: Path, encodings: list[str]) -> None:
        self._path = path
        self.encoding = _encoding_of(path, encodings)
        with _Utf8(path, self.encoding) as stream:
            text = stream.read(_BLOCK).decode("utf-8", "ignore")
        head: list[list[str]] = []
        for record in csv.reader(io.StringIO(text, newline="")):
            head.append(record)
            if len(head) == HEAD_ROWS:
                break
        self.sheets = [Sheet(None, head)]

    def batches(self, sheet: Sheet, width: int) -> Iterator[pa.RecordBatch]:
        """Streams the file; good rows are numbered from their ordinal and the ragged rows."""
        import numpy as np
        import pyarrow.csv as pacsv

        names = [f"c{i}" for i in range(width)]
        ragged_rows: list[int] = []

        def on_ragged(row: Any) -> str:
            ragged_rows.append(row.number)
            if len(sheet.ragged) < RAGGED_CAP:
                cells = next(iter(csv.reader([row.text.rstrip("\r\n")])), [])
                sheet.ragged.append(Ragged(row.number, tuple(cells)))
            else:
                sheet.ragged_beyond_cap += 1
            return "skip"

        good = 0
        with _Utf8(self._path, self.encoding) as stream:
            try:
                reader = pacsv.open_csv(
                    pa.PythonFile(stream, mode="r"),
                    read_options=pacsv.ReadOptions(
                        column_names=names, use_threads=False, block_size=_BLOCK
                    ),
                    parse_options=pacsv.ParseOptions(
                        newlines_in_values=True,
                        ignore_empty_lines=False,
                        invalid_row_handler=on_ragged,
                    ),
                    convert_options=pacsv.ConvertOptions(
                        column_types={n: pa.string() for n in names},
                        strings_can_be_null=False,
                        null_values=[],
                        quoted_strings_can_be_null=False,
                    ),
                )
                for batch in _regrouped(reader, _BATCH_ROWS):
                    ordinals = np.arange(good, good + batch.num_rows, dtype=np.int64)
                    good += batch.num_rows
                    bad = np.asarray(ragged_rows, dtype=np.int64)
                    before = bad - np.arange(len(bad)) - 1
                    rows = ordinals + 1 + np.searchsorted(before, ordinals, side="right")
                    yield pa.RecordBatch.from_arrays(
                        [_int64s(rows), *batch.columns], names=["source_row", *names]
                    )
            except pa.ArrowInvalid as error:
                raise UnreadableError("TP-004", _csv_fault(str(error))) from None
        sheet.records = good + len(ragged_rows)


class XlsxSource:
    """A workbook, read with calamine; dates become ISO text, numbers their shortest digits."""

    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            self._book = CalamineWorkbook.from_path(str(path))
            self._rows: dict[str, list[list[Any]]] = {}
            self.sheets: list[Sheet] = []
            for name in self._book.sheet_names:
                rows = self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                self._rows[name] = rows
                head = [[_cell_text(c) for c in row] for row in rows[:HEAD_ROWS]]
                self.sheets.append(Sheet(name, head))
        except CalamineError as error:
            raise UnreadableError("TP-005", type(error).__name__) from None

    def batches(self, sheet: Sheet, width: int) -> Iterator[pa.RecordBatch]:
        """The rows of one worksheet; a cell beyond the heading row's width makes a row ragged."""
        rows = self._rows.pop(sheet.name or "")
        for start in range(0, len(rows), _BATCH_ROWS):
            numbers: list[int] = []
            columns: list[list[str]] = [[] for _ in range(width)]
            for offset, row in enumerate(rows[start : start + _BATCH_ROWS], start + 1):
                cells = [_cell_text(c) for c in row]
                if any(cells[width:]):
                    sheet.ragged.append(Ragged(offset, tuple(cells)))
                    continue
                numbers.append(offset)
                for column, cell in zip(columns, cells, strict=False):
                    column.append(cell)
                for column in columns[len(cells) :]:
                    column.append("")
            yield text_batch(numbers, columns)
        sheet.records = len(rows)


class _Utf8(io.RawIOBase):
    """A file's text as UTF-8 bytes, leading byte-order marks stripped, block by block."""

    def __init__(self, path: Path, encoding: str) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._plain = encoding == "utf-8"
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._buffer = b""
        self._started = self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes of UTF-8; fewer only at the end of the file."""
        while (size < 0 or len(self._buffer) < size) and not self._ended:
            block = self._file.read(_BLOCK)
            self._ended = not block
            if self._started and (self._plain or block.isascii()) and not self._pending():
                self._buffer += block
                continue
            text = self._decoder.decode(block, final=self._ended)
            if not self._started and text:
                text = text.lstrip(_BOM)
                self._started = bool(text)
            self._buffer += text.encode("utf-8")
        size = len(self._buffer) if size < 0 else size
        out, self._buffer = self._buffer[:size], self._buffer[size:]
        return out

    def _pending(self) -> bool:
        return bool(self._decoder.getstate()[0])

    def close(self) -> None:
        self._file.close()
        super().close()


def open_source(path: Path, kind: str, encodings: list[str]) -> Source:
    """Opens a file of a detected kind; ``UnreadableError`` when its bytes are no table."""
    return XlsxSource(path) if kind == "xlsx" else CsvSource(path, encodings)


def text_batch(numbers: Sequence[int], columns: Sequence[Sequence[str]]) -> pa.RecordBatch:
    """Cells as a batch: row numbers, then ``c0 …``, one list of texts a column.

    ``pa.array()`` is not used, because it imports pandas: half a second for a light verb.
    """
    arrays = [_int64s(array("q", numbers))]
    for column in columns:
        builder = pa.lib.StringBuilder()
        builder.append_values(column)
        arrays.append(builder.finish())
    names = ["source_row", *(f"c{i}" for i in range(len(columns)))]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _int64s(values: Any) -> pa.Array:
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])


def _encoding_of(path: Path, encodings: list[str]) -> str:
    """The first of ``encodings`` that decodes every byte of the file."""
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    if not block.isascii() or decoder.getstate()[0]:
                        decoder.decode(block)
                decoder.decode(b"", final=True)
            return encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableError("TP-003", " or ".join(encodings))


def _regrouped(reader: Any, rows: int) -> Iterator[pa.RecordBatch]:
    """Batches of about ``rows`` rows: DuckDB uses both cores on these, not on 1 MB blocks."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in reader:
        held.append(batch)
        count += batch.num_rows
        if count >= rows:
            yield pa.Table.from_batches(held).combine_chunks().to_batches()[0]
            held, count = [], 0
    if count:
        yield pa.Table.from_batches(held).combine_chunks().to_batches()[0]


def _csv_fault(message: str) -> str:
    if "straddling" in message or "EOF" in message:
        return "a quotation mark is opened and never closed"
    return "the rows cannot be told apart"


def _cell_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)
