"""Rows of published tables, and amounts of money that know where they stand.

The report selects and orders rows; nothing here adds anything up. Every amount on a page carries
table, column and key of the cell it is from, so that a test, or a reader, can ask for it again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import TYPE_CHECKING

import duckdb

from ..publish.content import RELEASE_ID, name
from ..publish.store import ReleaseError

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..publish.manifest import Manifest
    from ..release.opened import Opened

MILLION = Decimal(1_000_000)
POUNDS, PENCE = "pounds", "pence"


@dataclass(frozen=True)
class Address:
    """Where a published figure stands: the table, what its row is known by, the column."""

    table: str
    key: Mapping[str, str]
    column: str

    def as_json(self) -> str:
        """The key, with a code for every sign beyond plain letters."""
        return json.dumps(dict(self.key), separators=(",", ":")).replace("\x7f", "\\u007f")


@dataclass(frozen=True)
class Money:
    """An amount of a published cell, exact, in pounds and pence. Written short in prose (£8.6m),
    to the whole pound in tables, to the penny where ``exact``."""

    amount: Decimal
    address: Address
    form: str = "short"
    link: str = ""

    def as_(self, form: str) -> Money:
        """The same amount in another form: short, whole or exact."""
        return Money(self.amount, self.address, form, self.link)

    def linked(self, link: str) -> Money:
        """The same amount as a link to where it comes from."""
        return Money(self.amount, self.address, self.form, link)

    @property
    def is_nothing(self) -> bool:
        return self.amount == 0

    @property
    def millions(self) -> float:
        """£ million, for drawing alone."""
        return float(self.amount / MILLION)

    def __str__(self) -> str:
        return written(self.amount, self.form)

    def __html__(self) -> str:
        from markupsafe import escape

        of = self.address
        text = (
            f'<data value="{self.amount}" data-table="{escape(of.table)}" '
            f'data-column="{escape(of.column)}" data-form="{self.form}" '
            f'data-key="{escape(of.as_json())}">{self}</data>'
        )
        return f'<a href="{escape(self.link)}">{text}</a>' if self.link else text


def written(amount: Decimal, form: str) -> str:
    """An amount in pounds as people write it: ``short`` £8.6m or £11,310, ``whole`` £8,627,545,
    ``exact`` £8,627,545.38."""
    sign, size = ("−" if amount < 0 else ""), abs(amount)
    if form == "short" and size >= MILLION / 10:
        if size % MILLION == 0:
            return f"{sign}£{size // MILLION:,}m"
        return f"{sign}£{(size / MILLION).quantize(Decimal('0.1'), ROUND_HALF_UP):,}m"
    places = Decimal("0.01") if form == "exact" else Decimal(1)
    rounded = size.quantize(places, ROUND_HALF_UP)
    return f"{sign if rounded else ''}£{rounded:,}"


class Values(dict[str, object]):
    """The values of a row by column. ``missing`` is the error for a column that its table has not,
    as that of an earlier version may not."""

    def __init__(
        self, values: Iterable[tuple[str, object]], missing: Callable[[str], ReleaseError]
    ) -> None:
        super().__init__(values)
        self._missing = missing

    def __missing__(self, column: str) -> object:
        raise self._missing(f"column {column}")


@dataclass(frozen=True)
class Row:
    """One row of a published table: its values by column, and what it is known by."""

    table: str
    values: Mapping[str, object]
    key: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> object:
        return self.values[column]

    def exceeds(self, column: str, other: str) -> bool:
        """Whether an amount is more than another of the row; not where one of them is not there."""
        one, two = self.money(column), self.money(other)
        return one is not None and two is not None and one.amount > two.amount

    def text(self, column: str) -> str:
        """A value as text; empty where there is none."""
        value = self.values[column]
        return "" if value is None else str(value)

    def number(self, column: str) -> int | None:
        """A whole number; ``None`` where there is none."""
        value = self.values[column]
        return int(str(value)) if value is not None else None

    def count(self, column: str) -> int:
        """A whole number, nothing as 0."""
        return self.number(column) or 0

    def day(self, column: str) -> date | None:
        """A date; ``None`` where there is none."""
        value = self.values[column]
        return value if isinstance(value, date) else None

    def money(self, column: str, form: str = "short") -> Money | None:
        """The amount in a column in pence or in pounds; ``None`` where none is stated."""
        value = self.values[column]
        if value is None:
            return None
        exact = Decimal(str(value))
        parts = column.split("_")
        if PENCE in parts:
            exact = exact.scaleb(-2)
        elif POUNDS not in parts:
            raise ValueError(f"{self.table}.{column} is no amount of money")
        return Money(exact.quantize(Decimal("0.01")), Address(self.table, self.key, column), form)


def largest(rows: Sequence[Row], column: str) -> Row | None:
    """The row with the largest amount in a column of money; ``None`` where none has one."""
    stated = [(money.amount, row) for row in rows if (money := row.money(column)) is not None]
    return max(stated, key=lambda pair: pair[0])[1] if stated else None


class Published:
    """The tables of a release, to be read row by row."""

    def __init__(self, release: Opened) -> None:
        self.release = release
        self._of_bodies: dict[tuple[str, str, str], dict[str, list[Row]]] = {}

    @property
    def manifest(self) -> Manifest:
        return self.release.manifest

    def rows(
        self, table: str, where: str = "true", values: Sequence[object] = (), order: str = ""
    ) -> list[Row]:
        """The rows of a table for which ``where`` holds (with ``?`` for each of ``values``), in
        the order of its key unless another is named. Raises ``ReleaseError`` if the release has no
        such table or column, as one of an earlier version may not."""
        if table not in self.manifest.tables:
            raise self._earlier(table)
        columns = [c for c in self.release.tables[table] if c != RELEASE_ID]
        key = self.manifest.tables[table].key
        order = order or ", ".join(name(k) for k in key) or "ALL"
        query = (
            f"SELECT {', '.join(map(name, columns))} FROM release.main.{name(table)} "
            f"WHERE {where} ORDER BY {order}"
        )
        missing = partial(self._earlier, table)
        try:
            found = self.release.connection.execute(query, list(values)).fetchall()
        except duckdb.BinderException as error:
            named = re.search('Referenced column "([^"]+)"', str(error))
            raise missing(f"column {named[1]}" if named else f"answer to {query}") from error
        rows = (Values(zip(columns, row, strict=True), missing) for row in found)
        return [Row(table, row, {k: str(row[k]) for k in key}) for row in rows]

    def of_body(self, body: str, table: str, where: str = "true", order: str = "") -> list[Row]:
        """The same rows, of one body. All bodies are asked for at once: of a thousand bodies' pages
        most of the time was queries."""
        asked = (table, where, order)
        if asked not in self._of_bodies:
            found: dict[str, list[Row]] = {}
            for row in self.rows(table, where, order=order):
                found.setdefault(row.text("body_id"), []).append(row)
            self._of_bodies[asked] = found
        return self._of_bodies[asked].get(body, [])

    def _earlier(self, table: str, what: str = "") -> ReleaseError:
        lacks = f"has no {what}" if what else "is not there"
        return ReleaseError(
            f"table {table} of release {self.manifest.release_id} {lacks}: the release was made by "
            "an earlier version, so this version cannot make its report"
        )

    def only(self, table: str, where: str = "true", values: Sequence[object] = ()) -> Row | None:
        """The one row for which ``where`` holds, or ``None``."""
        found = self.rows(table, where, values)
        return found[0] if len(found) == 1 else None


class Sentence:
    """Words and amounts in one sentence: HTML on a page, plain text in a picture's description."""

    def __init__(self, *parts: object) -> None:
        self.parts = parts

    def _plain(self) -> Iterator[str]:
        yield from (str(part) for part in self.parts if part is not None)

    def __str__(self) -> str:
        return "".join(self._plain())

    def __bool__(self) -> bool:
        return any(self._plain())

    def __html__(self) -> Markup:
        from markupsafe import Markup, escape

        from ..html import visible

        return Markup("").join(escape(visible(part)) for part in self.parts if part is not None)
