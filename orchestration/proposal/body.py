"""Who the body is: its name and kind, its codes, and whether it is one of the place.

Evidence is what the officer says, the file's own column of bodies, its titles, and the register of
public bodies. Here belongs nothing of how files are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..contracts.bodies import Body, core
from .evidence import Question

# Of a name, the first that fits; ``council`` comes late, as a police force may be a county's.
_KINDS: tuple[tuple[str, str], ...] = (
    ("ccg", r"\bccgs?\b|clinical commissioning"),
    ("icb", r"\bicb\b|integrated care"),
    ("pct", r"\bpct\b|primary care trust"),
    ("probation", r"\bprobation\b"),
    ("fire", r"\bfire\b"),
    ("police", r"\bpolice\b|\bpcc\b|\bopcc\b|\bpfcc\b|constabulary|crime commissioner"),
    (
        "nhs_trust",
        r"\bnhs\b.*\btrust\b|\bfoundation trust\b|\bhospitals?\b|\bambulance\b|\bnhs ft\b",
    ),
    ("council", r"\bcouncil\b|\bborough\b|\b[mdcb]bc\b|\bcc\b|\bdc\b|\bcity of\b|\bmetropolitan\b"),
)
# When the law began and ended all bodies of a kind.
_LIVES: dict[str, tuple[date, date | None]] = {
    "pct": (date(2001, 4, 1), date(2013, 3, 31)),
    "ccg": (date(2013, 4, 1), date(2022, 6, 30)),
    "icb": (date(2022, 7, 1), None),
}
# Councils that are in no other council's area: a district may lie in a county of the place.
_UPPER = ("E06", "E08", "E09", "E10", "W06")
_FORMS = (
    ("MBC", "Metropolitan Borough Council"),
    ("MBC", "Borough Council"),
    ("MDC", "Metropolitan District Council"),
    ("CC", "County Council"),
    ("CC", "City Council"),
    ("BC", "Borough Council"),
    ("DC", "District Council"),
    ("Council", "Borough Council"),
    ("Council", "County Council"),
)
_SMALL = {"of", "and", "the", "for", "on", "in", "upon", "with"}
_LETTERS = {"nhs", "ccg", "icb", "pct", "pcc", "opcc", "mbc", "cc", "bc", "dc", "ft", "mdc"}


@dataclass
class Identity:
    """The body as a contract names it, and what is open about it."""

    name: str
    kind: str
    codes: dict[str, str]
    in_place: bool
    aliases: list[str] = field(default_factory=list)
    life: tuple[date | None, date | None] = (None, None)
    questions: list[Question] = field(default_factory=list)


def identity_of(
    partner_id: str,
    given: str | None,
    shown: Sequence[str],
    titles: Sequence[str],
    bodies: Sequence[Body],
    areas: Sequence[str],
) -> Identity:
    """The body with this id. ``given`` is the name that the officer gave, ``shown`` are names that
    the file's lines have, ``titles`` the texts above them; ``areas`` are the place's, by code."""
    written = _written(partner_id)
    names = [given or "", *shown, *titles, *_in_full(written)]
    known = _known([n for n in names if n], partner_id, bodies)
    name = given or (known.name if known else next(iter(shown), "") or written)
    questions: list[Question] = []
    if not given and not known:
        where = "the file names it so" if shown else "from the id; the file names no body"
        questions.append(Question("name", f"{where}: check that it is its name in full", False))
    kind = _kind([name, written, *shown, *titles]) or (known.kind if known else "")
    if not kind:
        kind = "council"
        text = "neither its name nor the file says what kind of body it is; council was taken"
        questions.append(Question("kind", text))
    codes = dict(known.codes) if known else {}
    inside = bool(set(codes.values()) & set(areas))
    if not inside and not codes.get("gss", "").startswith(_UPPER):
        text = "the file does not say whether it is a body of the place; false was taken"
        questions.append(Question("in_place", text))
    life = (known.valid_from, known.valid_to) if known else (None, None)
    if known and known.listed and known.id != partner_id:
        text = (
            f"the place or a contract knows this name as '{known.id}': give that id with "
            "--partner, or take the name out there"
        )
        questions.append(Question("id", text))
    # What its own files call it, where that is nobody's name yet.
    aliases = [
        n for n in shown if core(n) not in (None, core(name)) and not _known([n], "", bodies)
    ]
    return Identity(name, kind, codes, inside, aliases, _life(kind, life), questions)


def _life(kind: str, known: tuple[date | None, date | None]) -> tuple[date | None, date | None]:
    usual = _LIVES.get(kind, (None, None))
    return known[0] or usual[0], known[1] or usual[1]


def _known(names: Sequence[str], partner_id: str, bodies: Iterable[Body]) -> Body | None:
    by_name: dict[str, Body] = {}
    for body in bodies:
        if body.id == partner_id:
            return body
        for name in body.names:
            by_name.setdefault(core(name) or "", body)
    return next((by_name[c] for n in names if (c := core(n)) and c in by_name), None)


def _kind(names: Iterable[str]) -> str:
    for name in names:
        for kind, pattern in _KINDS:
            if re.search(pattern, name, re.IGNORECASE):
                return kind
    return ""


def _in_full(written: str) -> Iterator[str]:
    """A name with what its letters stand for: MBC is a metropolitan borough council."""
    yield written
    last = written.rpartition(" ")
    for letters, words in _FORMS:
        if last[2] == letters:
            yield f"{last[0]} {words}"


def _written(partner_id: str) -> str:
    """A name made of an id: ``anytown_mbc`` is Anytown MBC."""
    words = partner_id.split("_")
    return " ".join(
        w.upper() if w in _LETTERS else w if w in _SMALL and n else w.capitalize()
        for n, w in enumerate(words)
    )
