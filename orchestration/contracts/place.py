"""The place: its areas, keys and agreements, and the public bodies that are no partners.

What one partner says of itself belongs in its contract (``model``), what must hold over all of
them in ``cross_checks``, who is meant by a name in a file in ``bodies``.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from .base import AreaCode, Document, Identifier, Strict
from .base import VatNumber as Vat
from .load import load_document
from .mistake import MistakeAt
from .model import CodeMapEntry

Said = Annotated[str, Field(min_length=1)]


class Box(Strict):
    """The rectangle of the national grid in which the place lies, in metres."""

    west: int
    """The western edge, in metres of the national grid. Example: `427000`."""
    east: int
    """The eastern edge. Example: `491000`."""
    south: int
    """The southern edge. Example: `277000`."""
    north: int
    """The northern edge. Example: `343000`."""
    reason: Said
    """Why these edges. Example: `The county's boundary, to the next kilometre`."""


class Extent(Strict):
    """The place's name, the areas it is made of, and where it lies."""

    name: Said
    """The place's name. Example: `Anytown and Anyshire`."""
    areas: list[AreaCode] = Field(min_length=1)
    """The codes of its areas. Example: `[E06000001, E10000002]`."""
    box: Box | None = None
    """Where it lies, to find coordinates that cannot be right."""


class Prices(Strict):
    """The deflator release that real terms name, and the year whose prices they are in."""

    release: Said
    """The release of the deflators. Example: `HMT-2020-03`."""
    base_year: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    """The year whose prices real terms are in. Example: `2008-09`."""


class Matching(Strict):
    """How many days around a year's end two sides' records of one payment may lie apart."""

    window_days: int = Field(ge=0, le=366)
    """How many days around a year's end two records of one payment may lie apart. Example: `31`."""
    reason: Said
    """Why so many. Example: `Bodies pay within 30 days`."""


class Access(Strict):
    """How far two access points may lie apart, in a straight line, to be the same to a visitor."""

    walking_metres: int = Field(ge=1, le=10_000)
    """How far two access points may lie apart, in a straight line, to be the same to a visitor.
    Example: `800`."""
    reason: Said
    """Why so far. Example: `Ten minutes on foot`."""


class Disclosure(Strict):
    """The counts of a feed that are not shown, both ends in, and how the others are rounded."""

    feed: Literal["contacts", "treatment"]
    """The feed whose counts are protected. Example: `treatment`."""
    suppress_from: int = Field(ge=1)
    """The smallest count that is not shown. Example: `1`."""
    suppress_to: int = Field(ge=1)
    """The largest count that is not shown. Example: `7`."""
    round_to: int = Field(ge=1)
    """To what the others are rounded. Example: `5`."""
    reason: Said
    """The rule it follows. Example: `The rule for health statistics of small areas`."""


# Small counts of people in treatment never go out because a place forgot to say so.
_PROTECTED = Disclosure(
    feed="treatment", suppress_from=1, suppress_to=7, round_to=5, reason="The place states no other"
)


class Key(Strict):
    """An apportionment key: counts by area, never percentages, of one year and vintage."""

    id: Identifier
    """The key's name. Example: `population_mid_2023`."""
    driver: Said
    """What it counts. Example: `resident population`."""
    year: int = Field(ge=1990, le=2099)
    """The year of the count. Example: `2023`."""
    vintage: Said
    """Which edition of it. Example: `Mid-2023, published 15 July 2024`."""
    source: Said
    """Who counted. Example: `ONS, MYE2 Persons`."""
    counts: dict[AreaCode, Annotated[int, Field(gt=0)]] = Field(min_length=1)
    """The counts by area, never percentages. Example: `{E06000001: 379780}`."""

    def total(self, areas: list[str]) -> int:
        """What the key counts in these areas; each once."""
        return sum(self.counts[area] for area in set(areas))


class Organisation(Strict):
    """A public body that sends nothing here, and pays or is paid by those that do."""

    id: Identifier
    """The body's id. Example: `anyshire_hospitals`."""
    name: Said
    """Its name in full. Example: `Anyshire Hospitals NHS Trust`."""
    short_name: Said | None = None
    """Its name in tables. Example: `AHT`."""
    kind: Literal[
        "council",
        "parish_council",
        "combined_authority",
        "pension_fund",
        "pct",
        "ccg",
        "icb",
        "csu",
        "nhs_trust",
        "nhs_national",
        "police",
        "fire",
        "probation",
        "department",
        "agency",
    ]
    """What kind of body it is. Example: `nhs_trust`."""
    codes: dict[str, str] = Field(default_factory=dict)
    """Its codes in registers. Example: `{ods: RZ1}`."""
    vat: list[Vat] = Field(default_factory=list)
    """VAT numbers that are its own alone. Example: `["123456789"]`."""
    aliases: list[Said] = Field(default_factory=list)
    """Other names by which files call it. Example: `[Anyshire Hospitals]`."""
    valid_from: date | None = None
    """The first day of its life. Example: `2013-04-01`."""
    valid_to: date | None = None
    """The last day of its life. Example: `2018-06-30`."""
    successor: Identifier | None = None
    """Who took over when it ended. Example: `anyshire_health`."""

    @property
    def successors(self) -> list[str]:
        """As a partner has them."""
        return [self.successor] if self.successor else []


class Place(Document):
    """What is the place's and no partner's own."""

    called: ClassVar[str] = "the place"
    begins: ClassVar[str] = "place, prices, matching, keys, organisations"
    place: Extent
    """Its name and areas."""
    prices: Prices
    """What real terms are measured in."""
    matching: Matching
    """How the two records of one payment are found."""
    access: Access | None = None
    """When two access points are the same to a visitor."""
    disclosure: list[Disclosure] = Field(default_factory=lambda: [_PROTECTED])
    """Which small counts are not shown; treatment's are protected whether or not it is said."""
    keys: list[Key]
    """Apportionment keys."""
    organisations: list[Organisation]
    """Public bodies that send nothing and pay, or are paid by, those that do."""

    @model_validator(mode="after")
    def _each_once(self) -> Place:
        for kind in ("keys", "organisations"):
            seen: set[str] = set()
            for number, entry in enumerate(getattr(self, kind)):
                if entry.id in seen:
                    raise MistakeAt((kind, number, "id"), f"{entry.id!r} is there twice")
                seen.add(entry.id)
        if [d.feed for d in self.disclosure].count("treatment") != 1:
            raise MistakeAt(("disclosure",), "must speak of the feed treatment, once")
        if any(d.suppress_from > d.suppress_to for d in self.disclosure):
            raise MistakeAt(("disclosure",), "suppress_from is above suppress_to")
        return self

    def key(self, key_id: str) -> Key | None:
        """The key of that id."""
        return next((k for k in self.keys if k.id == key_id), None)


def load_place(path: Path) -> Place:
    """The place in ``path``; ``ContractError`` listing every mistake with its line."""
    return load_document(path, Place)


def share_of(entry: CodeMapEntry, place: Place) -> Decimal:
    """The share a statement gives its theme, 0 to 1 to eight places, ties to the even digit."""
    exact = exact_share(entry, place)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        Decimal("1e-8"), ROUND_HALF_EVEN
    )


def exact_share(entry: CodeMapEntry, place: Place) -> Fraction:
    """The share before it is rounded; its key must be known."""
    if entry.key is None:
        return Fraction(entry.share)
    key = place.key(entry.key)
    assert key is not None
    return Fraction(key.total(entry.areas), key.total(entry.of))
