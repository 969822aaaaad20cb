"""What counts of the samples' savings, worked out from the story alone: to the penny, by year.

The figures are in the story as well, beside what is planted; the program's are held against them
after a run on the samples.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from orchestration.sample.story import Initiative
from tests.unit.sample_files import STORY

YEARS = [year for year in STORY.years if year in {y for i in STORY.initiatives for y in i.years}]
NOT_CASH = {"non_cash_releasing", "cost_avoidance", "income", "service_reduction"}


def tellers(initiative: Initiative, year: str) -> list[str]:
    """The partners whose registers hold the initiative in a year."""
    if year not in initiative.years:
        return []
    return [p for p in initiative.shares if year not in initiative.not_reported.get(p, [])]


def told(initiative: Initiative, year: str, *names: str) -> int:
    """Pence of some figures of a year, by the shares of those who tell them."""
    bodies = tellers(initiative, year)
    pounds = sum(getattr(initiative.years[year], n) or 0 for n in names) if bodies else 0
    pence = sum((Fraction(initiative.shares[p]) for p in bodies), Fraction(0)) * pounds * 100
    assert pence.denominator == 1
    return int(pence)


def lapsed(initiative: Initiative) -> bool:
    """Whether the lead's register lost it in one of the two years after its first gain."""
    net = {y: told(initiative, y, "actual") - told(initiative, y, "ongoing") for y in YEARS}
    first = next(n for n, year in enumerate(YEARS) if net[year] > 0)
    return any(
        net[year] <= 0 or initiative.lead not in tellers(initiative, year)
        for year in YEARS[first + 1 : first + 3]
    )


def claimed_before(initiative: Initiative, year: str) -> str | None:
    """The initiative whose baseline is older and which claims the same ledger lines."""
    for other in STORY.initiatives:
        both = [p for p in initiative.scopes if other.scopes.get(p) == initiative.scopes[p]]
        if (
            other.id != initiative.id
            and both
            and year in other.years
            and initiative.baseline
            and other.baseline
            and other.baseline.frozen < initiative.baseline.frozen
        ):
            assert both == list(initiative.shares)  # all of it is claimed twice
            return other.id
    return None


def steps(initiative: Initiative, year: str) -> Counter[str]:
    """What an initiative claims in a year, and at which step it leaves."""
    claim = told(initiative, year, "actual")
    costs = told(initiative, year, "one_off", "ongoing")
    found = Counter({"claimed": claim})
    if initiative.saving_class in NOT_CASH:
        found["not_cash_releasing"] = -claim
    elif initiative.saving_class == "one_off":
        found["one_off"] = -claim
    elif lapsed(initiative):
        found["not_sustained"] = -claim
    else:
        found["costs"] = -costs
        whole = sum(Fraction(initiative.shares[p]) for p in tellers(initiative, year)) == 1
        if claimed_before(initiative, year):
            found["duplicates"] = costs - claim
        elif not initiative.baseline:
            found["no_baseline"] = costs - claim
        elif not whole:
            found["shares_do_not_add_up"] = costs - claim
        else:
            found["counted"] = claim - costs
            found["recurring"] = claim - told(initiative, year, "ongoing")
    return found


@pytest.mark.parametrize("year", YEARS)
def test_what_counts_of_a_year_is_as_the_story_tells(year: str) -> None:
    found: Counter[str] = Counter()
    for initiative in STORY.initiatives:
        if tellers(initiative, year):
            found.update(steps(initiative, year))
    # What moved to another body is of ledger lines drawn at random: it is not of the story.
    moved = STORY.savings[year]["displaced"]
    found.update({"displaced": moved, "counted": moved, "recurring": moved})
    assert {step: pence for step, pence in found.items() if pence} == STORY.savings[year]


def test_every_planted_fault_of_a_register_is_in_the_story() -> None:
    initiatives = {i.id: i for i in STORY.initiatives}
    kinds = {f.kind: f.period for f in STORY.faults if f.feed == "savings"}
    assert set(kinds) == {"no_baseline", "claimed_twice", "lapsed", "share_not_reported"}
    no_baseline = initiatives["OE-03"]
    assert no_baseline.baseline is None
    assert no_baseline.years[kinds["no_baseline"]].assurance == "final"
    assert claimed_before(initiatives["OE-09"], kinds["claimed_twice"]) == "JC-02"
    assert claimed_before(initiatives["JC-02"], kinds["claimed_twice"]) is None
    cash = [i for i in STORY.initiatives if i.saving_class == "cash_releasing"]
    assert [i.id for i in cash if lapsed(i)] == ["PP-02"]
    assert kinds["lapsed"] not in initiatives["PP-02"].years
    assert [i.not_reported for i in STORY.initiatives if i.not_reported] == [
        {"leicestershire_county_council": [kinds["share_not_reported"]]}
    ]
