"""Turns canonical rows and a contract's layout into the bytes of a CSV file or a workbook.

Here belong headings, quoting, encodings, sheets and the rows around the lines; how one value is
written belongs to ``texts``, and what the rows say belongs to the caller. Columns are worked on
as a whole: a CSV file of a million lines costs seconds, not minutes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..contracts.feeds import DUCKDB_TYPES, FeedSchema
from ..contracts.layout import Column, Layout
from .texts import Style, column_texts, date_format, money_texts

# A workbook carries the moment it was made; a fixed one keeps its bytes the same.
_CREATED = datetime(2013, 6, 1)
_ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BIGINT": pa.int64(),
    "DECIMAL(9,8)": pa.string(),
    "DECIMAL(18,4)": pa.string(),
    "BOOLEAN": pa.bool_(),
}


@dataclass(frozen=True)
class Sheet:
    """One table to write and the non-data rows around it.

    ``rows`` holds canonical columns: text, ``date32``, pence as ``int64``, flags, shares as text;
    a column it lacks is written empty. ``replaced`` puts a text in place of a value, by field and
    row counted from 0. ``blank_after`` gives rows (from 0) that a blank row follows. ``omit``
    names fields whose whole column is left out.
    """

    rows: pa.Table
    name: str = "Sheet1"
    titles: Sequence[str] = ()
    notes: Sequence[str] = ()
    total: bool = False
    blank_after: Sequence[int] = ()
    omit: Sequence[str] = ()
    replaced: Mapping[tuple[str, int], str] = field(default_factory=dict)


def as_table(rows: list[dict[str, Any]], schema: FeedSchema) -> pa.Table:
    """Rows by canonical name as a typed table of every field of the feed."""
    arrow = pa.schema([(f.name, _ARROW[DUCKDB_TYPES[f.type]]) for f in schema.fields])
    return pa.Table.from_pylist(rows, schema=arrow)


def render(sheets: Sequence[Sheet], schema: FeedSchema, layout: Layout, style: Style) -> bytes:
    """The bytes of a file; a CSV takes exactly one sheet, else ``ValueError``."""
    if style.kind == "xlsx":
        return _workbook(sheets, schema, layout, style)
    if len(sheets) != 1:
        raise ValueError(f"a CSV file holds one table, not {len(sheets)}")
    return _csv(sheets[0], schema, layout, style)


def _columns(sheet: Sheet, layout: Layout) -> list[tuple[str, Column]]:
    return [(name, column) for name, column in layout.columns.items() if name not in sheet.omit]


def _heading(name: str, column: Column, style: Style) -> str:
    return style.headings.get(name, column.heading)


def _total_at(columns: list[tuple[str, Column]], schema: FeedSchema) -> tuple[int, int]:
    """Where a totals line has its label and its sum."""
    assert schema.money_field is not None  # only payments have totals lines
    at = [name for name, _ in columns].index(schema.money_field)
    return (at - 1 if at else 1), at


def _total_pence(sheet: Sheet, schema: FeedSchema) -> int:
    return int(pc.sum(sheet.rows[schema.money_field or ""]).as_py() or 0)


def _texts(sheet: Sheet, name: str, column: Column, schema: FeedSchema, style: Style) -> pa.Array:
    """One column as the partner's program writes it, replaced cells included."""
    count = sheet.rows.num_rows
    if name in sheet.rows.column_names:
        values = sheet.rows[name].combine_chunks()
        texts = column_texts(values, schema.field(name), column, style)
    else:
        zeros = np.zeros(count, np.int32)
        texts = pa.DictionaryArray.from_arrays(zeros, pa.array([""], pa.string()))
    replaced = {row: text for (field_, row), text in sheet.replaced.items() if field_ == name}
    if replaced:
        plain = texts.cast(pa.string()).to_pylist()
        for row, text in replaced.items():
            plain[row] = text
        texts = pa.array(plain, pa.string())
    return texts


# ------------------------------------------------------------------------------------- CSV


def _csv(sheet: Sheet, schema: FeedSchema, layout: Layout, style: Style) -> bytes:
    columns = _columns(sheet, layout)
    before = [""] * style.blank_columns_before
    end = "\r\n" if style.line_ending == "crlf" else "\n"
    blank = "," * (len(before) + len(columns) - 1)
    head = [_record([*before, title]) for title in sheet.titles]
    head.append(_record([*before, *(_heading(n, c, style) for n, c in columns)]))
    head += [blank] * style.blank_row_under_headings
    tail = []
    if sheet.total:
        cells = [""] * len(columns)
        label, at = _total_at(columns, schema)
        pence = np.array([_total_pence(sheet, schema)], dtype=np.int64)
        cells[label], cells[at] = "Total", money_texts(pence, columns[at][1], style)[0].as_py()
        tail.append(_record([*before, *cells]))
    tail += [_record([*before, note]) for note in sheet.notes]
    above, below = ("".join(f"{line}{end}" for line in part) for part in (head, tail))
    whole = above.encode() + _csv_lines(sheet, schema, columns, style, end) + below.encode()
    whole = b"\xef\xbb\xbf" * style.byte_order_marks + whole
    return whole if style.encoding == "utf-8" else whole.decode("utf-8").encode(style.encoding)


def _csv_lines(
    sheet: Sheet, schema: FeedSchema, columns: list[tuple[str, Column]], style: Style, end: str
) -> bytes:
    count = sheet.rows.num_rows
    if not count:
        return b""
    empty = [pa.array([""] * count, pa.string())] * style.blank_columns_before
    cells = [_quoted(_texts(sheet, name, column, schema, style)) for name, column in columns]
    lines = pc.binary_join_element_wise(*empty, *cells, ",")
    if not sheet.blank_after:
        return _joined(lines, end)
    body = lines.to_pylist()
    for row in sorted(sheet.blank_after, reverse=True):
        body.insert(row + 1, "," * (len(empty) + len(columns) - 1))
    return "".join(f"{line}{end}" for line in body).encode()


def _joined(lines: pa.Array, end: str) -> bytes:
    """Every line with its ending: Arrow's data buffer as it is, no Python string for a line."""
    ended = pc.binary_join_element_wise(lines, pa.scalar(""), end)
    offsets = np.frombuffer(ended.buffers()[1], dtype=np.int32)
    first, last = offsets[ended.offset], offsets[ended.offset + len(ended)]
    return bytes(memoryview(ended.buffers()[2])[first:last])


def _record(cells: Sequence[str]) -> str:
    """One CSV record, quoted where it must be."""
    return ",".join(
        '"' + c.replace('"', '""') + '"' if any(x in c for x in ',"\r\n') else c for c in cells
    )


def _quoted(column: pa.Array) -> pa.Array:
    """CSV quoting of a column; of a dictionary, only its few distinct values are looked at."""
    if isinstance(column, pa.DictionaryArray):
        return _quoted(column.dictionary).take(column.indices)
    needed = pc.match_substring_regex(column, '[,"\r\n]')
    if not pc.any(needed).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), column)


# -------------------------------------------------------------------------------- workbooks


def _workbook(sheets: Sequence[Sheet], schema: FeedSchema, layout: Layout, style: Style) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _CREATED})
    formats = {
        "heading": book.add_format({"bold": True, "text_wrap": True}),
        "date": book.add_format({"num_format": "dd/mm/yyyy"}),
        "money": book.add_format({"num_format": "#,##0.00;(#,##0.00)"}),
    }
    for sheet in sheets:
        _worksheet(book.add_worksheet(sheet.name), sheet, schema, layout, style, formats)
    for name in style.empty_sheets:
        book.add_worksheet(name)
    book.close()
    return buffer.getvalue()


def _worksheet(
    page: Any,
    sheet: Sheet,
    schema: FeedSchema,
    layout: Layout,
    style: Style,
    formats: dict[str, Any],
) -> None:
    columns = _columns(sheet, layout)
    left = style.blank_columns_before
    top = left  # a program that leaves a column empty leaves the first row empty too
    for title in sheet.titles:
        page.write_string(top, left, title)
        top += 1
    for index, (name, column) in enumerate(columns):
        page.write_string(top, left + index, _heading(name, column, style), formats["heading"])
    top += 1 + style.blank_row_under_headings
    gaps = np.bincount(np.array(sheet.blank_after, dtype=int), minlength=sheet.rows.num_rows + 1)
    rows = top + np.arange(sheet.rows.num_rows + 1) + np.concatenate([[0], np.cumsum(gaps)[:-1]])
    for index, (name, column) in enumerate(columns):
        _write_column(page, rows, left + index, sheet, name, column, schema, style, formats)
    below = int(rows[-1])
    if sheet.total:
        label, at = _total_at(columns, schema)
        page.write_string(below, left + label, "Total")
        page.write_number(below, left + at, _total_pence(sheet, schema) / 100, formats["money"])
        below += 1
    for offset, note in enumerate(sheet.notes, 1):
        page.write_string(below + offset, left, note)
    page.set_column(left, left + len(columns) - 1, 18)


def _write_column(
    page: Any,
    rows: np.ndarray[Any, Any],
    at: int,
    sheet: Sheet,
    name: str,
    column: Column,
    schema: FeedSchema,
    style: Style,
    formats: dict[str, Any],
) -> None:
    """One column cell by cell: real dates and numbers where a workbook would hold them."""
    kind = schema.field(name).type
    texts = _texts(sheet, name, column, schema, style).cast(pa.string()).to_pylist()
    values = (
        sheet.rows[name].to_pylist() if name in sheet.rows.column_names else [None] * len(texts)
    )
    flip = -1 if column.sign == "reversed" else 1
    unit = 1 if column.unit == "pence" else 100
    for number, (row, text, value) in enumerate(zip(rows.tolist(), texts, values, strict=False)):
        if not text:
            continue
        if (name, number) in sheet.replaced or value is None:
            page.write_string(row, at, text)
        elif kind == "money" and not (value * flip < 0 and style.negatives == "brackets"):
            page.write_number(row, at, value * flip / unit, formats["money"])
        elif kind == "date" and date_format(column, style):
            page.write_datetime(row, at, value, formats["date"])
        elif name in style.numeric and text.isdigit():
            page.write_number(row, at, int(text))
        else:
            page.write_string(row, at, text)
