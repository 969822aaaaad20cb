"""A contract proposed from a file: what was decided, on which evidence, and what is open.

Here the parts are put together into one ``Proposal``. Each part decides one thing: ``tables`` where
the lines are, ``meanings`` what columns stand for, ``styles`` how cells are written, ``timing`` what
a file covers, ``basis`` which payments it lists, ``body`` whose it is, ``rows`` what are no lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ..contracts.bodies import Body, all_bodies
from ..contracts.place import load_place
from ..contracts.register import load_register
from ..contracts.usable import everybody_named
from ..display import column_letter, display_safe, pounds
from ..intake.judge.parse import date_sql, money_sql
from ..settings import Settings
from .basis import PENCE, Sizes, basis_of
from .body import Identity, identity_of
from .evidence import ColumnReading, NothingProposedError, Proposal
from .layouts import FieldColumn, Group, columns_of, groups_of, ignored_headings, is_shown, of_lines
from .meanings import Meaning
from .rows import Realigned, labels_once, put_right, totals_within, undated
from .styles import amount_style, cells_sql, date_styles, no_values
from .tables import Opened, Table, open_tables
from .timing import Timing, stated_span, timing_of
from .vocabulary import plain_words, vat_stated

LAYOUT = "feeds.spend.layouts.0"


@dataclass
class _Reading:
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
        keys = self.keys["amount_pence"]
        if keys.get("trailing_minus"):
            cell = f"regexp_replace({cell}, '^([^-]*[0-9])-$', '-\\1')"
        return money_sql(cell, keys.get("unit", "pounds"), keys.get("sign", "as_is"))

    def day(self, table: Table) -> str | None:
        """SQL of the day of a line."""
        cell = self.cell("line_date", table)
        return date_sql(cell, self.keys["line_date"]["formats"]) if cell else None


def propose(
    settings: Settings, path: Path, partner_id: str, feed: str, name: str | None = None
) -> Proposal:
    """The contract that a file seems to need; ``NothingProposedError`` if there is none to see.

    ``name`` is the body's name where it is known. Nothing is written.
    """
    with duckdb.connect(config={"threads": 2}) as con:
        opened = open_tables(con, path)
        groups, others = of_lines(groups_of(con, opened.tables))
        if not groups:
            raise NothingProposedError(_no_amounts(opened))
        if moved := put_right(con, groups):
            groups = groups_of(con, [table for group in groups for table in group.tables])
        columns = {c.name: c for c in columns_of(groups)}
        proposal = Proposal(partner_id, feed, [path.name], {})
        opened = replace(opened, unread=(*opened.unread, *others))
        reading = _Reading(con, path, opened, groups, columns, {}, proposal, moved)
        _read_styles(reading)
        _make_lines(reading)
        identity = _identity(settings, reading, name)
        timing = _timing(reading)
        _assemble(reading, identity, timing)
        _ask_about_columns(reading)
        proposal.columns = _readings(reading)
        proposal.notes = _notes(reading)
    return proposal


def _no_amounts(opened: Opened) -> str:
    seen = "; ".join(
        ", ".join(f"'{display_safe(h)}'" for h in t.headings if h) for t in opened.tables[:3]
    )
    return (
        "No column of amounts was found, so there is nothing to count. Expected one column of "
        f"pounds and pence, such as 1,234.56 or -£1,234.56. Headings found: {seen or 'none'}."
    )


def _read_styles(reading: _Reading) -> None:
    """How the cells of each field are written, as keys of its column."""
    for name, column in reading.columns.items():
        keys: dict[str, Any] = {"heading": column.heading}
        if len(column.headings) > 1:
            keys["aliases"] = column.headings[1:]
        if column.position:
            keys["position"] = column.position
        if name == "line_date":
            keys |= _date_keys(reading, column)
        elif name in ("amount_pence", "vat_pence"):
            style = amount_style(reading.con, column.places, column.heading)
            keys |= style.keys
            for text in style.said:
                reading.proposal.ask(f"{LAYOUT}.columns.{name}", text)
        if not column.everywhere and name not in ("line_date", "amount_pence"):
            keys["required"] = False
        reading.keys[name] = keys
    if "line_date" in reading.keys and not reading.keys["line_date"]["formats"]:
        del reading.columns["line_date"], reading.keys["line_date"]


def _date_keys(reading: _Reading, column: FieldColumn) -> dict[str, Any]:
    stated = stated_span(reading.path.name, reading.titles)
    style = date_styles(reading.con, column.places, stated)
    key = f"{LAYOUT}.columns.line_date"
    for text in style.said:
        reading.proposal.ask(key, text)
    keys: dict[str, Any] = {"formats": style.formats}
    if style.unread and style.formats:
        value = date_sql("t", style.formats)
        if marks := no_values(reading.con, cells_sql(column.places), value):
            keys["marks"] = marks
        else:
            reading.proposal.ask(key, f"{style.unread:,} cells of it are no dates in these styles")
    return keys


def _identity(settings: Settings, reading: _Reading, name: str | None) -> Identity:
    """Who the body is, from the list of every public body that is known."""
    place = load_place(settings.place)
    kept = settings.contracts if settings.contracts.exists() else None
    partners = everybody_named(settings.partners, kept)
    bodies: list[Body] = all_bodies(place, partners, load_register(settings.public_bodies))
    partner_id = reading.proposal.partner_id
    return identity_of(
        partner_id, name, _shown_names(reading), reading.titles, bodies, place.place.areas
    )


def _shown_names(reading: _Reading) -> list[str]:
    """Names of the body that the file shows: its own column's, where nearly every line has it."""
    column = reading.columns.get("entity")
    if column is None:
        return []
    rows = reading.con.execute(
        f"SELECT t, count(*) FROM ({cells_sql(column.places)}) GROUP BY t ORDER BY 2 DESC, t"
    ).fetchall()
    most, total = (rows[0], sum(count for _, count in rows)) if rows else (("", 0), 0)
    return [str(most[0])] if total and most[1] >= 0.9 * total else []


def _make_lines(reading: _Reading) -> None:
    """The view ``read``: of every line its pence, day and number, NULL where there is none."""
    selects = [
        f"SELECT {reading.pence(table)} AS pence, "
        f"{reading.day(table) or 'CAST(NULL AS DATE)'} AS day, "
        f"{reading.cell('transaction_no', table) or 'NULL'} AS number FROM {table.relation}"
        for table in reading.tables
    ]
    reading.con.execute(f"CREATE OR REPLACE TABLE read AS {' UNION ALL '.join(selects)}")


def _timing(reading: _Reading) -> Timing:
    """What the file covers, by its name and the days of its lines."""
    months: dict[date, int] = dict(
        reading.con.execute(
            "SELECT CAST(date_trunc('month', day) AS DATE), count(*) FROM read "
            "WHERE day IS NOT NULL GROUP BY 1"
        ).fetchall()
    )
    timing = timing_of(reading.path.name, months)
    for text in timing.said:
        reading.proposal.ask("feeds.spend.cadence", text)
    return timing


def _assemble(reading: _Reading, identity: Identity, timing: Timing) -> None:
    """The contract as plain values, in the order in which one is written."""
    proposal = reading.proposal
    proposal.questions[:0] = identity.questions
    start = timing.period.start if timing.period else date(2010, 4, 1)
    contract: dict[str, Any] = {
        "id": proposal.partner_id,
        "name": identity.name,
        "short_name": identity.name,
        "kind": identity.kind,
    }
    if identity.codes:
        contract["codes"] = identity.codes
    ends = dict(zip(("valid_from", "valid_to"), identity.life, strict=True))
    contract |= {key: day for key, day in ends.items() if day}
    contract["in_place"] = identity.in_place
    basis = basis_of(reading.path.name, reading.titles, identity.kind, _sizes(reading))
    text = f"{basis.name} was taken: {basis.why}"
    (proposal.ask if basis.open else proposal.assume)("feeds.spend.basis", text)
    vat = vat_stated(reading.columns["amount_pence"].heading)
    feed: dict[str, Any] = {
        "basis": basis.name,
        "accounting": "accruals" if basis.name == "ledger" else "cash",
        "vat": vat or "not_stated",
    }
    if not vat:
        proposal.assume(
            "feeds.spend.vat", "no heading says whether amounts are with or without VAT"
        )
    feed["cadence"] = timing.cadence
    feed["expected_from"] = start
    if identity.life[1]:
        feed["expected_to"] = identity.life[1]
    if timing.pattern:
        feed["period_in_file_name"] = timing.pattern
    feed["layouts"] = [_layout(reading, timing, start)]
    proposal.contract = contract | {"feeds": {proposal.feed: feed}}


def _sizes(reading: _Reading) -> Sizes:
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


def _layout(reading: _Reading, timing: Timing, start: date) -> dict[str, Any]:
    """The one layout of the file."""
    layout: dict[str, Any] = {
        "id": f"from_{start:%Y_%m}",
        "valid_from": start,
        "encodings": list(reading.opened.encodings),
    }
    if not all(table.headed for table in reading.tables):
        layout["headings"] = "none"
    if "sample" in reading.path.name.lower():
        layout["coverage"] = "sample"
        reading.proposal.ask(f"{LAYOUT}.coverage", "the file's name calls it a sample")
    _add_rows(reading, layout, timing)
    layout["columns"] = reading.keys
    if ignored := ignored_headings(reading.groups, list(reading.columns.values())):
        layout["ignored"] = ignored
    return layout


def _add_rows(reading: _Reading, layout: dict[str, Any], timing: Timing) -> None:
    """What the layout says of rows that are no plain lines."""
    _add_undated(reading, layout, timing)
    for table in reading.tables:
        places = {n: i for n, c in reading.columns.items() for t, i in c.places if t is table}
        found = totals_within(reading.con, table, places, reading.pence(table))
        if found and "totals" not in layout:
            name, count, agrees = found
            heading = reading.columns[name].heading
            text = f"{count:,} rows are called a total under '{heading}'"
            if agrees:
                layout["totals"] = {name: "(?i).*total.*"}
                text += " and add up to the others: they are no lines"
                reading.proposal.assume(f"{LAYOUT}.totals", text)
            else:
                text += ", and they do not add up to the others: they are read as lines"
                reading.proposal.ask(f"{LAYOUT}.totals", text)
        for name in labels_once(reading.con, table, places):
            if not reading.keys[name].get("fill_down"):
                reading.keys[name]["fill_down"] = True
                text = "its label stands once for the rows below it, which have none"
                reading.proposal.ask(f"{LAYOUT}.columns.{name}", text)
    _add_moved(reading, layout)


def _add_undated(reading: _Reading, layout: dict[str, Any], timing: Timing) -> None:
    texts = [c for n, c in reading.columns.items() if n not in ("line_date", "amount_pence")]
    rows = pence = 0
    for table in reading.tables:
        day = reading.cell("line_date", table) or "''"
        filled = [i for c in texts for t, i in c.places if t is table]
        count, amount = undated(reading.con, table, day, reading.pence(table), filled)
        rows, pence = rows + count, pence + amount
    if rows and timing.cadence != "calendar_year":
        layout["undated"] = "submission_year"
        text = (
            f"{rows:,} lines have no date ({pounds(pence)}): they count in the financial year of "
            "their file; set_aside leaves them out"
        )
        reading.proposal.ask(f"{LAYOUT}.undated", text)


def _add_moved(reading: _Reading, layout: dict[str, Any]) -> None:
    moved = reading.moved
    if moved and _is_read(reading, moved.code_heading) and _is_read(reading, moved.from_heading):
        layout["realign"] = {
            "code_heading": moved.code_heading,
            "code_pattern": moved.code_pattern,
            "from_heading": moved.from_heading,
        }
        text = (
            f"the cells of {moved.rows:,} rows stand one column to the left from "
            f"'{moved.from_heading}' on: they are put right"
        )
        reading.proposal.ask(f"{LAYOUT}.realign", text)


def _is_read(reading: _Reading, heading: str) -> bool:
    return any(heading in c.headings for c in reading.columns.values())


def _ask_about_columns(reading: _Reading) -> None:
    """Columns that fit one field alike, columns that were guessed, and what has none."""
    proposal = reading.proposal
    for name, label in (("line_date", "date"), ("supplier_name", "payee")):
        if name not in reading.columns:
            text = f"no column was found for the {label}"
            proposal.ask(f"{LAYOUT}.columns", text)
    group = reading.groups[0]
    for name, rivals in group.meanings.rivals.items():
        if name in ("line_date", "amount_pence", "supplier_name"):
            _ask_about_rivals(reading, group, name, rivals)
    words = {plain_words(heading) for heading in group.headings}
    if {"debit", "credit"} <= {word for text in words for word in text.split()}:
        text = (
            "debits and credits stand in columns of their own, and one column is read: bring them "
            "into one, credits with a minus sign"
        )
        proposal.ask(f"{LAYOUT}.columns.amount_pence", text)
    for column in reading.columns.values():
        key = f"{LAYOUT}.columns.{column.name}"
        for text in column.doubts:
            proposal.ask(key, text)
        if column.meaning.confidence == "guess":
            proposal.ask(key, f"'{column.heading}' was taken for it {column.meaning.why} alone")


def _ask_about_rivals(
    reading: _Reading, group: Group, name: str, rivals: Sequence[Meaning]
) -> None:
    label = {"line_date": "date", "amount_pence": "amount", "supplier_name": "payee"}[name]
    chosen = reading.columns[name]
    shown = [_shown(reading, group, name, meaning) for meaning in (chosen.meaning, *rivals)]
    number = "both columns" if len(shown) == 2 else f"{len(shown)} columns"
    text = f"{number} could be the {label}: {' and '.join(shown)}; the first was taken"
    reading.proposal.ask(f"{LAYOUT}.columns.{name}", text)


def _shown(reading: _Reading, group: Group, name: str, meaning: Meaning) -> str:
    """A column with what it shows: the sum of its amounts, or its days. Never a payee."""
    heading = display_safe(group.headings[meaning.index]) or "without a heading"
    cells = cells_sql([(table, meaning.index) for table in group.tables])
    if name == "amount_pence":
        query = f"SELECT CAST(coalesce(sum({money_sql('t')}), 0) AS BIGINT) FROM ({cells})"
        return f"'{heading}' (adds up to {pounds(reading.con.execute(query).fetchall()[0][0])})"
    if name == "line_date":
        styles = date_styles(reading.con, [(t, meaning.index) for t in group.tables], None)
        day = date_sql("t", styles.formats) if styles.formats else "CAST(NULL AS DATE)"
        query = f"SELECT min({day}), max({day}) FROM ({cells})"
        first, last = reading.con.execute(query).fetchall()[0]
        return f"'{heading}' ({first} to {last})"
    distinct = group.facts[meaning.index].distinct
    return f"'{heading}' ({distinct:,} different texts)"


def _readings(reading: _Reading) -> list[ColumnReading]:
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


def _examples(reading: _Reading, group: Group, meaning: Meaning) -> tuple[str, ...]:
    """Up to three different cells, where none of the column can name a person."""
    plain = meaning.field in ("line_date", "amount_pence", "vat_pence")
    if not is_shown(meaning.field) or not (plain or meaning.confidence == "sure"):
        return ()
    cell = f"w{meaning.index}"
    rows = reading.con.execute(
        f"SELECT {cell} FROM {group.tables[0].relation} WHERE {cell} <> '' "
        f"GROUP BY {cell} ORDER BY min(source_row) LIMIT 3"
    ).fetchall()
    return tuple(display_safe(text) or "" for (text,) in rows)


def _notes(reading: _Reading) -> list[str]:
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
