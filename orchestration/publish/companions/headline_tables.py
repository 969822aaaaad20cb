"""``published-tables.xlsx``: the headline tables as a workbook that anybody can read.

It is made by the checklist of the Government Analysis Function for accessible spreadsheets: a
cover, contents, notes and a dictionary; one table a sheet, marked as a table, its title in A1;
units in the headings; no cell merged, hidden or left empty, and no frozen panes or filters, which
``workbook`` has for analysts. A figure that is not there is a shorthand in square brackets, and no
other file has those: they would make text of a column of numbers. It is written cell by cell from
whole pence: the library made for such workbooks takes frames of pandas, in which money is a float.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ..content import IS_SYNTHETIC, RELEASE_ID, name
from ..dictionary import Dictionary, Entry, Table
from ..manifest import Manifest
from ..workbook import cell_text, in_sheet, is_exact, is_money, without_pence

FILE = "published-tables.xlsx"
COVER, CONTENTS, NOTES, DICTIONARY = "Cover", "Contents", "Notes", "Dictionary"
FIRST = "fct_headline"
VIEWS = "v_"
# The rows of a table's sheet above its headings: title, what a row is, how to read it, link.
ABOVE = 4
NOT_AVAILABLE, NOT_APPLICABLE = "[x]", "[z]"
SHORTHAND = {
    NOT_AVAILABLE: "not available: the figure is not known, was not reported or may not be stated",
    NOT_APPLICABLE: "not applicable: there is nothing that the cell could say",
}
_NARROWEST, _WIDEST = 10, 46
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class _Book:
    """A workbook being written, with its formats."""

    workbook: Any
    formats: Mapping[str, Any]

    def sheet(self, title: str, heading: str, lines: Sequence[str]) -> Any:
        """A new sheet with its title in A1 and a line in each row below it."""
        sheet = self.workbook.add_worksheet(title)
        sheet.write_string(0, 0, heading, self.formats["title"])
        for row, line in enumerate(lines, 1):
            sheet.write_string(row, 0, line, self.formats["wrapped"] if title == COVER else None)
        return sheet

    def table(
        self,
        sheet: Any,
        top: int,
        label: str,
        headings: Sequence[str],
        rows: Sequence[Any],
        forms: Sequence[str] = (),
    ) -> None:
        """Marks ``rows`` below ``headings`` as a table called ``label``, without filters. ``forms``
        are the formats of the columns' numbers."""
        columns = [{"header": h, "header_format": self.formats["heading"]} for h in headings]
        sheet.add_table(
            top, 0, top + len(rows), len(headings) - 1,
            {"name": label, "columns": columns, "autofilter": False, "banded_rows": False,
             "style": "Table Style Light 1"},
        )  # fmt: skip
        for row, values in enumerate(rows, top + 1):
            for column, value in enumerate(values):
                self.cell(sheet, row, column, value, forms[column] if forms else "whole")
        for column, heading in enumerate(headings):
            longest = max(len(_shown(row[column])) for row in rows)
            width = max(_NARROWEST, longest, max(map(len, heading.split()))) + 2
            sheet.set_column(column, column, min(_WIDEST, width))

    def cell(self, sheet: Any, row: int, column: int, value: object, form: str) -> None:
        """One value; numbers that Excel would change are text."""
        if isinstance(value, (int, Decimal)) and is_exact(value):
            sheet.write_number(row, column, value, self.formats[form])
        else:
            sheet.write_string(row, column, cell_text(value), self.formats["wrapped"])


def file_name(manifest: Manifest) -> str:
    """What the workbook of a release is called."""
    return f"SYNTHETIC-{FILE}" if manifest.synthetic else FILE


def chosen(dictionary: Dictionary, limit: int) -> list[Table]:
    """The headline tables of a release, the first figures first; none of more than ``limit`` rows,
    and none without any."""
    fitting = [t for t in dictionary.tables if is_headline(t.name) and 0 < t.rows <= limit]
    return sorted(fitting, key=lambda table: (table.name != FIRST, table.name))


def is_headline(table: str) -> bool:
    """Whether a table is one of those that people ask for first."""
    return table == FIRST or table.startswith(VIEWS)


def columns_of(table: Table) -> list[Entry]:
    """The columns of a table that the workbook shows: what every row has alike is on the cover."""
    return [entry for entry in table.entries if entry.name not in (IS_SYNTHETIC, RELEASE_ID)]


def write_headline_tables(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    dictionary: Dictionary,
    *,
    limit: int,
) -> Path | None:
    """Writes the workbook into ``folder``; its path, or ``None`` if no headline table has rows. The
    tables are read from the schema attached as ``target``. The same tables and manifest give the
    same bytes."""
    tables = chosen(dictionary, limit)
    if not tables:
        return None
    import xlsxwriter

    path = folder / file_name(manifest)
    with xlsxwriter.Workbook(str(path), _OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": f"{dictionary.title}: headline tables",
                "subject": "Public money of a place, counted once",
                "created": datetime.fromisoformat(manifest.created_at).replace(tzinfo=None),
            }
        )
        book = _Book(workbook, _formats(workbook))
        _cover(book, dictionary)
        _contents(book, tables, dictionary)
        _notes(book)
        _dictionary(book, tables)
        for number, table in enumerate(tables, 1):
            _table(book, connection, table, _title(number, table, dictionary))
    return path


def _formats(workbook: Any) -> dict[str, Any]:
    return {
        "title": workbook.add_format({"bold": True, "font_size": 15}),
        "heading": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "wrapped": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "pounds": workbook.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "plain": workbook.add_format({"num_format": "0", "valign": "top"}),
        "whole": workbook.add_format({"num_format": "#,##0", "valign": "top"}),
        "link": workbook.get_default_url_format(),
    }


def _cover(book: _Book, dictionary: Dictionary) -> None:
    sheet = book.sheet(
        COVER,
        dictionary.title,
        [
            "The headline tables of one release of the count of public money in a place.",
            f"Made at {dictionary.made_at}. A release never changes; a correction is a "
            "new release.",
            "Money is in pounds. A year in which a partner is missing has figures that are too "
            "low; the columns of partners and periods, expected and present, say so in every row.",
            "What every column means is in the sheet Dictionary, and in dictionary.html for all "
            "other tables. How the figures are made is in METHOD.md, where to ask in README.txt.",
        ],
    )
    sheet.set_column(0, 0, 90)


def _contents(book: _Book, tables: Sequence[Table], dictionary: Dictionary) -> None:
    listed = [
        (NOTES, "The shorthand in the tables"),
        (DICTIONARY, "What each column means"),
        *((table.name, table.about or table.name) for table in tables),
    ]
    lines = ["This sheet has one table, of the sheets that follow."]
    left_out = [t for t in dictionary.tables if is_headline(t.name) and t not in tables]
    if left_out:
        each = (f"{t.name} ({f'{t.rows:,} rows' if t.rows else 'no rows'})" for t in left_out)
        lines.append(f"Headline tables with no rows, or too many for a sheet: {', '.join(each)}.")
    top = len(lines) + 1
    sheet = book.sheet(CONTENTS, "Contents", lines)
    book.table(sheet, top, "contents", ["Sheet", "What it holds"], listed)
    for row, (title, _) in enumerate(listed, top + 1):
        sheet.write_url(row, 0, f"internal:'{title}'!A1", book.formats["link"], title)
    sheet.set_column(1, 1, 100)


def _notes(book: _Book) -> None:
    lines = [
        "This sheet has one table. The shorthand is that of the Government Analysis Function.",
        "No count of people is in these tables, so none is [c] confidential; counts that are not "
        "shown are in fct_treatment_outcome, with the reason.",
    ]
    sheet = book.sheet(NOTES, "Notes", lines)
    book.table(sheet, 3, "shorthand", ["Shorthand", "Meaning"], list(SHORTHAND.items()))
    sheet.set_column(1, 1, 90)


def _dictionary(book: _Book, tables: Sequence[Table]) -> None:
    rows = [
        (
            table.name, heading(entry), entry.meaning, entry.column.adds_up or NOT_APPLICABLE,
            "never" if entry.column.never_empty else f"{shorthand(entry)} {entry.empty}",
        )
        for table in tables
        for entry in columns_of(table)
    ]  # fmt: skip
    sheet = book.sheet(
        DICTIONARY, "Dictionary", ["This sheet has one table, a row for each column."]
    )
    headings = ["Table", "Column", "Meaning", "Adds up", "Shorthand in its place"]
    book.table(sheet, 2, "dictionary", headings, rows)


def _table(book: _Book, connection: duckdb.DuckDBPyConnection, table: Table, title: str) -> None:
    entries = columns_of(table)
    cells = ", ".join(in_sheet(entry.name) for entry in entries)
    found = connection.execute(f"SELECT {cells} FROM target.{name(table.name)}").fetchall()
    rows = [[_value(value, e) for value, e in zip(row, entries, strict=True)] for row in found]
    used = {value for row in rows for value in row if value in SHORTHAND}
    explained = " ".join(f"{short} {SHORTHAND[short]}." for short in sorted(map(str, used)))
    number = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"
    read = f"This sheet has one table of {number}. Money is in pounds. {explained}".strip()
    sheet = book.sheet(table.name, title, [table.about or table.name, read])
    sheet.write_url(ABOVE - 1, 0, f"internal:'{CONTENTS}'!A1", book.formats["link"], "Contents")
    headings, forms = [heading(e) for e in entries], [_form(e) for e in entries]
    book.table(sheet, ABOVE, f"table_{table.name}", headings, rows, forms)


def _title(number: int, table: Table, dictionary: Dictionary) -> str:
    words = table.name.removeprefix(VIEWS).removeprefix("fct_").replace("_", " ")
    mark = "SYNTHETIC. " if dictionary.synthetic else ""
    return f"{mark}Table {number}: {words}"


def _form(entry: Entry) -> str:
    """The format of a column's numbers; a year or a rank has no comma in it."""
    if is_money(entry.name) or entry.kind.startswith("DECIMAL"):
        return "pounds"
    return "plain" if entry.column.unit.startswith("none") else "whole"


def heading(entry: Entry) -> str:
    """A column's heading, in words and with its unit."""
    money = is_money(entry.name) or entry.name.endswith("_pounds")
    words = without_pence(entry.name) if is_money(entry.name) else entry.name
    words = words.removesuffix("_pounds").replace("_", " ")
    unit = "£" if money else entry.column.unit
    plain = not unit or unit.startswith("none") or unit in words
    words = re.sub(r"\bvat\b", "VAT", words.capitalize(), flags=re.IGNORECASE)
    return words if plain else f"{words} ({unit})"


def shorthand(entry: Entry) -> str:
    """What stands in the place of a value that is not there."""
    return NOT_APPLICABLE if entry.column.not_applicable else NOT_AVAILABLE


def _value(value: object, entry: Entry) -> object:
    if value is None or value == "":
        return shorthand(entry)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, (int, Decimal)) else str(value)
