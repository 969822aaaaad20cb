"""Workbooks to text cells, with calamine: dates become ISO text, numbers their shortest digits.

What calamine passes over in silence comes from ``workbook`` and stands in the cells as text, so
that an error or a formula without a value never looks like an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from itertools import chain, compress, islice, repeat
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from ...display import SERIAL, column_letter, day_text, display_safe
from .sheet_scan import SheetFacts
from .source import (
    BATCH_ROWS,
    HEAD_ROWS,
    RAGGED_CAP,
    STRUCK,
    UNIT_SHOWN,
    Dates,
    Ragged,
    Remark,
    Sheet,
    UnreadableError,
    text_batch,
)
from .workbook import MAX_ROWS, NO_VALUE, Facts, examine

# Excel's own limit for one cell; what is longer was not written by a spreadsheet program.
MAX_CELL = 32_767
_MAX_COLUMNS = 16_384
_MONEY_TEXT = re.compile(r"\s*\(?-?£?[0-9]{1,3}(?:,?[0-9]{3})*\.[0-9]{2}\)?\s*")
# A binary number holds 15 digits for certain.
_SURE = 1e15
# The years that two digits name in a date.
_FIRST_YEAR, _LAST_YEAR = 1990, 2068
# A day of a month that may be a month as well.
_LAST_MONTH = 12
_DAY = re.compile(r"\s*([0-9]{1,2})[/.-]")
# Cells that are Python objects at a time, about 100 bytes each.
_CELLS_AT_ONCE = 2_000_000


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
                if table.total_height > MAX_ROWS or table.total_width > _MAX_COLUMNS:
                    raise UnreadableError("TP-103", "its cells stand where no cell can be")
                self._tables[name] = table
                head = next(_parts(table, self._sheet_facts(name), HEAD_ROWS), None)
                rows = zip(*head.texts, strict=True) if head else ()
                self.sheets.append(Sheet(name, [list(row) for row in rows]))
        except CalamineError as error:
            locked = type(error).__name__ == "PasswordError"
            code, detail = (
                ("TP-100", "") if locked else ("TP-005", "one of its parts cannot be read")
            )
            raise UnreadableError(code, detail) from None
        self.remarks += _remarks(self.sheets, self._facts, self._tables)

    def _sheet_facts(self, name: str) -> SheetFacts:
        return self._facts.sheets.get(name) or SheetFacts()

    def batches(
        self, sheet: Sheet, width: int, dates: Dates | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The rows of one worksheet; a cell beyond the heading row's width makes a row ragged."""
        name = sheet.name or ""
        doubts = _Doubts()
        table, facts = self._tables.pop(name), self._sheet_facts(name)
        for part in _parts(table, facts, BATCH_ROWS, dates or {}):
            sheet.records = part.numbers[-1]
            if any(map(any, part.texts[width:])):
                part = _without_ragged(part, width, sheet)
            doubts.note(part, width)
            blank = [""] * len(part.numbers)
            columns = part.texts[:width] + [blank] * (width - len(part.texts))
            yield text_batch(part.numbers, columns)
        self.remarks += doubts.remarks(sheet.name)


@dataclass
class _Part:
    """Some rows of a sheet: their numbers, and by column the values of calamine and as text."""

    numbers: Sequence[int]
    values: list[tuple[Any, ...]]
    texts: list[list[str]]

    def only(self, keep: list[bool]) -> _Part:
        """The rows that are to be kept."""
        return _Part(
            list(compress(self.numbers, keep)),
            [tuple(compress(column, keep)) for column in self.values],
            [list(compress(column, keep)) for column in self.texts],
        )


def _without_ragged(part: _Part, width: int, sheet: Sheet) -> _Part:
    good = [not any(cells) for cells in zip(*part.texts[width:], strict=True)]
    for number, cells, fits in zip(part.numbers, zip(*part.texts, strict=True), good, strict=True):
        if not fits and len(sheet.ragged) < RAGGED_CAP:
            sheet.ragged.append(Ragged(number, cells))
        elif not fits:
            sheet.ragged_beyond_cap += 1
    return part.only(good)


@dataclass
class _Doubts:
    """Cells whose kind is doubtful, counted by column: text that is a number, digits lost."""

    numbers: set[int] = field(default_factory=set)
    as_text: dict[int, list[int]] = field(default_factory=dict)
    too_long: dict[int, list[int]] = field(default_factory=dict)

    def note(self, part: _Part, width: int) -> None:
        """Takes some rows into account; what is kept is a column's first row and its count."""
        for index, column in enumerate(part.values[:width]):
            if float in set(map(type, column)):
                self.numbers.add(index)
                rows = [
                    number
                    for number, value in zip(part.numbers, column, strict=True)
                    if type(value) is float and (value >= _SURE or value <= -_SURE)
                ]
                _add(self.too_long, index, rows)
            # Most columns of text hold no point at all, which is 20 times faster to find out.
            if "." in "".join([value for value in column if type(value) is str]):
                rows = [
                    number
                    for number, value in zip(part.numbers, column, strict=True)
                    if type(value) is str and "." in value and _MONEY_TEXT.fullmatch(value)
                ]
                _add(self.as_text, index, rows)

    def remarks(self, sheet: str | None) -> Iterator[Remark]:
        """One remark a column. A column of text throughout was meant so, and is not reported."""
        always = [("TP-118", self.too_long)]
        mixed = {i: seen for i, seen in self.as_text.items() if i in self.numbers}
        for code, columns in [*always, ("TP-117", mixed)]:
            for index, (first, count) in sorted(columns.items()):
                place = f"column {column_letter(index)} of sheet '{display_safe(sheet)}'"
                yield Remark(code, sheet, first, index, None, place, count)


def _add(seen: dict[int, list[int]], index: int, rows: list[int]) -> None:
    if rows:
        seen.setdefault(index, [rows[0], 0])[1] += len(rows)


def _parts(
    table: Any, facts: SheetFacts, most: int, dates: Dates = MappingProxyType({})
) -> Iterator[_Part]:
    """Every row from the first, at most ``most`` at a time, odd cells in their words."""
    odd = facts.errors | dict.fromkeys(facts.no_value, NO_VALUE)
    last_odd = max((row for row, _ in odd), default=0)
    if last_odd > MAX_ROWS:
        raise UnreadableError("TP-103", "its cells stand where no cell can be")
    left, height, width = 0, 0, 0
    if table.start:  # calamine counts rows from the sheet's first, but columns from the first used
        left, height, width = table.start[1], table.end[0] + 1, table.width
    # Rows of nothing but odd cells at the end are no rows to calamine.
    rows = chain(table.iter_rows(), repeat([""] * width, max(0, last_odd - height)))
    widest = max([left + width, *(column + 1 for _, column in odd)])
    most = max(1, min(most, _CELLS_AT_ONCE // (widest or 1)))
    start = 1
    while some := list(islice(rows, most)):
        blank, empty = ("",) * len(some), [""] * len(some)
        values = [blank] * left + list(zip(*some, strict=True))
        texts = [_texts(c, dates.get(index, "")) for index, c in enumerate(values)]
        part = _Part(range(start, start + len(some)), values, texts)
        for row, column in facts.percents:
            if start <= row < start + len(some) and column < len(values):
                part.texts[column][row - start] = _percentage(
                    values[column][row - start], part.texts[column][row - start]
                )
        for (row, column), text in odd.items() if odd else ():
            if start <= row < start + len(some):
                part.texts += [empty] * (column + 1 - len(part.texts))
                if part.texts[column] is empty:
                    part.texts[column] = list(blank)
                part.texts[column][row - start] = text
        longest = max((max(map(len, column)) for column in part.texts), default=0)
        if longest > MAX_CELL:
            raise UnreadableError("TP-105", f"a cell of more than {MAX_CELL:,} characters")
        start += len(some)
        yield part


def _percentage(value: Any, text: str) -> str:
    """A number as the sheet shows it, 24.8% for 0.248, with every digit it has."""
    if type(value) not in (int, float):
        return text
    return f"{(Decimal(repr(value)) * 100).normalize():f}%"


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
        found = facts.sheets.get(sheet.name or "") or SheetFacts()
        if found.hidden and any(any(row) for row in sheet.head):
            copy = any(_key(row) in shown_heads for row in sheet.head)
            where = f"'{display_safe(sheet.name)}'"
            yield Remark("TP-113" if copy else "TP-112", sheet.name, 1, detail=where)
        yield from _of_sheet(sheet, found, tables[sheet.name or ""])


def _of_sheet(sheet: Sheet, found: SheetFacts, table: Any) -> Iterator[Remark]:
    name = sheet.name or ""
    if found.hidden_rows or found.hidden_columns:
        counts = (len(found.hidden_rows), "row"), (found.hidden_columns, "column")
        parts = [f"{n:,} hidden {what}{'s' * (n > 1)}" for n, what in counts if n]
        first = found.hidden_rows[0] if found.hidden_rows else 1
        detail = f"'{display_safe(name)}' has {' and '.join(parts)}"
        yield Remark("TP-114", name, first, detail=detail)
    for (row, column), text in sorted(found.errors.items()):
        yield Remark("TP-110", name, row, column, text)
    for row, column in sorted(found.no_value):
        yield Remark("TP-111", name, row, column, NO_VALUE)
    for row, column in sorted(found.struck):
        yield Remark(STRUCK, name, row, column)
    for (column, code), row in sorted(found.worded.items()):
        yield Remark(UNIT_SHOWN, name, row, column, code)
    filled = [sum(map(bool, row)) for row in sheet.head]
    below = filled.index(max(filled)) + 1 if filled else 0
    for (top, left), _ in table.merged_cell_ranges or []:
        if top >= below:
            yield Remark("TP-116", name, top + 1, left, None)


def _key(row: Sequence[str]) -> tuple[str, ...]:
    cells = [cell.strip().casefold() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _SURE else repr(value)


def _moment(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else str(value)


def _day(style: str, value: date | datetime) -> str:
    """A true date in a style for text, its month in English; as ISO where the style would not tell
    its day, or two digits its year. A time that it carries says nothing of the day."""
    day = value.date() if isinstance(value, datetime) else value
    exact = style == SERIAL or "%d" in style or day.day == 1
    if not (exact and _FIRST_YEAR <= day.year <= _LAST_YEAR):
        return _WRITTEN[type(value)](value)
    return day_text(day, style)


# How a value of each kind is written; what is not named here as Python writes it.
_WRITTEN: dict[type, Callable[[Any], str]] = {
    float: _number,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: _moment,
    date: date.isoformat,
}


def _may_be_exchanged(column: tuple[Any, ...]) -> bool:
    """Whether a program may have taken the day of some for the month: no true date is of a day
    after the 12th, and those left as text all are."""
    if any(type(v) in (date, datetime) and v.day > _LAST_MONTH for v in column):
        return False
    first = [found for v in column if type(v) is str and (found := _DAY.match(v))]
    return bool(first) and min(int(found[1]) for found in first) > _LAST_MONTH


def _texts(column: tuple[Any, ...], style: str = "") -> list[str]:
    """A column's values as text; most columns hold one kind, and are written in one go. ``style``
    is how its true dates are written."""
    kinds = set(map(type, column)) - {str}
    if not kinds:
        return list(column)
    ways = _WRITTEN
    if style and not kinds.isdisjoint((date, datetime)) and not _may_be_exchanged(column):
        ways = _WRITTEN | dict.fromkeys((date, datetime), partial(_day, style))
    if len(kinds) == 1:
        written = ways.get(kinds.pop(), str)
        return [value if type(value) is str else written(value) for value in column]
    return [v if type(v) is str else ways.get(type(v), str)(v) for v in column]
