"""What a feed is made of: fields with a type, and which of them place a row and count its money."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import Literal

FieldType = Literal["text", "date", "money", "integer", "number", "hours", "share", "flag", "year"]
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
    "hours": "DECIMAL(18,4)",
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
class Move:
    """From which change on a value is asked about beside that of the period before.

    It is asked about where it changed by more than 15 in 100 and by more than ``least`` (pence, or
    a count), which ``why`` explains to whoever is asked. ``unless`` is SQL over fields of the feed
    in braces: where it holds of a row, the change is what was to be expected.
    """

    least: int
    why: str
    unless: str = "false"


@dataclass(frozen=True)
class Field:
    """One canonical column: ``required`` means a row without it is set aside.

    Of other fields an unreadable cell costs the cell alone. ``must_read`` are those whose empty
    cell says something, so that an unreadable one must not pass for it and costs the row.
    ``touches`` says what the count does not know of a row whose cell is lost; without it, nothing.
    ``marked`` is a count or value that statistics also write as a mark, such as ``*`` or ``n/a``.
    ``listed`` says which public list its codes are held against; ``least`` is the smallest number
    it may have; ``part_of`` names the field that it may not be above, ``before`` the date that it
    must come before, ``reason`` the field that must say why it is below 0, ``aim`` the one that
    says what it should come to. ``needed`` says what the count does not know of a file without this
    column, which is then asked about. ``bounds`` are what its cell must agree with in the same
    row; ``examples`` are three values that do, money in pence. ``moves`` is how far its value
    may go from one period to the next; a ``steady`` one is the same in every period.
    ``also_called`` are names that people use for a value of ``values``; they are offered, never
    taken. ``of_month``: the day stands for its month, which may be written by its name.
    ``places``: what a line is for, and whether it is in the count, is decided by it, so that a
    row without it is named.
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
    aim: str | None = None
    above_zero: bool = False
    needed: str = ""
    must_read: bool = False
    touches: str = ""
    marked: bool = False
    bounds: tuple[Bound, ...] = ()
    moves: Move | None = None
    steady: bool = False
    examples: tuple[str, ...] = ()
    also_called: tuple[tuple[str, str], ...] = ()
    of_month: bool = False
    places: bool = False


@dataclass(frozen=True)
class FeedSchema:
    """A feed: ``date_field`` places a row in time, ``money_field`` is what its totals add up.

    A feed without money has totals of 0 pence, and its rows are all that can be counted.
    ``key`` is what a row is known by: two rows with one key are the same thing twice, or two things
    that want telling apart. ``count_field`` is what a feed without money adds up. ``parts`` are
    pairs of measures of which the first is never above the second, the rest of the key being equal.
    ``one_thing`` are fields by which two rows of one time are one thing, whatever their keys say.
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
    one_thing: tuple[str, ...] = ()

    @property
    def compared_field(self) -> str | None:
        """What is compared with its value in the period before: money, a count, or a number that
        says what it should come to."""
        aims = (f.name for f in self.fields if f.aim)
        return self.money_field or self.count_field or next(aims, None)

    @property
    def pence(self) -> str:
        """SQL for the pence of a line, NULL in a feed without money."""
        return self.money_field or "CAST(NULL AS BIGINT)"

    @property
    def judged_pence(self) -> str:
        """The same of a row under judgement, whose values are called ``v_``."""
        return f"v_{self.money_field}" if self.money_field else self.pence

    @property
    def payee_field(self) -> str | None:
        """The field with the name of who is paid, if the feed has one."""
        return next((f.name for f in self.fields if f.classification == "payee"), None)

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

    def costs_row(self, field: Field, agreed_as_required: bool | None) -> bool:
        """Whether a row is set aside for a cell of ``field`` that cannot be read: of what the row
        is known and placed by, and of what the feed or the layout requires."""
        places = (self.date_field, self.year_field, *self.key)
        needed = field.required or field.must_read or bool(agreed_as_required)
        return needed or field.name in places

    @property
    def beside(self) -> dict[str, str]:
        """Columns kept beside marked fields, by name, with their DuckDB types: what the cell says
        (``_state``) and, of a count, the least and most that a suppressed one stands for."""
        columns = {}
        for field in self.fields:
            if field.marked:
                columns[f"{field.name}_state"] = "VARCHAR"
                if field.type == "integer":
                    columns |= {f"{field.name}_{end}": "BIGINT" for end in ("low", "high")}
        return columns

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)
