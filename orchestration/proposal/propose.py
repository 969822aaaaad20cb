"""A contract proposed from a file: what was decided, on which evidence, and what is open.

Here the parts are put together. Each decides one thing: ``tables`` where the lines are,
``meanings`` what columns stand for, ``styles`` how cells are written, ``timing`` what a file
covers, ``basis`` which payments it lists, ``body`` whose it is, ``rows`` what are no lines,
``departments`` what the body's departments mean.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from ..contracts.bodies import Body, all_bodies
from ..contracts.place import load_place
from ..contracts.register import load_register
from ..contracts.usable import everybody_named
from ..display import display_safe
from ..intake.judge.other_readings import LOST_AMOUNT
from ..settings import Settings
from .assemble import assemble, read_styles
from .body import Identity, identity_of
from .departments import departments_of
from .doubts import ask_about_columns
from .evidence import NothingProposedError, Proposal
from .layouts import columns_of, groups_of, of_lines
from .reading import Reading, column_readings, make_lines, notes_of, shown_names
from .rows import put_right
from .tables import Opened, Table, open_tables
from .timing import Timing, timing_of


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
            raise NothingProposedError(_no_amounts(con, opened))
        if moved := put_right(con, groups):
            groups = groups_of(con, [table for group in groups for table in group.tables])
        columns = {c.name: c for c in columns_of(groups)}
        proposal = Proposal(partner_id, feed, [path.name], {})
        opened = replace(opened, unread=(*opened.unread, *others))
        reading = Reading(con, path, opened, groups, columns, {}, proposal, moved)
        read_styles(reading)
        make_lines(reading)
        identity = _identity(settings, reading, name)
        timing = _timing(reading)
        assemble(reading, identity, timing)
        ask_about_columns(reading)
        proposal.columns = column_readings(reading)
        proposal.departments = departments_of(reading)
        proposal.notes = notes_of(reading)
    return proposal


def _no_amounts(con: duckdb.DuckDBPyConnection, opened: Opened) -> str:
    """Why there is nothing to count, with the headings that were found."""
    seen = "; ".join(
        ", ".join(f"'{display_safe(h)}'" for h in t.headings if h) for t in opened.tables[:3]
    )
    lost = [t for t in opened.tables for i in range(t.width) if _lost_pounds(con, t, i)]
    expected = "Expected one column of pounds and pence, such as 1,234.56 or -£1,234.56."
    if lost:
        expected = (
            "Amounts stand behind question marks: the pound signs were lost when the file was "
            "saved. Export it again as CSV UTF-8 or as a workbook."
        )
    return (
        "No column of amounts was found, so there is nothing to count. "
        f"{expected} Headings found: {seen or 'none'}."
    )


def _lost_pounds(con: duckdb.DuckDBPyConnection, table: Table, index: int) -> bool:
    """Whether most cells of a column are amounts that lost their pound sign."""
    cell = f"w{index}"
    lost, filled = con.execute(
        f"SELECT count(*) FILTER (regexp_full_match({cell}, $lost)), count(*) "
        f"FROM {table.relation} WHERE {cell} <> ''",
        {"lost": LOST_AMOUNT.pattern.replace(r"\ufffd", "\ufffd")},
    ).fetchall()[0]
    return bool(filled and 2 * lost > filled)


def _identity(settings: Settings, reading: Reading, name: str | None) -> Identity:
    """Who the body is, from the list of every public body that is known."""
    place = load_place(settings.place)
    kept = settings.contracts if settings.contracts.exists() else None
    partners = everybody_named(settings.partners, kept)
    bodies: list[Body] = all_bodies(place, partners, load_register(settings.public_bodies))
    partner_id = reading.proposal.partner_id
    return identity_of(
        partner_id, name, shown_names(reading), reading.titles, bodies, place.place.areas
    )


def _timing(reading: Reading) -> Timing:
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
