"""A file under reading: its tables and columns, and what is asked of its lines with SQL.

Here belongs what several of the decisions need to see of a file; none is made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ..contracts.layout import Column
from ..display import column_letter, display_safe
from ..intake.judge.parse import date_sql
from .basis import PENCE, Sizes
from .evidence import ColumnReading, Proposal
from .layouts import FieldColumn, Group, is_shown
from .meanings import Meaning
from .rows import Realigned
from .signs import amount_sql
from .styles import cells_sql
from .tables import Opened, Table

# The way to the one layout of one file.
LAYOUT = "feeds.spend.layouts.0"
# A label stands in so many lines; a text that stands in fewer may be about one person.
_OFTEN = 10
# A column with such a share of codes and numbers holds no texts.
_CODES = 0.95


@dataclass
class Reading:
    """A file under reading: its tables, its columns by field, and the proposal as it grows."""

    con: duckdb.DuckDBPyConnection
    path: Path
    opened: Opened
    groups: list[Group]
    columns: dict[str, FieldColumn]
    keys: dict[str, dict[str, Any]]
    proposal: Proposal
    moved: Realigned | None = None

    @property
    def tables(self) -> list[Table]:
        return [table for group in self.groups for table in group.tables]

    @property
    def titles(self) -> list[str]:
        """Texts above the lines, and names of sheets, each once."""
        names = [t.sheet for t in self.tables if t.sheet]
        return list(dict.fromkeys([*(text for t in self.tables for text in t.titles), *names]))

    def cell(self, name: str, table: Table) -> str | None:
        """The cell of a field in a table."""
        column = self.columns.get(name)
        found = [i for t, i in column.places if t is table] if column else []
        return f"w{found[0]}" if found else None

    def pence(self, table: Table) -> str:
        """SQL of the pence of a line; NULL where the cell is no amount."""
        cell = self.cell("amount_pence", table) or "''"
        return amount_sql(Column.model_validate(self.keys["amount_pence"]), table, cell)

    def day(self, table: Table) -> str | None:
        """SQL of the day of a line."""
        cell = self.cell("line_date", table)
        return date_sql(cell, self.keys["line_date"]["formats"]) if cell else None


def make_lines(reading: Reading) -> None:
    """The view ``read``: of every line its pence, day and number, NULL where there is none."""
    selects = [
        f"SELECT {reading.pence(table)} AS pence, "
        f"{reading.day(table) or 'CAST(NULL AS DATE)'} AS day, "
        f"{reading.cell('transaction_no', table) or 'NULL'} AS number FROM {table.relation}"
        for table in reading.tables
    ]
    reading.con.execute(f"CREATE OR REPLACE TABLE read AS {' UNION ALL '.join(selects)}")


def sizes(reading: Reading) -> Sizes:
    """How many lines, and how many payments of one number, are below each amount."""
    counted = ", ".join(f"count(*) FILTER (abs(pence) < {least})" for least in PENCE.values())
    each = "SELECT pence FROM read WHERE pence IS NOT NULL"
    summed = (
        "SELECT sum(pence) AS pence FROM read WHERE pence IS NOT NULL AND number <> '' "
        "GROUP BY number"
    )
    lines, *below = reading.con.execute(f"SELECT count(*), {counted} FROM ({each})").fetchall()[0]
    payments, *sums = reading.con.execute(f"SELECT count(*), {counted} FROM ({summed})").fetchall()[
        0
    ]
    both = (dict(zip(PENCE, counts, strict=True)) for counts in (below, sums))
    return Sizes(lines, next(both), payments, next(both) if payments else None)


def shown_names(reading: Reading) -> list[str]:
    """Names of the body that the file shows: its own column's, where nearly every line has it."""
    column = reading.columns.get("entity")
    if column is None:
        return []
    rows = reading.con.execute(
        f"SELECT t, count(*) FROM ({cells_sql(column.places)}) GROUP BY t ORDER BY 2 DESC, t"
    ).fetchall()
    most, total = (rows[0], sum(count for _, count in rows)) if rows else (("", 0), 0)
    return [str(most[0])] if total and most[1] >= 0.9 * total else []


def column_readings(reading: Reading) -> list[ColumnReading]:
    """Every column of the file with what it was taken for, the first group's in full."""
    found = []
    group = reading.groups[0]
    by_index = {m.index: m for m in group.meanings.by_field.values() if m.field in reading.columns}
    for index, heading in enumerate(group.headings):
        meaning = by_index.get(index)
        facts = group.facts[index]
        found.append(
            ColumnReading(
                column_letter(index),
                display_safe(heading) or "",
                meaning.field if meaning else None,
                meaning.confidence if meaning else "sure",
                meaning.why if meaning else ("empty" if not facts.filled else "not read"),
                facts.filled,
                _examples(reading, group, meaning) if meaning else (),
            )
        )
    return found


def _examples(reading: Reading, group: Group, meaning: Meaning) -> tuple[str, ...]:
    """Up to five different cells, where none can name a person: figures as they come, and of a
    column of texts those that stand there again and again."""
    plain = meaning.field in ("line_date", "amount_pence", "vat_pence")
    if not is_shown(meaning.field) or not (plain or meaning.confidence == "sure"):
        return ()
    cell, facts = f"w{meaning.index}", group.facts[meaning.index]
    often = 1 if plain or facts.share(facts.codes) > _CODES else _OFTEN
    rows = reading.con.execute(
        f"SELECT {cell} FROM {group.tables[0].relation} WHERE {cell} <> '' GROUP BY {cell} "
        f"HAVING count(*) >= {often} ORDER BY min(source_row) LIMIT 5"
    ).fetchall()
    return tuple(display_safe(text) or "" for (text,) in rows)


def notes_of(reading: Reading) -> list[str]:
    """What was seen of the file as a whole."""
    first = reading.tables[0]
    notes = [f"{len(reading.tables)} sheets with lines"] if len(reading.tables) > 1 else []
    if first.headed and first.row > 1:
        notes.append(f"headings in row {first.row}, below {first.row - 1} rows of titles")
    if not first.headed:
        notes.append(f"no headings; lines begin in row {first.row + 1}")
    if reading.opened.separator != ",":
        notes.append(f"cells separated by {reading.opened.separator!r}")
    if reading.opened.unread:
        names = ", ".join(f"'{display_safe(n)}'" for n in reading.opened.unread)
        notes.append(f"sheets without lines, which are not read: {names}")
    return notes
