"""The forecast on registers small enough to know the answer."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.forecast.simulate import SYNTHETIC, backtest, forecast

SEED = Path(__file__).resolve().parents[2] / "dbt_project/seeds/forecast_assumption.csv"
Row = dict[str, Any]
SURE = dict.fromkeys(("will_not_change", "in_delivery", "planned"), ("1", "1", "1"))
WIDE = {**SURE, "in_delivery": ("0.5", "1", "1.5"), "planned": ("0.5", "1", "1.5")}


def assumptions(spreads: dict[str, tuple[str, str, str]] = SURE, **numbers: str) -> list[Row]:
    """The table with a spread per word and the numbers, 0 correlation unless given."""
    plain = {"draws": "1000", "seed": "7", "horizon_years": "3", "programme": "0", **numbers}
    rows = [
        {
            "factor": "correlation" if value == "programme" else "simulation", "value": value,
            "low": None, "mode": Decimal(number), "high": None, "status": "unverified",
        }
        for value, number in plain.items()
    ]  # fmt: skip
    for value, numbers_of in spreads.items():
        factor = "data_maturity" if value.endswith("change") else "delivery_status"
        low, mode, high = map(Decimal, numbers_of)
        rows.append(
            {
                "factor": factor, "value": value, "low": low, "mode": mode, "high": high,
                "status": "unverified",
            }
        )  # fmt: skip
    return rows


def known(year: str, pence: int, **facts: Any) -> Row:
    """A year with an actual figure."""
    return {
        "initiative_id": "A", "programme": "P", "reported_by_id": "body", "financial_year": year,
        "reported_in": year, "contributes_to_target": True, "data_maturity": "will_not_change",
        "delivery_status": "in_delivery", "lapsed_in": None, "has_actual": True,
        "synthetic": False, "recurring_pence": pence, "counted_pence": pence,
        "carried_pence": pence, "expected_recurring_pence": pence,
        "expected_counted_pence": pence, **facts,
    }  # fmt: skip


def planned(year: str, pence: int, reported_in: str, **facts: Any) -> Row:
    """A year of which only a plan is told."""
    zero = {"recurring_pence": 0, "counted_pence": 0, "carried_pence": 0}
    row = known(year, pence, **zero, reported_in=reported_in, has_actual=False)
    return {**row, "delivery_status": "planned", **facts}


def bands(rows: list[Row], basis: str) -> list[tuple[Any, ...]]:
    names = ("financial_year", "p10_pence", "p50_pence", "p90_pence")
    return [tuple(row[name] for name in names) for row in rows if row["target_basis"] == basis]


def test_without_spread_the_band_is_the_plan_to_the_penny() -> None:
    odd = 33_333_333_333_333
    rows = [
        known("2009-10", odd, counted_pence=odd - 7),
        planned("2010-11", odd + 2, "2009-10", expected_counted_pence=odd - 100),
    ]
    found = forecast(rows, assumptions(horizon_years="1"), 2 * odd)
    years = ("2009-10", odd), ("2010-11", odd + 2), ("2011-12", odd + 2)
    assert bands(found, "annual_recurring") == [(y, p, p, p) for y, p in years]
    sums = odd - 7, 2 * odd - 107, 3 * odd - 105
    assert [row["p50_pence"] for row in found if row["target_basis"] == "cumulative"] == list(sums)
    assert all(r["reported_pence"] == r["p10_pence"] == r["p90_pence"] for r in found)
    reached = {(r["financial_year"], r["target_basis"]): r["probability"] for r in found}
    assert reached["2010-11", "cumulative"] == 0
    assert reached["2011-12", "cumulative"] == 1


def test_the_same_inputs_give_the_same_figures_and_another_seed_gives_others() -> None:
    rows = [known("2009-10", 10**9)]
    found = forecast(rows, assumptions(WIDE), 1)
    assert forecast(rows, assumptions(WIDE), 1) == found
    assert forecast(rows, assumptions(WIDE, seed="8"), 1) != found
    assert {(r["draws"], r["seed"], r["assumption_status"]) for r in found} == {
        (1000, 7, "unverified")
    }
    assert "delivery_status in_delivery 0.5 to 1 to 1.5" in found[0]["assumptions"]


def test_the_edges_are_those_of_the_triangle() -> None:
    found = forecast([known("2009-10", 10**9)], assumptions(WIDE, draws="10000"), 10**9)
    later = [row for row in found if row["target_basis"] == "annual_recurring"][1]
    low = 0.5 + (0.1 * 0.5) ** 0.5
    assert later["p10_pence"] == pytest.approx(low * 10**9, rel=0.001)
    assert later["p50_pence"] == pytest.approx(10**9, rel=0.001)
    assert later["p90_pence"] == pytest.approx((2 - low) * 10**9, rel=0.001)
    assert later["probability"] == Decimal("0.5")


def test_a_gain_that_falls_short_makes_no_one_off_cost_smaller() -> None:
    half = {**SURE, "will_not_change": ("0.5", "0.5", "0.5")}
    found = forecast([known("2009-10", 100, counted_pence=-50)], assumptions(half), 1)
    assert [(r["reported_pence"], r["p50_pence"]) for r in found[:2]] == [(100, 50), (-50, -100)]


def test_initiatives_of_one_programme_err_together() -> None:
    def width(programme: str, other: str = "P") -> int:
        rows = [
            known("2009-10", 10**9, initiative_id=i, programme=p)
            for i, p in (("A", "P"), ("B", other))
        ]
        found = forecast(rows, assumptions(WIDE, programme=programme), 1)
        last = [row for row in found if row["target_basis"] == "annual_recurring"][-1]
        return int(last["p90_pence"] - last["p10_pence"])

    assert width("1") > width("0.5") > width("0")
    assert width("1") == pytest.approx(1.41 * width("0"), rel=0.1)
    assert width("1", other="Q") == pytest.approx(width("0"), rel=0.1)


def test_no_assumption_no_band() -> None:
    found = forecast([known("2009-10", 100)], [], 50)
    assert [(r["financial_year"], r["reported_pence"]) for r in found] == [("2009-10", 100)] * 2
    for name in ("p10_pence", "p50_pence", "p90_pence", "probability", "draws", "seed"):
        assert {row[name] for row in found} == {None}
    assert {row["assumption_status"] for row in found} == {"none: no band"}


def test_an_assumption_that_is_missing_is_named() -> None:
    rows = [known("2009-10", 100, delivery_status="delivered")]
    (status,) = {row["assumption_status"] for row in forecast(rows, assumptions(), 50)}
    assert status == "none: no band (no row for delivery_status delivered)"
    assert backtest([known("2008-09", 1), known("2009-10", 1)], [])[0]["inside_band"] is None


@pytest.mark.parametrize(
    ("spreads", "numbers", "named"),
    [
        ({"in_delivery": ("1", "0.5", "2")}, {}, "delivery_status in_delivery"),
        ({}, {"programme": "1.5"}, "correlation programme"),
        ({}, {"draws": "0"}, "simulation draws"),
        ({}, {"seed": "1.5"}, "simulation seed"),
    ],
)
def test_an_assumption_without_sense_is_named(
    spreads: dict[str, tuple[str, str, str]], numbers: dict[str, str], named: str
) -> None:
    found = forecast([known("2009-10", 100)], assumptions({**SURE, **spreads}, **numbers), 50)
    assert {r["assumption_status"] for r in found} == {
        f"none: no band (invalid values for {named})"
    }
    assert {row["p50_pence"] for row in found} == {None}


def test_every_assumption_is_unverified_and_says_why() -> None:
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["status"] for row in rows} == {"unverified"}
    assert all(row["reason"] and row["source"] for row in rows)
    told = {(row["factor"], row["value"]) for row in rows}
    for feed_field, factor in (("data_maturity", "data_maturity"), ("status", "delivery_status")):
        values = {*FEEDS["savings"].field(feed_field).values, "not_reported"} - {"stopped"}
        assert {value for name, value in told if name == factor} == values


@pytest.mark.parametrize(
    ("target", "confirmed", "reason"),
    [(None, True, "no_target"), (50, False, "target_not_confirmed")],
)
def test_without_a_confirmed_target_there_is_no_probability(
    target: int | None, confirmed: bool, reason: str
) -> None:
    found = forecast([known("2009-10", 100)], assumptions(), target, confirmed=confirmed)
    assert {(row["p50_pence"] is None, row["probability"]) for row in found} == {(False, None)}
    assert {row["probability_unavailable_reason"] for row in found} == {reason}


@pytest.mark.parametrize(
    ("rows", "later"),
    [
        pytest.param([known("2009-10", 60, carried_pence=120)], 120, id="a part of a year"),
        pytest.param([known("2009-10", 60, delivery_status="stopped")], 0, id="stopped"),
        pytest.param([known("2009-10", 60, lapsed_in="2010-11")], 60, id="not lapsed yet"),
        pytest.param(
            [known("2008-09", 60), known("2009-10", 5, initiative_id="B")], 5, id="left out since"
        ),
        pytest.param(
            [known("2008-09", 60), known("2009-10", 5, initiative_id="B", reported_by_id="other")],
            65,
            id="another body's register says nothing about it",
        ),
        pytest.param([known("2009-10", 60, contributes_to_target=None)], 0, id="not confirmed"),
        pytest.param(
            [known("2009-10", 60), planned("2009-10", 8, "2009-10", initiative_id="B")],
            68,
            id="planned and late",
        ),
    ],
)
def test_what_is_carried_on(rows: list[Row], later: int) -> None:
    found = forecast(rows, assumptions(), 1)
    assert bands(found, "annual_recurring")[-1] == ("2012-13", later, later, later)


def test_what_is_not_confirmed_stands_beside() -> None:
    rows = [
        known("2009-10", 60),
        known("2009-10", 7, initiative_id="B", contributes_to_target=None),
    ]
    found = forecast(rows, assumptions(horizon_years="1"), 1)
    assert [(r["target_basis"], r["p50_pence"], r["unconfirmed_pence"]) for r in found] == [
        ("annual_recurring", 60, 7),
        ("cumulative", 60, 7),
        ("annual_recurring", 60, 7),
        ("cumulative", 120, 14),
    ]


def test_the_backtest_knows_only_what_was_told_by_then() -> None:
    rows = [
        known("2008-09", 50, carried_pence=100, synthetic=True),
        known("2009-10", 90),
        known("2010-11", 95),
        known("2010-11", 40, initiative_id="B"),  # began later
        known("2008-09", 30, initiative_id="C", lapsed_in="2009-10"),
    ]
    found = backtest(rows, assumptions())
    names = ("forecast_as_of_year", "financial_year", "p50_pence", "outcome_pence", "inside_band")
    annual = [tuple(r[n] for n in names) for r in found if r["target_basis"] == "annual_recurring"]
    assert annual == [
        ("2008-09", "2009-10", 130, 90, False),
        ("2009-10", "2010-11", 90, 135, False),
    ]
    running = [tuple(r[n] for n in names[2:4]) for r in found if r["target_basis"] == "cumulative"]
    assert running == [(210, 140), (230, 275)]
    assert {row["label"] for row in found} == {SYNTHETIC}


def test_nothing_told_nothing_forecast() -> None:
    assert forecast([], assumptions(), 1) == []
    assert backtest([], assumptions()) == []
