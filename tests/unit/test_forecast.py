"""The forecast on registers small enough to know the answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orchestration.forecast.simulate import SYNTHETIC, backtest, forecast
from tests.unit.forecast_worlds import share_inside

pytestmark = pytest.mark.long

Row = dict[str, Any]
TARGET: Row = {"pence": 1_000, "status": "stated", "reason": None}
YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2005, 2030)]


def known(year: str, pence: int, **facts: Any) -> Row:
    """A year with an actual figure."""
    return {
        "initiative_id": "A", "reported_by_id": "body", "financial_year": year,
        "reported_in": year, "contributes_to_target": True, "delivery_status": "in_delivery",
        "lapsed_in": None, "has_actual": True, "synthetic": False, "recurring_pence": pence,
        "counted_pence": pence, "carried_pence": pence, "expected_recurring_pence": pence, **facts,
    }  # fmt: skip


def expected(year: str, pence: int, reported_in: str, **facts: Any) -> Row:
    """A year for which only a plan is reported."""
    zero = {"recurring_pence": 0, "counted_pence": 0, "carried_pence": 0}
    row = known(year, pence, **zero, reported_in=reported_in, has_actual=False)
    return {**row, "delivery_status": "planned", **facts}


def steady(years: int, pence: int = 100, **facts: Any) -> list[Row]:
    """A saving that is the same in every one of so many years."""
    return [known(year, pence, **facts) for year in YEARS[:years]]


def bands(rows: list[Row], basis: str = "annual_recurring") -> list[tuple[Any, ...]]:
    names = ("financial_year", "low_pence", "central_pence", "high_pence")
    later = [row for row in rows if row["target_basis"] == basis and row["is_forecast"]]
    return [tuple(row[name] for name in names) for row in later]


def test_what_never_moved_is_not_expected_to() -> None:
    rows = [r for i in range(3) for r in steady(5, 10**9, initiative_id=f"I{i}")]
    found = bands(forecast(rows, TARGET))
    assert [row[0] for row in found] == ["2010-11", "2011-12", "2012-13"]
    assert all(row[1:3] == (3 * 10**9, 3 * 10**9) for row in found)


def test_what_halved_every_year_is_expected_to_halve_again() -> None:
    rows = [
        known(year, 10**9 // 2**n, initiative_id=f"I{i}")
        for i in range(3)
        for n, year in enumerate(YEARS[:5])
    ]
    last = 3 * 10**9 // 2**4
    assert [row[2] for row in bands(forecast(rows, TARGET))] == [last // 2, last // 4, last // 8]


def test_a_record_of_two_steps_gives_no_band_and_says_so() -> None:
    found = [row for row in forecast(steady(3), TARGET) if row["is_forecast"]]
    assert {row["central_pence"] for row in found} == {None}
    assert {row["probability_unavailable_reason"] for row in found} == {
        "The record has 2 steps from year to year, of 3."
    }


def test_a_year_of_which_registers_are_still_to_come_is_foreseen() -> None:
    rows = [r for i in range(3) for r in steady(5, 10**9, initiative_id=f"I{i}")]
    told = [known(YEARS[5], 10**9, initiative_id="I0")]
    before = forecast(rows, TARGET)
    assert forecast(rows + told, TARGET, until=YEARS[4]) == before
    assert backtest(rows + told, until=YEARS[4]) == backtest(rows)
    assert forecast(rows + told, TARGET) != before


def test_a_year_that_is_over_has_no_band() -> None:
    found = [row for row in forecast(steady(5), TARGET) if not row["is_forecast"]]
    assert {(r["reported_pence"] - r["low_pence"], r["probability"]) for r in found} == {(0, None)}
    assert {row["probability_unavailable_reason"] for row in found} == {"The year is over."}


def test_while_the_target_is_not_confirmed_there_is_no_probability_but_a_reason() -> None:
    target = {"pence": 1_000, "status": "not_confirmed", "reason": "Its basis is not confirmed."}
    found = [row for row in forecast(steady(12), target) if row["is_forecast"]]
    assert {(r["probability"], r["probability_unavailable_reason"]) for r in found} == {
        (None, "Its basis is not confirmed.")
    }
    assert all(row["central_pence"] is not None for row in found)


def test_with_few_outcomes_there_is_no_probability() -> None:
    found = [row for row in forecast(steady(6), TARGET) if row["is_forecast"]]
    assert {row["probability_unavailable_reason"] for row in found} == {
        "Only 4 earlier forecasts have an outcome, of 10."
    }


def test_a_probability_is_the_share_of_the_draws_that_reach_the_target() -> None:
    found = forecast(steady(12), {**TARGET, "pence": 100})
    annual = [r["probability"] for r in found if r["is_forecast"]]
    assert annual == [Decimal(1)] * 6


@pytest.mark.parametrize(
    ("rows", "later"),
    [
        pytest.param([known("2009-10", 60, carried_pence=120)], 120, id="a part of a year"),
        pytest.param([known("2009-10", 60, delivery_status="stopped")], 0, id="stopped"),
        pytest.param([known("2009-10", 60, lapsed_in="2010-11")], 60, id="not lapsed yet"),
        pytest.param([known("2009-10", 60, lapsed_in="2009-10")], 0, id="lapsed"),
        pytest.param(
            [known("2008-09", 60), known("2009-10", 5, initiative_id="B")], 5, id="left out since"
        ),
        pytest.param(
            [known("2008-09", 60), known("2009-10", 5, initiative_id="B", reported_by_id="other")],
            65,
            id="another body has not reported yet",
        ),
        pytest.param([known("2009-10", 60, contributes_to_target=None)], 0, id="not confirmed"),
        pytest.param(
            [known("2009-10", 60), expected("2010-11", 80, "2009-10")], 80, id="a plan for later"
        ),
        pytest.param(
            [known("2009-10", 60), expected("2009-10", 8, "2009-10", initiative_id="B")],
            68,
            id="planned and late",
        ),
    ],
)
def test_what_is_carried_on(rows: list[Row], later: int) -> None:
    found = [row for row in forecast(rows, TARGET) if row["target_basis"] == "annual_recurring"]
    assert (found[-1]["financial_year"], found[-1]["reported_pence"]) == ("2012-13", later)


def test_what_is_not_confirmed_stands_beside() -> None:
    rows = [
        known("2009-10", 60),
        known("2009-10", 7, initiative_id="B", contributes_to_target=None),
    ]
    found = forecast(rows, TARGET)[:4]
    assert [(r["target_basis"], r["reported_pence"], r["unconfirmed_pence"]) for r in found] == [
        ("annual_recurring", 60, 7),
        ("cumulative", 60, 7),
        ("annual_recurring", 60, 7),
        ("cumulative", 120, 14),
    ]


def test_a_plan_is_the_middle_of_the_band() -> None:
    rows = [r for i in range(3) for r in steady(5, 900, initiative_id=f"I{i}")]
    rows.append(expected("2010-11", 1_200, "2009-10", initiative_id="I0"))
    assert bands(forecast(rows, TARGET))[0] == ("2010-11", 3_000, 3_000, 3_000)


def test_the_backtest_knows_only_what_was_reported_by_then() -> None:
    rows = [
        *steady(4, synthetic=True),
        known("2009-10", 90),
        known("2009-10", 40, initiative_id="B"),  # began later
    ]
    (annual, cumulative) = backtest(rows)
    assert (annual["forecast_as_of_year"], annual["financial_year"]) == ("2008-09", "2009-10")
    assert (annual["central_pence"], annual["outcome_pence"]) == (100, 130)
    assert (cumulative["central_pence"], cumulative["outcome_pence"]) == (500, 530)
    assert {row["label"] for row in (annual, cumulative)} == {SYNTHETIC}


def test_the_same_rows_give_the_same_figures() -> None:
    assert forecast(steady(6), TARGET) == forecast(steady(6), TARGET)


def test_nothing_reported_nothing_forecast() -> None:
    assert forecast([], TARGET) == []
    assert backtest([]) == []


def test_eight_in_ten_outcomes_of_made_up_places_lie_in_the_band() -> None:
    assert 0.7 <= share_inside(range(50)) <= 0.9
