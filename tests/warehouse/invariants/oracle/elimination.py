"""Where an elimination falls: over the payer's themes, then over its cells, to the penny."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.warehouse.invariants.oracle.arithmetic import rounded, shared_out
from tests.warehouse.invariants.oracle.facts import THEMES, Inputs, Part
from tests.warehouse.invariants.oracle.transfers import Pair, Transfers


class Cell(NamedTuple):
    """The finest grain that is published; its order breaks ties. Nobody is the empty text."""

    year: str
    body: str
    payee: str  # another public body
    theme: str
    scope: str
    service: str
    basis: str
    accounting: str
    delivery: str
    provider: str
    provider_name: str


@dataclass
class Amounts:
    """What becomes of a cell's money."""

    lines: int = 0
    gross: int = 0
    credits: int = 0
    review: int = 0
    eliminated: int = 0
    in_scope_net: int = 0
    prices: Counter[str] = field(default_factory=Counter)  # lines by the prices they are at
    vat: Counter[str] = field(default_factory=Counter)  # and by the VAT that is in them

    @property
    def net(self) -> int:
        return self.gross - self.eliminated

    @property
    def price_basis(self) -> str:
        return next(iter(self.prices)) if len(self.prices) == 1 else "mixed"

    @property
    def vat_basis(self) -> str:
        return next(iter(self.vat)) if len(self.vat) == 1 else "mixed"

    def add(self, other: Amounts) -> None:
        """Take in what becomes of another cell's money."""
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def cells(inputs: Inputs, parts: list[Part], transfers: Transfers) -> dict[Cell, Amounts]:
    """Every cell with its gross, eliminated, net and in-scope net."""
    found: dict[Cell, Amounts] = defaultdict(Amounts)
    names = {str(o["organisation_id"]): str(o["name"]) for o in inputs["organisations"]}
    group = {str(p["partner_id"]) for p in inputs["partners"] if p["in_place"]}
    for part in parts:
        amounts = found[cell_of(names, group, part, transfers.payees[part.line])]
        amounts.lines += 1
        amounts.gross += part.pence
        amounts.prices[part.price_basis] += 1
        amounts.vat[part.vat_basis] += 1
        amounts.credits += min(0, part.pence)
        amounts.review += part.pence if part.grade == "review" else 0
    for (year, payer, payee), pair in transfers.pairs.items():
        mine = {
            cell: amounts
            for cell, amounts in found.items()
            if cell[:3] == (year, payer, payee) and cell.scope != "income"
        }
        for cell, pence in spread(pair, {c: a.gross for c, a in mine.items()}).items():
            found[cell].eliminated = pence
    for cell, amounts in found.items():
        if cell.scope == "in_scope":
            inside, total = footprint(inputs, cell.body)
            amounts.in_scope_net = rounded(amounts.net, inside, total)
    return dict(found)


def cell_of(names: dict[str, str], group: set[str], part: Part, meant: str | None) -> Cell:
    """Where a part of a line belongs; providers are told apart for drugs and alcohol alone.

    ``names`` are the organisations' by id, ``group`` the bodies of the place.
    """
    nobody = meant is None and part.supplier is None
    if part.basis == "ledger" and (nobody or meant == part.body):
        delivery = "own"
    elif {part.body, meant} <= group and meant != part.body:
        delivery = "transfer"
    else:
        delivery = "commissioned"
    provider, name = (meant or "", names.get(meant or "", part.shown or part.supplier) or "")
    if part.theme != "drug_alcohol":
        provider = name = ""
    return Cell(
        part.year, part.body, "" if meant in (None, part.body) else str(meant), part.theme,
        part.scope, part.service, part.basis, part.accounting, delivery, provider, str(name),
    )  # fmt: skip


def footprint(inputs: Inputs, body: str) -> tuple[int, int]:
    """How much of what a body covers lies in the place (rule 7), as counts; all unless it says."""
    for row in inputs["footprints"]:
        if row["partner_id"] == body:
            return int(str(row["inside_count"])), int(str(row["total_count"]))
    return 1, 1


def spread(pair: Pair, gross: dict[Cell, int]) -> dict[Cell, int]:
    """A pair's elimination over the payer's cells."""
    total = pair.eliminated
    if total == 0:
        return {}
    sign = 1 if total > 0 else -1
    paid = {theme: sign * pair.payer_by_theme[theme] for theme in THEMES}
    received = {theme: sign * pair.payee_by_theme[theme] for theme in THEMES}
    found: dict[Cell, int] = {}
    for theme, pence in by_theme(abs(total), paid, received).items():
        ours = sorted(cell for cell in gross if cell.theme == theme)
        amounts = [sign * gross[cell] for cell in ours]
        if pence != sum(amounts):
            amounts = shared_out(pence, [max(0, a) for a in amounts])
        found |= {cell: sign * amount for cell, amount in zip(ours, amounts, strict=True)}
    return found


def by_theme(total: int, paid: dict[str, int], received: dict[str, int]) -> dict[str, int]:
    """First what both sides say of a theme, then the rest over what the payer has left."""
    agreed = dict.fromkeys(THEMES, 0)
    for theme in THEMES[:3]:  # nobody tells a flow as unclassified
        left = total - sum(agreed.values())
        agreed[theme] = max(0, min(paid[theme], received[theme], left))
    rest = total - sum(agreed.values())
    residuals = [max(0, paid[theme] - agreed[theme]) for theme in THEMES]
    more = shared_out(rest, residuals)
    return {theme: agreed[theme] + extra for theme, extra in zip(THEMES, more, strict=True)}
