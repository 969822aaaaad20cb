"""The steward's own data back as a workbook: faulty cells filled, with a comment, and a first
sheet that says what to fix.

Every cell is written as text, so nothing in it can run and nothing changes its looks. Beyond
100,000 rows only the rows at fault are written, with the row they have in the steward's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..contracts.feeds import FeedSchema
from ..contracts.layout import Layout
from ..display import pounds
from ..intake.judge.findings import Finding
from ..intake.judge.layout import find_headings
from ..intake.ledger.finding_cells import each
from ..intake.read.detect import detect
from ..intake.read.sandbox import open_limited
from ..intake.read.source import Sheet, Source, UnreadableError
from .labels import KINDS
from .view import SubmissionView, address

WHOLE_ROWS = MARKED_ROWS = 100_000
FIRST_SHEET = "What to fix"
_COMMENTS = 20_000
_LONGEST = 32_767
_WIDEST = 16_384
# What a finding may refuse or set aside is marked; what is for information only is not.
_MARKED = ("must_fix", "please_explain", "set_aside")


@dataclass
class Marks:
    """Faults of one sheet: by row, by column (from 0; -1 is the whole row), their findings."""

    rows: dict[int, dict[int, list[int]]] = field(default_factory=dict)

    def add(self, row: int, column: int, finding: int) -> None:
        numbers = self.rows.setdefault(row, {}).setdefault(column, [])
        if finding not in numbers:
            numbers.append(finding)


def write_marked(
    path: Path, source: Path, view: SubmissionView, schema: FeedSchema, layouts: list[Layout]
) -> bool:
    """Writes the marked workbook; ``False`` if the file's bytes are no table."""
    import xlsxwriter

    kind, _ = detect(source)
    if kind in ("empty", "unsupported"):
        return False
    try:
        opened = open_limited(source, kind, list(layouts[0].encodings))
        marks, left = _marks(view.findings)
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        }
        with xlsxwriter.Workbook(str(path), options) as book:
            looks = _looks(book)
            _first_sheet(book, looks, view, left=left)
            names = _Names()
            for sheet in opened.sheets:
                width = _width(sheet, schema, layouts)
                rows, all_of_them = _rows(opened, sheet, width, marks.get(sheet.name))
                page = book.add_worksheet(names.given(sheet.name or Path(view.file_name).stem))
                _data_sheet(page, looks, rows, marks.get(sheet.name), view, whole=all_of_them)
    except UnreadableError:
        path.unlink(missing_ok=True)
        return False
    return True


def _marks(findings: Sequence[Finding]) -> tuple[dict[str | None, Marks], bool]:
    """Faults by sheet, and whether some rows had to be left unmarked. Rare faults come first."""
    marks: dict[str | None, Marks] = {}
    rows, left = 0, False
    marked = [(n, f) for n, f in enumerate(findings) if f.level in _MARKED]
    for number, found in sorted(marked, key=lambda t: len(t[1].cells)):
        for cell in each(found.cells):
            sheet = marks.setdefault(cell.sheet, Marks())
            if cell.row not in sheet.rows:
                if rows == MARKED_ROWS:
                    left = True
                    continue
                rows += 1
            sheet.add(cell.row, _column_number(cell.column) if cell.column else -1, number)
    return marks, left


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _width(sheet: Sheet, schema: FeedSchema, layouts: list[Layout]) -> int:
    match = find_headings(sheet.head, schema, layouts)
    return match.width if match else max((len(r) for r in sheet.head), default=1) or 1


def _rows(
    source: Source, sheet: Sheet, width: int, marks: Marks | None
) -> tuple[list[tuple[int, Sequence[str]]], bool]:
    """Rows with their numbers: all up to the limit, else those at fault and the heading row."""
    import numpy as np

    kept: list[tuple[int, Sequence[str]]] = []
    wanted = np.array(sorted(marks.rows) if marks else [], dtype=np.int64)
    seen, whole = 0, True
    for batch in source.batches(sheet, width):
        seen += batch.num_rows
        if whole and seen > WHOLE_ROWS:
            whole = False
            some = set(wanted.tolist())
            kept = [(n, cells) for n, cells in kept if n in some]
        if whole:
            kept += _records(batch)
        else:
            numbers = batch.column(0).to_numpy()
            at = np.flatnonzero(np.isin(numbers, wanted))
            kept += [r for start in at for r in _records(batch.slice(int(start), 1))]
    ragged = [(r.row, r.cells) for r in sheet.ragged]
    if not whole:
        some = set(wanted.tolist())
        ragged = [(n, cells) for n, cells in ragged if n in some]
        head = [(n, tuple(cells)) for n, cells in enumerate(sheet.head[: _head(sheet, width)], 1)]
        there = {n for n, _ in kept} | {n for n, _ in ragged}
        kept += [(n, cells) for n, cells in head if n not in there]
    kept += ragged
    kept.sort(key=lambda r: r[0])
    return kept, whole


def _head(sheet: Sheet, width: int) -> int:
    """How many rows there are down to the first that is as wide as the table."""
    return next((n for n, row in enumerate(sheet.head, 1) if sum(map(bool, row)) * 2 > width), 0)


def _records(batch: Any) -> Iterator[tuple[int, Sequence[str]]]:
    columns = [batch.column(i).to_pylist() for i in range(batch.num_columns)]
    for record in zip(*columns, strict=True):
        yield record[0], record[1:]


def _looks(book: Any) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "cell": book.add_format({"bg_color": "#F8C9C4", "border": 1, "border_color": "#B10E1E"}),
        "row": book.add_format({"bg_color": "#FFF3D6"}),
        "place": book.add_format({"bold": True, "bg_color": "#E8EDF3"}),
    }


def _text(page: Any, row: int, column: int, text: str, look: Any = None) -> None:
    if text or look is not None:
        page.write_string(row, column, text[:_LONGEST], look)


def _first_sheet(book: Any, looks: dict[str, Any], view: SubmissionView, *, left: bool) -> None:
    page = book.add_worksheet(FIRST_SHEET)
    page.set_column(0, 0, 16)
    page.set_column(1, 2, 52)
    page.set_column(3, 3, 9)
    page.set_column(4, 4, 16)
    page.set_column(5, 5, 40)
    _text(page, 0, 0, view.title, looks["title"])
    for offset, line in enumerate(view.summary, 1):
        _text(page, offset, 0, line)
    _text(page, 3, 0, "This workbook is a copy to find your way. Mend your own file and send that.")
    if left:
        many = f"Only {MARKED_ROWS:,} rows at fault are marked here; findings.csv lists them all."
        _text(page, 4, 0, many)
    heads = ("Kind", "What is wrong", "How to put it right", "Rows", "£", "First place")
    for column, head in enumerate(heads):
        _text(page, 5, column, head, looks["bold"])
    for offset, found in enumerate(view.findings, 6):
        cells = (KINDS[found.level].name, found.message, found.fix)
        for column, text in enumerate(cells):
            _text(page, offset, column, text, looks["wrap"])
        page.write_number(offset, 3, found.count, looks["number"])
        _text(page, offset, 4, pounds(found.amount_pence), looks["wrap"])
        _text(page, offset, 5, address(found.cells[0]) if found.cells else "", looks["wrap"])


def _data_sheet(
    page: Any,
    looks: dict[str, Any],
    rows: list[tuple[int, Sequence[str]]],
    marks: Marks | None,
    view: SubmissionView,
    *,
    whole: bool,
) -> None:
    left = 0 if whole else 1
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    page.set_column(0, 30, 18)
    if not whole:
        _text(page, 0, 0, "Row in your file", looks["place"])
    comments = 0
    for offset, (number, cells) in enumerate(rows):
        at = number - 1 if whole else offset + 1
        faults = marks.rows.get(number, {}) if marks else {}
        if not whole:
            page.write_number(at, 0, number, looks["place"])
        whole_row = faults.get(-1)
        last = max(len(cells), max(faults, default=-1) + 1, 1 if whole_row else 0)
        for column in range(min(last, _WIDEST - left)):
            text = cells[column] if column < len(cells) else ""
            here = faults.get(column)
            look = looks["cell"] if here else looks["row"] if whole_row else None
            _text(page, at, left + column, text, look)
            said = [*(here or ()), *((whole_row or ()) if column == 0 else ())]
            if said and comments < _COMMENTS:
                comments += 1
                page.write_comment(at, left + column, _comment(view, said))


def _comment(view: SubmissionView, numbers: Sequence[int]) -> str:
    found = [view.findings[n] for n in numbers]
    return "\n".join(f"{f.code}: {f.message} {f.fix}" for f in found)[:2_000]


class _Names:
    """Sheet names as Excel allows them, each once."""

    def __init__(self) -> None:
        self._taken = {FIRST_SHEET.casefold(), "history"}

    def given(self, wanted: str) -> str:
        plain = "".join(c if c.isprintable() else "_" for c in wanted)
        plain = re.sub(r"[\[\]:*?/\\]", "_", plain).strip("' ")[:31] or "Data"
        name, number = plain, 1
        while name.casefold() in self._taken:
            number += 1
            end = f" ({number})"
            name = plain[: 31 - len(end)] + end
        self._taken.add(name.casefold())
        return name
