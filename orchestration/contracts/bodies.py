"""Who is meant by a name in a file: every public body with all by which it is known.

Here belongs how partners, the place's own bodies and the register become one list, and how a name
is matched. What a place or a contract says of a body is in ``place`` and ``model``; the build
matches names alike in SQL (``int_body_names``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from .model import Partner
from .place import Organisation, Place
from .register import Register

# Codes that stand for a body in files; others are registers' own numbers.
NAME_CODES = ("gss", "ods")
_CUT = 32  # characters of a name that some ledgers keep


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
