"""A proposal as the text of a contract, with what is open as comments beside the keys.

Every value and every comment is written so that nothing in a file can become a key or a line of
its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from .evidence import Proposal, Question, one_line

_WIDTH = 100


def contract_yaml(proposal: Proposal) -> str:
    """The text of the contract, which loads as it is."""
    files = ", ".join(map(one_line, proposal.files))
    said = f"Proposed from {files}. What is marked OPEN is for somebody to decide."
    out = textwrap.wrap(said, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    contract = proposal.contract
    asked = proposal.questions
    for key, value in contract.items():
        if key != "feeds":
            out += [*_comments(asked, key, ""), f"{key}: {_flow(value)}"]
    out.append("feeds:")
    for name, feed in contract["feeds"].items():
        out += [f"  {name}:", *_feed(feed, asked, f"feeds.{name}")]
    return "\n".join(out) + "\n"


def _feed(feed: Mapping[str, Any], asked: list[Question], way: str) -> Iterator[str]:
    for key, value in feed.items():
        if key == "layouts":
            yield from _comments(asked, f"{way}.layouts", "    ")
            yield "    layouts:"
            for number, layout in enumerate(value):
                yield from _layout(layout, asked, f"{way}.layouts.{number}")
        elif key == "departments":
            yield from _comments(asked, f"{way}.{key}", "    ")
            yield "    departments:"
            yield from (f"      - {_flow(rule)}" for rule in value)
        else:
            yield from _comments(asked, f"{way}.{key}", "    ")
            yield f"    {key}: {_flow(value)}"


def layout_lines(layout: Mapping[str, Any]) -> list[str]:
    """The lines of a layout, its dash at their very left."""
    return [line.removeprefix("      ") for line in _layout(layout, [], "")]


def _layout(layout: Mapping[str, Any], asked: list[Question], way: str) -> Iterator[str]:
    dash = "- "
    for key, value in layout.items():
        yield from _comments(asked, f"{way}.{key}", "        ") if key != "id" else ()
        if key != "columns":
            yield f"      {dash}{key}: {_flow(value)}"
        else:
            yield "        columns:"
            for name, column in value.items():
                yield from _comments(asked, f"{way}.columns.{name}", "          ")
                yield f"          {name}: {_flow(column)}"
        dash = "  "


def _comments(asked: list[Question], key: str, indent: str) -> Iterator[str]:
    for question in asked:
        if question.key == key:
            text = f"{'OPEN' if question.open else 'Assumed'}: {one_line(question.text)}"
            yield from textwrap.wrap(
                text, _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}#   "
            )


def _flow(value: Any) -> str:
    """A value on one line; YAML's own writer quotes what needs it."""
    if isinstance(value, date):
        return value.isoformat()
    text = yaml.safe_dump(
        value, default_flow_style=True, width=10**6, allow_unicode=True, sort_keys=False
    )
    return text.removesuffix("...\n").strip()
