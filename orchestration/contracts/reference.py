"""The reference of every key of a contract and of the place, made from the models.

Here belongs how the page is laid out. What a key means stands below it in its model, with an
example; it is read only when the page is asked for, as other verbs have no use for it.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from .base import Strict
from .feeds import FEEDS
from .layout import DATE_STYLES
from .model import Partner
from .place import Place

_EXAMPLE = re.compile(r"\s*Example:\s+(`.*`)\.$", re.DOTALL)
_TABLE = "| key | needed | meaning | example |\n|---|---|---|---|"
_ABOUT = """# Every key of a contract

A partner is one file in `data/partners/`, named after its id; what all partners share is
`data/place.yml`. A key that is not listed here is refused, with the line it stands in.

This page is what `totalplace contract docs` prints; it is made from the models in
`orchestration/contracts/` (`make contract-docs`).
"""


@dataclass(frozen=True)
class Entry:
    """One key: whether it is needed, or what holds without it; its meaning and an example, unless
    it ``holds_keys`` of its own."""

    key: str
    needed: str
    meaning: str
    example: str
    allowed: tuple[str, ...]
    holds_keys: bool


def contract_reference() -> str:
    """The page as Markdown: every key of a contract, then of the place."""
    out = [_ABOUT, *_sections(Partner, "A contract")]
    styles = ", ".join(f"`{style}`" for style in DATE_STYLES)
    out += ["## Date styles", "", f"A column's `formats` are some of {styles}.", ""]
    out += ["## Fields of each feed", ""]
    out += [f"* `{f.name}`: {', '.join(f'`{name}`' for name in f.names)}" for f in FEEDS.values()]
    return "\n".join([*out, "", *_sections(Place, "The place")]).rstrip() + "\n"


def entries(model: type[Strict]) -> list[Entry]:
    """The keys of one model, in its order. ``LookupError`` for one without a meaning."""
    said = dict(_meanings(model))
    found = []
    for name, info in model.model_fields.items():
        text = said[name]
        example = _EXAMPLE.search(text)
        meaning = text[: example.start()] if example else text
        allowed = tuple(dict.fromkeys(_literals(info.annotation)))
        shown = example[1] if example else ""
        holds_keys = any(_parts(info.annotation))
        found.append(Entry(info.alias or name, _needed(info), meaning, shown, allowed, holds_keys))
    return found


def models(root: type[Strict]) -> list[type[Strict]]:
    """A model and those its keys are made of, each once, from the outside in."""
    found = [root]
    for model in found:
        for info in model.model_fields.values():
            found += [part for part in _parts(info.annotation) if part not in found]
    return found


def _sections(root: type[Strict], title: str) -> Iterator[str]:
    where = {root: title}
    for model in models(root):
        for name, info in model.model_fields.items():
            for part in _parts(info.annotation):
                where.setdefault(part, f"{where[model]}: `{name}`")
        about = inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        yield from ("#" * 2 + f" {where[model]}", "", about, "", _TABLE)
        yield from map(_row, entries(model))
        yield ""


def _row(entry: Entry) -> str:
    listed = f" One of {', '.join(f'`{word}`' for word in entry.allowed)}." if entry.allowed else ""
    cells = (f"`{entry.key}`", entry.needed, entry.meaning + listed, entry.example)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _needed(info: FieldInfo) -> str:
    if info.is_required():
        return "yes"
    default = info.get_default(call_default_factory=False)
    if isinstance(default, bool):
        return f"no: `{str(default).lower()}`"
    return f"no: `{default}`" if isinstance(default, str | int | float) else "no"


def _meanings(model: type[Strict]) -> Iterator[tuple[str, str]]:
    """The text below each key of a model's source, as one line."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(body, ast.ClassDef)
    for statement, below in zip(body.body, body.body[1:], strict=False):
        match statement, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=text)):
                yield name, " ".join(str(text).split())


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    else:
        for part in get_args(annotation):
            yield from _literals(part)


def _parts(annotation: Any) -> Iterator[type[Strict]]:
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        yield annotation
    for part in get_args(annotation):
        yield from _parts(part)
