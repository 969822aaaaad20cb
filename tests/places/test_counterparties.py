"""A funding return names bodies and pools that we know, or it is refused with row and cell."""

import dataclasses

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.judge.rules.counterparties import counterparties
from orchestration.settings import CHECKOUT

CONTRACT = load_partner(CHECKOUT / "tests/rules/contract.yml")
HEAD = "Year,Agreement,Flow,From,To,Pool,Amount\n"
PLACE = """\
place: {name: Anyshire, areas: [E06000001]}
prices: {release: HMT-2020-03, base_year: 2008-09}
matching: {window_days: 31, reason: Bodies pay within a month}
keys: []
organisations:
  - {id: othertown_council, name: Othertown Council, kind: council}
  - {id: ended, name: Ended Council, kind: council, valid_to: 2024-03-31, successor: contract}
"""


@pytest.fixture
def told(settings, tmp_path):
    """Judges rows of a funding return; says what of the bodies' rules was found."""
    settings = dataclasses.replace(settings, place=tmp_path / "place.yml")
    settings.place.write_text(PLACE)

    def tell(rows, partner=CONTRACT):
        path = tmp_path / "funding.csv"
        path.write_text(HEAD + rows)
        others = counterparties(settings, {partner.id: partner}, partner.id, "funding")
        result = judge(
            JudgeRequest(path, path.name, "funding", partner.feeds["funding"], others=others)
        )
        found = [f for f in result.findings if f.code in ("TP-320", "TP-321", "TP-322")]
        cells = sorted((f.code, f"{c.column}{c.row}", c.value) for f in found for c in f.cells)
        better = {g.value: g.suggestion for f in found for g in f.groups}
        assert (result.verdict == "refused") == bool(found)
        return cells, better

    return tell


def test_a_name_of_a_body_we_know_is_no_finding_however_it_is_written(told):
    rows = "2024-25,A1,Grant,THE  OTHERTOWN COUNCIL,anytown,,10.00\n"
    rows += "2024-25,A2,Grant,Home Office,Anytown,,10.00\n"
    assert told(rows)[0] == [("TP-320", "D3", "Home Office")]  # not in this place


def test_an_unknown_payer_and_an_unknown_payee_are_both_told_with_the_nearest_name(told):
    rows = "2024-25,A1,Grant,Othertwon Council,Anytown,,10.00\n"
    rows += "2024-25,A2,Grant,Anytown,Somebody Else Ltd,,20.00\n"
    cells, better = told(rows)
    assert cells == [
        ("TP-320", "D2", "Othertwon Council"),
        ("TP-320", "E3", "Somebody Else Ltd"),
    ]
    assert better == {"Othertwon Council": "Othertown Council", "Somebody Else Ltd": None}


def test_a_pool_pays_whom_its_host_pays_and_nobody_else_may(told):
    assert told("2024-25,A1,s75,Anytown,Kindly Care Ltd,POOL-1,10.00\n")[0] == []
    assert told("2024-25,A1,s75,Othertown Council,Kindly Care Ltd,POOL-1,10.00\n")[0] == [
        ("TP-320", "E2", "Kindly Care Ltd")
    ]


def test_a_pool_needs_a_host_and_is_offered_the_one_it_may_mean(told):
    cells, better = told("2024-25,A1,s75,Othertown Council,Anytown,pool-1,10.00\n")
    assert cells == [("TP-321", "F2", "pool-1")]
    assert better == {"pool-1": "POOL-1"}
    hostless = CONTRACT.model_copy(update={"pools": []})
    assert told("2024-25,A1,s75,Othertown Council,Anytown,,10.00\n", hostless)[0] == []
    assert told("2024-25,A1,s75,Othertown Council,Anytown,POOL-1,10.00\n", hostless)[0] == [
        ("TP-321", "F2", "POOL-1")
    ]


def test_own_resources_are_the_senders_own_on_both_sides(told):
    assert told("2024-25,A1,own_resources,Anytown,Anytown Council,,10.00\n")[0] == []
    assert told("2024-25,A1,own_resources,Othertown Council,Othertown Council,,10.00\n")[0] == [
        ("TP-322", "D2", "Othertown Council"),
        ("TP-322", "E2", "Othertown Council"),
    ]
    # A body that had ended is its successor's past: its own in the years after, not before.
    assert told("2024-25,A1,own_resources,Ended Council,Anytown,,10.00\n")[0] == []
    assert told("2023-24,A1,own_resources,Ended Council,Anytown,,10.00\n")[0] == [
        ("TP-322", "D2", "Ended Council")
    ]


def test_a_row_that_is_set_aside_already_is_not_told_twice(told):
    rows = "2024-25,A1,Gift,Nobody,Anytown,NONE,10.00\n" * 2
    assert told(rows + "2024-25,A1,Grant,Othertown Council,Anytown,,10.00\n" * 40)[0] == []


def test_hostile_names_are_data_and_never_text_of_a_query(told):
    evil = "x') OR 1=1; DROP TABLE fault; --"
    cells, _ = told(f'2024-25,A1,Grant,"{evil}","{{}}%s${{y}}",\'; --,10.00\n')
    assert cells == [
        ("TP-320", "D2", evil),
        ("TP-320", "E2", "{}%s${y}"),
        ("TP-321", "F2", "'; --"),
    ]


def test_feeds_that_name_no_two_bodies_are_not_asked(settings):
    assert counterparties(settings, {CONTRACT.id: CONTRACT}, CONTRACT.id, "spend") is None


def test_every_funding_sample_names_bodies_and_pools_we_know(settings):
    for path in sorted((CHECKOUT / "data/samples").glob("*/funding/*.csv")):
        partner = load_partner(CHECKOUT / f"data/partners/{path.parts[-3]}.yml")
        others = counterparties(settings, {partner.id: partner}, partner.id, "funding")
        result = judge(
            JudgeRequest(path, path.name, "funding", partner.feeds["funding"], others=others)
        )
        assert [f.message for f in result.findings if f.level == "must_fix"] == [], path
