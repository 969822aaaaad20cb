"""Value for money: which figures are comparable, who is heard, and what changed in a year."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.warehouse.compiled import Compiled
from tests.warehouse.examples.test_access import MERE, VALE, counted, fetch, yearly
from tests.warehouse.world import Row, World

VALE_NAME, OTHER_NAME = "Vale Council", "Other Council"


def indicator(value: int, body: str | None = None, **facts: str) -> Row:
    return {
        "financial_year": "2009-10", "indicator_id": "I1", "polarity": "higher_is_better",
        "body": body, "value": Decimal(value), **facts,
    }  # fmt: skip


def budget(pence: int, body: str | None = None, **facts: str) -> Row:
    return {
        "financial_year": "2009-10", "service_group": "All services", "measure": "budget",
        "body": body, "net_pence": pence, "price_basis": "cash", **facts,
    }  # fmt: skip


def residents(world: World, body: str, count: int, key: str = "people", year: str = "2009") -> None:
    world.inputs["apportionment_keys"].append(
        {
            "key_id": key, "driver": "resident population", "key_year": year, "vintage": "made up",
            "area": f"E-{body}", "area_count": count, "source": "x",
        }
    )  # fmt: skip


# --- scores -----------------------------------------------------------------------------------

SCORES = """
    SELECT body_id, score_per_mille, score_unavailable_reason, indicators_source_body_id
    FROM fct_value_for_money ORDER BY body_id
"""
NONE_TO_COMPARE = [
    (MERE, None, "no_comparable_indicator", MERE),
    (VALE, None, "no_comparable_indicator", VALE),
]


def test_a_body_s_own_indicators_come_before_another_s(compiled: Compiled, place: World) -> None:
    """Mere says that Vale does worse than itself; Vale's own figure says better."""
    yearly(place, MERE, "indicators", [indicator(5), indicator(1, VALE_NAME)])
    yearly(place, VALE, "indicators", [indicator(9)])
    assert fetch(counted(compiled, place), SCORES) == [
        (MERE, 0, None, MERE),
        (VALE, 1000, None, VALE),
    ]


def test_two_different_values_are_no_value(compiled: Compiled, place: World) -> None:
    yearly(place, MERE, "indicators", [indicator(5), indicator(6)])
    yearly(place, VALE, "indicators", [indicator(9)])
    assert fetch(counted(compiled, place), SCORES) == NONE_TO_COMPARE


def test_bodies_that_disagree_on_what_is_better_are_not_compared(
    compiled: Compiled, place: World
) -> None:
    yearly(place, MERE, "indicators", [indicator(5)])
    yearly(place, VALE, "indicators", [indicator(9, polarity="lower_is_better")])
    assert fetch(counted(compiled, place), SCORES) == NONE_TO_COMPARE


def test_bodies_that_do_equally_well_are_in_the_middle(compiled: Compiled, place: World) -> None:
    """Of three, two share the ranks 1 and 2 of 0 to 2: 1.5 of 2 is 750 of 1000."""
    place.organisation("other_council")
    rows = [indicator(1), indicator(5, VALE_NAME), indicator(5, OTHER_NAME)]
    yearly(place, MERE, "indicators", rows)
    assert fetch(counted(compiled, place), SCORES) == [
        (MERE, 0, None, MERE),
        ("other_council", 750, None, MERE),
        (VALE, 750, None, MERE),
    ]


def test_a_body_is_ranked_within_its_peer_group(compiled: Compiled, place: World) -> None:
    """Over all four Mere would not be last and Vale not first."""
    for body in ("other_council", "town_council"):
        place.organisation(body)
    rows = [
        indicator(5, peer_group="Shires"),
        indicator(7, VALE_NAME, peer_group="Shires"),
        indicator(1, OTHER_NAME, peer_group="Towns"),
        indicator(9, "Town Council", peer_group="Towns"),
    ]
    yearly(place, MERE, "indicators", rows)
    found = fetch(counted(compiled, place), SCORES)
    assert [(body, score) for body, score, _, _ in found] == [
        (MERE, 0), ("other_council", 0), ("town_council", 1000), (VALE, 1000)
    ]  # fmt: skip


def test_indicators_with_rows_set_aside_give_no_score(compiled: Compiled, place: World) -> None:
    yearly(place, MERE, "indicators", [indicator(5)])
    yearly(place, VALE, "indicators", [indicator(9)])
    place.inputs["submissions"][-1].update(rows_set_aside=1)
    assert fetch(counted(compiled, place), SCORES) == [
        (MERE, 0, None, MERE),
        (VALE, None, "indicators_incomplete", VALE),
    ]


# --- costs ------------------------------------------------------------------------------------

COSTS = """
    SELECT body_id, budget_net_pence, budget_net_per_head_pence, budget_cost_unavailable_reason,
        budget_source_body_id
    FROM fct_value_for_money ORDER BY body_id
"""


def test_a_body_s_own_budget_comes_before_another_s(compiled: Compiled, place: World) -> None:
    residents(place, MERE, 10)
    residents(place, VALE, 10)
    yearly(place, MERE, "budgets", [budget(100), budget(9_999, VALE_NAME)])
    yearly(place, VALE, "budgets", [budget(200)])
    assert fetch(counted(compiled, place), COSTS) == [
        (MERE, 100, 10, None, MERE),
        (VALE, 200, 20, None, VALE),
    ]


@pytest.mark.parametrize(
    ("other_basis", "set_aside", "cost", "reason"),
    [
        ("cash", 0, 30, None),
        ("2008-09 prices", 0, None, "mixed_price_basis"),
        ("cash", 1, None, "budget_incomplete"),
    ],
)
def test_a_cost_a_head_is_of_a_complete_budget_in_one_price_basis(
    compiled: Compiled,
    place: World,
    other_basis: str,
    set_aside: int,
    cost: int | None,
    reason: str | None,
) -> None:
    residents(place, MERE, 10)
    yearly(place, MERE, "budgets", [budget(100), budget(200, price_basis=other_basis)])
    place.inputs["submissions"][-1].update(rows_set_aside=set_aside)
    query = (
        "SELECT budget_net_per_head_pence, budget_cost_unavailable_reason FROM fct_value_for_money"
    )
    assert fetch(counted(compiled, place), query) == [(cost, reason)]


def test_the_residents_are_those_of_the_nearest_year(compiled: Compiled, place: World) -> None:
    residents(place, MERE, 10, "people_2008", "2008")
    residents(place, MERE, 50, "people_2012", "2012")
    yearly(place, MERE, "budgets", [budget(100)])
    query = "SELECT population_key, population, budget_net_per_head_pence FROM fct_value_for_money"
    assert fetch(counted(compiled, place), query) == [("people_2008", 10, 10)]


@pytest.mark.parametrize(
    ("key", "basis", "peers"),
    [("people", "cash", 2), ("people", "2008-09 prices", 1), ("census", "cash", 1)],
    ids=["alike", "another price basis", "another count of residents"],
)
def test_costs_are_compared_in_one_price_basis_by_one_count_of_residents(
    compiled: Compiled, place: World, key: str, basis: str, peers: int
) -> None:
    residents(place, MERE, 10)
    residents(place, VALE, 10, key)
    yearly(place, MERE, "budgets", [budget(100)])
    yearly(place, VALE, "budgets", [budget(200, price_basis=basis)])
    query = """
        SELECT body_id, budget_cost_peers, budget_cost_rank FROM fct_value_for_money
        ORDER BY body_id
    """
    assert fetch(counted(compiled, place), query) == [(MERE, peers, 1), (VALE, peers, peers)]


# --- changes in a year ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later_indicators", "later_basis", "score_change", "cost_change"),
    [
        (("I1",), "cash", 1000, 15),
        (("I1", "I2"), "cash", None, 15),
        (("I1",), "2008-09 prices", 1000, None),
    ],
    ids=["alike", "other indicators", "other prices"],
)
def test_a_change_is_since_the_year_before_and_of_figures_alike(
    compiled: Compiled,
    place: World,
    later_indicators: tuple[str, ...],
    later_basis: str,
    score_change: int | None,
    cost_change: int | None,
) -> None:
    """Mere was the worse of two and is the better; it cost 10p a head and costs 25p."""
    residents(place, MERE, 10)
    later = "2010-11"
    yearly(place, MERE, "indicators", [indicator(5), indicator(9, VALE_NAME)])
    rows = [
        indicator(value, body, indicator_id=name, financial_year=later)
        for name in later_indicators
        for body, value in ((None, 9), (VALE_NAME, 5))
    ]
    yearly(place, MERE, "indicators", rows, later)
    yearly(place, MERE, "budgets", [budget(100)])
    yearly(
        place, MERE, "budgets", [budget(250, financial_year=later, price_basis=later_basis)], later
    )
    query = """
        SELECT financial_year, score_change_per_mille, budget_net_per_head_change_pence
        FROM fct_value_for_money WHERE body_id = 'mere_council'
        ORDER BY financial_year
    """
    assert fetch(counted(compiled, place), query) == [
        ("2009-10", None, None),
        (later, score_change, cost_change),
    ]
