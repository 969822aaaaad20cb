"""The savings, from a world's registers to the figures that are published: plain Python.

Written from the rules (10 to 18), not from the models, so that the two can be compared to the
penny. Evidence from the ledgers is in `evidence`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tests.warehouse.invariants.oracle.arithmetic import rounded
from tests.warehouse.invariants.oracle.facts import (
    Inputs,
    Lines,
    Row,
    after,
    in_force,
    year_of,
    year_start,
)
from tests.warehouse.invariants.oracle.names import Master
from tests.warehouse.invariants.oracle.suspected import add_suspected, answered

PROGRAMMES = Path(__file__).resolve().parents[4] / "dbt_project/seeds/programme.csv"
MEASURES = (
    "plan_pence", "forecast_pence", "actual_pence", "one_off_cost_pence", "ongoing_cost_pence",
)  # fmt: skip
WHOLE = ("baseline_pence", *MEASURES)
NOT_CASH = ("non_cash_releasing", "cost_avoidance", "income", "service_reduction")
# NI 179 counts gains from the start of this financial year on.
SINCE = date(2008, 4, 1)
GRADES = ("preliminary", "interim", "final")
SCOPE = ("scope_department", "scope_area", "scope_account", "scope_supplier")
Key = tuple[str, str]  # initiative, financial year


@dataclass
class RegisterRow:
    """What one body tells of an initiative in a year, and its shares of the figures in pence."""

    body: str
    row: Row
    order: tuple[str, str, str, int]
    lead: str | None
    pence: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> Fraction:
        return Fraction(Decimal(str(self.row["partner_share"])))

    @property
    def scope(self) -> tuple[str | None, ...]:
        """The ledger scope, without case and spaces."""
        return tuple(squeezed(self.row.get(name)) for name in SCOPE)

    def net(self, *costs: str) -> int:
        """This body's part of the claim less some costs."""
        return self.pence.get("actual_pence", 0) - sum(self.pence.get(c, 0) for c in costs)


@dataclass
class Claim:
    """An initiative in a year: what is claimed for it and what counts."""

    key: Key
    register_rows: list[RegisterRow]  # of the bodies in the place
    facts: Row  # the lead's row, else that of the first body
    lead: str | None
    reported_by: str  # whose row the facts are from
    share_total: Decimal
    figures_differ: bool  # the bodies' whole figures, before any share
    of_the_board: bool
    contributes: bool | None
    sustained: str = "provisional"
    lapsed_in: str | None = None
    steps: dict[str, int] = field(default_factory=dict)  # signed
    duplicate_of: set[str] = field(default_factory=set)
    exclusion_reason: str | None = None
    recurring: int = 0

    def total(self, measure: str) -> int:
        return sum(t.pence.get(measure, 0) for t in self.register_rows)

    @property
    def year(self) -> str:
        return self.key[1]

    @property
    def claimed(self) -> int:
        return self.total("actual_pence")

    @property
    def in_year_net(self) -> int:
        return self.claimed - self.total("ongoing_cost_pence")

    @property
    def costs(self) -> int:
        return self.total("ongoing_cost_pence") + self.total("one_off_cost_pence")

    @property
    def counted(self) -> int:
        return self.claimed + sum(self.steps.values())

    def day(self, name: str) -> date | None:
        value = self.facts.get(name)
        assert value is None or isinstance(value, date)
        return value

    @property
    def turn(self) -> tuple[date, date, str]:
        """Who came first; without a day, last."""
        frozen, start = self.day("baseline_date"), self.day("start_date")
        return frozen or date.max, start or date.max, self.key[0]

    @property
    def excluded_at_step(self) -> str | None:
        """The first of the steps by its kind at which it leaves the count."""
        kind, start = self.facts["saving_class"], self.day("start_date")
        if kind in NOT_CASH:
            return "not_cash_releasing"
        if kind == "one_off" or not self.facts["recurrent"]:
            return "one_off"
        if self.sustained == "lapsed" or (start is not None and start < SINCE):
            return "not_sustained"
        return None

    @property
    def has_baseline(self) -> bool:
        """A baseline with a day, and that day before the change."""
        frozen, start = self.day("baseline_date"), self.day("start_date")
        if self.facts.get("baseline_pence") is None or frozen is None or start is None:
            return False  # without a start nobody can say that it came before
        return frozen < start

    @property
    def shares_add_up(self) -> bool:
        return abs(self.share_total - 1) <= Decimal("0.00000001")

    @property
    def has_quality(self) -> bool:
        return None not in (self.facts.get("quality_before"), self.facts.get("quality_after"))

    @property
    def possible_cut(self) -> bool:
        return self.facts["saving_class"] == "cash_releasing" and not self.has_quality

    @property
    def assurance(self) -> str:
        """The status claimed, never above what the claim's parts allow (rules 10 and 18)."""
        most = 2
        maturity, systems = self.facts.get("data_maturity"), self.facts.get("systems")
        if maturity == "may_change" or systems in (None, "partial") or not self.has_quality:
            most = 1
        if (
            not self.has_baseline
            or self.facts.get("method") != "agreed"
            or maturity in (None, "likely_to_change")
        ):
            most = 0
        return GRADES[min(most, GRADES.index(str(self.facts["assurance"])))]

    @property
    def full_year_effect(self) -> int | None:
        """What a part year comes to in a full one; nothing where no whole month is left."""
        start = self.day("start_date")
        if start is None or year_of(start) != self.year or start == year_start(self.year):
            return self.in_year_net
        first = year_start(self.year)
        months = [date(first.year + (3 + m) // 12, (3 + m) % 12 + 1, 1) for m in range(12)]
        inside = sum(month >= start for month in months)
        return rounded(self.in_year_net, 12, inside) if inside else None


def squeezed(text: object) -> str | None:
    """A label without case and spaces; an empty one says nothing."""
    return "".join(str(text).lower().split()) or None if text is not None else None


def count_savings(inputs: Inputs, lines: Lines) -> dict[Key, Claim]:
    """Every initiative and year that a body of the place tells of."""
    claims = _claims(inputs, _register_rows(inputs, lines))
    _judge_sustained(inputs, lines, claims)
    twins = _duplicates(claims)
    add_suspected(claims, answered(inputs), twins)
    for claim in claims.values():
        _count(claim, twins.get(claim.key, {}))
    return claims


def _register_rows(inputs: Inputs, lines: Lines) -> dict[Key, list[RegisterRow]]:
    submissions, master = in_force(inputs, "savings"), Master(inputs)
    found: dict[Key, list[RegisterRow]] = defaultdict(list)
    for where, rows in lines.items():
        for row in rows if where.split("/")[0] == "savings" else []:
            submission = submissions.get(str(row["submission_id"]))
            if submission is None:
                continue
            body, year = str(submission["partner_id"]), str(row["financial_year"])
            number = int(str(row["source_row"]))
            order = (body, str(row["submission_id"]), str(row.get("sheet") or ""), number)
            lead = master.party(str(row["lead"]), year)
            found[str(row["initiative_id"]), year].append(RegisterRow(body, row, order, lead))
    for same in found.values():
        for measure in MEASURES:
            _share(measure, [t for t in same if t.row.get(measure) is not None])
    return found


def _share(measure: str, register_rows: list[RegisterRow]) -> None:
    """Each body's own figure times its share, in pence that add up: largest remainder."""
    exact = {t.order: int(str(t.row[measure])) * t.share for t in register_rows}
    total = sum(exact.values(), Fraction(0))
    spare = rounded(total.numerator, 1, total.denominator) - sum(e // 1 for e in exact.values())
    turns = sorted(register_rows, key=lambda t: (exact[t.order] // 1 - exact[t.order], t.order))
    for turn, register_row in enumerate(turns):
        register_row.pence[measure] = exact[register_row.order] // 1 + (turn < spare)


def _claims(inputs: Inputs, register_rows: dict[Key, list[RegisterRow]]) -> dict[Key, Claim]:
    group = {p["partner_id"] for p in inputs["partners"] if p["in_place"]}
    with PROGRAMMES.open(encoding="utf-8", newline="") as file:
        contributes = {
            row["programme"]: {"true": True, "false": False}.get(row["contributes_to_target"])
            for row in csv.DictReader(file)
        }
    claims = {}
    for key, everybody in register_rows.items():
        inside = sorted((t for t in everybody if t.body in group), key=lambda t: t.order)
        if inside:
            first = next((t for t in inside if t.lead == t.body), inside[0])
            claims[key] = Claim(
                key, inside, first.row, first.lead, first.body,
                sum((Decimal(str(t.row["partner_share"])) for t in everybody), Decimal(0)),
                len({tuple(t.row.get(m) for m in WHOLE) for t in everybody}) > 1,
                first.row["programme"] in contributes, contributes.get(str(first.row["programme"])),
            )  # fmt: skip
    return claims


def _judge_sustained(inputs: Inputs, lines: Lines, claims: dict[Key, Claim]) -> None:
    """Confirmed after two full years more; lapsed if the register that reported it, the lead's or
    where the lead tells nothing another body's, no longer shows it."""
    # Whether a register is there, and whether no row of it was set aside: one that was may hold
    # the initiative, so that its silence says nothing.
    registers = {
        (str(s["partner_id"]), year_of(s["period_start"])): s["rows_set_aside"] == 0
        for s in in_force(inputs, "savings").values()
        if isinstance(s["period_start"], date) and s["coverage"] == "whole"
    }
    initiatives: dict[str, list[Claim]] = defaultdict(list)
    for (initiative, _), claim in sorted(claims.items()):
        initiatives[initiative].append(claim)
    for initiative, ours in initiatives.items():
        first = next((c for c in ours if c.in_year_net > 0), None)
        if first is None:
            continue
        next_two = [after(first.year), after(first.year, 2)]
        held = [claims.get((initiative, y)) for y in next_two]
        good = [c is not None and c.in_year_net > 0 for c in held]
        lapsed = []
        for year, claim in zip(next_two, held, strict=True):
            if (first.reported_by, year) not in registers:
                continue
            in_it = claim is not None and any(
                t.body == first.reported_by for t in claim.register_rows
            )
            no_gain = claim is not None and claim.in_year_net <= 0
            if no_gain if in_it else registers[first.reported_by, year]:
                lapsed.append(year)
        for claim in ours:
            claim.lapsed_in = lapsed[0] if lapsed else None
            claim.sustained = (
                "lapsed" if lapsed else "confirmed" if all(good) else "provisional"
            )  # fmt: skip


def _duplicates(claims: dict[Key, Claim]) -> dict[Key, dict[str, set[str]]]:
    """Per claim and body, the earlier initiatives of that body that claim the same money.

    Only of those still in the count: what has left it counts nothing twice.
    """
    found: dict[Key, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    still = [claim for claim in claims.values() if claim.excluded_at_step is None]
    for claim in still:
        for other in still:
            if claim.year != other.year or other.turn >= claim.turn:
                continue
            for mine in claim.register_rows:
                for theirs in other.register_rows:
                    if (
                        mine.body == theirs.body
                        and mine.pence.get("actual_pence", 0) > 0
                        and theirs.pence.get("actual_pence", 0) > 0
                        and overlap(mine.scope, theirs.scope)
                    ):
                        found[claim.key][mine.body].add(other.key[0])
    return found


def overlap(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> bool:
    """Equal, or one contains the other; a field that is not stated is any."""
    if not any(one) or not any(other):
        return False
    return any(
        all(wide is None or wide == narrow for wide, narrow in zip(a, b, strict=True))
        for a, b in ((one, other), (other, one))
    )


def _count(claim: Claim, twins: dict[str, set[str]]) -> None:
    """The steps from claimed to counted; what leaves at a step is gone at the next."""
    if claim.excluded_at_step:
        claim.steps[claim.excluded_at_step] = -claim.claimed
        claim.exclusion_reason = claim.excluded_at_step
        return
    claim.steps["costs"] = -claim.costs
    twice = [t for t in claim.register_rows if t.body in twins]
    claim.duplicate_of = {i for same in twins.values() for i in same}
    claim.steps["duplicates"] = -sum(
        t.net("ongoing_cost_pence", "one_off_cost_pence") for t in twice
    )
    if claim.has_baseline and claim.shares_add_up:
        claim.recurring = claim.in_year_net - sum(t.net("ongoing_cost_pence") for t in twice)
    else:
        reason = "shares_do_not_add_up" if claim.has_baseline else "no_baseline"
        claim.steps[reason] = -claim.counted
        claim.exclusion_reason = reason
    if len(twice) == len(claim.register_rows):
        claim.exclusion_reason = "duplicate"
