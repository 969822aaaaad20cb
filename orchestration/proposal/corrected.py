"""A proposal with what a person has put right: columns taken for other fields, styles, the body.

Pure: no file is opened and nothing is judged here. What comes of it is ``checked``'s.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..contracts.feeds import FEEDS
from ..contracts.periods import Cadence, of_day
from ..display import display_safe
from .basis import accounting_of
from .evidence import ColumnReading, Proposal
from .layouts import is_shown
from .timing import name_pattern

Layout = dict[str, Any]
# Keys of an amount's column, each with what a contract says by leaving it out.
_AMOUNT: Mapping[str, object] = {
    "unit": "pounds",
    "sign": "as_is",
    "trailing_minus": False,
    "cr_dr": False,
}


class CorrectionError(Exception):
    """Corrections that no contract can hold. ``where`` is a column's letter, or ``dates``."""

    def __init__(self, where: str, text: str) -> None:
        super().__init__(text)
        self.where = where


@dataclass(frozen=True)
class Corrections:
    """What a person says of a proposal; what is left out stays as it was proposed.

    ``columns`` gives the field of a column by its letter, ``None`` for one that is not read.
    ``dates`` is a style of ``DATE_STYLES``, empty for those proposed. ``amount`` are keys of the
    amount's column, ``body`` keys of the contract, ``feed`` keys of the feed.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    dates: str = ""
    amount: Mapping[str, object] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)
    feed: Mapping[str, str] = field(default_factory=dict)


def corrected(proposal: Proposal, said: Corrections) -> Proposal:
    """The proposal as a person has put it right; ``CorrectionError`` if that cannot be.

    Columns and styles are those of the newest layout. A question about what was changed is settled
    and no longer asked.
    """
    contract = copy.deepcopy(proposal.contract)
    layouts = contract["feeds"][proposal.feed]["layouts"]
    before = copy.deepcopy(contract)
    layout = layouts[-1]
    _set_columns(layout, proposal.columns, said)
    _set_styles(layout["columns"], said)
    _set_body(contract, said.body)
    _set_feed(contract["feeds"][proposal.feed], proposal.files[-1], said.feed)
    settled = _changed(before, contract, proposal.feed)
    return replace(
        proposal,
        contract=contract,
        columns=[_reading(c, said) for c in proposal.columns],
        questions=[q for q in proposal.questions if q.key not in settled],
    )


def _field_of(column: ColumnReading, said: Corrections) -> str | None:
    return said.columns.get(column.letter, column.field)


def _set_columns(layout: Layout, columns: list[ColumnReading], said: Corrections) -> None:
    """The columns of a layout; those that only other sheets of the file have stay."""
    old = layout["columns"]
    new: dict[str, Any] = {}
    taken: dict[str, str] = {}
    for column in columns:
        name = _field_of(column, said)
        if name is None:
            continue
        if name in taken:
            text = (
                f"Columns {taken[name]} and {column.letter} are both taken for "
                f"“{FEEDS['spend'].field(name).description}”. Choose it for one of them."
            )
            raise CorrectionError(column.letter, text)
        taken[name] = column.letter
        new[name] = old[name] if name == column.field else _newly(layout, column, columns)
    if "amount_pence" not in new:
        text = "No column is taken for the amount. Choose the one that holds the pounds and pence."
        raise CorrectionError(columns[0].letter if columns else "dates", text)
    shown = {c.field for c in columns}
    new |= {name: keys for name, keys in old.items() if name not in shown | {*new}}
    _set_ignored(layout, new)
    layout["columns"] = new
    _drop_what_is_not_read(layout)


def _newly(layout: Layout, column: ColumnReading, columns: list[ColumnReading]) -> dict[str, Any]:
    """The keys of a column that was taken for another field: its letter where its heading is
    empty or not the only one of its kind."""
    count = Counter(c.heading.casefold() for c in columns)[column.heading.casefold()]
    heading = _as_in_file(layout, column.heading)
    if column.heading and count == 1 and layout.get("headings") != "none":
        return {"heading": heading}
    return {"heading": heading or f"column {column.letter}", "position": column.letter}


def _as_in_file(layout: Layout, shown: str) -> str:
    """A heading as the file has it, of which ``shown`` is what a person sees."""
    read = [h for c in layout["columns"].values() for h in (c["heading"], *c.get("aliases", ()))]
    every = [*read, *layout.get("ignored", ())]
    return next((h for h in every if display_safe(h) == shown), shown)


def _set_ignored(layout: Layout, new: Mapping[str, Any]) -> None:
    read = {h for c in new.values() for h in (c["heading"], *c.get("aliases", ()))}
    before = [c["heading"] for c in layout["columns"].values() if "position" not in c]
    ignored = [h for h in dict.fromkeys([*layout.get("ignored", ()), *before]) if h not in read]
    layout.pop("ignored", None)
    if ignored:
        layout["ignored"] = ignored


def _drop_what_is_not_read(layout: Layout) -> None:
    """Takes away what the layout says of rows by a column that is no longer read."""
    columns = layout["columns"]
    if not set(layout.get("totals", ())) <= set(columns):
        del layout["totals"]
    headings = {h for c in columns.values() for h in (c["heading"], *c.get("aliases", ()))}
    moved = layout.get("realign", {})
    if moved and not {moved["code_heading"], moved["from_heading"]} <= headings:
        del layout["realign"]
    if "line_date" not in columns:
        layout.pop("undated", None)


def _set_styles(columns: dict[str, Any], said: Corrections) -> None:
    day, amount = columns.get("line_date"), columns["amount_pence"]
    if day is not None and said.dates:
        day["formats"] = [said.dates]
    if day is not None and not day.get("formats"):
        raise CorrectionError("dates", "Say how the dates of the column are written.")
    for key, plain in _AMOUNT.items():
        value = said.amount.get(key, amount.get(key, plain))
        amount.pop(key, None)
        if value != plain:
            amount[key] = value


def _set_body(contract: dict[str, Any], body: Mapping[str, object]) -> None:
    contract |= {key: value for key, value in body.items() if value != contract.get(key)}
    if "name" in body:
        contract["short_name"] = body["name"]


def _set_feed(feed: dict[str, Any], file_name: str, said: Mapping[str, str]) -> None:
    """Keys of the feed. With its cadence go the pattern for names and its first day; what lines are
    follows from its basis."""
    if said.get("basis", feed["basis"]) != feed["basis"]:
        feed["accounting"] = accounting_of(said["basis"])
    if said.get("cadence", feed["cadence"]) != feed["cadence"]:
        _set_cadence(feed, file_name, said["cadence"])  # type: ignore[arg-type]
    feed |= said


def _set_cadence(feed: dict[str, Any], file_name: str, cadence: Cadence) -> None:
    layouts = feed.pop("layouts")
    feed.pop("period_in_file_name", None)
    if pattern := name_pattern(file_name, cadence):
        feed["period_in_file_name"] = pattern
    start = of_day(layouts[0]["valid_from"], cadence).start
    layouts[0]["valid_from"] = feed["expected_from"] = start
    feed["layouts"] = layouts


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], feed: str) -> set[str]:
    """The ways to the keys that are no longer as they were proposed."""
    old, new = before["feeds"][feed], after["feeds"][feed]
    number = len(new["layouts"]) - 1
    was, now = old["layouts"][-1]["columns"], new["layouts"][-1]["columns"]
    way = f"feeds.{feed}"
    return {
        *(key for key in after if key != "feeds" and after[key] != before.get(key)),
        *(f"{way}.{k}" for k in new if k != "layouts" and new[k] != old.get(k)),
        *(
            f"{way}.layouts.{number}.columns.{name}"
            for name in {*was, *now}
            if was.get(name) != now.get(name)
        ),
    }


def _reading(column: ColumnReading, said: Corrections) -> ColumnReading:
    """What is shown of a column; cells of one that may name a person are not."""
    name = _field_of(column, said)
    if name == column.field:
        return column
    examples = column.examples if name and is_shown(name) else ()
    return replace(column, field=name, confidence="sure", why="chosen", examples=examples)
