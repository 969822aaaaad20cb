"""A file as its tables of text cells, each with the row its headings stand in.

The file is opened by the reader of ``intake`` and by nothing else. Here belongs in which encoding,
by which separator and below which rows its lines are found; what a column means is ``meanings``'.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from expectations.catalogue import catalogue

from ..contracts.layout import DATE_STYLES
from ..intake.judge.findings import finding
from ..intake.judge.heading_rows import joined_rows
from ..intake.judge.layout import after_row, heading_key, with_trimmed
from ..intake.judge.other_readings import SEPARATORS, other_code_pages, stands_for_pound
from ..intake.judge.parse import MONEY_SHAPE
from ..intake.read import sandbox
from ..intake.read.detect import REFUSED, detect
from ..intake.read.source import PLAIN, Dialect, Sheet, UnreadableError, together
from .evidence import NothingProposedError
from .vocabulary import heading_scores, is_known

Rows = list[list[str]]
# The row of the headings (or the last above the lines), the headings, and whether there are any.
Start = tuple[int, tuple[str, ...], bool]

_DAY_STYLES = [shape for name, (shape, _) in DATE_STYLES.items() if name != "excel-serial"]
_DATE = re.compile("|".join(f"(?:{shape})" for shape in _DAY_STYLES))
_MONEY = re.compile(MONEY_SHAPE + r"|[0-9][0-9,]*\.[0-9]{2}-")
# Rows of headings are looked for among so many; a table that begins below is none of lines.
_NEAR = 40
# Letters that a text in English has, and that another code page makes of its bytes.
_MISREAD = "‚ƒ„…†‡ˆŠŒœšžŸúùñÑªº¿®¬¼«»"


@dataclass(frozen=True)
class Table:
    """One table: its headings, and the lines below them as the DuckDB table ``relation``.

    ``relation`` has ``source_row, w0 …``, texts without surrounding white space, and no row that
    is blank. ``row`` is the row of the headings, or the last above the lines where there are none
    (``headed`` is false). ``titles`` are the texts above.
    """

    sheet: str | None
    headings: tuple[str, ...]
    row: int
    headed: bool
    titles: tuple[str, ...]
    relation: str
    rows: int
    ragged: int = 0

    @property
    def width(self) -> int:
        return len(self.headings)


@dataclass(frozen=True)
class Opened:
    """A file opened: its kind, encodings in the order in which they are to be tried, tables."""

    kind: str
    encodings: tuple[str, ...]
    separator: str
    tables: tuple[Table, ...]
    unread: tuple[str, ...] = ()


def open_tables(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    start: Callable[[Rows], Start | None] | None = None,
) -> Opened:
    """Every table of a file, its lines loaded into ``con``; ``NothingProposedError`` if none.

    ``start`` says where in the first rows of a sheet its table begins; without it, as of spend.
    """
    kind, meaning = detect(path)
    if kind in REFUSED:
        raise NothingProposedError(_said(REFUSED[kind], meaning))
    try:
        source, encodings, dialect = _opened(path, kind)
    except UnreadableError as error:
        raise NothingProposedError(_said(error.code, error.detail)) from None
    tables, unread, headed = [], [], False
    try:
        for number, sheet in enumerate(source.sheets):
            table = _loaded(con, source, sheet, f"lines_{number}", start or start_of_spend)
            headed = headed or table is not None
            if table and table.rows:
                tables.append(table)
            elif any(map(any, sheet.head)):
                unread.append(sheet.name or "")
    except UnreadableError as error:
        raise NothingProposedError(_said(error.code, error.detail)) from None
    finally:
        source.close()
    if not tables and headed:
        raise NothingProposedError(
            "It has headings and no line below them. Propose the contract from a file with lines."
        )
    if not tables:
        raise NothingProposedError(
            "No table of payments was found in it: no row of headings, and no column of amounts "
            "beside one of dates or of texts. If the table begins below row "
            f"{_NEAR}, or its amounts stand in a column for each month, bring it into one line a "
            "payment first."
        )
    return Opened(kind, encodings, dialect.delimiter, tuple(tables), tuple(unread))


def _said(code: str, detail: str) -> str:
    return f"{finding(code, detail=detail).message} {catalogue()[code].fix}"


def _opened(path: Path, kind: str) -> tuple[sandbox.ChildSource, tuple[str, ...], Dialect]:
    """The file opened as it is really written."""
    if kind == "xlsx":
        return sandbox.open_limited(path, kind, ["utf-8"]), ("utf-8", "cp1252"), PLAIN
    encodings, twice = _encodings(path)
    source = sandbox.open_limited(path, kind, list(encodings), replace(PLAIN, twice=twice))
    marks = [
        m for m in SEPARATORS if any(m in cell for row in source.sheets[0].head for cell in row)
    ]
    best, dialect = _regularity(source.sheets[0].head), replace(PLAIN, twice=twice)
    for mark in marks:
        try:
            other_dialect = replace(dialect, delimiter=mark)
            other = sandbox.open_limited(path, kind, list(encodings), other_dialect)
        except UnreadableError:
            continue
        score = _regularity(other.sheets[0].head)
        if score <= best:
            other.close()
            continue
        source.close()
        source, best, dialect = other, score, other_dialect
    return source, encodings, dialect


def _regularity(head: Rows) -> float:
    """How much a text looks like a table as its cells were separated: cells a row, where most rows
    have as many."""
    widths = Counter(len(row) for row in head if any(row))
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: item[1] * item[0])
    return min(width, 40) * count / sum(widths.values()) if width > 1 else 0.0


def _encodings(path: Path) -> tuple[tuple[str, ...], str | None]:
    """The encodings to try, in order, and the code page through which UTF-8 went twice."""
    try:
        source = sandbox.open_limited(path, "csv", ["utf-8"])
    except UnreadableError as error:
        if error.code != "TP-003":
            raise
        return _code_page(path), None
    head, encoding = source.sheets[0].head, source.encoding or "utf-8"
    source.close()
    if encoding == "utf-8":
        for mark, other, twice in other_code_pages(encoding):
            if other is None and stands_for_pound(mark, head):
                return ("utf-8", "cp1252"), twice
    return ("utf-8", "cp1252"), None


def _code_page(path: Path) -> tuple[str, ...]:
    """The code page in which fewest cells hold letters that no English text has."""
    found = []
    for page in ("cp1252", "cp850"):
        try:
            source = sandbox.open_limited(path, "csv", [page])
        except UnreadableError as error:
            if error.code != "TP-003":
                raise
            continue
        sheet = source.sheets[0]
        width = max((len(row) for row in sheet.head), default=1) or 1
        odd = 0
        with duckdb.connect() as con:
            for batch in together(source.batches(sheet, width)):
                con.register("cells", batch)
                texts = " + ".join(
                    f"CASE WHEN regexp_matches(c{i}, '[{_MISREAD}]') THEN 1 ELSE 0 END"
                    for i in range(width)
                )
                (count,) = con.execute(f"SELECT coalesce(sum({texts}), 0) FROM cells").fetchall()[0]
                odd += int(count)
        source.close()
        found.append((odd, page))
    if not found:  # text in UTF-16 that is damaged, for one
        raise UnreadableError("TP-003", "UTF-8, UTF-16, Windows or DOS code page")
    return ("utf-8", min(found)[1])


def _loaded(
    con: duckdb.DuckDBPyConnection,
    source: sandbox.ChildSource,
    sheet: Sheet,
    relation: str,
    start: Callable[[Rows], Start | None],
) -> Table | None:
    """A sheet's table with its lines in ``relation``; ``None`` for a sheet of something else."""
    begins = start(sheet.head)
    if begins is None:
        return None
    row, headings, headed = begins
    width = _width(sheet.head[row:], headings)
    headings = (*headings[:width], *[""] * (width - len(headings)))
    columns = ", ".join(f"w{i} VARCHAR" for i in range(width))
    con.execute(f"CREATE OR REPLACE TABLE {relation} (source_row BIGINT, {columns})")
    cells = ", ".join(f"w{i}" for i in range(width))
    for batch in together(source.batches(sheet, width)):
        below = after_row(batch, row)
        if not below.num_rows:
            continue
        con.register("cells", with_trimmed(below))
        con.execute(
            f"INSERT INTO {relation} SELECT source_row, {cells} FROM cells "
            f"WHERE concat({cells}) <> ''"
        )
    (count,) = con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0]
    above = sheet.head[: row - headed]
    titles = tuple(cell.strip() for line in above for cell in line if cell.strip())
    return Table(sheet.name, headings, row, headed, titles, relation, count, len(sheet.ragged))


def _width(below: Rows, headings: Sequence[str]) -> int:
    """How many columns the table has: as far as headings go, or most of the rows below."""
    named = max((i + 1 for i, h in enumerate(headings) if h.strip()), default=0)
    rows = [row for row in below if any(map(str.strip, row))]
    last = [max(i + 1 for i, c in enumerate(row) if c.strip()) for row in rows]
    common = [width for width in last if last.count(width) >= max(2, 0.3 * len(last))]
    return max([named, *common, 1])


def start_of_spend(head: Rows) -> Start | None:
    """Where a table of payments begins, by the words it is headed by or else by its values."""
    return _by_words(head[:_NEAR]) or _by_values(head)


def _by_words(head: Rows) -> Start | None:
    """The row with most of the words that spend is headed by; two rows where one is not enough."""
    single = [(number, row) for number, row in enumerate(head, 1)]
    for rows in (single, [*single, *joined_rows(head)]):
        scored = [(_known(row), -number, row) for number, row in rows if not has_values(row)]
        best = max(scored, default=(0, 0, []), key=lambda found: (found[0], found[1]))
        if best[0] >= 2 and _names_lines(best[2]):
            return -best[1], tuple(cell.strip() for cell in best[2]), True
    return None


def _known(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip() and is_known(cell))


def _names_lines(row: Sequence[str]) -> bool:
    """Whether headings have an amount, and a date or a payee: else they are of another table."""
    fields = {name for cell in row for name, score in heading_scores(cell).items() if score >= 0.5}
    return "amount_pence" in fields and bool(fields & {"line_date", "supplier_name"})


def has_values(row: Sequence[str]) -> bool:
    """Whether a row holds values: no heading is an amount or a date."""
    return any(_DATE.fullmatch(c.strip()) or _MONEY.fullmatch(c.strip()) for c in row if c.strip())


def _by_values(head: Rows) -> Start | None:
    """Where rows with amounts begin, by their values alone."""
    kinds = [_kinds(row) for row in head]
    common = Counter(itertools.chain.from_iterable(kinds))
    filled = sum(1 for row in head if any(map(str.strip, row)))
    usual = {place for place, count in common.items() if count >= 0.5 * filled}
    if not {"money", "amount"} & {kind for _, kind in usual} or not filled:
        return None
    if "date" not in {kind for _, kind in usual} and not _texts(head, usual):
        return None
    first = next(i for i, kind in enumerate(kinds) if usual <= kind or len(usual & kind) >= 2)
    above = next((i for i in range(first - 1, -1, -1) if any(map(str.strip, head[i]))), None)
    if above is not None and _is_heading(head[above], head[first]):
        return above + 1, tuple(cell.strip() for cell in head[above]), True
    return first, (), False


def _kinds(row: Sequence[str]) -> set[tuple[int, str]]:
    found = set()
    for index, cell in enumerate(row):
        text = cell.strip()
        if _DATE.fullmatch(text):
            found.add((index, "date"))
        elif re.fullmatch(r".*[0-9]\.[0-9]{1,2}\)?-?", text) and _MONEY.fullmatch(text):
            found.add((index, "amount"))
        elif _MONEY.fullmatch(text):
            found.add((index, "money"))
    return found


def _texts(head: Rows, usual: set[tuple[int, str]]) -> bool:
    """Whether most rows have a text beside the amounts."""
    taken = {index for index, _ in usual}
    rows = [row for row in head if any(map(str.strip, row))]
    worded = sum(
        any(re.search("[A-Za-z]{3}", c) for i, c in enumerate(row) if i not in taken)
        for row in rows
    )
    return 2 * worded > len(rows) and "amount" in {kind for _, kind in usual}


def _is_heading(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row above the first line is one of headings: short texts, each its own, over most
    of its cells."""
    texts = [cell.strip() for cell in row if cell.strip()]
    filled = sum(1 for cell in below if cell.strip())
    return (
        not has_values(row)
        and len(texts) >= max(2, filled / 2)
        and len({heading_key(t) for t in texts}) >= 0.7 * len(texts)
        and all(len(t) <= 80 for t in texts)
    )
