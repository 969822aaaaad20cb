"""What the departments of a file mean: the class of each, by the words of its name.

The words are data, in ``departments.yml``. Here belongs how names are compared with them and what
is asked; what a class does to a line is the warehouse's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .evidence import Department, Proposal
from .reading import Reading
from .styles import cells_sql

_WORDS = Path(__file__).with_name("departments.yml")
_FIELDS = ("department", "area")
# A contract is for people to read: of more names than this, those with most lines are taken.
_MOST_NAMES = 60
_MOST_ASKED = 5
_LONGEST = 80
# Classes that rules look at whatever the department above says; they come first.
_SPECIAL = ("public_health", "community_safety")


@dataclass(frozen=True)
class _Words:
    """``departments.yml``, compiled: patterns with what they mean, the longest first."""

    classes: tuple[tuple[re.Pattern[str], str], ...]
    no_class: re.Pattern[str]
    scopes: tuple[tuple[re.Pattern[str], str], ...]
    mixed: re.Pattern[str]
    health: re.Pattern[str]


@cache
def _words() -> _Words:
    said = yaml.load(_WORDS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

    def by_length(some: dict[str, list[str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
        pairs = [(text, name) for name, texts in some.items() for text in texts]
        pairs.sort(key=lambda pair: -len(pair[0]))
        return tuple((_whole(text), name) for text, name in pairs)

    return _Words(
        by_length(said["classes"]),
        _whole("|".join(said["no_class"])),
        by_length(said["scopes"]),
        _whole("|".join(said["mixed"])),
        _whole("|".join(said["health"])),
    )


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


def _plain(name: str) -> str:
    """A name in lower case, ``&`` as ``and``, without apostrophes and other marks."""
    text = name.casefold().replace("&", " and ").replace("'", "").replace("\u2019", "")
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def meaning_of(field: str, name: str, lines: int) -> Department | None:
    """What a department's name means; ``None`` where no word of it says anything.

    ``lines`` is how many lines have the name. A name of two classes has none, and is asked about.
    """
    text = _plain(name)
    found: list[str] = []
    rest = _words().no_class.sub(" ", text)
    for pattern, one in _words().classes:
        if pattern.search(rest):
            rest = pattern.sub(" ", rest)
            found.append(one)
    scope = next((one for pattern, one in _words().scopes if pattern.search(text)), None)
    if not found and not scope:
        return None
    classes = list(dict.fromkeys(found))
    health = bool(_words().health.search(rest))
    hidden = health and not {*classes} <= {"public_health", "adult_social_care"}
    sure = len(classes) == 1 and not health and not _words().mixed.search(rest)
    taken = classes[0] if len(classes) == 1 and not hidden else None
    return Department(field, name, lines, taken, scope, classes, bool(classes) and not sure)


def departments_of(reading: Reading) -> list[Department]:
    """The departments and areas of a file whose names say what they are for, most lines first.

    Below departments only the areas that are public health or community safety: what else an area
    is called, its department has said already.
    """
    found: list[Department] = []
    for field in _FIELDS:
        column = reading.columns.get(field)
        if column is None:
            continue
        rows = reading.con.execute(
            f"SELECT t, count(*) FROM ({cells_sql(column.places)}) GROUP BY t "
            f"HAVING length(t) <= {_LONGEST} ORDER BY 2 DESC, t"
        ).fetchall()
        named = [one for t, n in rows if (one := meaning_of(field, str(t), int(n)))]
        below = field != "department" and "department" in reading.columns
        found += [one for one in named if not below or _is_special(one)]
    return found


def with_departments(proposal: Proposal, found: Iterable[Department]) -> None:
    """Writes what departments mean into the contract of a proposal, and asks where it is unsure."""
    whole: dict[tuple[str, str], Department] = {}
    for one in found:
        whole.setdefault((one.field, one.name.casefold()), one)
    names = sorted(whole.values(), key=_first)[:_MOST_NAMES]
    rules = [_rule(one) for one in names if one.department_class or one.scope]
    if rules:
        proposal.contract["feeds"][proposal.feed]["departments"] = rules
    key = f"feeds.{proposal.feed}.departments"
    if open_ := [one for one in names if one.is_unsure and not one.department_class]:
        text = f"no class was proposed for {_listed(open_)}, where words of several kinds stand"
        proposal.ask(key, f"{text}: give a class if one is known, above all to public health")
    if open_ := [one for one in names if one.is_unsure and one.department_class]:
        text = f"other words stand beside those of the class proposed for {_listed(open_)}"
        proposal.ask(key, f"{text}: check that it is what most of the money is for")
    if open_ := [one for one in names if one.scope]:
        text = f"lines of {_listed(open_)} would not count as revenue: check the scope"
        proposal.ask(key, text)


def _first(one: Department) -> tuple[bool, bool, int, str]:
    """The order of rules, of which the first that fits decides: areas that are public health, then
    departments, then other areas."""
    return not _is_special(one), one.field != "department", -one.lines, one.name


def _is_special(one: Department) -> bool:
    return one.department_class in _SPECIAL and not one.is_unsure


def _rule(one: Department) -> dict[str, Any]:
    rule: dict[str, Any] = {"match": one.name}
    if one.field != "department":
        rule["field"] = one.field
    if one.department_class:
        rule["class"] = one.department_class
    return rule | ({"scope": one.scope} if one.scope else {})


def _listed(some: list[Department]) -> str:
    shown = ", ".join(f"'{one.name}'" for one in some[:_MOST_ASKED])
    more = len(some) - _MOST_ASKED
    return f"{shown} and {more} more" if more > 0 else shown
