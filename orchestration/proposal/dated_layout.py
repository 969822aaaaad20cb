"""A layout added to the text of a contract, by date: comments and all other lines stay as they are.

Here belongs where in the text it goes and which days it is for. That the text then says exactly
this is proved by loading both; a contract written in a way that this cannot follow is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from ..contracts.periods import Period
from .as_yaml import layout_lines

_DAY = timedelta(days=1)


class NotWritableError(Exception):
    """A contract to which the layout cannot be added; the message says why and what to do."""


@dataclass(frozen=True)
class Dated:
    """Where a layout goes among those there are: before number ``at``, from day to day (``None``:
    without end); ``ends`` and ``begins`` are new days of the layouts beside it, by number."""

    at: int
    valid_from: date
    valid_to: date | None
    ends: Mapping[int, date]
    begins: Mapping[int, date]


def with_layout(text: str, feed: str, layout: Mapping[str, Any], period: Period) -> tuple[str, str]:
    """The text of a contract with a layout for files from ``period`` on, and the layout's id.

    Where an earlier file's layout holds at that time, it ends the day before. ``NotWritableError``
    if there is no room for it, or the text cannot be followed.
    """
    data = yaml.load(text, Loader=yaml.CSafeLoader)
    layouts = data["feeds"][feed]["layouts"]
    dated = _dated(layouts, period)
    name = _free_id([one["id"] for one in layouts], period)
    new = {"id": name, "valid_from": dated.valid_from}
    new |= {"valid_to": dated.valid_to} if dated.valid_to else {}
    new |= layout
    written = _written(text, feed, new, dated)
    layouts[:] = _as_data(layouts, new, dated)
    try:
        same = yaml.load(written, Loader=yaml.CSafeLoader) == data
    except yaml.YAMLError:
        same = False
    if not same:
        raise NotWritableError(_UNUSUAL)
    return written, name


_UNUSUAL = (
    "The contract is written in a way to which no layout can be added here. Ask the data team to "
    "add it by hand."
)


def _dated(layouts: Sequence[Mapping[str, Any]], period: Period) -> Dated:
    start = period.start
    spans = [(one["valid_from"], one.get("valid_to")) for one in layouts]
    number = next((n for n in reversed(range(len(spans))) if spans[n][0] <= start), None)
    if number is None:
        return Dated(0, start, spans[0][0] - _DAY, {}, {})
    begin, end = spans[number]
    if begin == start:
        if end is not None and end <= period.end:
            raise NotWritableError(
                f"The contract has a layout for {period.label} alone already. Ask the data team to "
                "put that one right."
            )
        return Dated(number, start, period.end, {}, {number: period.end + _DAY})
    later = spans[number + 1][0] if number + 1 < len(spans) else None
    if end is not None and end < start:
        return Dated(number + 1, start, later - _DAY if later else None, {}, {})
    return Dated(number + 1, start, end, {number: start - _DAY}, {})


def _free_id(ids: Sequence[str], period: Period) -> str:
    base = "matched_" + re.sub(r"[^a-z0-9]+", "_", period.label.lower()).strip("_")
    names = [base, *(f"{base}_{n}" for n in range(2, len(ids) + 3))]
    return next(name for name in names if name not in ids)


def _as_data(
    layouts: Sequence[Mapping[str, Any]], new: Mapping[str, Any], dated: Dated
) -> list[dict[str, Any]]:
    """The layouts as they are to be, which the written text must say."""
    changed = [
        {
            **one,
            **({"valid_to": dated.ends[n]} if n in dated.ends else {}),
            **({"valid_from": dated.begins[n]} if n in dated.begins else {}),
        }
        for n, one in enumerate(layouts)
    ]
    return [*changed[: dated.at], dict(new), *changed[dated.at :]]


def _written(text: str, feed: str, new: Mapping[str, Any], dated: Dated) -> str:
    """The text with its changes, made from its end to its beginning so that places stay true."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    sequence = _child(_child(_child(root, "feeds"), feed), "layouts")
    if not isinstance(sequence, yaml.SequenceNode) or sequence.flow_style:
        raise NotWritableError(_UNUSUAL)
    items = sequence.value
    changes = [_new_day(items[n], "valid_to", day) for n, day in dated.ends.items()]
    changes += [_new_day(items[n], "valid_from", day) for n, day in dated.begins.items()]
    changes.append(_inserted(text, sequence, new, dated.at))
    for begin, end, put in sorted(changes, reverse=True):
        text = text[:begin] + put + text[end:]
    return text


def _child(node: yaml.Node | None, key: str) -> yaml.Node:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    found = [value for name, value in pairs if name.value == key]
    if not found:
        raise NotWritableError(_UNUSUAL)
    child: yaml.Node = found[0]
    return child


def _new_day(item: yaml.Node, key: str, day: date) -> tuple[int, int, str]:
    """What gives a layout another day: in place of the one it has, or after ``valid_from``."""
    pairs = {name.value: (name, value) for name, value in item.value}
    if key in pairs:
        value = pairs[key][1]
        return value.start_mark.index, value.end_mark.index, day.isoformat()
    if "valid_from" not in pairs:
        raise NotWritableError(_UNUSUAL)
    name, value = pairs["valid_from"]
    at = value.end_mark.index
    if isinstance(item, yaml.MappingNode) and item.flow_style:
        return at, at, f", {key}: {day.isoformat()}"
    rest = value.end_mark.buffer[value.end_mark.pointer :] if value.end_mark.buffer else ""
    line = at + len(rest.partition("\n")[0])
    return line, line, f"\n{' ' * name.start_mark.column}{key}: {day.isoformat()}"


def _inserted(
    text: str, sequence: yaml.SequenceNode, new: Mapping[str, Any], at: int
) -> tuple[int, int, str]:
    """The lines of a layout, and where they go: above the next one, and above the comments that
    are that one's."""
    items, lines = sequence.value, text.splitlines(keepends=True)
    mark = items[at].start_mark if at < len(items) else sequence.end_mark
    line = min(mark.line, len(lines))
    while line and (not lines[line - 1].strip() or lines[line - 1].lstrip().startswith("#")):
        line -= 1
    dash = sequence.start_mark.column
    block = "".join(f"{' ' * dash}{one}\n" for one in layout_lines(new))
    before = "".join(lines[:line])
    return len(before), len(before), block if before.endswith("\n") else f"\n{block}"
