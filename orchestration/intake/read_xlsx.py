"""Workbooks to text cells, with calamine: dates become ISO text, numbers their shortest digits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from .read import BATCH_ROWS, HEAD_ROWS, Ragged, Remark, Sheet, UnreadableError, text_batch


class XlsxSource:
    """A workbook, read with calamine; dates become ISO text, numbers their shortest digits."""

    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        from python_calamine import CalamineError, CalamineWorkbook

        self.remarks: list[Remark] = []
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
        for start in range(0, len(rows), BATCH_ROWS):
            numbers: list[int] = []
            columns: list[list[str]] = [[] for _ in range(width)]
            for offset, row in enumerate(rows[start : start + BATCH_ROWS], start + 1):
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
