"""The blank template, the worked example and the guide, made from a partner's contract.

What is typed into the template as the guide says passes with no finding. The example is a file of
its own that says of itself that it is made up, and is refused under any name (TP-398). Cells are
written here and not by the renderer of the samples, because that needs data frames, which a light
verb does not load.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..contracts.feeds import has_money
from ..contracts.model import Partner
from ..contracts.periods import named
from ..contracts.template import GUIDE, MADE_UP, Asked, asked, example_period, layout_in_use
from ..display import column_letter

_LIST = 255  # Excel takes no longer list of allowed values in a cell's own rule
_TYPED_ROWS = 5_000
_GUIDE = "Guide"
# Of the sheet that explains the workbook: its columns, and the row in which its table begins.
_EXPLAINED = ("Heading", "What it means", "How to write it", "Needed", "Example")
_BEGINS = 2


def write_template(
    out: Path, partner: Partner, feed: str, today: date, *, xlsx: bool = False
) -> list[Path]:
    """Writes template, example and guide of a partner's feed; the paths written. Examples are of
    the financial year of ``today``, or of the body's last one."""
    columns = asked(feed, partner.feeds[feed], min(today, partner.valid_to or today))
    out.mkdir(parents=True, exist_ok=True)
    ending = "xlsx" if xlsx else "csv"
    base = f"{partner.id}-{feed}"
    blank = out / f"{base}-template.{ending}"
    example = out / f"SYNTHETIC-EXAMPLE-{base}.{ending}"
    rows = [[c.examples[n] for c in columns] for n in range(len(columns[0].examples))]
    for path, lines in ((blank, []), (example, rows)):
        if xlsx:
            _write_workbook(path, columns, lines)
        else:
            _write_csv(path, columns, lines, layout_in_use(partner.feeds[feed]).encodings[0])
    guide = out / f"{base}-guide.md"
    guide.write_text(guide_text(partner, feed, columns, blank.name, example.name, today), "utf-8")
    return [blank, example, guide]


def _write_csv(
    path: Path, columns: Sequence[Asked], rows: Sequence[Sequence[str]], encoding: str
) -> None:
    marked = "utf-8-sig" if encoding == "utf-8" else encoding  # the mark tells Excel what it is
    above = [[MADE_UP]] if rows else []
    with path.open("w", encoding=marked, newline="") as file:
        csv.writer(file).writerows([*above, [c.heading for c in columns], *rows])


def _write_workbook(path: Path, columns: Sequence[Asked], rows: Sequence[Sequence[str]]) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        page, guide = book.add_worksheet("Data"), book.add_worksheet(_GUIDE)
        top = 1 if rows else 0
        if rows:
            page.write_string(0, 0, MADE_UP)
        page.freeze_panes(top + 1, 0)
        must = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#D5E8F3"})
        may = book.add_format({"bold": True, "text_wrap": True})
        # Other cells are text, so that Excel changes neither a date nor a code like 00123.
        as_text = book.add_format({"num_format": "@"})
        as_money = book.add_format({"num_format": "0.00##"})
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for index, column in enumerate(columns):
            shape = as_money if column.is_money else as_text
            page.set_column(index, index, max(16, min(40, len(column.heading) + 2)), shape)
            page.write_string(top, index, column.heading, must if column.required else may)
            page.write_comment(top, index, f"{column.meaning}. Write {column.how}.")
            _drop_down(page, top, index, column)
            for number, row in enumerate(rows, top + 1):
                if row[index] and column.is_money:
                    page.write_number(number, index, Decimal(row[index]), as_money)
                elif row[index]:
                    page.write_string(number, index, row[index], as_text)
        _write_guide(guide, columns, may)


def _write_guide(page: Any, columns: Sequence[Asked], bold: Any) -> None:
    """The sheet that explains every column; beside it the allowed values, one column each."""
    page.write_string(0, 0, GUIDE)
    page.set_column(0, 2, 40)
    for place, heading in enumerate(_EXPLAINED):
        page.write_string(_BEGINS, place, heading, bold)
    for number, column in enumerate(columns):
        needed = "yes" if column.required else "no"
        cells = (column.heading, column.meaning, column.how, needed, column.examples[0])
        for place, text in enumerate(cells):
            page.write_string(_BEGINS + 1 + number, place, text)
        for row, text in enumerate((f"Allowed: {column.heading}", *column.allowed), _BEGINS):
            if column.allowed:
                page.write_string(row, _list_at(number), text)


def _list_at(number: int) -> int:
    """The column of the guide in which the allowed values of a column stand."""
    return len(_EXPLAINED) + 1 + number


def _drop_down(page: Any, top: int, index: int, column: Asked) -> None:
    """A list to choose from in every cell of a column of codes; one that is too long for a cell's
    own rule is that of the guide."""
    if not column.allowed:
        return
    source: list[str] | str = list(column.allowed)
    if len(",".join(column.allowed)) > _LIST or any("," in a for a in column.allowed):
        letter, first = column_letter(_list_at(index)), _BEGINS + 2
        last = first + len(column.allowed) - 1
        source = f"={_GUIDE}!${letter}${first}:${letter}${last}"
    rule = {"validate": "list", "source": source, "ignore_blank": True}
    page.data_validation(top + 1, index, _TYPED_ROWS, index, rule)


def guide_text(
    partner: Partner,
    feed: str,
    columns: Sequence[Asked],
    template: str,
    example: str,
    today: date,
) -> str:
    """The guide: every column with what it means, how it is written, and whether it is needed."""
    period = example_period(partner.feeds[feed], min(today, partner.valid_to or today))
    sums = 'their sum in pence, `{"rows": 120, "pence": 4512300}`'
    if not has_money(feed):
        sums = '0 for the money it does not have, `{"rows": 120, "pence": 0}`'
    out = [
        f"# {partner.name}: how to send {feed}",
        "",
        f"One file holds one {named(partner.feeds[feed].cadence)}. The period is read from the "
        f"file's name or its dates; to be sure, say `--period {period.label}` when you send it.",
        "",
        f"1. Fill in `{template}`. Keep the headings; their order does not matter.",
        f"2. `{example}` shows three rows. They are made up, and a file that holds them "
        "is refused.",
        f"3. Try it: `totalplace check FILE --partner {partner.id} --feed {feed}`. Nothing is "
        "stored.",
        f"4. Send it: `totalplace submit FILE --partner {partner.id} --feed {feed}`. You get a "
        "receipt.",
        "",
        "To be sure that it arrives whole, put a control file beside it, `FILE.manifest.json`, "
        f"with the number of lines (without the heading row) and {sums}. A file that does not "
        "agree with it is refused.",
        "",
        "Where the table says *yes* or *strict*, a cell that cannot be read sets its row aside. "
        "Any other cell that cannot be read counts as empty, and you are told.",
        "",
        "| Heading | What it means | How to write it | Allowed values | Needed | Example |",
        "|---|---|---|---|---|---|",
    ]
    for column in columns:
        also = f" (also: {', '.join(column.also)})" if column.also else ""
        cells = (
            f"{column.heading}{also}",
            column.meaning,
            column.how,
            ", ".join(column.allowed) or "any",
            "yes" if column.required else "no; strict" if column.strict else "no",
            column.examples[0],
        )
        out.append("| " + " | ".join(_cell(c) for c in cells) + " |")
    return "\n".join([*out, ""])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
