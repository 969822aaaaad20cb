"""``dictionary.html``: the dictionary as one page, which needs nothing but itself.

No script runs in it and nothing is asked of any other place; every value is escaped. The page is
``templates/dictionary.html.j2``.
"""

from __future__ import annotations

import re
from pathlib import Path

from ...html import environment
from ..dictionary import OF_EVERY_TABLE, SYNTHETIC, Dictionary, Entry

FILE = "dictionary.html"
_ADDS_UP = {"yes": "adds up", "no": "does not add up"}
# What `page` marks as a table or a column, to be read back by the audit.
_TABLE = re.compile(r'<h3 id="([a-z0-9_]+)"')
_COLUMN = re.compile(r"<th scope=row>(?:<b>)?([a-z0-9_<>]+?)(?:</b>)?$", re.MULTILINE)


def write_page(folder: Path, dictionary: Dictionary) -> Path:
    """Writes the page into ``folder``; its path."""
    path = folder / FILE
    path.write_text(page(dictionary), encoding="utf-8")
    return path


def page(dictionary: Dictionary) -> str:
    """The page as HTML."""
    return (
        environment(Path(__file__).with_name("templates"))
        .get_template("dictionary.html.j2")
        .render(
            dictionary=dictionary,
            synthetic=SYNTHETIC.strip(),
            of_every_table=OF_EVERY_TABLE,
            kind=_kind,
        )
    )


def tables_in(folder: Path) -> dict[str, list[str]]:
    """The tables that the page describes, each with its columns in order; those that every table
    has are described once, above all tables."""
    text = (folder / FILE).read_text(encoding="utf-8")
    parts = _TABLE.split(text)[1:]
    return {
        table: [column.replace("<wbr>", "") for column in _COLUMN.findall(section)]
        for table, section in zip(parts[::2], parts[1::2], strict=True)
    }


def _kind(entry: Entry) -> str:
    """Type, unit and whether it adds up, in one line."""
    column = entry.column
    adds_up = _ADDS_UP.get(column.adds_up) or (
        f"adds up {column.adds_up}" if column.adds_up.startswith("within") else ""
    )
    if column.adds_up and not adds_up:
        adds_up = f"adds up, {column.adds_up}"
    return "; ".join(filter(None, (entry.kind_in_words, column.unit, adds_up)))
