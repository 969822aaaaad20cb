"""A file as a whole beside the one before it: the same figures again, or a part of them gone."""

from datetime import date, timedelta
from functools import partial

import pytest

from tests.meaning.returns import (
    CITY,
    COUNTY,
    PARTNERS,
    SITE,
    deliver,
    deliver_file,
    questions,
    savings,
    second_of_two,
)

ACTUALS = ("400123", "81250", "33070", "60200", "12990", "71315")


@pytest.fixture
def asked(settings):
    """The questions about the second of two returns."""

    return partial(second_of_two, settings)


def register(*actuals, **cells):
    return savings(*({"actual_pence": pounds, **cells} for pounds in actuals))


def test_the_figures_of_last_year_under_this_year_are_asked_about(asked):
    said = asked("savings", register(*ACTUALS), register(*ACTUALS))
    assert "every figure is the same as in R-000001" in said["TP-407"]


@pytest.mark.parametrize("now", [(*ACTUALS[:5], "71316"), ACTUALS[:4]])
def test_one_that_moved_is_enough_and_four_tell_nothing(asked, now):
    assert "TP-407" not in asked("savings", register(*ACTUALS[: len(now)]), register(*now))


def test_round_sums_may_stand_still(asked):
    rows = register("50000", "100000", "20000", "60000", "12000", "71315")
    assert asked("savings", rows, rows) == {}


def test_running_costs_may_stand_still(asked):
    rows = [
        {**SITE, "point_id": f"S-{n}", "name": f"Site {n}", "running_cost_pence": pounds}
        for n, pounds in enumerate(ACTUALS)
    ]
    assert "TP-407" not in asked("access_points", rows, rows)


NOW = ("401123", "81300", "33071", "60201", "12991", "71316")


def test_savings_that_are_missing_are_named_with_their_pounds(asked):
    said = asked("savings", register(*ACTUALS), register(*NOW)[1:5])
    assert said["TP-408"] == (
        "2 rows of the period before are not in this file: OE-0 (£400,123.00); OE-5 (£71,315.00). "
        "They came to £471,438.00 of £658,948.00."
    )


def test_savings_that_stopped_are_not_missing(asked):
    before = register(*ACTUALS)
    for row in (before[0], before[5]):
        row["status"] = "Stopped"
    assert "TP-408" not in asked("savings", before, register(*NOW)[1:5])


def test_what_has_something_in_its_place_is_not_missing(asked):
    now = register(*NOW)
    now[0]["initiative_id"], now[5]["initiative_id"] = "NEW-1", "NEW-2"
    assert "TP-408" not in asked("savings", register(*ACTUALS), now)


def test_in_a_year_between_much_may_have_ended(settings):
    deliver(settings, COUNTY, "savings", "2010-11", *register(*ACTUALS))
    receipt = deliver(settings, COUNTY, "savings", "2012-13", *register(*NOW)[1:5])
    assert "TP-408" not in questions(settings, receipt)


def test_less_than_a_third_may_have_ended(asked):
    assert "TP-408" not in asked("savings", register(*ACTUALS), register(*NOW)[:3])


def test_a_budget_may_come_before_there_is_an_outturn(asked):
    rows = [
        {"service_group": name, "measure": measure, "net_pence": pounds}
        for name, pounds in (("A", "401111"), ("B", "402222"), ("C", "403333"))
        for measure in ("Budget", "Outturn")
    ]
    now = [{**row, "net_pence": row["net_pence"] + ".50"} for row in rows[::2]]
    assert "TP-408" not in asked("budgets", rows, now, partner=CITY)


def test_an_amount_that_nobody_can_read_is_as_much_as_it_was(asked):
    flows = [
        {
            "agreement_id": f"DA-{n}", "flow": "Grant", "payer": "Home Office",
            "payee": COUNTY_NAME, "theme": "Drugs and alcohol", "amount_pence": pounds,
        }
        for n, pounds in enumerate(NOW)
    ]  # fmt: skip
    now = [{**row, "amount_pence": str(int(row["amount_pence"]) + 1)} for row in flows]
    now[0]["amount_pence"] = ""
    more = [{**now[1], "agreement_id": f"NEW-{n}", "amount_pence": "10"} for n in range(40)]
    assert "£401,123.00" in asked("funding", flows, now + more)["TP-408"]


COUNTY_NAME = "Leicestershire County Council"


@pytest.fixture
def paid(settings):
    """What is asked of a month of so many payments, one a day, after seven whole months."""
    columns = PARTNERS[COUNTY].feeds["spend"].layouts[-1].columns

    def month(number, lines):
        first = date(2012, number, 1)
        name = f"SYNTHETIC-payments-to-suppliers-over-500-{first:%B}-2012.csv".lower()
        path = settings.home / name.replace("synthetic", "SYNTHETIC")
        days = (first + timedelta(days=n % 28) for n in range(lines))
        rows = [
            {
                "line_date": f"{day:%d-%b-%y}", "supplier_name": f"Soar Supplies {n} Ltd",
                "amount_pence": f"{1000 * number + 7 * n}.{n:02}", "department": "Adults",
                "account": "Office", "pay_group": "TRADE SUPPLIER",
            }
            for n, day in enumerate(days)
        ]  # fmt: skip
        text = [",".join(c.heading for c in columns.values())]
        text += [",".join(row.get(name, "") for name in columns) for row in rows]
        path.write_text("\n".join(text) + "\n")
        return questions(settings, deliver_file(settings, COUNTY, "spend", path))

    def paid(lines):
        for number in range(4, 11):
            month(number, 40 + number)
        return month(11, lines)

    return paid


def test_a_month_that_ends_early_with_few_lines_is_asked_about(paid):
    assert "10 lines, of which the last is dated 10/11/2012" in paid(10)["TP-161"]


def test_a_month_of_few_lines_to_its_end_is_not(paid):
    assert "TP-161" not in paid(30)
