"""What takes a claim out of the count: the first of these that holds (rules 10 and 12 to 16)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from tests.warehouse.invariants.oracle.facts import after, year_start
from tests.warehouse.invariants.oracle.savings import Claim

NOT_CASH = ("non_cash_releasing", "cost_avoidance", "income", "service_reduction")
# NI 179 counts gains from the start of this financial year on.
SINCE = date(2008, 4, 1)


def _started_before(claim: Claim) -> bool:
    start = claim.day("start_date")
    return start is not None and start < SINCE


def _before_start(claim: Claim) -> bool:
    start = claim.day("start_date")
    return claim.claimed > 0 and start is not None and start >= year_start(after(claim.year))


def _not_delivered(claim: Claim) -> bool:
    return claim.claimed > 0 and (claim.stopped or claim.facts.get("status") == "planned")


def _number(value: object) -> Decimal | None:
    """A measure as a number, where it is one."""
    plain = re.sub("[%,£ ]", "", str(value))
    return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def quality_fell(claim: Claim) -> bool:
    """Worse by more than a tenth; where nobody says which way is better, half or less is left."""
    before, now = (_number(claim.facts.get(f"quality_{n}")) for n in ("before", "after"))
    if before is None or now is None:
        return False
    match claim.facts.get("quality_aim"):
        case "lower_is_better":
            return 10 * now > 11 * before
        case "higher_is_better":
            return 10 * now < 9 * before
        case _:
            return before > 0 and 2 * now <= before


def _no_baseline(claim: Claim) -> bool:
    days = claim.day("baseline_date"), claim.day("start_date")
    return None in (*days, claim.facts.get("baseline_pence"))


WITH_COSTS: dict[str, Callable[[Claim], bool]] = {
    "not_cash_releasing": lambda c: c.facts["saving_class"] in NOT_CASH,
    "one_off": lambda c: c.facts["saving_class"] == "one_off" or not c.facts["recurrent"],
    "not_sustained": lambda c: c.sustained == "lapsed",
    "started_before_2008": _started_before,
}
# The costs of such a claim are real, and count.
WITHOUT_COSTS: dict[str, Callable[[Claim], bool]] = {
    "claimed_before_start": _before_start,
    "planned_or_stopped": _not_delivered,
    "above_baseline": lambda c: c.above_baseline,
    "quality_fell": lambda c: c.claimed > 0 and quality_fell(c),
    "prices_not_known": lambda c: not c.prices_known,
}
AFTER_COSTS: dict[str, Callable[[Claim], bool]] = {
    "no_baseline": _no_baseline,
    "late_baseline": lambda c: not c.has_baseline,
    "shares_do_not_add_up": lambda c: not c.shares_add_up,
}


def first_wrong(claim: Claim) -> str | None:
    """The step at which it leaves the count; nothing if it stays."""
    steps = WITH_COSTS | WITHOUT_COSTS | AFTER_COSTS
    return next((step for step, is_wrong in steps.items() if is_wrong(claim)), None)
