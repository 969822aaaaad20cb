"""Which payments a file lists: all of them, or those above an amount.

Evidence is what its name and titles state, and what its amounts are. Here belongs that choice and
nothing of how amounts are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# As names and titles write it; the longest first, so that 25,000 is not 250.
_STATED: tuple[tuple[str, str], ...] = (
    ("payments_over_25k", r"25 ?k\b|25[,. ]?000(?!\d)|(?<!\d)25k"),
    ("payments_over_500", r"(?<![\d,.])500(?![\d,]|\.\d)"),
    ("payments_over_250", r"(?<![\d,.])250(?![\d,]|\.\d)"),
)
_LEDGER = r"\b(?:general ledger|trial balance|ledger)\b"
PENCE = {"payments_over_25k": 2_500_000, "payments_over_500": 50_000, "payments_over_250": 25_000}
_NHS = ("ccg", "icb", "pct", "nhs_trust")


def accounting_of(basis: str) -> str:
    """What lines of a basis are, in the words of a contract: a ledger holds costs incurred."""
    return "accruals" if basis == "ledger" else "cash"


@dataclass(frozen=True)
class Sizes:
    """How large amounts are, whatever their sign: of ``lines`` lines those below each amount of
    ``PENCE``, and of ``payments`` the same where lines have numbers."""

    lines: int
    below: dict[str, int]
    payments: int = 0
    payments_below: dict[str, int] | None = None


@dataclass(frozen=True)
class Basis:
    """The basis, whether it is a guess, and what it rests on."""

    name: str
    open: bool
    why: str


def basis_of(name: str, titles: Sequence[str], kind: str, sizes: Sizes) -> Basis:
    """What the lines are, in the word of a contract."""
    for text, where in [(name, "the file's name"), *((t, "a title in the file") for t in titles)]:
        for basis, pattern in _STATED:
            if re.search(pattern, text.replace("_", " "), re.IGNORECASE):
                return Basis(basis, False, f"{where} states it")
        if re.search(_LEDGER, text, re.IGNORECASE):
            return Basis("ledger", True, f"{where} calls it a ledger")
    return _by_size(kind, sizes)


def _by_size(kind: str, sizes: Sizes) -> Basis:
    """The largest amount below which hardly a line is; of payments of several lines, their sums."""
    for basis in PENCE:
        shown = (
            f"{sizes.below[basis]:,} of {sizes.lines:,} lines are below £{PENCE[basis] // 100:,}"
        )
        if sizes.below[basis] <= 0.1 * sizes.lines:
            return Basis(basis, sizes.below[basis] > 0.02 * sizes.lines, shown)
        sums = (sizes.payments_below or {}).get(basis)
        if sums is not None and sizes.payments and sums <= 0.05 * sizes.payments:
            text = f"{sums:,} of {sizes.payments:,} payments are below £{PENCE[basis] // 100:,}"
            return Basis(basis, True, text)
    if kind in _NHS:
        return Basis("payments_over_25k", True, "health bodies publish payments over £25,000")
    small = sizes.below["payments_over_250"]
    return Basis("all_payments", True, f"{small:,} of {sizes.lines:,} lines are below £250")
