"""What a page is made of: tables, figures and the facts that stand below each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from markupsafe import Markup

from .rows import Money, Row, Sentence
from .words import completeness, questions

Kind = Literal["text", "number", "code"]
Picture = Markup | None


@dataclass(frozen=True)
class Heat:
    """A cell with a shade: how dark (0 pale to 4 dark) goes with what is written in it."""

    shown: object
    shade: int


@dataclass(frozen=True)
class Missing:
    """A cell without a figure, and why there is none."""

    why: str


@dataclass(frozen=True)
class Linked:
    """A link in a cell; ``about`` tells it from others of the same words, for who cannot see where
    it stands."""

    shown: str
    to: str
    about: str = ""


@dataclass(frozen=True)
class Indented:
    """The first cell of a row that is a part of the row above it."""

    shown: str
    depth: int
    minus: bool = False


@dataclass(frozen=True)
class Table:
    """Rows below headings; the first cell of a row names it. A heading that begins with ``#`` is of
    a column of numbers, with ``=`` of codes, which are not broken. ``sortable`` tables can be
    sorted and searched where scripts run."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    sortable: bool = False

    @cached_property
    def columns(self) -> list[tuple[str, Kind]]:
        kinds: dict[str, Kind] = {"#": "number", "=": "code"}
        return [(h.lstrip("#="), kinds.get(h[:1], "text")) for h in self.headings]


@dataclass(frozen=True)
class Basis:
    """What stands below a figure: the tables it is from, how whole they are, what is open."""

    tables: tuple[str, ...]
    completeness: str
    questions: str

    @classmethod
    def of(cls, rows: Sequence[Row], *more: str, sent: str = "deliveries") -> Basis:
        """The basis of some rows, from their own columns; ``more`` are further tables, ``sent`` is
        what the bodies owe for them."""
        tables = dict.fromkeys([*(row.table for row in rows), *more])
        has = rows and "partners_expected" in rows[0].values
        asks = rows and "unexplained_findings" in rows[0].values
        return cls(
            tuple(tables),
            completeness(rows, _year(rows[0]), sent) if has else "",
            questions(rows, _year(rows[0])) if asks else "",
        )


def _year(row: Row) -> str:
    return "financial_year" if "financial_year" in row.values else "latest_year"


@dataclass(frozen=True)
class Figure:
    """A picture with its finding as title, what is measured, a description, and the table behind
    it. Without a picture the table stands alone."""

    name: str
    title: Sentence | str
    measure: str
    basis: Basis
    table: Table
    picture: Picture = None
    alt: str = ""
    note: Sentence | str = ""
    nothing: str = "Nothing to show: no body has sent anything that this rests on."


@dataclass(frozen=True)
class Card:
    """A key figure: what it is, the amount, and a line that puts it in its place."""

    heading: str
    amount: Money | str
    about: Sentence | str
    page: str
    year: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the report: its file, its title, its template and what that shows."""

    file: str
    title: str
    template: str
    about: str = ""
    context: Mapping[str, object] = field(default_factory=dict)
    # Where a page of a folder finds the others.
    root: str = ""
