"""Words by which a heading or a title states a unit: £'000, £m, %, per 1,000."""

from __future__ import annotations

import re

# "Payments over £25,000", "over 25k" and "£500" name a threshold, not a unit.
_THOUSANDS = re.compile(
    r"£ ?['’`]?000s?\b|(?<![\d,.])['’`]000s?\b|\(0{3}s?\)|£ ?k\b|\bk£|(?:\bin|£|\() ?thousands?\b"
    r"|\bthousands? of pounds\b|\b0{3}s\b",
    re.IGNORECASE,
)
_MILLIONS = re.compile(
    r"£ ?m(?:n|illions?)?\b|(?:\bin|\() ?millions?\b|\bmillions? of pounds\b", re.IGNORECASE
)
_PERCENT = re.compile(r"%|\bper ?cent(?:age)?s?\b|\bpercentages?\b", re.IGNORECASE)
_RATE = re.compile(
    r"\b(?:rate )?per (?:1,?000|thousand|10,?000|100,?000|head|capita|person|resident)\b"
    r"(?: (?:of )?(?:the )?(?:population|residents?|people|persons|adults|households))?",
    re.IGNORECASE,
)
WORDS = {
    "thousands": "thousands of pounds",
    "millions": "millions of pounds",
    "percent": "percentages",
    "rate": "rates",
}


def unit_stated(text: str, kind: str) -> str:
    """The unit that a heading or title states for a field of type money or integer, or ``""``."""
    if kind == "money":
        millions = "millions" if _MILLIONS.search(text) else ""
        return "thousands" if _THOUSANDS.search(text) else millions
    if kind == "integer":
        return "percent" if _PERCENT.search(text) else "rate" if _RATE.search(text) else ""
    return ""


def unit_of_text(text: str) -> str:
    """The unit that a line of text above or below a table states for its amounts, or ``""``: not
    one that it says they are not in, and not one of people or of other things."""
    if _IN_POUNDS.search(text):
        return ""
    return unit_stated(_DENIED.sub("", _OF_OTHERS.sub("", text)), "money")


def unit_of_cell(text: str) -> str:
    """The unit that a cell of a column of units states for the amounts beside it, or ``""``."""
    bare = text.strip().casefold()
    for unit, pattern in _BARE.items():
        if pattern.fullmatch(bare):
            return unit
    return unit_stated(text, "money")


def is_pounds(text: str) -> bool:
    """Whether a cell of a column of units says that amounts are in pounds."""
    return text.strip().casefold() in ("", "£", "gbp", "pound", "pounds", "£s", "sterling")


def unit_of_format(code: str) -> str:
    """The unit that a number format of a workbook writes beside its numbers, or ``""``; one that
    divides them as well shows thousands of what the cell holds."""
    if _DIVIDES.search(_QUOTED.sub("", code)):
        return ""
    words = " ".join(mark.strip('"\\ ') for mark in _QUOTED.findall(code))
    return unit_of_cell(words) if words else ""


def states_unit(text: str) -> bool:
    """Whether a heading states a unit of any kind."""
    return any(pattern.search(text) for pattern in _ALL)


def without_unit(heading: str) -> str:
    """A heading without the words that state its unit."""
    for pattern in (*_ALL, _POUND):
        heading = pattern.sub("", heading)
    return " ".join(re.sub(r"[()\s]+", " ", heading).split())


_ALL = (_THOUSANDS, _MILLIONS, _PERCENT, _RATE)
_POUND = re.compile("£")

# "Figures are in pounds", "in £, not in £000s", "thousands of people", "residents in thousands".
_IN_POUNDS = re.compile(
    r"\b(?:in|whole|full|actual) (?:(?:whole|full|actual) )?(?:pounds?\b|£)"
    r"(?!\W{0,3}(?:000|k\b|m(?:n|illions?)?\b|thou))",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"(?:thousand|million)s? of (?!pounds\b|£)\S+"
    r"|\b(?:people|population|residents?|persons?|contacts|visits|calls|users|clients|households"
    r"|pupils|patients)[ (:,-]{1,3}(?:in )?['’`]?(?:0{3}s?|thousands?|millions?)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|no longer|never|rather than|instead of)\b(?: \w+){0,3}? ?(?:£ ?)?"
    r"['’`]?(?:0{3}s?|k|m|thousands?|millions?)\b",
    re.IGNORECASE,
)
_BARE = {
    "thousands": re.compile(r"(?:gbp ?)?(?:k|'?000'?s?|1,?000s?|x ?1,?000|thousands?|thous?)"),
    "millions": re.compile(r"(?:gbp ?)?(?:mn?|mill?|millions?|1,?000,?000s?)"),
}
_QUOTED = re.compile(r'"[^"]*"|\\.')
_DIVIDES = re.compile(r"[0#?],+(?![0#?,])")
