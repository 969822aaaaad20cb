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
