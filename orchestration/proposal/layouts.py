"""The columns of a layout, put together from every table of a file.

Tables of one workbook may call a column by several headings: one is preferred and the others are
aliases. Here belongs that, and positions where a heading cannot tell columns apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from ..contracts.feeds import FEEDS
from ..display import column_letter
from ..intake.judge.layout import heading_key
from .evidence import Facts
from .facts import column_facts
from .meanings import Meaning, Meanings, meanings_of
from .tables import Table

Place = tuple[Table, int]


@dataclass(frozen=True)
class Group:
    """Tables with the same headings: their facts, and what their columns were taken for."""

    tables: tuple[Table, ...]
    facts: tuple[Facts, ...]
    meanings: Meanings

    @property
    def headings(self) -> tuple[str, ...]:
        return self.tables[0].headings

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


@dataclass
class FieldColumn:
    """One field: the best of its meanings, its headings (the commonest first), where it stands in
    each table, and the letter by which it is known where headings do not tell."""

    name: str
    meaning: Meaning
    headings: list[str]
    places: list[Place]
    position: str | None = None
    everywhere: bool = True
    doubts: list[str] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return self.headings[0]


def groups_of(con: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> list[Group]:
    """The tables by their headings, with what their columns were taken for; most rows first."""
    alike: dict[tuple[object, ...], list[Table]] = {}
    for table in tables:
        keys = tuple(map(heading_key, table.headings)) if table.headed else (table.width,)
        alike.setdefault(keys, []).append(table)
    groups = []
    for number, some in enumerate(alike.values()):
        columns = ", ".join(f"w{i}" for i in range(some[0].width))
        union = " UNION ALL ".join(f"SELECT {columns} FROM {t.relation}" for t in some)
        con.execute(f"CREATE OR REPLACE VIEW alike_{number} AS {union}")
        facts = column_facts(con, f"alike_{number}", some[0].width)
        groups.append(Group(tuple(some), tuple(facts), meanings_of(some[0].headings, facts)))
    return sorted(groups, key=lambda group: -group.rows)


def of_lines(groups: Sequence[Group]) -> tuple[list[Group], list[str]]:
    """The tables of payments, and the names of the sheets that hold something else: no amounts, or
    amounts without dates where others have them, such as sums by department."""
    priced = [g for g in groups if "amount_pence" in g.meanings.by_field]
    dated = [g for g in priced if "line_date" in g.meanings.by_field]
    kept = dated or priced
    others = [t.sheet or "" for g in groups if g not in kept for t in g.tables]
    return kept, others


def columns_of(groups: Sequence[Group]) -> list[FieldColumn]:
    """The fields of all tables, in the order of the columns of the first."""
    names: dict[str, None] = {}
    for group in groups:
        ordered = sorted(group.meanings.by_field.values(), key=lambda m: m.index)
        names |= dict.fromkeys(m.field for m in ordered)
    columns = [_column(name, groups) for name in names]
    _separate(columns)
    if not all(group.tables[0].headed for group in groups):
        _by_letters(columns, groups)
    return columns


def _column(name: str, groups: Sequence[Group]) -> FieldColumn:
    found = [(group, group.meanings.by_field.get(name)) for group in groups]
    there = [(group, meaning) for group, meaning in found if meaning]
    rows: Counter[str] = Counter()
    places: list[Place] = []
    position = None
    for group, meaning in there:
        heading = group.headings[meaning.index].strip(" :*")
        rows[heading] += group.rows
        places += [(table, meaning.index) for table in group.tables]
        keys = list(map(heading_key, group.headings))
        if not heading or keys.count(heading_key(heading)) > 1:
            position = column_letter(meaning.index)
    headings = [h for h, _ in rows.most_common() if h] or [_called(name)]
    best = max((meaning for _, meaning in there), key=lambda m: m.score)
    unique = {heading_key(h): h for h in reversed(headings)}
    return FieldColumn(
        name, best, list(reversed(unique.values())), places, position, len(there) == len(found)
    )


def _called(name: str) -> str:
    """What messages call a column without a heading."""
    return {
        "line_date": "Date",
        "amount_pence": "Amount",
        "supplier_name": "Supplier",
        "transaction_no": "Reference",
    }.get(name, name.replace("_", " ").capitalize())


def _separate(columns: Sequence[FieldColumn]) -> None:
    """No heading is two fields': one that is another field's preferred one is no alias."""
    preferred = {heading_key(c.heading): c.name for c in columns if c.position is None}
    for column in columns:
        foreign = [h for h in column.headings[1:] if preferred.get(heading_key(h), "") not in
                   ("", column.name)]  # fmt: skip
        if foreign:
            column.headings = [h for h in column.headings if h not in foreign]
            column.doubts.append(f"'{foreign[0]}' heads another column on other sheets")


def _by_letters(columns: Sequence[FieldColumn], groups: Sequence[Group]) -> None:
    """Every column by its letter, as some sheets have no headings."""
    for column in columns:
        unheaded = [i for table, i in column.places if not table.headed]
        index = unheaded[0] if unheaded else column.places[0][1]
        column.position = column_letter(index)
        if len({i for _, i in column.places}) > 1:
            column.doubts.append("it stands in another column on other sheets")


def ignored_headings(groups: Sequence[Group], columns: Sequence[FieldColumn]) -> list[str]:
    """Headings of columns that are not read, each once."""
    read = {heading_key(h) for c in columns for h in c.headings}
    found: dict[str, str] = {}
    for group in groups:
        for heading in group.headings:
            key = heading_key(heading)
            if key and key not in read:
                found.setdefault(key, heading)
    return list(found.values())


def is_shown(name: str) -> bool:
    """Whether cells of a field may be shown: none that may name a person."""
    return FEEDS["spend"].field(name).classification == "public"
