"""What looks like another body's saving under another reference, and counts once until answered."""

from __future__ import annotations

import re
from itertools import permutations, product
from typing import TYPE_CHECKING

from tests.warehouse.invariants.oracle.facts import Inputs

if TYPE_CHECKING:
    from tests.warehouse.invariants.oracle.savings import Claim, Key, RegisterRow

    # Per claim and body, the earlier initiatives that claim the same money.
    Twins = dict[Key, dict[str, set[str]]]


def answered(inputs: Inputs) -> set[str]:
    """The submissions about whose savings somebody said that they are no other body's."""
    return {
        str(f["submission_id"])
        for f in inputs["findings"]
        if f["code"] == "TP-379" and f.get("explanation")
    }


def add_suspected(claims: dict[Key, Claim], settled: set[str], twins: Twins) -> None:
    """Adds to the twins of each claim what looks like another body's saving with another reference.

    Bodies that tell of both tell them apart.
    """
    for claim, other in permutations(claims.values(), 2):
        if claim.year != other.year or claim.excluded_at_step or other.excluded_at_step:
            continue
        if other.turn >= claim.turn:
            continue
        ours, theirs = ({t.body for t in c.register_rows} for c in (claim, other))
        for mine, first in product(claim.register_rows, other.register_rows):
            if mine.body == first.body or mine.body in theirs or first.body in ours:
                continue
            if {mine.row["submission_id"], first.row["submission_id"]} & settled:
                continue
            gains = [t.pence.get("actual_pence", 0) > 0 for t in (mine, first)]
            if all(gains) and _alike(mine, first):
                twins[claim.key][mine.body].add(other.key[0])


def _alike(one: RegisterRow, other: RegisterRow) -> bool:
    """The same name; or the same money, with the same baseline or the same lead and programme."""
    names = [_words(str(t.row["initiative"])) for t in (one, other)]
    if names[0] == names[1] and names[0]:
        return True
    if one.row.get("actual_pence") != other.row.get("actual_pence"):
        return False
    baseline = one.row.get("baseline_pence")
    if baseline is not None and baseline == other.row.get("baseline_pence"):
        return True
    same_programme = one.row["programme"] == other.row["programme"]
    return one.lead is not None and one.lead == other.lead and same_programme


def _words(name: str) -> list[str]:
    """The words of a name in order of the alphabet, without small ones."""
    small = {"the", "a", "of", "our", "and", "for"}
    return sorted(w for w in re.findall("[a-z0-9]+", name.lower()) if w not in small)
