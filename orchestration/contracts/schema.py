"""What a feed is made of: fields with a type, and which of them place a row and count its money."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import Literal

FieldType = Literal["text", "date", "money", "integer", "number", "share", "flag", "year"]
# payee: a name that may be a person's, shown only with evidence of an organisation.
# personal: free text that may identify a person; kept in raw, never published, masked in reports.
Classification = Literal["public", "payee", "personal"]
# A code of the Local Government Services List, several of them, a postcode, or metres on the
# national grid, which must lie where the place is.
Listed = Literal["service", "services", "postcode", "easting", "northing"]

DUCKDB_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "money": "BIGINT",  # integer pence
    "integer": "BIGINT",
    "number": "DECIMAL(18,4)",  # exact, such as an indicator's value
    "share": "DECIMAL(9,8)",
    "flag": "BOOLEAN",
    "year": "VARCHAR",  # financial year, written 2024-25
}


@dataclass(frozen=True)
class Bound:
    """What must hold between the cells of a row, or it is asked about.

    ``code`` is the rule; ``holds`` is SQL over fields of the feed in braces, such as
    ``{actual_pence} <= {baseline_pence}``, and holds where a cell is empty; ``words`` say it to
    whoever fills in the file.
    """

    code: str
    holds: str
    words: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it speaks of."""
        return tuple(name for _, name, *_ in Formatter().parse(self.holds) if name)


@dataclass(frozen=True)
class Field:
    """One canonical column: ``required`` means a row without it is set aside.

    ``listed`` says which public list its codes are held against; ``least`` is the smallest number
    it may have; ``part_of`` names the field that it may not be above, ``before`` the date that it
    must come before, ``reason`` the field that must say why it is below 0. ``needed`` says what the
    count does not know of a file without this column, which is then asked about. ``bounds`` are
    what its cell must agree with in the same row; ``examples`` are three values that do, money in
    pence. ``also_called`` are names that people use for a value of ``values``; they are offered,
    never taken. ``of_month``: the day stands for its month, which may be written by its name.
    """

    name: str
    type: FieldType
    description: str
    required: bool = False
    classification: Classification = "public"
    values: tuple[str, ...] = ()
    listed: Listed | None = None
    least: int | None = None
    part_of: str | None = None
    before: str | None = None
    reason: str | None = None
    above_zero: bool = False
    needed: str = ""
    bounds: tuple[Bound, ...] = ()
    examples: tuple[str, ...] = ()
    also_called: tuple[tuple[str, str], ...] = ()
    of_month: bool = False


@dataclass(frozen=True)
class FeedSchema:
    """A feed: ``date_field`` places a row in time, ``money_field`` is what its totals add up.

    A feed without money has totals of 0 pence, and its rows are all that can be counted.
    ``key`` is what a row is known by: two rows with one key are the same thing twice, or two things
    that want telling apart. ``count_field`` is what a feed without money adds up. ``parts`` are
    pairs of measures of which the first is never above the second, the rest of the key being equal.
    """

    name: str
    grain: str
    fields: tuple[Field, ...]
    money_field: str | None = None
    date_field: str | None = None
    year_field: str | None = None
    # The payer's own numbers of a line.
    references: tuple[str, ...] = ()
    # Counts of people: no column of a client's own record may come with them.
    of_people: bool = False
    key: tuple[str, ...] = ()
    count_field: str | None = None
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def pence(self) -> str:
        """SQL for the pence of a line, NULL in a feed without money."""
        return self.money_field or "CAST(NULL AS BIGINT)"

    @property
    def judged_pence(self) -> str:
        """The same of a row under judgement, whose values are called ``v_``."""
        return f"v_{self.money_field}" if self.money_field else self.pence

    @property
    def line_key(self) -> tuple[str, ...]:
        """What a line is known again by: its date, amount, payee and numbers. Empty in a feed whose
        lines are no payments."""
        if not (self.date_field and self.money_field):
            return ()
        payee = [f.name for f in self.fields if f.classification == "payee"]
        return (self.date_field, self.money_field, *payee, *self.references)

    def field(self, name: str) -> Field:
        """The field called ``name``; ``KeyError`` if the feed has none."""
        return next(f for f in self.fields if f.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)
