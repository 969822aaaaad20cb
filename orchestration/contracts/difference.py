"""What changes from one contract to another, key by key, in words.

Entries of a list are compared by what they are known by: a layout by its id, a statement by its
rule. Here belongs the comparison; whether files are read again is for ``intake`` to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .model import Partner

# What an entry of a list is known by, by the list's key.
_KNOWN_BY = {
    "layouts": ("id",),
    "pools": ("id",),
    "code_map": ("rule",),
    "departments": ("field", "how", "match"),
}


def contract_changes(before: Partner, after: Partner) -> list[str]:
    """One sentence for each key that says something else; a key that only says its default in one
    of them has not changed."""
    return list(_changes("", _said(before), _said(after)))


def _said(partner: Partner) -> dict[str, Any]:
    return partner.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _changes(way: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_mappings(way, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(way, before, after)
    else:
        yield f"{way}: {_shown(before)} becomes {_shown(after)}"


def _of_mappings(way: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys([*before, *after]):
        inner = f"{way}.{key}" if way else key
        if key not in after:
            yield f"{inner}: no longer said; it was {_shown(before[key])}"
        elif key not in before:
            yield f"{inner}: new, {_shown(after[key])}"
        else:
            yield from _changes(inner, before[key], after[key])


def _of_lists(way: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[str]:
    known = _KNOWN_BY.get(way.rpartition(".")[2])
    if known:
        yield from _of_mappings(way, _by(known, before), _by(known, after))
        return
    gone = [one for one in before if one not in after]
    new = [one for one in after if one not in before]
    if gone:
        yield f"{way}: without {', '.join(map(_shown, gone))}"
    if new:
        yield f"{way}: with {', '.join(map(_shown, new))}"
    if not gone and not new:
        yield f"{way}: in another order, {', '.join(map(_shown, after))}"


def _by(known: Sequence[str], entries: Sequence[Any]) -> dict[str, Any]:
    return {" ".join(str(e[k]) for k in known if k in e): e for e in entries}


def _shown(value: Any) -> str:
    if isinstance(value, Mapping) and isinstance(value.get("columns"), Mapping):
        headings = ", ".join(repr(column.get("heading")) for column in value["columns"].values())
        return f"a layout from {value.get('valid_from')} with the columns {headings}"
    return repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
