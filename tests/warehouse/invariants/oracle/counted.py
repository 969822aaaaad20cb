"""From claims to what counts: the steps of each, in order, and what is left."""

from __future__ import annotations

from tests.warehouse.invariants.oracle.evidence import Evidence, evidence, share_out
from tests.warehouse.invariants.oracle.facts import Inputs, Lines
from tests.warehouse.invariants.oracle.lasting import judge_lasting
from tests.warehouse.invariants.oracle.same_money import keepers
from tests.warehouse.invariants.oracle.savings import Claim, Key, read_claims
from tests.warehouse.invariants.oracle.wrong import AFTER_COSTS, WITH_COSTS, first_wrong


def count_savings(inputs: Inputs, lines: Lines) -> tuple[dict[Key, Claim], dict[Key, Evidence]]:
    """Every initiative and year that a body of the place tells of, and what its ledgers show."""
    claims = read_claims(inputs, lines)
    shown = evidence(inputs, lines, claims)
    judge_lasting(inputs, claims)
    for key, claim in claims.items():
        claim.excluded_at_step = first_wrong(claim)
        if key in shown:
            claim.evidenced, claim.displaced = shown[key].evidenced, shown[key].displaced or 0
    share_out(inputs, claims, shown)
    for key, found in shown.items():
        claims[key].own_evidence = found.own
    kept = keepers(inputs, claims, shown)
    for claim in claims.values():
        _count(claim, kept.get(claim.key, {}))
    return claims, shown


def _count(claim: Claim, kept: dict[str, set[str]]) -> None:
    """The steps from claimed to counted; what leaves at a step is gone at the next."""
    if step := claim.excluded_at_step:
        _leave(claim, step)
        return
    claim.steps["costs"] = -claim.costs
    claim.twice = [t for t in claim.register_rows if t.body in kept]
    claim.duplicate_of = {i for same in kept.values() for i in same}
    claim.steps["duplicates"] = -sum(
        t.net("ongoing_cost_pence", "one_off_cost_pence") for t in claim.twice
    )
    gain = claim.in_year_net - sum(t.net("ongoing_cost_pence") for t in claim.twice)
    if claim.register_rows and len(claim.twice) == len(claim.register_rows):
        claim.exclusion_reason = "duplicate"
        return
    fallen = 0 if claim.held is None else max(0, min(gain, claim.in_year_net - claim.held))
    moved = max(0, min(gain - fallen, claim.displaced))
    claim.steps |= {"partly_lapsed": -fallen, "displaced": -moved}
    claim.recurring = gain - fallen - moved


def _leave(claim: Claim, step: str) -> None:
    """A claim that leaves whole, and what becomes of its costs."""
    claim.exclusion_reason = step
    if step in WITH_COSTS:
        claim.steps[step] = -claim.claimed
        return
    claim.steps["costs"] = -claim.costs
    if step in AFTER_COSTS:
        claim.steps[step] = claim.costs - claim.claimed
    else:
        claim.steps[step] = -claim.claimed
        claim.recurring = claim.in_year_net - claim.claimed
