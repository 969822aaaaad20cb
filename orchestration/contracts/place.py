"""The place: its areas, keys and agreements, and the public bodies that are no partners.

What one partner says of itself belongs in its contract (``model``), what must hold over all of
them in ``together``; here belongs what all share, and who is meant by a name in a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from .model import CodeMapEntry, Partner
from .register import Register

# Codes that stand for a body in files; others are registers' own numbers.
NAME_CODES = ("gss", "ods")
_CUT = 32  # characters of a name that some ledgers keep

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


@dataclass(frozen=True)
class Body:
    """One public body, partner or not, with all by which it is known."""

    id: str
    name: str
    short_name: str
    kind: str
    partner_id: str | None
    in_group: bool
    names: tuple[str, ...]
    codes: Mapping[str, str]
    vat: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    successor_id: str | None  # only where there is exactly one
    listed: bool = True  # by the place or a contract; else it is known by the register alone


def all_bodies(
    place: Place, partners: Mapping[str, Partner], register: Register = ()
) -> list[Body]:
    """Every body once: partners and the place's own, then whom the register alone knows.

    An organisation that has become a partner keeps its names and numbers.
    """
    own = _own_bodies(place, partners)
    return [*own, *_registered(register, own)]


def _registered(register: Register, own: Iterable[Body]) -> Iterator[Body]:
    """Bodies of the register that no own one is, by id, code or name."""
    known: dict[str, str] = {}
    for body in own:
        codes = (body.codes[code] for code in NAME_CODES if code in body.codes)
        known |= dict.fromkeys((body.id, *codes, *(core(n) or "" for n in body.names)), body.id)
    same = {
        r.body_id: next((known[k] for k in (r.body_id, *r.codes.values(), core(r.name) or "")
                         if k in known), None)
        for r in register
    }  # fmt: skip
    for r in register:
        if same[r.body_id] is None:
            after = [same.get(s) or s for s in r.successors]
            yield Body(
                id=r.body_id,
                name=r.name,
                short_name=r.name,
                kind=r.kind,
                partner_id=None,
                in_group=False,
                names=(r.name,),
                codes=r.codes,
                vat=(),
                valid_from=r.valid_from,
                valid_to=r.valid_to,
                successor_id=after[0] if len(after) == 1 else None,
                listed=False,
            )


def _own_bodies(place: Place, partners: Mapping[str, Partner]) -> list[Body]:
    listed = {o.id: o for o in place.organisations}
    entries: list[Partner | Organisation] = [*partners.values()]
    entries += [o for o in place.organisations if o.id not in partners]
    found = []
    for entry in entries:
        partner = entry if isinstance(entry, Partner) else None
        before = listed.get(entry.id, entry)
        names = (entry.name, *entry.aliases, before.name, *before.aliases)
        one = entry.successors[0] if len(entry.successors) == 1 else None
        found.append(
            Body(
                id=entry.id,
                name=entry.name,
                short_name=entry.short_name or entry.name,
                kind=entry.kind,
                partner_id=partner.id if partner else None,
                in_group=bool(partner and partner.in_place),
                names=tuple(dict.fromkeys(names)),
                codes={**before.codes, **entry.codes},
                vat=tuple(dict.fromkeys((*entry.vat, *before.vat))),
                valid_from=entry.valid_from,
                valid_to=entry.valid_to,
                successor_id=one,
            )
        )
    return found


def fold(text: str) -> str | None:
    """A name folded for matching, exactly as the macro ``fold`` of the build does it."""
    plain = text.lower()
    if not text.isascii():
        marked = unicodedata.normalize("NFD", text)
        bare = "".join(c for c in marked if not unicodedata.category(c).startswith("M"))
        # One by one: a whole word's lower() gives a last Greek s another letter, as SQL does not.
        plain = "".join(c.lower() for c in unicodedata.normalize("NFC", bare))
    words = plain.replace("&amp;", "&").split("&&")[0].replace("&", " and ")
    return re.sub(r"[\W_]+", " ", words).strip() or None


def core(text: str) -> str | None:
    """A folded name without ``the`` in front and the legal form behind, as ``name_core`` does."""
    name = (fold(text) or "").removeprefix("the ")
    return re.sub(r"( (ltd|limited|plc|llp|cic|cio|uk))+$", "", name) or None


class Bodies:
    """Who is meant by a name in a file: from our own list of bodies, never from a flag there."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        self._bodies = {b.id: b for b in bodies}
        self._names: dict[str, str] = {}
        self._cut: dict[str, set[str]] = {}
        for body in self._bodies.values():
            for name in body.names:
                self._names[core(name) or ""] = body.id
                whole = _capitals(name)
                if len(whole) > _CUT and body.listed:
                    self._cut.setdefault(whole[:_CUT], set()).add(body.id)
            for code in NAME_CODES:
                if code in body.codes:
                    self._names[core(body.codes[code]) or ""] = body.id

    @property
    def names(self) -> list[str]:
        """Every name of every body, as a person would write it."""
        return [name for body in self._bodies.values() for name in body.names]

    def resolve(self, name: str | None, first_day: date | None = None) -> str | None:
        """The body a name means in a year that begins on ``first_day``; ``None`` if unknown.

        A body that had ended by then stands for its successor, where it has exactly one.
        """
        found = self._names.get(core(name or "") or "")
        if found is None and len((name or "").strip()) == _CUT:
            cut = self._cut.get(_capitals(name or ""), set())
            found = next(iter(cut)) if len(cut) == 1 else None
        for _ in range(2):
            body = self._bodies[found] if found else None
            ended = body and first_day and body.valid_to and body.valid_to < first_day
            if body and ended and body.successor_id in self._bodies:
                found = body.successor_id
        return found


def _capitals(name: str) -> str:
    return re.sub(r"\s+", " ", name.strip()).upper()
