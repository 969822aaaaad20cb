"""What a heading says by itself: the field of spend that it names, and how surely.

The words are data, in ``headings.yml``. Here belongs how a heading is compared with them; what the
cells below it say is ``meanings``'.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

_WORDS = Path(__file__).with_name("headings.yml")
_LONGEST, _KNOWN = 60, 0.7
# How dates are to be written, which some headings say.
_HINT = re.compile(r"\(?\bdd[/ .-]*mm[/ .-]*yy(?:yy)?\b\)?", re.IGNORECASE)
# What says nothing of a column's meaning.
_SMALL = re.compile(r"\b(?:of|the|a|for|to|by|in|and|or|any|where|this|is|sterling|gbp)\b|£s?")


@dataclass(frozen=True)
class _Words:
    """``headings.yml``, compiled."""

    same: tuple[tuple[re.Pattern[str], str], ...]
    fields: tuple[tuple[str, float, re.Pattern[str]], ...]
    others: re.Pattern[str]


@cache
def _words() -> _Words:
    said = yaml.load(_WORDS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    parts = {f"<{name}>": f"(?:{'|'.join(some)})" for name, some in said["parts"].items()}

    def compiled(pattern: str) -> re.Pattern[str]:
        for part, words in parts.items():
            pattern = pattern.replace(part, words)
        return re.compile(pattern)

    return _Words(
        tuple((re.compile(rf"\b(?:{'|'.join(w)})\b"), one) for one, w in said["same"].items()),
        tuple(
            (name, float(score), compiled("|".join(patterns)))
            for name, by_score in said["fields"].items()
            for score, patterns in by_score.items()
        ),
        re.compile(rf".*\b(?:{'|'.join(said['others'])})\b.*"),
    )


@lru_cache(maxsize=4096)
def plain_words(heading: str) -> str:
    """The words of a heading in lower case, each in its usual form: ``Vendor Nbr`` and
    ``SupplierNumber`` are both ``supplier no``."""
    text = _HINT.sub(" ", unicodedata.normalize("NFKC", heading))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold().replace("'", "")
    text = re.sub(r"[^a-z0-9£]+", " ", text)
    for pattern, word in _words().same:
        text = pattern.sub(word, text)
    text = re.sub(r"\b(\w+)(?: +\1\b)+", r"\1", _SMALL.sub(" ", text))
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def heading_scores(heading: str) -> dict[str, float]:
    """How surely a heading names each field of spend, from 0 to 1; fields it does not are left
    out."""
    words = plain_words(heading)
    if (not words and "£" not in heading) or _words().others.fullmatch(words):
        return {}
    # A description is also a name: Account Description, Supplier Description.
    ways = {words, words.replace("desc", "name")} if words != "desc" else {words}
    best: dict[str, float] = {}
    for name, score, pattern in _words().fields:
        if score > best.get(name, 0.0) and any(pattern.fullmatch(way) for way in ways):
            best[name] = score
    return best


def is_known(heading: str) -> bool:
    """Whether a cell reads as a heading of spend, and not as the text of a line."""
    surest = max(heading_scores(heading).values(), default=0.0) if heading else 0.0
    return len(heading) <= _LONGEST and surest >= _KNOWN


def vat_stated(heading: str) -> str:
    """What a heading says of the VAT in its amounts, in the words of a contract, or ``""``."""
    words = plain_words(heading)
    if re.search(r"\bexcluding recoverable vat\b|\brecoverable vat excluding\b", words):
        return "recoverable_excluded"
    if re.search(r"\bnet\b|\bexcluding\b.*\bvat\b|\bvat excluding\b", words):
        return "excluded"
    return "included" if re.search(r"\bgross\b|\bincluding\b.*\bvat\b", words) else ""
