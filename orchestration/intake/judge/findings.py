"""Findings: what is said about a file, each once, with its count, its £ and every cell."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import pyarrow as pa

from expectations.catalogue import Level, catalogue

from ...display import display_safe

_BLOCK = 10_000
NOT_SHOWN = "[not shown: may name a person]"


@dataclass(frozen=True)
class Cell:
    """One faulty cell, addressed as Excel does. ``column`` is a letter, or empty for a row."""

    sheet: str | None
    row: int
    column: str
    heading: str
    value: str | None

    def as_json(self) -> dict[str, Any]:
        return self.__dict__ | {}


@dataclass(frozen=True)
class Place:
    """Where a column stands in a sheet, and whether its values may be shown."""

    column: str
    heading: str
    masked: bool = False


# Where a column stands, by sheet and by the part of a wide table.
Places = Mapping[tuple[str | None, int | None], Place]


class Cells(Sequence[Cell]):
    """The cells of one finding, made when they are looked at: a million cost 20 s at once.

    ``table`` has ``sheet, source_row, value``, and ``part`` where the sheet may be a wide table;
    ``places`` says by sheet, or by sheet and part, where the column stands.
    """

    def __init__(self, table: pa.Table, places: Places, default: Place) -> None:
        self.table, self.places, self.default = table, places, default

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> list[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | list[Cell]:
        if isinstance(index, int):
            number = range(len(self))[index]
            return self._made(self.table.slice(number, 1))[0]
        start, stop, step = index.indices(len(self))
        if step != 1:
            return [self[i] for i in range(start, stop, step)]
        return self._made(self.table.slice(start, max(0, stop - start)))

    def __iter__(self) -> Iterator[Cell]:
        for start in range(0, len(self), _BLOCK):
            yield from self[start : start + _BLOCK]

    def _made(self, part: pa.Table) -> list[Cell]:
        rows = zip(*(part.column(i).to_pylist() for i in range(3)), strict=True)
        parted = "part" in part.column_names
        numbers = part["part"].to_pylist() if parted else [None] * part.num_rows
        return [
            self._cell(sheet, row, value, number)
            for (sheet, row, value), number in zip(rows, numbers, strict=True)
        ]

    def _cell(self, sheet: str | None, row: int, value: str | None, part: int | None) -> Cell:
        place = self.places.get((sheet, part)) or self.places.get((sheet, None), self.default)
        if not place.column:
            return Cell(sheet, row, "", "", None)
        text = NOT_SHOWN if place.masked and value else display_safe(value)
        return Cell(sheet, row, place.column, place.heading, text)


@dataclass(frozen=True)
class Group:
    """The same mistake: one value, how often it stands there, its £ and its first row."""

    value: str | None
    count: int
    amount_pence: int | None
    first_row: int
    suggestion: str | None = None

    def as_json(self) -> dict[str, Any]:
        return self.__dict__ | {}


class Count(int):
    """A number in a message: ``{count}`` is 1,400 and ``{count:row has|rows have}`` agrees."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        if bar:
            return one if self == 1 else many
        return format(int(self), spec or ",")


@dataclass(frozen=True)
class Finding:
    """One rule's verdict on a file: all its cells together, never one row at a time.

    ``proposal`` is YAML for the data team, to put in the layout; whoever sent the file is told the
    same in the message and in ``fix``.
    """

    code: str
    level: Level
    message: str
    fix: str
    count: int = 1
    amount_pence: int | None = None
    field: str = ""
    heading: str = ""
    cells: Sequence[Cell] = dataclasses.field(default_factory=list)
    groups: tuple[Group, ...] = ()
    distinct: int = 0
    proposal: str = ""

    def as_json(self) -> dict[str, Any]:
        """The public shape: no internal field name in it."""
        grouped: dict[str, Any] = {}
        if self.groups:
            grouped = {"values": self.distinct, "groups": [g.as_json() for g in self.groups]}
        if self.proposal:
            grouped["proposal"] = self.proposal
        return {
            "code": self.code,
            "level": self.level,
            "count": self.count,
            "amount_pence": self.amount_pence,
            "message": self.message,
            "fix": self.fix,
            "cells": [c.as_json() for c in self.cells],
            **grouped,
        }


def finding(
    code: str,
    *,
    count: int = 1,
    amount_pence: int | None = None,
    field: str = "",
    heading: str = "",
    detail: str = "",
    rows: str = "",
    cells: Sequence[Cell] | None = None,
    groups: Sequence[Group] = (),
    distinct: int = 0,
    hint: str = "",
    remedy: str = "",
    proposal: str = "",
) -> Finding:
    """A finding worded by the catalogue; ``KeyError`` if the catalogue has no such code.

    ``hint`` follows the message and ``remedy`` the way to mend it.
    """
    rule = catalogue()[code]
    message = rule.message.format(
        heading=f"'{heading}'", count=Count(count), detail=detail, rows=rows
    )
    return Finding(
        code=code,
        level=rule.level,
        message=" ".join(filter(None, (_agreeing(message, count), hint))),
        fix=" ".join(filter(None, (rule.fix, remedy))),
        count=count,
        amount_pence=amount_pence,
        field=field,
        heading=heading,
        cells=[] if cells is None else cells,
        groups=tuple(groups),
        distinct=distinct,
        proposal=proposal,
    )


_ONE = {"have": "has", "are": "is", "stand": "stands", "were": "was", "hold": "holds"}


def _agreeing(message: str, count: int) -> str:
    """A message that begins with ``1 rows have`` in the singular."""
    if count != 1:
        return message
    return re.sub(
        r"^1 (\w+?)s (have|are|stand|were|hold)\b",
        lambda m: f"1 {m[1]} {_ONE[m[2]]}",
        message,
    )
