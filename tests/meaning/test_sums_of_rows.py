"""A total that is called by a name of its own is asked about, and a line that may be one by chance
is not."""

import pytest

from tests.meaning.returns import CITY, COUNTY, SAVING, deliver, questions

SERVICES = {"Access": "3985000", "Drugs": "6340001", "Care": "174900000", "Roads": "39200000"}


@pytest.fixture
def asked(settings):
    """What TP-406 says of a return, or nothing."""

    def asked(partner, feed, *rows):
        receipt = deliver(settings, partner, feed, "2010-11", *rows)
        return questions(settings, receipt).get("TP-406", "")

    return asked


def budget(service, net, measure="Budget"):
    return {"service_group": service, "measure": measure, "net_pence": str(net)}


def saving(ref, programme, plan, actual, cost):
    amounts = {"plan_pence": plan, "actual_pence": actual, "ongoing_cost_pence": cost}
    written = {name: str(pounds) for name, pounds in amounts.items()}
    # No figure of it may ask by itself.
    return {**SAVING, "initiative_id": ref, "initiative": ref, "programme": programme, **written}


def flow(ref, payer, payee, pounds, pool="POOL-DA-1"):
    return {
        "agreement_id": ref, "flow": "Section 75", "payer": payer, "payee": payee,
        "theme": "Drugs and alcohol", "pool_id": pool, "amount_pence": str(pounds),
    }  # fmt: skip


def test_a_total_of_each_measure_is_asked_about_though_the_rows_are_mixed(asked):
    lines = [
        budget(name, int(net) + more, measure)
        for name, net in SERVICES.items()
        for measure, more in (("Budget", 0), ("Outturn", 70001))
    ]
    totals = [
        budget("Net cost", 224425001, "Budget"),
        budget("Net cost", 224705005, "Outturn"),
    ]
    said = asked(CITY, "budgets", *lines, *totals)
    assert said.startswith("Rows 10, 11 are the sum of other rows to the penny")
    assert "Row 10 of all other rows of budget; row 11 of all other rows of outturn." in said


def test_a_pound_beside_the_sum_is_a_line(asked):
    lines = [budget(name, net) for name, net in SERVICES.items()]
    assert asked(CITY, "budgets", *lines, budget("Schools", 224425002)) == ""


def test_sums_of_few_round_amounts_are_chance(asked):
    rows = [budget(n, p) for n, p in (("A", 100000), ("B", 200000), ("C", 300000), ("D", 600000))]
    assert asked(CITY, "budgets", *rows) == ""


def test_equal_amounts_are_no_total(asked):
    rows = [budget(name, 123457) for name in "ABCDE"]
    assert asked(CITY, "budgets", *rows) == ""


def test_parts_of_a_service_named_after_it_are_in_it_already(asked):
    lines = [budget(name, net) for name, net in SERVICES.items()]
    parts = [budget("Care: older people", 98000011), budget("Care: others", 76899989)]
    said = asked(CITY, "budgets", *lines, *parts)
    assert "Row 4 of the rows whose names begin with 'care'" in said


SAVINGS = [
    saving("A-1", "Estate", 81250, 80111, 12),
    saving("A-2", "Estate", 42100, 42107, 19),
    saving("A-3", "Estate", 9950, 9871, 7),
    saving("B-1", "People", 71000, 70500, 40),
    saving("B-2", "People", 33000, 31240, 0),
]


ESTATE = saving("A-9", "Estate", 133300, 132089, 38)
PEOPLE = saving("B-9", "People", 104000, 101740, 40)


def test_totals_of_programmes_are_asked_about_also_where_a_programme_has_two_rows(asked):
    rows = [ESTATE, *SAVINGS[:3], PEOPLE, *SAVINGS[3:]]
    assert asked(COUNTY, "savings", *rows).startswith("Rows 2, 6 are the sum")


def test_a_total_that_is_asked_about_by_its_place_is_asked_about_once(settings):
    rows = [*SAVINGS[:3], ESTATE, *SAVINGS[3:], PEOPLE]
    said = questions(settings, deliver(settings, COUNTY, "savings", "2010-11", *rows))
    assert said["TP-120"].startswith("Row 5 comes to")
    assert said["TP-406"].startswith("Row 8 is the sum")


def test_a_total_may_stand_first_and_in_any_programme(asked):
    first = saving("A-0", "Estate", 237300, 233829, 78)
    assert "Row 2 of all other rows." in asked(COUNTY, "savings", first, *SAVINGS)


def test_one_amount_that_does_not_agree_is_enough_for_a_line(asked):
    first = saving("A-0", "Estate", 237300, 233829, 77)
    assert asked(COUNTY, "savings", first, *SAVINGS) == ""


def test_what_is_drawn_from_a_pool_is_what_was_paid_into_it(asked):
    council, county = "Leicester City Council", "Leicestershire County Council"
    paid = [flow(f"IN-{n}", county, council, p) for n, p in enumerate((612345, 401223, 99871))]
    drawn = flow("OUT", council, "Home Office", 1113439)
    assert asked(CITY, "funding", *paid, drawn) == ""
