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
from .evidence import Proposal, Question
from .propose import propose
from .reading import LAYOUT

# What of two files of one layout may differ: when it began, and what a column holds besides.
_DATED = ("id", "valid_from", "valid_to")


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
    return each[0] if len(each) == 1 else _together(each)


def _layout(proposal: Proposal) -> dict[str, Any]:
    layout: dict[str, Any] = proposal.contract["feeds"][proposal.feed]["layouts"][0]
    return layout


def _together(each: Sequence[Proposal]) -> Proposal:
    """The newest file's contract with the layouts of all, oldest first."""
    last = each[-1]
    eras: list[tuple[dict[str, Any], list[Proposal]]] = []
    for proposal in each:
        layout = _layout(proposal)
        if eras and (merged := _one_layout(eras[-1][0], layout)):
            eras[-1] = (merged, [*eras[-1][1], proposal])
        else:
            eras.append((layout, [proposal]))
    layouts = [layout for layout, _ in eras]
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
        [*_questions(eras), *_apart(each, layouts)],
        [
            *last.notes,
            f"{len(layouts)} {'layout' if len(layouts) == 1 else 'layouts'} of {len(each)} files",
        ],
    )


def _one_layout(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any] | None:
    """The layout of both where they read the same columns in the same way; ``None`` where a column
    is called or written in two ways that exclude each other."""
    one, two = before["columns"], after["columns"]
    if list(one) != list(two):
        return None
    columns = {}
    for name, column in one.items():
        other = two[name]
        if column.get("heading", "").casefold() != other.get("heading", "").casefold():
            return None
        rest = [
            {k: v for k, v in c.items() if k not in ("formats", "heading")} for c in (column, other)
        ]
        if rest[0] != rest[1]:
            return None
        columns[name] = dict(column)
        if formats := list(dict.fromkeys([*column.get("formats", ()), *other.get("formats", ())])):
            if {"dd/mm/yyyy", "mm/dd/yyyy"} <= {*formats} or {"dd/mm/yy", "mm/dd/yy"} <= {*formats}:
                return None
            columns[name]["formats"] = formats
    rest = [
        {k: v for k, v in x.items() if k not in (*_DATED, "columns", "ignored", "encodings")}
        for x in (before, after)
    ]
    if rest[0] != rest[1]:
        return None
    merged = {**before, "columns": columns}
    for key in ("encodings", "ignored"):
        if both := list(dict.fromkeys([*before.get(key, ()), *after.get(key, ())])):
            merged[key] = both
    return merged


def _ordered(layout: dict[str, Any]) -> dict[str, Any]:
    """The layout with its dates beside its id."""
    return {k: layout[k] for k in _DATED if k in layout} | layout


def _questions(eras: Sequence[tuple[dict[str, Any], list[Proposal]]]) -> list[Question]:
    """Every question once, those of a layout with its number."""
    found: dict[tuple[str, str], Question] = {}
    for number, (_, proposals) in enumerate(eras):
        for proposal in proposals:
            for question in proposal.questions:
                key = question.key.replace(LAYOUT, f"feeds.{proposal.feed}.layouts.{number}")
                found.setdefault((key, question.text), replace(question, key=key))
    return list(found.values())


def _apart(each: Sequence[Proposal], layouts: Sequence[dict[str, Any]]) -> list[Question]:
    """What of the feed as a whole the files do not agree on, and layouts that begin together."""
    found = []
    last = each[-1]
    for key in ("basis", "cadence", "vat"):
        said = dict.fromkeys(str(p.contract["feeds"][p.feed].get(key)) for p in each)
        if len(said) > 1:
            text = f"the files differ ({', '.join(said)}); the newest one's was taken"
            found.append(Question(f"feeds.{last.feed}.{key}", text))
    starts = [layout["valid_from"] for layout in layouts]
    if len({*starts}) < len(starts):
        text = "two layouts begin on one day: files of one period look unlike each other"
        found.append(Question(f"feeds.{last.feed}.layouts", text))
    return found
