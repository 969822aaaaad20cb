"""Transfers between public bodies as paired records (rule 2): what each side says, year by year.

Only what both sides say is agreed. What one side paid near a year end and the other received
beside it is a difference in timing. Everything else stays in the total, and is shown.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from tests.warehouse.invariants.oracle.arithmetic import both
from tests.warehouse.invariants.oracle.facts import Funding, Inputs, Part, after, year_start
from tests.warehouse.invariants.oracle.names import Master, core

Key = tuple[str, str, str]  # financial year, payer, payee


@dataclass
class Pair:
    """What a payer and a payee say of one year."""

    payer_in_group: bool
    payee_in_group: bool
    payee_spends: bool = False
    paid: list[Part] = field(default_factory=list)  # lines of the payer
    payer_return: list[Funding] = field(default_factory=list)
    payee_return: list[Funding] = field(default_factory=list)
    income: list[Part] = field(default_factory=list)  # income lines of the payee's ledger
    forward: int = 0  # paid in this year's last days, received in the next year
    backward: int = 0  # paid in this year's first days, received in the year before
    forward_in: int = 0  # received this year, paid in the last days of the year before
    backward_in: int = 0  # received this year, paid in the first days of the next

    @property
    def in_group(self) -> bool:
        return self.payer_in_group and self.payee_in_group

    @property
    def in_spend(self) -> bool:
        """Whether the payment stands in the payer's spend, so that there is what to eliminate."""
        return bool(self.paid)

    @property
    def payer_reported(self) -> bool:
        return bool(self.paid or self.payer_return)

    @property
    def payee_reported(self) -> bool:
        return bool(self.payee_return or self.income)

    @property
    def payer_by_theme(self) -> Counter[str]:
        by: Counter[str] = Counter()
        for part in self.paid:
            by[part.theme] += part.pence
        return by

    @property
    def payee_by_theme(self) -> Counter[str]:
        """The payee's return; its ledger income only where the return is silent on this payer."""
        by: Counter[str] = Counter()
        for row in self.payee_return:
            by[row.theme or "not_reported"] += row.pence
        if not self.payee_return:
            for part in self.income:
                by[part.theme] -= part.pence
        return by

    @property
    def payer_return_pence(self) -> int:
        return sum(row.pence for row in self.payer_return)

    @property
    def payer_pence(self) -> int:
        if self.in_spend:
            return sum(part.pence for part in self.paid)
        return self.payer_return_pence

    @property
    def payee_pence(self) -> int:
        return sum(self.payee_by_theme.values())

    @property
    def agreed(self) -> int:
        return both(self.payer_pence, self.payee_pence)

    @property
    def payer_residual(self) -> int:
        return self.payer_pence - self.agreed

    @property
    def payee_residual(self) -> int:
        return self.payee_pence - self.agreed

    @property
    def timing(self) -> int:
        return self.forward + self.backward

    @property
    def payer_unmatched(self) -> int:
        return self.payer_residual - self.timing

    @property
    def payee_unmatched(self) -> int:
        return self.payee_residual - self.forward_in - self.backward_in

    @property
    def eliminated(self) -> int:
        return self.agreed + self.timing if self.in_spend and self.in_group else 0

    @property
    def possible_double_count(self) -> int:
        """Unmatched money of the payer that the payee may have spent, and so counted, again."""
        if not (self.in_spend and self.in_group and self.payee_spends):
            return 0
        return max(0, self.payer_unmatched)

    @property
    def status(self) -> str:
        if self.payer_unmatched == 0 and self.payee_unmatched == 0:
            return "matched"
        if self.payer_reported and self.payee_reported:
            return "differing"
        return "payer_only" if self.payer_reported else "payee_only"


@dataclass
class Transfers:
    """Every pair, and the money that came from outside the group."""

    pairs: dict[Key, Pair]
    payees: dict[tuple[str, int], str | None]  # spend line -> the organisation it pays


def matched(inputs: Inputs, parts: list[Part], rows: list[Funding], master: Master) -> Transfers:
    """Pair up what payers and payees say, then the timing across year ends."""
    partners = {str(p["partner_id"]): bool(p["in_place"]) for p in inputs["partners"]}
    spenders = {(part.year, part.body) for part in parts if not part.is_income}
    pairs: dict[Key, Pair] = {}

    def pair(year: str, payer: str | None, payee: str | None) -> Pair | None:
        # A body that pays itself transfers nothing.
        if payer is None or payee is None or payer == payee or not {payer, payee} & set(partners):
            return None
        return pairs.setdefault(
            (year, payer, payee),
            Pair(partners.get(payer, False), partners.get(payee, False), (year, payee) in spenders),
        )

    others: dict[tuple[str, int], str | None] = {}
    for part in parts:
        other = others.setdefault(part.line, master.meant(part.supplier, part.vat, part.year))
        if part.is_income and (found := pair(part.year, other, part.body)):
            found.income.append(part)
        elif not part.is_income and (found := pair(part.year, part.body, other)):
            found.paid.append(part)
    for row in rows:
        payer = master.party(row.payer, row.year)
        payee = master.party(row.payee, row.year)
        if row.body == payer and (found := pair(row.year, payer, payee)):
            found.payer_return.append(row)
        if row.body == payee and (found := pair(row.year, payer, payee)):
            found.payee_return.append(row)
    window = int(str(inputs["count_settings"][0]["window_days"]))
    time(pairs, timedelta(days=window))
    return Transfers(pairs, others)


def time(pairs: dict[Key, Pair], window: timedelta) -> None:
    """What was paid in one year's last or first days and received in the year beside it.

    Year by year, so that no pound of the payee's is used by two years of the payer's.
    """
    for year, payer, payee in sorted(pairs):
        this = pairs[year, payer, payee]
        if not this.in_spend:
            continue
        # A line may be dated just outside the year that its file gives it; it is in transit too.
        start, end = year_start(year), year_start(after(year)) - timedelta(days=1)
        tail = sum(p.pence for p in this.paid if p.day and p.day > end - window)
        head = sum(p.pence for p in this.paid if p.day and p.day < start + window)
        later = pairs.get((after(year), payer, payee))
        if later:
            this.forward = max(0, min(this.payer_residual, tail, later.payee_residual))
            later.forward_in = this.forward
        earlier = pairs.get((after(year, -1), payer, payee))
        if earlier:
            left = earlier.payee_residual - earlier.forward_in
            this.backward = max(0, min(this.payer_residual - this.forward, head, left))
            earlier.backward_in = this.backward


def is_source(row: Funding, body: str, master: Master) -> bool:
    """Whether a row of a body's return says where money of its own came from.

    A pool that pays its own host draws money that came in before.
    """
    own = master.party(row.payer, row.year) == body
    return master.party(row.payee, row.year) == body and (not own or row.flow == "own_resources")


def brought_in(
    body: str, year: str, rows: list[Funding], parts: list[Part], master: Master, group: set[str]
) -> tuple[int, int]:
    """A body's own resources, and what it got from outside the group; reads no elimination.

    Its return, and ledger income from those payers on whom its return is silent.
    """
    reported: set[str] = set()
    own = outside = 0
    for row in rows:
        if row.year != year or row.body != body or not is_source(row, body, master):
            continue
        payer = master.party(row.payer, year)
        reported.add(payer or core(row.payer))
        if payer == body:
            own += row.pence
        elif payer not in group:
            outside += row.pence
    for part in parts:
        if part.is_income and part.body == body and part.year == year:
            payer = master.meant(part.supplier, part.vat, year)
            if payer not in group and (payer or core(part.supplier)) not in reported:
                outside -= part.pence
    return own, outside
