"""What rows that add up others are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

# ``sure``: the cell says total and nothing else; ``likely``: it can hardly be a payee's name;
# ``word``: the word stands in it.
Strength = Literal["sure", "likely", "word"]

# What stands at the foot of a printed page, and again at the head of the next.
_CARRIED = r"(?:(?:balance|amount) )?(?:(?:brought|carried) (?:forward|fwd|down)|[bc]/(?:fwd|f|d))"
# Of the cells of a row without a date, and with next to nothing in it; one cell a line of text.
ON_A_BARE_ROW = (
    r"(?m)^(grand |sub[- ]*|overall |net )?totals?\b|\btotals?[ :.]*$|"
    rf"^((grand |overall )?sum|{_CARRIED})[ :.]*$"
)
# What any label has: leaves out nearly every value at once.
HINT = rf"(?i)total|^\s*((grand|overall) )?sum\b|^\s*all |^\s*of which\b|^\s*{_CARRIED}"

_KIND = r"(?:grand|sub|overall|net|gross|report|page|running|final|monthly|annual)"
# "Of which: care homes" is a part of what stands above, and no payee is called so.
_SURE = re.compile(
    rf"(?:(?:{_KIND}[ -]*)?(?:totals?|sum)|{_CARRIED})[ :.]*|of which\b.*", re.I | re.S
)
_LAST = re.compile(r"\btotals?[ :.]*$", re.I)
_WHAT = (
    r"(?:for|of|in|to|paid|all|amounts?|number|values?|spend|spending|expenditure|payments?|costs?|"
    r"budgets?|services?|savings?|invoices|lines|january|february|march|april|may|june|july|"
    r"august|september|october|november|december)\b"
)
_LIKELY = re.compile(
    rf"(?:{_KIND}[ -]*)?totals?[ :–-]+(?:{_KIND} )?(?:{_WHAT}|[0-9£(]).*|"
    r"(?:sub|grand)[ -]*totals?\b.*",
    re.I | re.S,
)
# "All services", of what the keys of the feeds name; never "All Saints".
_ALL = re.compile(
    r"all (?:(?:access|contact|service) )?(?:channels|contacts|services|areas|districts|bodies|"
    r"partners|agencies|initiatives|projects|programmes|schemes|savings|sites|points|offices|"
    r"substances|drugs|tiers|clients|people|ages|agreements|flows|pools|payers|payees|months|"
    r"years|departments|directorates|indicators|measures)[ :.]*",
    re.I,
)
_WORD = re.compile(r"\b(?:sub)?totals?\b", re.I)
_COMPANY = re.compile(r"\b(?:ltd|limited|plc|llp|inc|cic|trust)\b", re.I)
_ORDER: tuple[Strength | None, ...] = (None, "word", "likely", "sure")


def strength(text: str) -> Strength | None:
    """How surely a cell names a total; ``None`` if it does not."""
    text = text.strip()
    if _SURE.fullmatch(text):
        return "sure"
    if _LAST.search(text):
        return "likely"
    if _COMPANY.search(text):
        return None
    if _LIKELY.fullmatch(text) or _ALL.fullmatch(text):
        return "likely"
    return "word" if _WORD.search(text) else None


def strongest(texts: Iterable[str]) -> Strength | None:
    """The surest label among the cells of a row."""
    return max(map(strength, texts), key=_ORDER.index, default=None)
