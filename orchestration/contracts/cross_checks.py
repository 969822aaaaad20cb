"""Place and contracts together: no name, VAT number or pool is two bodies' own, and every key,
area and successor that a contract names is there. Each file by itself is judged on loading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from ..settings import OUTLINES
from .bodies import NAME_CODES, core
from .load import ContractError, ContractProblem, load_partners, mistake
from .model import CodeMapEntry, Partner
from .outlines import load_outlines
from .place import Organisation, Place, exact_share, load_place

Way = tuple[int | str, ...]
# A mistake before it has a line: the partner (``""`` is the place), the way to the key, the words.
Mistake = tuple[str, Way, str]


def load_together(partners: Path, place: Path) -> tuple[dict[str, Partner], Place]:
    """Contracts and place, each by itself and both together free of mistakes."""
    loaded, shared = load_partners(partners), load_place(place)
    load_outlines(place.with_name(OUTLINES))
    check_together(shared, loaded)
    return loaded, shared


def check_together(
    place: Place, partners: Mapping[str, Partner], known: Collection[str] = ()
) -> None:
    """``ContractError`` listing all that contradicts itself over place and contracts together.

    ``known`` are partners that have a contract, though it is not among these.
    """
    problems: list[ContractProblem] = []
    for partner_id, path, message in [
        *_owned_twice(place, partners),
        *_unknown_successors(place, partners, known),
        *(m for p in partners.values() for m in _uncounted(place, p)),
    ]:
        document = partners[partner_id] if partner_id else place
        problems.append(mistake(document, f"{partner_id or 'place'}.yml", path, message))
    if problems:
        raise ContractError(problems)


def _owned_twice(place: Place, partners: Mapping[str, Partner]) -> Iterator[Mistake]:
    """Names, codes, VAT numbers and pools that are two bodies' own, or a pool's id used twice."""
    owners: dict[tuple[str, str], tuple[str, str]] = {}

    def claim(kind: str, what: str, body: Partner | Organisation) -> str | None:
        """The name of another body that has it already."""
        owner = owners.setdefault((kind, what), (body.id, body.name))
        return owner[1] if owner[0] != body.id else None

    for partner_id, prefix, body in _everybody(place, partners):
        names: list[tuple[Way, str]] = [(("name",), body.name)]
        names += [(("aliases", n), alias) for n, alias in enumerate(body.aliases)]
        names += [(("codes", c), body.codes[c]) for c in NAME_CODES if c in body.codes]
        for path, name in names:
            if other := claim("name", core(name) or "", body):
                message = f"{name!r} is also a name of {other}; one name, one body"
                yield partner_id, (*prefix, *path), message
        for number, vat in enumerate(body.vat):
            if other := claim("vat", vat, body):
                message = f"{vat} is also the VAT number of {other}; leave out what two share"
                yield partner_id, (*prefix, "vat", number), message
        seen: set[str] = set()
        for number, pool in enumerate(body.pools if isinstance(body, Partner) else ()):
            path = ("pools", number, "id")
            if pool.id in seen:
                yield partner_id, path, f"{pool.id!r} is there twice"
            elif other := claim("pool", pool.id, body):
                yield partner_id, path, f"{pool.id!r} is hosted by {other} too; a pool has one host"
            seen.add(pool.id)


def _unknown_successors(
    place: Place, partners: Mapping[str, Partner], others: Collection[str]
) -> Iterator[Mistake]:
    known = {body.id for _, _, body in _everybody(place, partners)} | set(others)
    for partner_id, prefix, body in _everybody(place, partners):
        for successor in body.successors:
            if successor not in known:
                key = "successors" if partner_id else "successor"
                message = f"{successor!r} has no contract and is no organisation of the place"
                yield partner_id, (*prefix, key), message


def _uncounted(place: Place, partner: Partner) -> Iterator[Mistake]:
    """Keys and areas that the place does not count, and statements that give away over 1."""
    if partner.footprint:
        path: Way = ("footprint",)
        yield from _counted(place, partner.id, path, partner.footprint.key, partner.footprint.areas)
        if key := place.key(partner.footprint.key):
            for number, area in enumerate(place.place.areas):
                if area not in key.counts:
                    message = f"{area} is not counted by {key.id!r}, which {partner.name} relies on"
                    yield "", ("place", "areas", number), message
    for name, feed in partner.feeds.items():
        where: Way = ("feeds", name, "code_map")
        for number, entry in enumerate(feed.code_map):
            if entry.key:
                areas = [*entry.areas, *entry.of]
                yield from _counted(place, partner.id, (*where, number), entry.key, areas)
        known = [e for e in feed.code_map if not e.key or _usable(place, e)]
        for number, entry in enumerate(feed.code_map):
            rivals = [e for e in known if _looks_alike(e, entry) and _holds(e, entry.valid_from)]
            if entry in rivals and sum(exact_share(e, place) for e in rivals) > 1:
                message = "gives away more than the whole line, with others of the same selectors"
                yield partner.id, (*where, number), message


def _counted(
    place: Place, partner_id: str, path: Way, key_id: str, areas: list[str]
) -> Iterator[Mistake]:
    key = place.key(key_id)
    if key is None:
        known = ", ".join(k.id for k in place.keys) or "it has none"
        yield partner_id, (*path, "key"), f"{key_id!r} is no key of the place: {known}"
        return
    for area in dict.fromkeys(areas):
        if area not in key.counts:
            yield partner_id, path, f"{area} is not counted by {key_id!r}"


def _looks_alike(one: CodeMapEntry, other: CodeMapEntry) -> bool:
    """Whether two statements name the same lines, whatever their case and spacing."""

    def selectors(entry: CodeMapEntry) -> list[str]:
        fields = (entry.department, entry.area, entry.account, entry.account_code, entry.supplier)
        return [re.sub(r"\s+", "", field or "").lower() for field in fields]

    return selectors(one) == selectors(other)


def _holds(entry: CodeMapEntry, day: date | None) -> bool:
    """Whether a statement speaks of lines of that day; ``None`` is before all others."""
    if day is None:
        return entry.valid_from is None
    return (entry.valid_from or day) <= day <= (entry.valid_to or day)


def _usable(place: Place, entry: CodeMapEntry) -> bool:
    key = place.key(entry.key or "")
    return key is not None and set(entry.of) <= set(key.counts)


def _everybody(
    place: Place, partners: Mapping[str, Partner]
) -> Iterator[tuple[str, Way, Partner | Organisation]]:
    """Every body with its file (``""`` is the place) and the way to it there."""
    for partner in partners.values():
        yield partner.id, (), partner
    for number, organisation in enumerate(place.organisations):
        yield "", ("organisations", number), organisation
