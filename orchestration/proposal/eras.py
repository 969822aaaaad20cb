"""A contract from several files of one body: what differs between them becomes dated layouts.

Each file is read as if it were the only one. Here belongs how the proposals become one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..settings import Settings
from .departments import with_departments
from .evidence import NothingProposedError, Proposal, Question
from .propose import propose
from .reading import LAYOUT

# What of two files of one layout may differ: when it began, and what a column holds besides.
_DATED = ("id", "valid_from", "valid_to")
_MERGED = ("heading", "aliases", "formats", "required")
# Styles of which a cell may fit both and mean two days.
_EXCLUDED = ({"dd/mm/yyyy", "mm/dd/yyyy"}, {"dd/mm/yy", "mm/dd/yy"})

Layout = dict[str, Any]


def propose_from(
    settings: Settings,
    paths: Sequence[Path],
    partner_id: str,
    feed: str,
    name: str | None = None,
) -> Proposal:
    """One contract from one or more files; ``NothingProposedError`` if one of them shows none."""
    each = [propose(settings, path, partner_id, feed, name) for path in paths]
    each.sort(key=lambda p: _layout(p)["valid_from"])
    whole = each[0] if len(each) == 1 else _together(each)
    with_departments(whole, [one for proposal in reversed(each) for one in proposal.departments])
    return whole


def _layout(proposal: Proposal) -> Layout:
    layout: Layout = proposal.contract["feeds"][proposal.feed]["layouts"][0]
    return layout


def _together(each: Sequence[Proposal]) -> Proposal:
    """The newest file's contract with the layouts of all, oldest first."""
    last = each[-1]
    eras: list[tuple[Layout, list[Proposal]]] = []
    for proposal in each:
        layout = _layout(proposal)
        if eras and (merged := _one_layout(eras[-1][0], layout)):
            eras[-1] = (merged, [*eras[-1][1], proposal])
        else:
            eras.append((layout, [proposal]))
    layouts = [layout for layout, _ in eras]
    _are_dated(layouts)
    for earlier, later in itertools.pairwise(layouts):
        earlier["valid_to"] = later["valid_from"] - timedelta(days=1)
    feed = {**last.contract["feeds"][last.feed], "layouts": [_ordered(x) for x in layouts]}
    feed["expected_from"] = layouts[0]["valid_from"]
    patterns = [p.contract["feeds"][p.feed].get("period_in_file_name") for p in reversed(each)]
    if known := list(dict.fromkeys(filter(None, patterns))):
        feed["period_in_file_name"] = known if len(known) > 1 else known[0]
    return Proposal(
        last.partner_id,
        last.feed,
        [name for p in each for name in p.files],
        {**last.contract, "feeds": {last.feed: feed}},
        last.columns,
        [*_questions(eras), *_apart(each)],
        [
            *last.notes,
            f"{len(layouts)} {'layout' if len(layouts) == 1 else 'layouts'} of {len(each)} files",
        ],
    )


def _are_dated(layouts: Sequence[Layout]) -> None:
    """``NothingProposedError`` for two layouts of one day: no contract can hold both."""
    for earlier, later in itertools.pairwise(layouts):
        if later["valid_from"] == earlier["valid_from"]:
            raise NothingProposedError(
                f"Two of the files are of the period from {later['valid_from']} and cannot be read "
                "by one layout: they use a heading for two things, or write dates with day and "
                "month in two orders. Propose a contract from one of them."
            )


def _one_layout(before: Layout, after: Layout) -> Layout | None:
    """The layout of both where one can read both: the same columns, whose styles do not exclude
    each other, or files of one period, of which two layouts cannot be told apart by date. ``None``
    where they are two."""
    same_day = before["valid_from"] == after["valid_from"]
    one, two = before["columns"], after["columns"]
    if not same_day and list(one) != list(two):
        return None
    columns = {}
    for name in dict.fromkeys([*one, *two]):
        column = _one_column(one.get(name), two.get(name), same_day)
        if column is None:
            return None
        columns[name] = column
    if _rest(before) != _rest(after) or _are_confused(columns):
        return None
    merged = {**before, "columns": columns}
    for key in ("encodings", "ignored"):
        if both := list(dict.fromkeys([*before.get(key, ()), *after.get(key, ())])):
            merged[key] = both
    return merged


def _one_column(
    one: dict[str, Any] | None, two: dict[str, Any] | None, same_day: bool
) -> dict[str, Any] | None:
    """A column that reads both; ``None`` where none can. One that only one file has need not be
    there."""
    if one is None or two is None:
        return {**(one or two or {}), "required": False}
    plain = [{k: v for k, v in c.items() if k not in _MERGED} for c in (one, two)]
    formats = list(dict.fromkeys([*one.get("formats", ()), *two.get("formats", ())]))
    if plain[0] != plain[1] or any(both <= {*formats} for both in _EXCLUDED):
        return None
    headings = {
        heading.casefold(): heading
        for c in (two, one)
        for heading in reversed([c["heading"], *c.get("aliases", ())])
    }
    if (
        len(headings) > 1
        and not same_day
        and one["heading"].casefold() != two["heading"].casefold()
    ):
        return None
    named = list(reversed(headings.values()))
    column = {**one, "heading": named[0]}
    if named[1:]:
        column["aliases"] = named[1:]
    return {**column, "formats": formats} if formats else column


def _rest(layout: Layout) -> Layout:
    ours = (*_DATED, "columns", "ignored", "encodings")
    return {k: v for k, v in layout.items() if k not in ours}


def _are_confused(columns: dict[str, dict[str, Any]]) -> bool:
    """Whether one heading is now that of two columns."""
    every = [h.casefold() for c in columns.values() for h in (c["heading"], *c.get("aliases", ()))]
    return len({*every}) < len(every) and not any("position" in c for c in columns.values())


def _ordered(layout: Layout) -> Layout:
    """The layout with its dates beside its id."""
    return {k: layout[k] for k in _DATED if k in layout} | layout


def _questions(eras: Sequence[tuple[Layout, list[Proposal]]]) -> list[Question]:
    """Every question once: those of a layout with its number, others as the newest file asks."""
    found: dict[tuple[str, str], Question] = {}
    newest = eras[-1][1][-1]
    for number, (_, proposals) in enumerate(eras):
        for proposal in proposals:
            for question in proposal.questions:
                if not question.key.startswith(LAYOUT) and proposal is not newest:
                    continue
                key = question.key.replace(LAYOUT, f"feeds.{proposal.feed}.layouts.{number}")
                found.setdefault((key, question.text), replace(question, key=key))
    return list(found.values())


def _apart(each: Sequence[Proposal]) -> list[Question]:
    """What of the feed as a whole the files do not agree on."""
    found = []
    last = each[-1]
    for key in ("basis", "cadence", "vat"):
        said = dict.fromkeys(str(p.contract["feeds"][p.feed].get(key)) for p in each)
        if len(said) > 1:
            text = f"the files differ ({', '.join(said)}); the newest one's was taken"
            found.append(Question(f"feeds.{last.feed}.{key}", text))
    return found
