"""How cells, columns and money are written for a person: in messages, pages and workbooks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

# A cell is shown no longer than this; what is cut is marked.
SHOWN = 80
# An error's message on the screen; the whole of it is in a log.
LONGEST = 600
# In English whatever the machine's language.
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
# What Excel keeps for a date, in the place of a pattern.
SERIAL = "excel-serial"
_BEFORE_THE_FIRST = date(1899, 12, 30)
# What makes a spreadsheet run a cell, also in full width, and what may stand before it.
_RUNS, _BLANK = "=+-@\t\r\n\0|%＝＋－＠", " \u00a0\u3000\ufeff"


def display_safe(value: str | None) -> str | None:
    """A cell's text made safe to show: control characters visible, length limited."""
    if value is None:
        return None
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value[: SHOWN + 1])
    return text if len(value) <= SHOWN else text[:SHOWN] + "…"


def column_letter(index: int) -> str:
    """Excel's letter of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def day_text(day: date, pattern: str) -> str:
    """A day by a pattern of ``strftime``, or as Excel's ``SERIAL``."""
    if pattern == SERIAL:
        return str((day - _BEFORE_THE_FIRST).days)
    name = MONTHS[day.month - 1].capitalize()
    return day.strftime(pattern.replace("%b", name[:3]).replace("%B", name))


def pounds(pence: int | None) -> str:
    """Pence as people write them: -£1,234.50; a dash when there is no amount."""
    if pence is None:
        return "–"
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def whole_pounds(pence: int) -> str:
    """Pence to the nearest pound, half a pound away from nought as on every page: -£1,235."""
    size = (abs(pence) + 50) // 100
    return f"{'-' if pence < 0 < size else ''}£{size:,}"


def moment(at: str | None) -> str:
    """A moment of the ledger (ISO 8601, UTC) as people write it: 2024-05-01 09:30:05 UTC."""
    return f"{at[:19].replace('T', ' ')} UTC" if at else ""


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula: a leading ``'`` where it might."""
    first = text.lstrip(_BLANK)[:1] or text[:1]
    return f"'{text}" if first in _RUNS and first else text


def runs_sql(column: str) -> str:
    """SQL that says whether a spreadsheet might take a text for a formula."""
    blank, runs = (_one_of(characters) for characters in (_BLANK, _RUNS))
    # Nearly every text begins with a letter or a digit, which is seen four times as fast.
    plain = f"{column} >= 'A' AND {column} < '{{' OR {column} >= '0' AND {column} < ':'"
    return f"CASE WHEN {plain} THEN false ELSE regexp_matches({column}, '^{blank}*{runs}') END"


def inert_sql(column: str) -> str:
    """``inert`` in SQL, for a column of text."""
    return f"CASE WHEN {runs_sql(column)} THEN '''' || {column} ELSE {column} END"


def _one_of(characters: str) -> str:
    """A regular expression for one of these characters, each by its number."""
    return "[" + "".join(f"\\x{{{ord(c):04X}}}" for c in characters) + "]"


def pounds_aside(pence: int, rows: int, unpriced: int | None) -> str:
    """The £ of rows set aside, in words where the amounts of ``unpriced`` of them are unknown: an
    amount that nobody can read is never shown as £0.00."""
    if not rows or not unpriced:
        return pounds(pence)
    if unpriced >= rows:
        return "£ unknown"
    return f"{pounds(pence)} and {unpriced:,} {'row' if unpriced == 1 else 'rows'} of unknown £"


def without_cells(message: object) -> str:
    """An error's message in one line, without the values that DuckDB quotes from a table, the class
    of the error and advice on how to program."""
    text = " ".join(str(message).split()).partition(" Possible solutions:")[0]
    text = re.sub(r"^([\w.]*\.)?_?\w*(Error|Exception): ", "", text)
    text = re.sub(r"^Runtime Error in \w+ \w+ \([^)]*\) ", "", text)
    if re.search(
        r"(Conversion|Constraint|Invalid Input|Out of Range|Parser) (Error|Exception)", text
    ):
        text = re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def said_of(said: Iterable[tuple[str, str | None]]) -> list[str]:
    """What is said of years, or of a body's year, each sentence once and after all that it is said
    of; ``None`` is nothing."""
    found: dict[str, dict[str, None]] = {}
    for what, sentence in said:
        if sentence:
            found.setdefault(sentence, {})[what] = None
    return [f"{', '.join(of)}: {sentence}" for sentence, of in found.items()]


def table(rows: Sequence[Sequence[str]], headings: Sequence[str] = ()) -> list[str]:
    """Rows as aligned lines, amounts and numbers to the right; as wide as they need to be."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=SIMPLE_HEAD if headings else None, show_header=bool(headings), pad_edge=False)
    for index in range(max(map(len, rows), default=0)):
        cells = [row[index] for row in rows if index < len(row) and row[index]]
        number = bool(cells) and all(re.fullmatch(r"\*?-?£?[\d,.]+|–", cell) for cell in cells)
        heading = headings[index] if index < len(headings) else ""
        made.add_column(Text(heading), justify="right" if number else "left", no_wrap=True)
    for row in rows:
        made.add_row(*map(Text, row))
    console = Console(width=10_000, file=StringIO(), color_system=None, legacy_windows=False)
    console.print(made)
    return [line.rstrip() for line in console.file.getvalue().splitlines() if line.strip()]  # type: ignore[attr-defined]
