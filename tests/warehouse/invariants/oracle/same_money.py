"""Claims of the same money, of which one keeps it (rule 15).

The same ledger lines of a body; or what looks like the same saving under another reference, until
somebody has answered whether it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import permutations, product

from tests.warehouse.invariants.oracle.evidence import Evidence
from tests.warehouse.invariants.oracle.facts import Inputs
from tests.warehouse.invariants.oracle.savings import SCOPE, Claim, Key, RegisterRow

# Per claim and body, the other initiatives that keep the money.
Keepers = dict[Key, dict[str, set[str]]]


def keepers(inputs: Inputs, claims: dict[Key, Claim], shown: dict[Key, Evidence]) -> Keepers:
    """Of every claim still in the count, by body, the claims that keep the money instead."""
    settled = {code: _answered(inputs, code) for code in ("TP-379", "TP-334")}
    found: Keepers = defaultdict(lambda: defaultdict(set))
    for claim, other in permutations(claims.values(), 2):
        if claim.year != other.year or claim.excluded_at_step or other.excluded_at_step:
            continue
        if other.turn >= claim.turn:
            continue
        shared = _bodies_with_a_line_of_both(shown.get(claim.key), shown.get(other.key))
        for mine, theirs in product(claim.register_rows, other.register_rows):
            if min(t.pence.get("actual_pence", 0) for t in (mine, theirs)) <= 0:
                continue
            same_body = mine.body == theirs.body
            if same_body and (overlap(mine.scope, theirs.scope) or mine.body in shared):
                found[claim.key][mine.body].add(other.key[0])
            asked = settled["TP-334" if same_body else "TP-379"]
            if {mine.row["submission_id"], theirs.row["submission_id"]} & asked:
                continue
            if not same_body and _told_apart(claim, mine, other, theirs):
                continue
            if _alike(mine, theirs, same_body=same_body):
                found[claim.key][mine.body].add(other.key[0])
    return found


def _answered(inputs: Inputs, code: str) -> set[object]:
    """The submissions about whose savings somebody said that they are no others."""
    return {
        f["submission_id"] for f in inputs["findings"] if f["code"] == code and f.get("explanation")
    }


def _bodies_with_a_line_of_both(one: Evidence | None, other: Evidence | None) -> set[str]:
    lines = [
        {(line.body, line.key) for line in [*(e.base or []), *(e.actual or [])]} if e else set()
        for e in (one, other)
    ]
    return {body for body, _ in lines[0] & lines[1]}


def _told_apart(claim: Claim, mine: RegisterRow, other: Claim, theirs: RegisterRow) -> bool:
    """A body that has both in its register tells them apart."""
    return mine.body in {t.body for t in other.register_rows} or theirs.body in {
        t.body for t in claim.register_rows
    }


def overlap(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> bool:
    """Equal, or one contains the other; a field that is not stated is any."""
    if not any(one) or not any(other):
        return False
    return any(
        all(wide is None or wide == narrow for wide, narrow in zip(a, b, strict=True))
        for a, b in ((one, other), (other, one))
    )


def _alike(one: RegisterRow, other: RegisterRow, *, same_body: bool) -> bool:
    """The same name; or the same money, with what else makes it look the same."""
    names = [_words(str(t.row["initiative"])) for t in (one, other)]
    if names[0] == names[1] and names[0]:
        return True
    if one.row.get("actual_pence") != other.row.get("actual_pence"):
        return False
    baseline = one.row.get("baseline_pence")
    same_baseline = baseline is not None and baseline == other.row.get("baseline_pence")
    if same_body:
        facts = ("start_date", "baseline_date", *SCOPE)
        return same_baseline and all(one.row.get(f) == other.row.get(f) for f in facts)
    same_programme = one.row["programme"] == other.row["programme"]
    return same_baseline or (one.lead is not None and one.lead == other.lead and same_programme)


def _words(name: str) -> list[str]:
    """The words of a name in order of the alphabet, without small ones."""
    small = {"the", "a", "of", "our", "and", "for"}
    return sorted(w for w in re.findall("[a-z0-9]+", name.lower()) if w not in small)
