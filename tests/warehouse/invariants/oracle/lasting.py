"""How long a gain lasts: what is held for three years in a row, and what lapses (rule 12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from tests.warehouse.invariants.oracle.facts import Inputs, after, in_force, year_of
from tests.warehouse.invariants.oracle.savings import Claim, Key


class Registers:
    """Which registers are there, and what may hide in them: a row that was set aside."""

    def __init__(self, inputs: Inputs) -> None:
        whole = {k: s for k, s in in_force(inputs, "savings").items() if s["coverage"] == "whole"}
        where = {
            k: (str(s["partner_id"]), year_of(s["period_start"]))
            for k, s in whole.items()
            if isinstance(s["period_start"], date)
        }
        self.hidden: Counter[tuple[str, str]] = Counter()
        self.known: dict[tuple[str, str], list[str]] = defaultdict(list)
        for k, place in where.items():
            self.hidden[place] += int(str(whole[k]["rows_set_aside"]))
        for row in inputs["set_aside"]:
            if row["submission_id"] in where and row.get("initiative_id") is not None:
                self.known[where[str(row["submission_id"])]].append(str(row["initiative_id"]))
        years = [s["period_start"] for s in inputs["submissions"] if s["feed"] == "savings"]
        self.last = max((year_of(d) for d in years if isinstance(d, date)), default="")

    def proves(self, body: str, year: str, initiative: str) -> bool:
        """Whether an initiative that is not in a body's register is known not to be there."""
        place = body, year
        if place not in self.hidden or initiative in self.known[place]:
            return False
        return self.hidden[place] == len(self.known[place])


def judge_lasting(inputs: Inputs, claims: dict[Key, Claim]) -> None:
    """Says of each claim whether the gain lasted, and how much of it was held for three years."""
    registers = Registers(inputs)
    initiatives: dict[str, dict[str, Claim]] = defaultdict(dict)
    for (initiative, year), claim in claims.items():
        initiatives[initiative][year] = claim
    for initiative, ours in initiatives.items():
        gains = [y for y, c in sorted(ours.items()) if c.in_year_net > 0 and c.of_kind]
        if gains:
            _judge(initiative, ours, gains[0], registers)


def _judge(initiative: str, ours: dict[str, Claim], first: str, registers: Registers) -> None:
    """Of one initiative, from the year of its first gain on."""
    body, years = ours[first].reported_by, [first, after(first), after(first, 2)]
    while years[-1] < after(registers.last or first, 2):
        years.append(after(years[-1]))
    outcomes = {first: "gained"} | {
        year: _outcome(initiative, ours.get(year), body, year, registers) for year in years[1:]
    }
    levels = [_level(outcomes[year], ours.get(year)) for year in years]
    other_kind = {year for year in years[1:] if year in ours and not ours[year].of_kind}
    gone = {year for year in years[:3] if outcomes[year] == "lapsed"}
    lapsed = sorted(other_kind | gone)
    good = all(outcomes[year] == "gained" for year in years[1:3])
    for year, claim in ours.items():
        claim.lapsed_in = lapsed[0] if lapsed else None
        claim.sustained = "lapsed" if lapsed else "confirmed" if good else "provisional"
        if year in years:
            claim.held = _held(levels, years.index(year))


def _outcome(
    initiative: str, claim: Claim | None, body: str, year: str, registers: Registers
) -> str:
    if claim and not claim.of_kind:
        return "lapsed"
    if claim and any(t.body == body for t in claim.register_rows):
        gone = claim.in_year_net <= 0 or claim.stopped
        if gone and (body, year) in registers.hidden:
            return "lapsed"
    elif registers.proves(body, year, initiative):
        return "lapsed"
    gained = claim is not None and claim.in_year_net > 0 and not claim.stopped
    return "gained" if gained else "not_known"


def _level(outcome: str, claim: Claim | None) -> int | None:
    """What was gained in a year; nothing is known of a year of which a share is missing."""
    if outcome == "lapsed":
        return 0
    known = outcome == "gained" and claim is not None and claim.shares_add_up
    return claim.in_year_net if known and claim else None


def _held(levels: list[int | None], at: int) -> int | None:
    """The most that stands in every known year of some three in a row with this one."""
    held = []
    for begin in range(max(0, at - 2), at + 1):
        known = [level for level in levels[begin : begin + 3] if level is not None]
        if known:
            held.append(min(known))
    return max(held, default=None)
