"""What a published table and its columns mean, read from what dbt's YAML declares.

The YAML beside a model says what is particular to its columns; ``dictionary.yml`` of the dbt
project says what many have in common. A release, and the forms of its dictionary, belong in
``dictionary``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

FILE = "dictionary.yml"
_UNIT = re.compile(r"\s*Unit: ([^.]+)\.?\s*$")
_NULL = re.compile(r"\bnull\b\s*([^.;]*)", re.IGNORECASE)
_REFERENCE = re.compile(r"ref\(['\"](\w+)['\"]\)")
_ELSE = ("", "otherwise")


@dataclass(frozen=True)
class Column:
    """What a column holds. ``unit`` is of a number; ``null_means`` completes "is empty ..." and is
    nothing where ``never_empty``; ``adds_up`` is ``yes``, ``no``, or over what its figures may not
    be added; ``not_applicable`` says that an empty cell is nothing that could be known;
    ``accepted`` are all its values; ``refers_to`` a table and its column."""

    meaning: str = ""
    unit: str = ""
    null_means: str = ""
    never_empty: bool = False
    adds_up: str = ""
    not_applicable: bool = False
    accepted: tuple[str, ...] = ()
    refers_to: tuple[str, str] | None = None


@dataclass(frozen=True)
class Shape:
    """What a row of a published table is known by, which feeds the table is made from, the
    sentence that says what a row is, and what its columns mean."""

    key: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    about: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)


@dataclass(frozen=True)
class Conventions:
    """What columns have in common: for each thing to say, patterns of ``table.column`` and the
    text, of which the first that fits counts."""

    rules: Mapping[str, Sequence[tuple[str, str]]]

    @classmethod
    def read(cls, project: Path) -> Conventions:
        """Those of a dbt project's folder."""
        declared = yaml.load((project / FILE).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return cls({what: list(_each(rules)) for what, rules in declared.items()})

    def say(self, what: str, table: str, column: str) -> str:
        """The text for a column, or nothing."""
        name = f"{table}.{column}"
        rules = self.rules.get(what, ())
        return next((text for pattern, text in rules if fnmatchcase(name, pattern)), "")


def _each(rules: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        patterns = rule["columns"]
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            yield pattern, rule["value"]


def shape_of(table: Mapping[str, Any], conventions: Conventions) -> Shape:
    """The shape of a table: ``name``, ``description``, ``columns``, ``key``, ``feeds``,
    ``accepted`` and ``refers_to``, as they are declared."""
    columns = {column["name"]: _column(table, column, conventions) for column in table["columns"]}
    return Shape(
        tuple(table["key"]), tuple(table["feeds"]), _one_line(table["description"]), columns
    )


def _column(
    table: Mapping[str, Any], declared: Mapping[str, Any], conventions: Conventions
) -> Column:
    name, meta = declared["name"], declared.get("meta", {})
    text = _one_line(declared.get("description", ""))
    unit, meaning = _UNIT.search(text), _UNIT.sub("", text)
    number = is_number(declared.get("data_type", ""))

    def said(what: str, own: str) -> str:
        return str(meta.get(what) or own or conventions.say(what, table["name"], name))

    never_empty = name in table["key"] or _is_not_null(declared)
    return Column(
        meaning=meaning or f"{name.replace('_', ' ').capitalize()}.",
        unit=said("unit", unit[1] if unit else "") if number else "",
        null_means="" if never_empty else said("null_means", null_clause(meaning)),
        never_empty=never_empty,
        adds_up=said("adds_up", "") if number else "",
        not_applicable=bool(not never_empty and said("not_applicable", "")),
        accepted=tuple(map(str, table["accepted"].get(name, ()))),
        refers_to=_reference(table["refers_to"].get(name)),
    )


def null_clause(meaning: str) -> str:
    """What a description says of an empty cell: the words after "null"; nothing if it does not."""
    found = _NULL.search(meaning)
    if found is None:
        return ""
    clause = found[1].strip().lstrip(", ")
    return "in every other case" if clause in _ELSE else clause


def _is_not_null(declared: Mapping[str, Any]) -> bool:
    return any(rule["type"] == "not_null" for rule in declared.get("constraints", ()))


def _reference(declared: Mapping[str, Any] | None) -> tuple[str, str] | None:
    found = _REFERENCE.search(str(declared["to"])) if declared else None
    return (found[1], str(declared["field"])) if found and declared else None


def is_number(kind: str) -> bool:
    """Whether a DuckDB type is one of numbers."""
    return kind.upper().startswith(("DECIMAL", "DOUBLE")) or "INT" in kind.upper()


def _one_line(text: str) -> str:
    return " ".join(text.split())
