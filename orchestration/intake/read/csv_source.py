"""CSV to text cells, with pyarrow: every record with the row number Excel shows.

Why pyarrow and not DuckDB's own reader: on 459 published files it gave the same rows, numbers and
cells as Python's csv module, while readers that drop blank lines lose the row numbers.
"""

from __future__ import annotations

import codecs
import csv
import io
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from . import quotes
from .source import (
    HEAD_ROWS,
    RAGGED_CAP,
    Dates,
    Ragged,
    Remark,
    Sheet,
    UnreadableError,
    int64s,
    numbers_of,
)

# The rules a row or a file breaks here.
UNCLOSED, STRAY, MISCOUNTED = "TP-140", "TP-141", "TP-142"

# Some 20,000 rows: DuckDB is slow on fewer, and the child takes and frees more than it must.
_BLOCK = 2 << 20
# Bytes of rows that are kept though there are many of them, because they lack nothing: they only
# have empty cells too many.
_BLANK_BEYOND = 16 << 20
_BOM = "\ufeff"


class CsvSource:
    """A CSV file in the first of ``encodings`` that decodes it whole.

    With ``blank_beyond``, empty cells behind the table are nothing where most rows have them.
    """

    def __init__(
        self, path: Path, encodings: list[str], delimiter: str = ",", *, blank_beyond: bool = False
    ) -> None:
        self._path, self._delimiter, self._blank_beyond = path, delimiter, blank_beyond
        self.encoding = _encoding_of(path, encodings)
        with _Utf8(path, self.encoding) as stream:
            blocks = stream.blocks()
            plain = delimiter == ","
            self._marks = quotes.scan(blocks) if plain else quotes.scan(blocks, delimiter)
        self._mask: tuple[int, list[int]] = (0, [at for at, _ in self._marks.faults])
        if self._marks.faults:
            with _Utf8(path, self.encoding) as stream:
                self._mask = (quotes.standin(stream.blocks()), self._mask[1])
        self.remarks = [Remark(STRAY, None, row) for row in self._marks.strays]
        with _Utf8(path, self.encoding, self._mask) as stream:
            text = stream.read(_BLOCK).decode("utf-8", "ignore")
        head: list[list[str]] = []
        for record in self._records(io.StringIO(text, newline="")):
            # An unclosed mark in the heading row is no reason to miss the heading.
            head.append([self._mended(cell, "") for cell in record])
            if len(head) == HEAD_ROWS:
                break
        self.sheets = [Sheet(None, head)]

    def _records(self, lines: Iterable[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self._delimiter)

    def _mended(self, cell: str, mark: str = '"') -> str:
        return cell.replace(chr(self._mask[0]), mark) if self._mask[1] else cell

    def batches(
        self, sheet: Sheet, width: int, dates: Dates | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Streams the file; good rows are numbered from their ordinal and the ragged rows."""
        import numpy as np
        import pyarrow.csv as pacsv

        wide = _width_of_rows(sheet, width) if self._blank_beyond else width
        names = [f"c{i}" for i in range(wide)]
        ragged_rows: list[int] = []
        unclosed = {row for _, row in self._marks.faults}

        kept = 0

        def on_ragged(row: Any) -> str:
            nonlocal kept
            ragged_rows.append(row.number)
            kept += len(row.text)
            if kept < _BLANK_BEYOND or len(sheet.ragged) < RAGGED_CAP:
                cells = next(self._records([row.text.rstrip("\r\n")]), [])
                lacks_nothing = width <= len(cells) and not any(cells[width:])
                if lacks_nothing or len(sheet.ragged) < RAGGED_CAP:
                    code = UNCLOSED if row.number in unclosed else Ragged.code
                    sheet.ragged.append(self._ragged(row.number, cells, code))
                    return "skip"
            sheet.ragged_beyond_cap += 1
            return "skip"

        good = 0
        with _Utf8(self._path, self.encoding, self._mask) as stream:
            try:
                reader = pacsv.open_csv(
                    pa.PythonFile(stream, mode="r"),
                    read_options=pacsv.ReadOptions(
                        column_names=names, use_threads=False, block_size=_BLOCK
                    ),
                    parse_options=pacsv.ParseOptions(
                        delimiter=self._delimiter,
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
                for batch in reader:
                    ordinals = np.arange(good, good + batch.num_rows, dtype=np.int64)
                    good += batch.num_rows
                    bad = np.asarray(ragged_rows, dtype=np.int64)
                    before = bad - np.arange(len(bad)) - 1
                    rows = ordinals + 1 + np.searchsorted(before, ordinals, side="right")
                    table = pa.RecordBatch.from_arrays(
                        [int64s(rows), *batch.columns], names=["source_row", *names]
                    )
                    if unclosed:
                        faulty = np.flatnonzero(np.isin(rows, list(unclosed)))
                        table = self._without(table, faulty.tolist(), sheet, UNCLOSED)
                    if wide > width:
                        over = _filled_beyond(table, width)
                        table = self._without(table, over, sheet, Ragged.code)
                        table = table.select(range(width + 1))
                    yield table
            except pa.ArrowInvalid as error:
                raise UnreadableError("TP-004", _csv_fault(str(error))) from None
        sheet.records = good + len(ragged_rows)
        if sheet.records != self._marks.records:
            counts = f"{self._marks.records:,} by their line ends, {sheet.records:,} by their cells"
            raise UnreadableError(MISCOUNTED, counts)

    def _ragged(self, row: int, cells: Sequence[str], code: str) -> Ragged:
        """A row with its marks put back; an unclosed one says in which cell it stands."""
        opened = (
            i for i, cell in enumerate(cells) if code == UNCLOSED and chr(self._mask[0]) in cell
        )
        return Ragged(row, tuple(self._mended(cell) for cell in cells), code, next(opened, None))

    def _without(
        self, batch: pa.RecordBatch, faulty: Sequence[int], sheet: Sheet, code: str
    ) -> pa.RecordBatch:
        """The batch without rows that cannot be read by their columns."""
        if not faulty:
            return batch
        kept, start = [], 0
        for index in faulty:
            row, *cells = (column[index].as_py() for column in batch.columns)
            if len(sheet.ragged) < RAGGED_CAP:
                sheet.ragged.append(self._ragged(row, cells, code))
            else:
                sheet.ragged_beyond_cap += 1
            kept.append(batch.slice(start, index - start))
            start = index + 1
        kept.append(batch.slice(start))
        return _joined(kept)


class _Utf8(io.RawIOBase):
    """A file's text as UTF-8 bytes, leading byte-order marks stripped, block by block.

    ``mask`` is a byte and the ascending offsets at which it stands in for what the file has there.
    """

    def __init__(
        self, path: Path, encoding: str, mask: tuple[int, Sequence[int]] = (0, ())
    ) -> None:
        super().__init__()
        self._standin, self._masked = mask
        self._offset = 0
        self._file = path.open("rb")
        self._plain = encoding == "utf-8"
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._buffer = b""
        self._started = self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes of UTF-8, one fewer rather than half a line end; none at the end."""
        while (size < 0 or len(self._buffer) <= size) and not self._ended:
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
        # pyarrow drops a line feed that begins a block after a carriage return, in cells too.
        if 1 < size < len(self._buffer) and self._buffer[size - 1] == 13:
            size -= 1
        out, self._buffer = self._buffer[:size], self._buffer[size:]
        start, self._offset = self._offset, self._offset + len(out)
        first, last = (bisect_left(self._masked, at) for at in (start, self._offset))
        if first == last:
            return out
        changed = bytearray(out)
        for at in self._masked[first:last]:
            changed[at - start] = self._standin
        return bytes(changed)

    def blocks(self) -> Iterator[bytes]:
        """The whole text, block by block."""
        while block := self.read(_BLOCK):
            yield block

    def _pending(self) -> bool:
        return bool(self._decoder.getstate()[0])

    def close(self) -> None:
        self._file.close()
        super().close()


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


def _width_of_rows(sheet: Sheet, width: int) -> int:
    """How many cells most rows have: the headings' width, or with blank cells behind.

    A spreadsheet writes them where a column beyond was once in use; they are nothing.
    """
    widths = Counter(
        len(r) for r in sheet.head if len(r) >= width and not any(map(str.strip, r[width:]))
    )
    return widths.most_common(1)[0][0] if widths else width


def _filled_beyond(batch: pa.RecordBatch, width: int) -> list[int]:
    """The rows of a batch with a cell that is not blank beyond ``width``."""
    import numpy as np
    import pyarrow.compute as pc

    longest = np.zeros(batch.num_rows, dtype=np.int64)
    for column in batch.columns[width + 1 :]:
        longest += numbers_of(pc.binary_length(pc.utf8_trim_whitespace(column)))
    return np.flatnonzero(longest).tolist()


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    parts = pa.Table.from_batches(batches).combine_chunks().to_batches()
    return parts[0] if parts else batches[0]


def _csv_fault(message: str) -> str:
    if "straddling" in message or "EOF" in message:
        return "a quotation mark is opened and never closed"
    return "the rows cannot be separated"
