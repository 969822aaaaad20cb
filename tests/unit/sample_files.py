"""Reads the synthetic samples with Python's csv module, openpyxl and exact decimals, never with
our intake, so that what the story expects is counted independently of what made it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

import openpyxl

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.load import load_partners
from orchestration.contracts.periods import Period, from_file_name
from orchestration.sample.story import Fault, load_story
from orchestration.settings import CHECKOUT

PARTNERS = load_partners(CHECKOUT / "data" / "partners")
STORY = load_story()
# Dates as the four partners write them; tried in order, so two-digit years come first.
DATES = ("%d-%b-%y", "%d-%b-%Y", "%Y-%m-%d")


def decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def tables(path: Path) -> Iterator[list[list[object]]]:
    """Every table of a file, as rows of cells."""
    if path.suffix == ".csv":
        yield [list(row) for row in csv.reader(io.StringIO(decoded(path), newline=""))]
        return
    yield from _sheets(path.read_bytes())


@cache
def _sheets(workbook: bytes) -> list[list[list[object]]]:
    """The sheets of a workbook, kept: samples of any size hold the same ones."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return [
        [["" if c is None else c for c in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    ]


def lines(path: Path, feed: str) -> Iterator[dict[str, object]]:
    """The data lines of a file by canonical name: rows under the headings that are not blank,
    a total or a note."""
    columns = PARTNERS[path.parts[-3]].feeds[feed].layouts[0].columns
    names = {" ".join(h.split()): n for n, c in columns.items() for h in c.headings}
    for rows in tables(path):
        known: list[str | None] = []
        for row in rows:
            keys = [names.get(" ".join(str(c).split())) for c in row]
            if not known:
                known = keys if sum(k is not None for k in keys) * 2 > len(columns) else []
            elif sum(c != "" for c in row) > 2:
                yield {k: v for k, v in zip(known, row, strict=False) if k}


def pence(cell: object) -> int | None:
    """Exact pence of a cell, ``None`` when it is no amount."""
    text = str(cell).strip()
    negative = text.startswith(("-", "("))
    bare = re.fullmatch(r"[-(]?£?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\)?", text)
    if not bare:
        return None
    try:
        amount = Decimal(bare[1].replace(",", "") + (bare[2] or "")) * 100
    except InvalidOperation:
        return None
    return round(amount) * (-1 if negative else 1)


def day(cell: object) -> date | None:
    """The date of a cell, ``None`` when it is none."""
    if isinstance(cell, datetime):
        return cell.date()
    for style in DATES:
        try:
            return datetime.strptime(str(cell), style).date()
        except ValueError:
            continue
    return None


def out_of_force(faults: Sequence[Fault]) -> set[tuple[str, str, str]]:
    """Files that do not count, by the planted faults: replaced, refused or sent again."""
    gone: set[tuple[str, str, str]] = set()
    for fault in faults:
        for kind, index in (("corrected", 0), ("missing_column", 0), ("duplicate", 1)):
            if fault.kind == kind:
                gone.add((fault.partner, fault.feed, fault.files[index]))
    return gone


def in_force(
    folder: Path, faults: Sequence[Fault] = STORY.faults
) -> Iterator[tuple[str, str, Path, Period]]:
    """Partner, feed, file and period of every file that counts."""
    gone = out_of_force(faults)
    for path in sorted(folder.glob("*/*/*")):
        partner, feed = path.parts[-3], path.parts[-2]
        if (partner, feed, path.name) in gone:
            continue
        promise = PARTNERS[partner].feeds[feed]
        period = from_file_name(path.name, promise.period_in_file_name, promise.cadence)
        assert period is not None
        yield partner, feed, path, period


def accepted(path: Path, feed: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Pence and cells of every line that can be read; the others must be set aside."""
    for line in lines(path, feed):
        schema = FEEDS[feed]
        amount = pence(line[schema.money_field]) if schema.money_field else 0
        if amount is None and not schema.field(schema.money_field or "").required:
            amount = 0
        if amount is not None and (feed != "spend" or day(line["line_date"])):
            yield amount, line
