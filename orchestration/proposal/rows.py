"""Rows that are no plain lines: totals, rows without a date, cells one place too far left, labels
that stand once for the rows below.

Here belongs what the rows of chosen columns prove; how such rows are read is ``intake.judge``'s.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from ..sql import literal
from .layouts import Group
from .tables import Table

# What subtotals are called, the surest first: no payee's name ends in the word.
_TOTALS = (r"(?i).*\S\s+(?:sub[ -]?)?totals?", r"(?i)(?:sub[ -]?)?totals?[ :]+(?:for|of)\b.*")
_GRAND = r"(?i)\s*(?:grand|overall)[ -]?total\b.*|\s*total\s*"
_TOTALS_IN = ("transaction_no", "supplier_name", "department", "area", "account", "invoice_no")
_LABELS = ("department", "area", "entity", "supplier_name", "line_date")
# So many rows prove that cells have moved, and so few do not.
_MOVED_ROWS, _MOVED_SHARE = 20, 0.02


@dataclass(frozen=True)
class Realigned:
    """Rows whose cells stand one column to the left: the columns and the pattern that show it."""

    code_heading: str
    code_pattern: str
    from_heading: str
    rows: int


@dataclass(frozen=True)
class Totals:
    """Rows that are subtotals: the field that names them, by which pattern, how many they are, and
    whether they add up to the other rows."""

    field: str
    pattern: str
    rows: int
    agree: bool


def undated(
    con: duckdb.DuckDBPyConnection, table: Table, day: str, amount: str, filled: Sequence[int]
) -> tuple[int, int]:
    """Rows with an amount and other texts but with nothing for a date, and their pence. ``day`` is
    the cell of the date, ``amount`` SQL of the pence; ``filled`` are columns of texts."""
    texts = " + ".join(f"CASE WHEN w{i} <> '' THEN 1 ELSE 0 END" for i in filled) or "0"
    row = con.execute(
        f"SELECT count(*), CAST(coalesce(sum({amount}), 0) AS BIGINT) FROM {table.relation} "
        f"WHERE {day} = '' AND {amount} IS NOT NULL AND {texts} >= 2"
    ).fetchall()[0]
    return int(row[0]), int(row[1])


def totals_within(
    con: duckdb.DuckDBPyConnection, table: Table, places: Mapping[str, int], amount: str
) -> Totals | None:
    """Where subtotals are named, how many there are, and whether they add up to the lines."""
    for name, total in itertools.product(_TOTALS_IN, _TOTALS):
        if name not in places:
            continue
        cell = f"w{places[name]}"
        is_total = f"regexp_full_match({cell}, $total)"
        row = con.execute(
            f"SELECT count(*) FILTER ({is_total}), "
            f"CAST(coalesce(sum({amount}) FILTER ({is_total}), 0) AS BIGINT), "
            f"CAST(coalesce(sum({amount}) FILTER (NOT {is_total}), 0) AS BIGINT) "
            f"FROM {table.relation} WHERE NOT regexp_full_match({cell}, $grand) "
            f"AND {amount} IS NOT NULL",
            {"total": total, "grand": _GRAND},
        ).fetchall()[0]
        count, totals, lines = map(int, row)
        if count >= 2 and (totals == lines or count > 0.05 * table.rows):
            return Totals(name, total, count, totals == lines)
    return None


def labels_once(
    con: duckdb.DuckDBPyConnection, table: Table, places: Mapping[str, int]
) -> list[str]:
    """Fields whose label stands once for the rows below it: the first row has one, most rows have
    none, and no label follows itself."""
    found = []
    for name in _LABELS:
        if name not in places or table.rows < 5:
            continue
        cell = f"w{places[name]}"
        row = con.execute(
            f"WITH filled AS (SELECT source_row, {cell} AS t, lag({cell}) OVER "
            f"(ORDER BY source_row) AS before FROM {table.relation} WHERE {cell} <> '') "
            "SELECT count(*), count(*) FILTER (t = before), min(source_row), "
            f"(SELECT min(source_row) FROM {table.relation}) FROM filled"
        ).fetchall()[0]
        count, repeated, first, start = row
        if 2 <= count < 0.5 * table.rows and not repeated and first == start:
            found.append(name)
    return found


def put_right(con: duckdb.DuckDBPyConnection, groups: Sequence[Group]) -> Realigned | None:
    """Puts the cells of rows right that have moved one column to the left; what shows them."""
    for group in groups:
        for name in ("account_code", "supplier_code"):
            meaning = group.meanings.by_field.get(name)
            for table in group.tables if meaning and meaning.heading else ():
                if found := _moved_left(con, table, meaning.index if meaning else 0):
                    return found
    return None


def _moved_left(con: duckdb.DuckDBPyConnection, table: Table, code: int) -> Realigned | None:
    """Rows of a table of which the column of codes is one place too far left, put right: the code
    stands in the column before it and none in its own."""
    pattern = _pattern(con, table, code) if code else None
    if pattern is None:
        return None
    own, left = (f"regexp_full_match(w{i}, $p)" for i in (code, code - 1))
    moved = f"({left} AND NOT {own})"
    row = con.execute(
        f"SELECT count(*) FILTER ({moved}), count(*) FILTER ({own} AND NOT {left}), count(*), "
        f"count(*) FILTER ({moved} AND w{table.width - 1} <> '') FROM {table.relation}",
        {"p": pattern},
    ).fetchall()[0]
    shifted, right, rows, ending = map(int, row)
    # Where the last column is filled all the same, something else has happened to the row.
    if shifted < max(_MOVED_ROWS, _MOVED_SHARE * rows) or ending > 0.02 * shifted:
        return None
    if shifted + right < 0.8 * rows:
        return None
    start = _first_moved(con, table, code, pattern, moved)
    if start is None or not table.headings[start]:
        return None
    cells = ", ".join(
        f"w{i} = CASE WHEN {moved} THEN {literal('') if i == start else f'w{i - 1}'} ELSE w{i} END"
        for i in range(start, table.width)
    )
    con.execute(f"UPDATE {table.relation} SET {cells}", {"p": pattern})
    return Realigned(table.headings[code], pattern, table.headings[start], shifted)


def _pattern(con: duckdb.DuckDBPyConnection, table: Table, code: int) -> str | None:
    """What most codes look like in full; ``None`` where they have no form of their own, such as
    plain numbers."""
    shape = "regexp_replace(regexp_replace({}, '[A-Z]', 'A', 'g'), '[0-9]', '9', 'g')"
    rows = con.execute(
        f"SELECT s, count(*) FROM (SELECT {shape.format(f'w{code}')} AS s FROM {table.relation} "
        f"WHERE w{code} <> '') WHERE regexp_full_match(s, 'A{{1,4}}9{{2,8}}') GROUP BY s "
        "ORDER BY count(*) DESC LIMIT 8"
    ).fetchall()
    if not rows:
        return None
    letters, digits = ([len(re.sub(f"[^{c}]", "", s)) for s, _ in rows] for c in "A9")
    return rf"[A-Z]{_times(letters)}\d{_times(digits)}"


def _times(lengths: Sequence[int]) -> str:
    low, high = min(lengths), max(lengths)
    if low == high:
        return "" if low == 1 else f"{{{low}}}"
    return f"{{{low},{high}}}"


def _first_moved(
    con: duckdb.DuckDBPyConnection, table: Table, code: int, pattern: str, moved: str
) -> int | None:
    """The first column whose cells have moved: those of moved rows are found among the others'
    cells of the next column, not of their own."""
    first = None
    for index in range(code - 1, 0, -1):
        row = con.execute(
            f"WITH m AS (SELECT DISTINCT w{index} AS t FROM {table.relation} WHERE {moved} "
            f"AND w{index} <> ''), r AS (SELECT * FROM {table.relation} WHERE NOT ({moved})) "
            f"SELECT count(*) FILTER (t IN (SELECT w{index + 1} FROM r)), "
            f"count(*) FILTER (t IN (SELECT w{index} FROM r)) FROM m",
            {"p": pattern},
        ).fetchall()[0]
        if row[0] <= row[1]:
            break
        first = index
    return first
