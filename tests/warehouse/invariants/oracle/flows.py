"""Reported flows of money: what each side's return says, and payments that no return mentions.

What two sides agree on is in ``transfers``; here every reported agreement keeps a row of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from tests.warehouse.invariants.oracle.arithmetic import both
from tests.warehouse.invariants.oracle.facts import Funding
from tests.warehouse.invariants.oracle.names import Master
from tests.warehouse.invariants.oracle.transfers import Key, Pair

NOT_REPORTED = "not_reported"


class Agreement(NamedTuple):
    """What tells a flow apart; ``stage`` is source, pool or transfer."""

    year: str
    stage: str
    theme: str
    form: str
    agreement: str
    pool: str
    payer: str
    payee: str


@dataclass
class Sides:
    """What the two sides say of a flow; nothing where a side says nothing."""

    payer: int | None = None
    payee: int | None = None

    @property
    def amount(self) -> int | None:
        """What both say, or what the one says that says anything."""
        if self.payer is None or self.payee is None:
            return self.payee if self.payer is None else self.payer
        return both(self.payer, self.payee)


def agreements(rows: list[Funding], master: Master, group: set[str]) -> dict[Agreement, Sides]:
    """Every flow in which the body that reports it takes part, and one side is of the place."""
    found: dict[Agreement, Sides] = {}
    for row in rows:
        payer, payee = (master.party(name, row.year) for name in (row.payer, row.payee))
        if row.body not in (payer, payee) or not {payer, payee} & group:
            continue
        key = Agreement(
            row.year, _stage(row, payer in group), row.theme or NOT_REPORTED, row.flow,
            row.agreement or NOT_REPORTED, row.pool or "no_pool", payer or NOT_REPORTED,
            payee or NOT_REPORTED,
        )  # fmt: skip
        sides = found.setdefault(key, Sides())
        if row.body == payer:
            sides.payer = (sides.payer or 0) + row.pence
        if row.body != payer or row.flow == "own_resources":
            sides.payee = (sides.payee or 0) + row.pence
    return found


def _stage(row: Funding, from_the_group: bool) -> str:
    if row.pool:
        return "pool"
    return "transfer" if from_the_group and row.flow != "own_resources" else "source"


def payments(pairs: dict[Key, Pair], reported: dict[Agreement, Sides]) -> dict[Agreement, Sides]:
    """What one body of the place paid another that neither of them mentions in its return."""
    mentioned = {(a.year, a.payer, a.payee) for a in reported}
    found = {}
    for (year, payer, payee), pair in pairs.items():
        if not pair.in_group or (year, payer, payee) in mentioned:
            continue
        earned: Counter[str] = Counter()
        for part in pair.income:
            earned[part.theme] -= part.pence
        for theme, pence in pair.payer_by_theme.items():
            key = Agreement(
                year, "transfer", theme, "payment", NOT_REPORTED, "no_pool", payer, payee
            )
            found[key] = Sides(pence, earned.get(theme))
    return found
