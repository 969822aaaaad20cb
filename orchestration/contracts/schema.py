"""What a feed is made of: fields with a type, and which of them place a row and count its money."""

from __future__ import annotations

from dataclasses import dataclass
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
class Field:
    """One canonical column: ``required`` means a row without it is set aside.

    ``listed`` says which public list its codes are held against; ``least`` is the smallest number
    it may have; ``part_of`` names the field that it may not be above, ``before`` the date that it
    must come before, ``reason`` the field that must say why it is below 0. ``needed`` says what the
    count does not know of a file without this column, which is then asked about.
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


@dataclass(frozen=True)
class FeedSchema:
    """A feed: ``date_field`` places a row in time, ``money_field`` is what its totals add up.

    A feed without money has totals of 0 pence, and its rows are all that can be counted.
    """

    name: str
    grain: str
    fields: tuple[Field, ...]
    money_field: str | None = None
    date_field: str | None = None
    year_field: str | None = None
    # Counts of people: no column of a client's own record may come with them.
    of_people: bool = False

    @property
    def pence(self) -> str:
        """SQL for the pence of a line, NULL in a feed without money."""
        return self.money_field or "CAST(NULL AS BIGINT)"

    @property
    def judged_pence(self) -> str:
        """The same of a row under judgement, whose values are called ``v_``."""
        return f"v_{self.money_field}" if self.money_field else self.pence

    def field(self, name: str) -> Field:
        """The field called ``name``; ``KeyError`` if the feed has none."""
        return next(f for f in self.fields if f.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)
