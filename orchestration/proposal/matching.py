"""A file whose headings do not fit the agreed layout: its columns, and the layout that reads them.

A person says which of its columns is which of ours. Here belongs what they are shown, the best
guess, and the layout that follows; nothing is judged or written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from ..contracts.feeds import FEEDS
from ..contracts.layout import Layout
from ..contracts.layout_checks import check_layout
from ..contracts.model import Feed
from ..contracts.template import layout_in_use
from ..display import column_letter, display_safe, pounds
from ..intake.judge.layout import heading_key, required_fields
from ..intake.judge.parse import date_sql, money_sql
from ..intake.judge.rules.headings import near, says_the_same
from .evidence import Facts
from .facts import column_facts
from .meanings import meanings_of
from .styles import date_styles
from .tables import Rows, Start, Table, has_values, open_tables, start_of_spend
from .timing import stated_span

EXAMPLES = 5
# A text that stands in so many lines is a label; one that stands in fewer may name a person.
_OFTEN = 10
# Keys of a layout that say what its lines are, whatever its columns are called.
_KEPT = {"coverage", "public_access", "undated", "max_set_aside_share", "vat", "prices"}


class MatchError(Exception):
    """Columns that no layout can have. ``where`` is the field of ours it is about, or empty."""

    def __init__(self, where: str, text: str) -> None:
        super().__init__(text)
        self.where = where


@dataclass(frozen=True)
class Wanted:
    """A column of ours: what the agreement calls it, what it means, and whether a file needs it."""

    field: str
    heading: str
    meaning: str
    required: bool


@dataclass(frozen=True)
class Example:
    """A cell as it stands, and as it would be read: a day, and an amount, empty where it is none.

    ``often``: it stands in many lines."""

    text: str
    day: str
    amount: str
    often: bool


@dataclass(frozen=True)
class Theirs:
    """A column of the file. ``formats`` are the styles that read its cells as days."""

    letter: str
    heading: str
    facts: Facts
    formats: tuple[str, ...]
    examples: tuple[Example, ...]

    def shown(self, *, to_sender: bool, classification: str | None) -> tuple[Example, ...]:
        """The cells that may be shown: all to whoever sent the file; to another person figures,
        and of a field that names nobody the texts that stand in many lines."""
        if to_sender:
            return self.examples
        if classification not in (None, "public"):
            return ()
        named = classification == "public"
        return tuple(e for e in self.examples if e.day or e.amount or (named and e.often))


@dataclass(frozen=True)
class FileColumns:
    """The table of a file: its columns, and what of its layout does not depend on them."""

    columns: tuple[Theirs, ...]
    encodings: tuple[str, ...] = field(default=("utf-8",))

    def at(self, letter: str) -> Theirs | None:
        return next((c for c in self.columns if c.letter == letter), None)

    @property
    def headings(self) -> list[str]:
        return [c.heading for c in self.columns]


def wanted(feed_name: str, feed: Feed) -> list[Wanted]:
    """The columns of ours that a file of a feed is read for, in the order of the agreement."""
    schema, layout = FEEDS[feed_name], layout_in_use(feed)
    needed = required_fields(schema, layout)
    return [
        Wanted(name, column.heading, schema.field(name).description, name in needed)
        for name, column in layout.columns.items()
    ]


def file_columns(path: Path, feed_name: str, feed: Feed) -> FileColumns:
    """The columns of a file's largest table; ``NothingProposedError`` where it has none."""
    known = {
        heading_key(h) for one in feed.layouts for c in one.columns.values() for h in c.headings
    }
    with duckdb.connect(config={"threads": 2}) as con:
        opened = open_tables(con, path, partial(_start, feed_name, known))
        table = max(opened.tables, key=lambda t: t.rows)
        stated = stated_span(path.name, table.titles)
        every = column_facts(con, table.relation, table.width)
        columns = tuple(
            Theirs(
                column_letter(facts.index),
                table.headings[facts.index],
                facts,
                (formats := _formats(con, table, facts, stated)),
                _examples(con, table, facts, formats),
            )
            for facts in every
        )
    return FileColumns(columns, opened.encodings)


def _start(feed_name: str, known: set[str], head: Rows) -> Start | None:
    """The row of the headings: of spend by the words it is headed by, else the row that has most
    of the agreed headings, or most cells."""
    if feed_name == "spend" and (found := start_of_spend(head)):
        return found
    scored = [
        (sum(heading_key(cell) in known for cell in row), sum(map(bool, row)), -number, row)
        for number, row in enumerate(head, 1)
        if not has_values(row)
    ]
    best = max(scored, default=None, key=lambda found: found[:3])
    if best is None or best[1] < 2:
        return None
    return -best[2], tuple(cell.strip() for cell in best[3]), True


def _formats(
    con: duckdb.DuckDBPyConnection, table: Table, facts: Facts, stated: Any
) -> tuple[str, ...]:
    days = max(facts.dates, facts.months, facts.serials)
    if facts.share(days) < 0.5:
        return ()
    return tuple(date_styles(con, [(table, facts.index)], stated).formats)


def _examples(
    con: duckdb.DuckDBPyConnection, table: Table, facts: Facts, formats: Sequence[str]
) -> tuple[Example, ...]:
    cell = f"w{facts.index}"
    day = date_sql(cell, list(formats)) if formats else "CAST(NULL AS DATE)"
    rows = con.execute(
        f"SELECT {cell}, any_value({day}), any_value({money_sql(cell)}), count(*) "
        f"FROM {table.relation} WHERE {cell} <> '' GROUP BY {cell} "
        f"ORDER BY min(source_row) LIMIT {EXAMPLES}"
    ).fetchall()
    return tuple(
        Example(
            display_safe(text) or "",
            f"{read:%-d %B %Y}" if read else "",
            "" if pence is None else pounds(pence),
            count >= _OFTEN,
        )
        for text, read, pence, count in rows
    )


def guessed(feed_name: str, feed: Feed, theirs: FileColumns) -> dict[str, str]:
    """The likeliest column, by its letter, for each of ours that has one: by a heading that was
    agreed at any time, then by what the column is taken for, then by a heading nearly the same."""
    ours = [w.field for w in wanted(feed_name, feed)]
    found: dict[str, str] = {}

    def take(name: str, letter: str) -> None:
        if name in ours and name not in found and letter not in found.values():
            found[name] = letter

    for layout in reversed(feed.layouts):
        for name, column in layout.columns.items():
            keys = set(map(heading_key, column.headings))
            for one in theirs.columns:
                if heading_key(one.heading) in keys:
                    take(name, one.letter)
    if feed_name == "spend":
        resolved = meanings_of(theirs.headings, [c.facts for c in theirs.columns])
        for name, meaning in resolved.by_field.items():
            take(name, column_letter(meaning.index))
    agreed = {w.heading: w.field for w in wanted(feed_name, feed) if w.field not in found}
    left = {c.heading: c.letter for c in theirs.columns if c.letter not in found.values()}
    alike = near(list(agreed), list(left)).items()
    for heading, other in filter(lambda pair: says_the_same(*pair), alike):
        take(agreed[heading], left[other])
    return found


def matched_layout(
    feed_name: str, feed: Feed, theirs: FileColumns, chosen: Mapping[str, str]
) -> dict[str, Any]:
    """The layout that reads a file as a person matched its columns, without id and dates.

    ``chosen`` gives the letter of a column for fields of ours. What the agreement says of a field
    beside its heading stays. ``MatchError`` says why there is no such layout.
    """
    agreed = layout_in_use(feed)
    if agreed.wide:
        raise MatchError("", _WIDE)
    _check_chosen(wanted(feed_name, feed), theirs, chosen)
    many = Counter(heading_key(c.heading) for c in theirs.columns)
    columns = {}
    for name, letter in chosen.items():
        one = theirs.at(letter)
        assert one  # the check above knows every letter
        alone = one.heading and many[heading_key(one.heading)] == 1
        columns[name] = _column(agreed, name, one, FEEDS[feed_name].field(name).type, bool(alone))
    supplied = {n: c for n, c in agreed.columns.items() if n not in chosen and c.default}
    columns |= {n: c.model_dump(mode="json", exclude_defaults=True) for n, c in supplied.items()}
    read = set(chosen.values())
    ignored = [c.heading for c in theirs.columns if c.heading and c.letter not in read]
    layout: dict[str, Any] = {"encodings": _encodings(agreed, theirs)}
    layout |= agreed.model_dump(mode="json", include=_KEPT, exclude_defaults=True)
    totals = {name: text for name, text in agreed.totals.items() if name in columns}
    layout |= {"totals": totals} if totals else {}
    layout |= {"columns": columns} | ({"ignored": ignored} if ignored else {})
    _check_layout(feed_name, layout)
    return layout


def _check_layout(feed_name: str, layout: Mapping[str, Any]) -> None:
    """``MatchError`` for what a contract takes from nobody."""
    try:
        made = Layout.model_validate({"id": "matched", "valid_from": date.min, **layout})
        check_layout(FEEDS[feed_name], made, ())
    except ValueError as error:
        raise MatchError("", f"No layout can have these columns: {error}.") from None


_WIDE = (
    "The agreed table has a column for each month or year, which cannot be matched here. Ask the "
    "data team to add this layout."
)


def _check_chosen(ours: Sequence[Wanted], theirs: FileColumns, chosen: Mapping[str, str]) -> None:
    taken: dict[str, Wanted] = {}
    for want in ours:
        letter = chosen.get(want.field)
        if letter is None and want.required:
            text = f"Choose the column that holds “{want.heading}”: no file counts without it."
            raise MatchError(want.field, text)
        if letter is None:
            continue
        if theirs.at(letter) is None:
            raise MatchError(want.field, "Choose one of the list.")
        if letter in taken:
            text = (
                f"Column {letter} is chosen for “{taken[letter].heading}” and for "
                f"“{want.heading}”. Choose it for one of them."
            )
            raise MatchError(want.field, text)
        taken[letter] = want


def _column(agreed: Layout, name: str, one: Theirs, kind: str, alone: bool) -> dict[str, Any]:
    """The keys of a column: its heading, its letter where the heading does not tell it apart, how
    its days are written, and what the agreement says of the field."""
    before = agreed.columns[name]
    keys: dict[str, Any] = {"heading": one.heading or f"column {one.letter}"}
    if not alone:
        keys["position"] = one.letter
    if kind == "date":
        formats = list(one.formats or before.formats)
        if not one.formats and one.facts.filled:
            text = f"Column {one.letter} holds no days that can be read. Choose another one."
            raise MatchError(name, text)
        keys["formats"] = formats
    left_out = {"heading", "aliases", "position", "formats"}
    return keys | before.model_dump(mode="json", exclude=left_out, exclude_defaults=True)


def _encodings(agreed: Layout, theirs: FileColumns) -> list[str]:
    return list(dict.fromkeys([*agreed.encodings, *theirs.encodings]))
