"""The contract of one file as plain values, in the order in which one is written.

Here belongs which key says what was decided; the decisions are made elsewhere.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ..contracts.layout import Column
from ..contracts.periods import Period, year_around
from ..display import pounds
from ..intake.judge.layout import heading_key
from ..intake.judge.parse import date_sql
from .basis import accounting_of, basis_of
from .body import Identity
from .layouts import FieldColumn, ignored_headings
from .reading import LAYOUT, Reading, sizes
from .rows import labels_once, totals_within, undated
from .signs import signs_of
from .styles import amount_style, cells_sql, date_styles, no_values
from .timing import Timing, stated_span
from .vocabulary import vat_stated

# Keys of an amount that say its sign; a column beside it says it alone.
_SIGNS = ("sign", "trailing_minus", "cr_dr", "credits_under", "kinds")


def read_styles(reading: Reading) -> None:
    """How the cells of each field are written, as keys of its column."""
    _set_year(reading)
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
            sign = signs_of(reading.con, column) if name == "amount_pence" else None
            keys |= style.keys | (sign.keys if sign else {})
            if sign and sign.keys:
                keys = {k: v for k, v in keys.items() if k not in _SIGNS or k in sign.keys}
            for text in (*style.said, *(sign.said if sign else ())):
                reading.proposal.ask(f"{LAYOUT}.columns.{name}", text)
        if not column.everywhere and name not in ("line_date", "amount_pence"):
            keys["required"] = False
        reading.keys[name] = keys
    if "line_date" in reading.keys and not reading.keys["line_date"]["formats"]:
        del reading.columns["line_date"], reading.keys["line_date"]


def _set_year(reading: Reading) -> None:
    """Lets days without a year be read, where the file's name states its period."""
    span = stated_span(reading.path.name, [])
    year = year_around(Period(*span, "", "month")) if span else None
    reading.con.execute("SET VARIABLE year_from = ?", [year])


def _date_keys(reading: Reading, column: FieldColumn) -> dict[str, Any]:
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


def assemble(reading: Reading, identity: Identity, timing: Timing) -> None:
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
    if identity.aliases:
        contract["aliases"] = identity.aliases
    ends = dict(zip(("valid_from", "valid_to"), identity.life, strict=True))
    contract |= {key: day for key, day in ends.items() if day}
    contract["in_place"] = identity.in_place
    basis = basis_of(reading.path.name, reading.titles, identity.kind, sizes(reading))
    text = f"{basis.name} was taken: {basis.why}"
    (proposal.ask if basis.open else proposal.assume)("feeds.spend.basis", text)
    vat = vat_stated(reading.columns["amount_pence"].heading)
    feed: dict[str, Any] = {
        "basis": basis.name,
        "accounting": accounting_of(basis.name),
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


def _layout(reading: Reading, timing: Timing, start: date) -> dict[str, Any]:
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
    sign = Column.model_validate(reading.keys["amount_pence"]).signed_by
    ignored = ignored_headings(reading.groups, list(reading.columns.values()))
    if ignored := [h for h in ignored if sign is None or heading_key(h) != heading_key(sign)]:
        layout["ignored"] = ignored
    return layout


def _add_rows(reading: Reading, layout: dict[str, Any], timing: Timing) -> None:
    """What the layout says of rows that are no plain lines."""
    _add_undated(reading, layout, timing)
    for table in reading.tables:
        places = {n: i for n, c in reading.columns.items() for t, i in c.places if t is table}
        found = totals_within(reading.con, table, places, reading.pence(table))
        if found and "totals" not in layout:
            heading = reading.columns[found.field].heading
            text = f"{found.rows:,} rows are called a total under '{heading}'"
            if found.agree:
                layout["totals"] = {found.field: found.pattern}
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


def _add_undated(reading: Reading, layout: dict[str, Any], timing: Timing) -> None:
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
            f"{rows:,} {'line has' if rows == 1 else 'lines have'} no date ({pounds(pence)}): what "
            "has none counts in the financial year of its file; set_aside leaves it out"
        )
        reading.proposal.ask(f"{LAYOUT}.undated", text)


def _add_moved(reading: Reading, layout: dict[str, Any]) -> None:
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


def _is_read(reading: Reading, heading: str) -> bool:
    return any(heading in c.headings for c in reading.columns.values())
