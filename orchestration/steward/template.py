"""The blank template, the worked example and the guide, made from a partner's contract.

What is typed into the template as the guide says passes with no finding. The example is a file of
its own, marked SYNTHETIC, so that it can never be taken for money. Cells are written here and not
by the renderer of the samples, because that needs data frames, which a light verb does not load.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..contracts.feeds import has_money
from ..contracts.model import Partner
from ..contracts.periods import named
from ..contracts.template import Asked, asked, example_period, layout_in_use

_LIST = 255  # Excel takes no longer list of allowed values in a cell's own rule
_TYPED_ROWS = 5_000


def write_template(out: Path, partner: Partner, feed: str, *, xlsx: bool = False) -> list[Path]:
    """Writes template, example and guide of a partner's feed; the paths written."""
    columns = asked(feed, partner.feeds[feed])
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
    guide.write_text(guide_text(partner, feed, columns, blank.name, example.name), "utf-8")
    return [blank, example, guide]


def _write_csv(
    path: Path, columns: Sequence[Asked], rows: Sequence[Sequence[str]], encoding: str
) -> None:
    marked = "utf-8-sig" if encoding == "utf-8" else encoding  # the mark tells Excel what it is
    with path.open("w", encoding=marked, newline="") as file:
        csv.writer(file).writerows([[c.heading for c in columns], *rows])


def _write_workbook(path: Path, columns: Sequence[Asked], rows: Sequence[Sequence[str]]) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet("Data")
        page.freeze_panes(1, 0)
        must = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#D5E8F3"})
        may = book.add_format({"bold": True, "text_wrap": True})
        as_text = book.add_format({"num_format": "@"})
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for index, column in enumerate(columns):
            # Cells are text, so that Excel changes neither a date nor a code like 00123.
            page.set_column(index, index, max(16, min(40, len(column.heading) + 2)), as_text)
            page.write_string(0, index, column.heading, must if column.required else may)
            page.write_comment(0, index, f"{column.meaning}. Write {column.how}.")
            _drop_down(page, index, column)
            for number, row in enumerate(rows, 1):
                if row[index]:
                    page.write_string(number, index, row[index], as_text)


def _drop_down(page: Any, index: int, column: Asked) -> None:
    listed = ",".join(column.allowed)
    if column.allowed and len(listed) <= _LIST and not any("," in a for a in column.allowed):
        rule = {"validate": "list", "source": list(column.allowed), "ignore_blank": True}
        page.data_validation(1, index, _TYPED_ROWS, index, rule)


def guide_text(
    partner: Partner, feed: str, columns: Sequence[Asked], template: str, example: str
) -> str:
    """The guide: every column with what it means, how it is written, and whether it is needed."""
    period = example_period(partner.feeds[feed])
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
        f"2. `{example}` shows three rows. They are made up: never send them.",
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
