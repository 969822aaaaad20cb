"""Workbooks to text cells, with calamine: dates become ISO text, numbers their shortest digits.

What calamine passes over in silence comes from ``workbook`` and stands in the cells as text, so
that an error or a formula without a value never looks like an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from .findings import column_letter, shown
from .read import (
    BATCH_ROWS,
    HEAD_ROWS,
    RAGGED_CAP,
    Ragged,
    Remark,
    Sheet,
    UnreadableError,
    text_batch,
)
from .workbook import NO_VALUE, Facts, SheetFacts, examine

# Excel's own limit for one cell; what is longer was not written by a spreadsheet program.
MAX_CELL = 32_767
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384
_MONEY_TEXT = re.compile(r"\s*\(?-?£?[0-9]{1,3}(?:,?[0-9]{3})*\.[0-9]{2}\)?\s*")
# A binary number holds 15 digits for certain.
_SURE = 1e15


class XlsxSource:
    """A workbook, read with calamine; dates become ISO text, numbers their shortest digits."""

    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        from python_calamine import CalamineError, CalamineWorkbook

        self.remarks: list[Remark] = []
        self._facts = examine(path)
        self._tables: dict[str, Any] = {}
        self.sheets: list[Sheet] = []
        try:
            book = CalamineWorkbook.from_path(str(path))
            for name in book.sheet_names:
                table = book.get_sheet_by_name(name)
                if table.total_height > _MAX_ROWS or table.total_width > _MAX_COLUMNS:
                    raise UnreadableError("TP-103", "its cells stand where no cell can be")
                self._tables[name] = table
                rows = islice(_texts(table, self._sheet_facts(name)), HEAD_ROWS)
                self.sheets.append(Sheet(name, [cells for _, cells in rows]))
        except CalamineError as error:
            locked = type(error).__name__ == "PasswordError"
            code, detail = (
                ("TP-100", "") if locked else ("TP-005", "one of its parts cannot be read")
            )
            raise UnreadableError(code, detail) from None
        self.remarks += _remarks(self.sheets, self._facts, self._tables)

    def _sheet_facts(self, name: str) -> SheetFacts:
        return self._facts.sheets.get(name) or SheetFacts()

    def batches(self, sheet: Sheet, width: int) -> Iterator[pa.RecordBatch]:
        """The rows of one worksheet; a cell beyond the heading row's width makes a row ragged."""
        name = sheet.name or ""
        doubts = _Doubts(width)
        rows = enumerate(_texts(self._tables.pop(name), self._sheet_facts(name)), 1)
        last = 0
        while part := list(islice(rows, BATCH_ROWS)):
            numbers: list[int] = []
            columns: list[list[str]] = [[] for _ in range(width)]
            for number, (raw, cells) in part:
                if any(cells[width:]):
                    if len(sheet.ragged) < RAGGED_CAP:
                        sheet.ragged.append(Ragged(number, tuple(cells)))
                    else:
                        sheet.ragged_beyond_cap += 1
                    continue
                doubts.note(number, raw)
                numbers.append(number)
                for column, cell in zip(columns, cells, strict=False):
                    column.append(cell)
                for column in columns[len(cells) :]:
                    column.append("")
            last = part[-1][0]
            yield text_batch(numbers, columns)
        sheet.records = last
        self.remarks += doubts.remarks(sheet.name)


@dataclass
class _Doubts:
    """Cells whose kind is doubtful, counted by column: text that is a number, digits lost."""

    width: int
    numbers: set[int] = field(default_factory=set)
    as_text: dict[int, list[int]] = field(default_factory=dict)
    too_long: dict[int, list[int]] = field(default_factory=dict)

    def note(self, number: int, row: Sequence[Any]) -> None:
        """Takes one row of calamine's values into account."""
        for index, value in enumerate(row[: self.width]):
            if type(value) is float:
                self.numbers.add(index)
                if abs(value) >= _SURE:
                    self.too_long.setdefault(index, [number, 0])[1] += 1
            elif type(value) is str and value and _MONEY_TEXT.fullmatch(value):
                self.as_text.setdefault(index, [number, 0])[1] += 1

    def remarks(self, sheet: str | None) -> Iterator[Remark]:
        """One remark a column. A column of text throughout was meant so, and is not told."""
        told = [("TP-118", self.too_long)]
        mixed = {i: seen for i, seen in self.as_text.items() if i in self.numbers}
        for code, columns in [*told, ("TP-117", mixed)]:
            for index, (first, count) in sorted(columns.items()):
                place = f"column {column_letter(index)} of sheet '{shown(sheet)}'"
                cells = "1 cell" if count == 1 else f"{count:,} cells"
                yield Remark(code, sheet, first, index, None, f"{cells} in {place}")


def _texts(table: Any, facts: SheetFacts) -> Iterator[tuple[list[Any], list[str]]]:
    """Every row from the first, as calamine has it and as text, odd cells in their words."""
    odd: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in facts.errors.items():
        odd.setdefault(row, []).append((column, text))
    for row, column in facts.no_value:
        odd.setdefault(row, []).append((column, NO_VALUE))
    last = 0
    for last, row in enumerate(table.iter_rows(), 1):
        cells = [_cell_text(c) for c in row]
        if odd and last in odd:
            _put(cells, odd.pop(last))
        if max(map(len, cells), default=0) > MAX_CELL:
            raise UnreadableError("TP-105", f"a cell of more than {MAX_CELL:,} characters")
        yield row, cells
    # Rows of nothing but odd cells at the end are no rows to calamine.
    for number in range(last + 1, max(odd, default=0) + 1):
        beyond: list[str] = []
        _put(beyond, odd.get(number, []))
        yield [], beyond


def _put(cells: list[str], odd: list[tuple[int, str]]) -> None:
    for column, text in odd:
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text


def _remarks(sheets: list[Sheet], facts: Facts, tables: dict[str, Any]) -> Iterator[Remark]:
    """What the workbook's parts say that its values do not."""
    if facts.date_1904 and sheets:
        yield Remark("TP-115", sheets[0].name, 1)
    if facts.external_links and sheets:
        yield Remark("TP-107", sheets[0].name, 1)
    shown_heads = {
        _key(row)
        for sheet in sheets
        if not (facts.sheets.get(sheet.name or "") or SheetFacts()).hidden
        for row in sheet.head
        if sum(map(bool, row)) > 2
    }
    for sheet in sheets:
        name = sheet.name or ""
        found = facts.sheets.get(name) or SheetFacts()
        told = f"'{shown(name)}'"
        if found.hidden and any(any(row) for row in sheet.head):
            copy = any(_key(row) in shown_heads for row in sheet.head)
            yield Remark("TP-113" if copy else "TP-112", name, 1, detail=told)
        if found.hidden_rows or found.hidden_columns:
            counts = (len(found.hidden_rows), "row"), (found.hidden_columns, "column")
            parts = [f"{n:,} hidden {what}{'s' * (n > 1)}" for n, what in counts if n]
            first = found.hidden_rows[0] if found.hidden_rows else 1
            yield Remark("TP-114", name, first, detail=f"{told} has {' and '.join(parts)}")
        for (row, column), text in sorted(found.errors.items()):
            yield Remark("TP-110", name, row, column, text)
        for row, column in sorted(found.no_value):
            yield Remark("TP-111", name, row, column, NO_VALUE)
        filled = [sum(map(bool, row)) for row in sheet.head]
        below = filled.index(max(filled)) + 1 if filled else 0
        for (top, left), _ in tables[name].merged_cell_ranges or []:
            if top >= below:
                yield Remark("TP-116", name, top + 1, left, None)


def _key(row: Sequence[str]) -> tuple[str, ...]:
    cells = [cell.strip().casefold() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


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
