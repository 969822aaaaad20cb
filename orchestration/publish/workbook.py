"""``totalplace.xlsx``: the tables of a release that a person can read through, a sheet each.

It is made from the manifest and the DuckDB file of a draft, so that a renamed table needs no change
here. Pence become £ in it and nothing else changes; no other file is made from it. What the exact
copies hold belongs in ``candidate`` and ``csv_copy``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from .content import IS_SYNTHETIC, RELEASE_ID, name
from .dictionary import SYNTHETIC, Dictionary, in_order
from .lineage import POUNDS, money_columns
from .manifest import Manifest, PublishedTable, parquet_name

FILE = "totalplace.xlsx"
CONTENTS, DICTIONARY = "Contents", "Dictionary"
# Excel keeps 15 digits of a number and makes zeros of the rest; its dates begin in 1900.
_DIGITS = 15
_FIRST_YEAR = 1901
_LONGEST_TEXT = 32_767
_LONGEST_SHEET_NAME = 31
_CUT = " … (the whole text is in the Parquet file)"
_BATCH = 5_000
_NARROWEST, _WIDEST = 8, 44
_HEADINGS = 1
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class _Sheet:
    """A sheet being written, with the formats of its cells by kind."""

    sheet: Any
    formats: Mapping[str, Any]

    def cell(self, row: int, column: int, value: object) -> None:
        """One value: numbers and dates that Excel would change are written as text."""
        if value is None:
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(row, column, value)
        elif isinstance(value, (int, Decimal)) and is_exact(value):
            form = self.formats["pounds"] if _is_pounds(value) else None
            self.sheet.write_number(row, column, value, form)
        elif isinstance(value, date) and not isinstance(value, datetime) and _dated(value):
            self.sheet.write_datetime(row, column, value, self.formats["date"])
        else:
            self.sheet.write_string(row, column, cell_text(value))

    def headings(self, row: int, texts: list[str], rows: int) -> None:
        """A row of headings that stays in sight, with filters for the ``rows`` below it."""
        for column, text in enumerate(texts):
            self.sheet.write_string(row, column, text, self.formats["heading"])
        self.sheet.freeze_panes(row + 1, 0)
        self.sheet.autofilter(row, 0, row + rows, len(texts) - 1)


def file_name(manifest: Manifest) -> str:
    """What the workbook of a release is called."""
    return f"SYNTHETIC-{FILE}" if manifest.synthetic else FILE


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    dictionary: Dictionary,
    *,
    limit: int,
) -> Path:
    """Writes the workbook of a release into ``folder``; its path. The tables are read from the
    schema attached as ``target``; those of more than ``limit`` rows are only listed. The same
    tables and manifest give the same bytes."""
    import xlsxwriter

    path = folder / file_name(manifest)
    shown = {t: manifest.tables[t] for t in in_order(manifest.tables)}
    shown = {t: table for t, table in shown.items() if table.rows <= limit}
    names = _sheet_names(list(shown))
    with xlsxwriter.Workbook(str(path), _OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": f"{_mark(manifest)}Total Place, release {manifest.release_id}",
                "created": datetime.fromisoformat(manifest.created_at).replace(tzinfo=None),
            }
        )
        formats = {
            "heading": workbook.add_format({"bold": True, "bottom": 1}),
            "pounds": workbook.add_format({"num_format": "#,##0.00"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        }
        _contents(_Sheet(workbook.add_worksheet(CONTENTS), formats), manifest, names)
        _dictionary(_Sheet(workbook.add_worksheet(DICTIONARY), formats), dictionary)
        for table, published in shown.items():
            sheet = _Sheet(workbook.add_worksheet(names[table]), formats)
            _table(sheet, connection, manifest, table, published)
    return path


def _contents(sheet: _Sheet, manifest: Manifest, names: Mapping[str, str]) -> None:
    sheet.sheet.set_column(0, 0, 34)
    sheet.sheet.set_column(1, 1, 100)
    sheet.sheet.set_column(2, 2, 10)
    sheet.sheet.set_column(3, 3, 32)
    sheet.sheet.set_column(4, 4, 64)
    about = [
        f"{_mark(manifest)}Total Place, release {manifest.release_id}",
        f"Made at {manifest.created_at}. A column whose heading ends in (£) is in pence in every "
        "other file of the release, where pence is a part of its name.",
        "An empty cell means that there is no value, which is never £0. The numbers are rounded "
        "nowhere: one of more than 15 digits, which Excel would change, is text.",
        "A table with no sheet here is too long to read through: take the file that is named.",
    ]
    for row, text in enumerate(about):
        sheet.cell(row, 0, text)
    top = len(about) + 1
    headings = ["table", "one row is", "rows", "sheet", "whole table"]
    sheet.headings(top, headings, len(manifest.tables))
    for row, table in enumerate(in_order(manifest.tables), top + 1):
        published = manifest.tables[table]
        if table in names:
            sheet.sheet.write_url(row, 0, f"internal:'{names[table]}'!A1", string=table)
        else:
            sheet.cell(row, 0, table)
        whole = f"{parquet_name(table, '' if published.parts else None)}; {published.csv}"
        shown = names.get(table, "none: too long")
        for column, value in enumerate((published.about, published.rows, shown, whole), 1):
            sheet.cell(row, column, value)


def _dictionary(sheet: _Sheet, dictionary: Dictionary) -> None:
    """Every column of every table, also of those that have no sheet."""
    widths = {"table": 28, "column": 30, "meaning": 80, "type": 20, "unit": 16, "empty": 34,
              "adds up": 18, "key": 6, "made of": 44, "feeds": 30}  # fmt: skip
    for number, width in enumerate(widths.values()):
        sheet.sheet.set_column(number, number, width)
    sheet.cell(
        0, 0, f"{dictionary.title}: every column. Where a unit is pence, this workbook has £"
    )
    sheet.headings(_HEADINGS, list(widths), sum(len(t.entries) for t in dictionary.tables))
    every = ((table, entry) for table in dictionary.tables for entry in table.entries)
    for row, (table, entry) in enumerate(every, _HEADINGS + 1):
        column, key = entry.column, "key" if entry.name in table.key else None
        feeds = ", ".join(table.feeds)
        values = (table.name, entry.name, entry.meaning, entry.kind_in_words, column.unit,
                  entry.empty, column.adds_up, key, entry.made_of, feeds)  # fmt: skip
        for number, value in enumerate(values):
            sheet.cell(row, number, value or None)


def _table(
    sheet: _Sheet,
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    table: str,
    published: PublishedTable,
) -> None:
    columns = {c: k for c, k in published.columns.items() if c not in (IS_SYNTHETIC, RELEASE_ID)}
    for number, width in enumerate(_widths(connection, table, list(columns))):
        sheet.sheet.set_column(number, number, width)
    sheet.cell(0, 0, f"{_mark(manifest)}{table}: {published.about}".rstrip(": "))
    sheet.headings(_HEADINGS, [heading(column) for column in columns], published.rows)
    cells = ", ".join(in_sheet(column) for column in columns)
    found = connection.execute(f"SELECT {cells} FROM target.{name(table)}")
    for number, row in enumerate(_rows(found), _HEADINGS + 1):
        for column, value in enumerate(row):
            sheet.cell(number, column, value)


def _widths(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> list[int]:
    """How wide each column is, in characters: its heading and its cells, within bounds."""
    longest = ", ".join(f"max(length({name(c)}::VARCHAR))" for c in columns)
    (found,) = connection.execute(f"SELECT {longest} FROM target.{name(table)}").fetchall()
    return [
        min(_WIDEST, max(_NARROWEST, len(heading(column)), length or 0) + 2)
        for column, length in zip(columns, found, strict=True)
    ]


def _rows(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := found.fetchmany(_BATCH):
        yield from rows


def in_sheet(column: str) -> str:
    """A column as SQL that gives what its cells are in the workbook: pence as £."""
    if not is_money(column):
        return name(column)
    return f"CAST(CAST({name(column)} AS DECIMAL(24,2)) * 0.01 AS DECIMAL(24,2))"


def heading(column: str) -> str:
    """The heading of a column in a sheet."""
    return f"{without_pence(column)} (£)" if is_money(column) else column


def without_pence(column: str) -> str:
    """What a column of money is called where it is in £."""
    return "_".join(word for word in column.split("_") if word != "pence") or "amount"


def _is_pounds(value: int | Decimal) -> bool:
    return isinstance(value, Decimal) and value.as_tuple().exponent == -2


def is_money(column: str) -> bool:
    """Whether a column holds pence, which are £ in a workbook."""
    return bool(money_columns({column: ""})) and not column.endswith(POUNDS)


def is_exact(value: int | Decimal) -> bool:
    """Whether Excel keeps every digit of a number."""
    digits = value.as_tuple().digits if isinstance(value, Decimal) else str(abs(value))
    return len(digits) <= _DIGITS


def _dated(value: date) -> bool:
    return value.year >= _FIRST_YEAR


def cell_text(value: object) -> str:
    """A value as the text of a cell, cut where Excel would refuse it."""
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - len(_CUT)] + _CUT


def _mark(manifest: Manifest) -> str:
    return SYNTHETIC if manifest.synthetic else ""


def _sheet_names(tables: list[str]) -> dict[str, str]:
    """A sheet name of each table: its own, cut and numbered where it is too long for Excel."""
    return {
        table: table
        if len(table) <= _LONGEST_SHEET_NAME
        else f"{table[: _LONGEST_SHEET_NAME - 4]}~{number}"
        for number, table in enumerate(tables, 1)
    }
