"""When a year is complete: by the lives of the bodies, whatever their contracts ask for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.compiled import Compiled
from tests.warehouse.world import World

MERE, VALE = "mere_council", "vale_council"
TABLES = ["fct_place_completeness", "fct_partner_scorecard", "fct_missing_delivery"]
QUARTERS = [f"2010-11-Q{n}" for n in (1, 2, 3, 4)]


def place(home: Path, delivered: list[str]) -> World:
    """Two councils: one delivers its year; the other is asked for the last two quarters."""
    world = World(home)
    for body, name in ((MERE, "Mere"), (VALE, "Vale")):
        world.partner(body, short_name=name)
    world.submit(MERE, "2010-11", [{"amount_pence": 500}], cadence="financial_year")
    world.expect(MERE, "spend", "2010-11", {"2010-11": "financial_year"})
    for number, quarter in enumerate(QUARTERS):
        world.expect(VALE, "spend", "2010-11", {quarter: "quarter"}, asked_for=number > 1)
    for quarter in delivered:
        world.submit(VALE, quarter, [{"amount_pence": 100}], cadence="quarter")
    return world


@pytest.mark.parametrize(
    ("delivered", "complete"),
    [
        (QUARTERS[2:], (2, 1, 5, 3, "Vale", "Vale: 2 of 4 periods", False)),
        (QUARTERS, (2, 2, 5, 5, None, "Vale: 2 of 4 periods", True)),
    ],
    ids=["all that is asked for", "all of its life"],
)
def test_a_year_is_complete_when_every_body_delivered_all_its_life(
    compiled: Compiled, tmp_path: Path, delivered: list[str], complete: tuple[object, ...]
) -> None:
    warehouse = compiled.run(place(tmp_path, delivered), TABLES)
    assert warehouse.execute(
        "SELECT partners_expected, partners_present, place_periods_expected, "
        "place_periods_present, partners_missing, partners_not_asked, is_complete "
        "FROM fct_place_completeness"
    ).fetchall() == [complete]


@pytest.fixture
def in_part(compiled: Compiled, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """All that is asked for was delivered: half of the year."""
    return compiled.run(place(tmp_path, QUARTERS[2:]), TABLES)


def test_the_scorecard_says_what_is_not_asked_for(in_part: duckdb.DuckDBPyConnection) -> None:
    found = in_part.execute(
        "SELECT periods_expected, periods_present, periods_not_asked_for, is_complete "
        "FROM fct_partner_scorecard WHERE body_id = ?",
        [VALE],
    ).fetchall()
    assert found == [(4, 2, 2, False)]


def test_a_period_that_is_not_asked_for_is_a_gap(in_part: duckdb.DuckDBPyConnection) -> None:
    found = in_part.execute(
        "SELECT body_name, period_id, state, files FROM fct_missing_delivery ORDER BY period_id"
    ).fetchall()
    assert found == [
        ("Vale", "2010-11-Q1", "not_asked_for", 0),
        ("Vale", "2010-11-Q2", "not_asked_for", 0),
    ]


def test_a_period_whose_file_nobody_has_certified_is_a_gap_and_says_so(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path, QUARTERS[:3])
    lines = [{"amount_pence": 100}]
    world.submit(VALE, QUARTERS[3], lines, cadence="quarter", verdict="held",
                 certification="waiting")  # fmt: skip
    found = compiled.run(world, TABLES).execute(
        "SELECT period_id, state, files, not_counted_pence FROM fct_missing_delivery"
    )
    assert found.fetchall() == [("2010-11-Q4", "waits_for_certification", 1, 100)]


def test_a_question_is_open_until_it_is_answered_or_its_file_put_right(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.partner(VALE)
    files: list[tuple[str, str, dict[str, object], str, str | None]] = [
        ("Q1", "held", {}, "please_explain", None),  # Q1 was then sent again
        ("Q1", "accepted", {}, "information", None),
        ("Q2", "held", {}, "please_explain", None),
        ("Q3", "refused", {"status": "refused", "file_name": "third.csv"}, "must_fix", None),
        ("Q4", "accepted", {}, "please_explain", None),
        ("Q4", "accepted", {}, "please_explain", "It was a large month."),
        ("Q2", "held", {"status": "withdrawn"}, "please_explain", None),
        # Sent again under its name, for another period.
        ("Q3", "refused", {"status": "refused", "file_name": "fourth.csv"}, "must_fix", None),
        ("Q4", "accepted", {"file_name": "fourth.csv"}, "information", None),
    ]
    for number, (quarter, verdict, facts, level, explanation) in enumerate(files, 1):
        period = f"2010-11-{quarter}"
        world.submit(VALE, period, [], cadence="quarter", verdict=verdict, **facts)
        world.inputs["findings"].append(
            {
                "receipt_id": f"R{number:04d}", "submission_id": f"s{number:04d}",
                "partner_id": VALE, "feed": "spend", "period": period, "code": "TP-162",
                "level": level, "message": "m", "row_count": 1, "explanation": explanation,
            }
        )  # fmt: skip
    found = compiled.run(world, ["fct_issue"]).execute(
        "SELECT receipt_id FROM fct_issue WHERE is_open ORDER BY receipt_id"
    )
    assert found.fetchall() == [("R0003",), ("R0004",), ("R0005",)]


def test_money_dated_in_another_year_than_its_file_s_is_shown_by_year(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.partner(MERE)
    lines = [
        (date(2010, 4, 1), 1_000_000),  # the first and the last day of the year are its own
        (date(2011, 3, 31), 2_000),
        (date(2010, 3, 31), 45_000),
        (date(2010, 3, 1), -300),
        (date(2011, 4, 1), 7),
        (None, 11),
    ]
    world.submit(
        MERE, "2010-11", [{"line_date": day, "amount_pence": pence} for day, pence in lines],
        cadence="financial_year",
    )  # fmt: skip
    world.expect(MERE, "spend", "2010-11", {"2010-11": "financial_year"})
    found = compiled.run(world, TABLES).execute(
        "SELECT financial_year, pence_accepted, other_year_pence, other_years "
        "FROM fct_partner_scorecard"
    )
    assert found.fetchall() == [
        ("2010-11", 1_046_718, 44_707, "2009-10: £447.00; 2011-12: £0.07")
    ]  # fmt: skip
