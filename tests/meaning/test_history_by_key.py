"""Each figure against its own earlier one: asked once, with both values, and not where it grew by
plan."""

import pytest

from tests.meaning.returns import COUNTY, SAVING, deliver, questions, savings, second_of_two


@pytest.fixture
def asked(settings):
    """The codes of the questions about the last of the returns of 2010-11 and the years after."""

    def asked(feed, *rows):
        for year, row in zip(("2010-11", "2011-12", "2012-13"), rows, strict=False):
            receipt = deliver(settings, COUNTY, feed, year, row)
        return list(questions(settings, receipt))

    return asked


def saved(actual, plan="", **cells):
    return {**SAVING, "initiative_id": "OE-01", "actual_pence": actual, "plan_pence": plan, **cells}


@pytest.mark.parametrize(
    ("before", "now", "codes"),
    [
        (saved("400000"), saved("500000"), ["TP-377"]),
        (saved("500000"), saved("400000"), ["TP-377"]),
        (saved("500000"), saved("0"), ["TP-377"]),
        # As planned; by less than £50,000; by 15 in 100 and no more.
        (saved("400000", "400000"), saved("500000", "520000"), []),
        (saved("100000"), saved("149000"), []),
        (saved("800000"), saved("920000"), []),
        # A factor is asked about once, as what it is.
        (saved("400000"), saved("4000000"), ["TP-363"]),
    ],
)
def test_a_saving_that_moved_far_beside_its_plan_is_asked_about(asked, before, now, codes):
    assert asked("savings", before, now) == codes


def test_the_year_after_half_a_year_of_a_saving_may_well_be_higher(asked):
    begun = {"start_date": "01/10/2010"}
    assert asked("savings", saved("250000", **begun), saved("500000", **begun)) == []


def test_a_flow_of_half_a_million_more_is_asked_about_and_a_smaller_one_is_not(asked):
    flow = {
        "agreement_id": "DA-1", "flow": "Grant", "payer": "Home Office",
        "payee": "Leicestershire County Council", "theme": "Drugs and alcohol",
    }  # fmt: skip
    sums = [{**flow, "amount_pence": pounds} for pounds in ("1000000", "1490000", "2000000")]
    assert asked("funding", *sums[:2]) == []
    assert asked("funding", *sums) == ["TP-377"]


def test_a_saving_of_the_year_in_which_it_stopped_is_sound(asked):
    stopped = saved("131000", status="Stopped")
    assert asked("savings", saved("120000"), stopped) == []
    assert asked("savings", saved("120000"), stopped, saved("131000")) == ["TP-378"]


@pytest.mark.parametrize(
    ("field", "before", "now"),
    [
        ("saving_class", "Cost avoidance", "Cash-releasing"),
        ("recurrent", "No", "Yes"),
        ("partner_share", "0.5", "1"),
    ],
)
def test_an_answer_that_decides_what_counts_is_the_same_in_every_year(asked, field, before, now):
    rows = [saved("400000", **{field: cell}) for cell in (before, now)]
    assert asked("savings", rows[0], rows[0]) == []
    assert asked("savings", *rows) == ["TP-399"]


def test_a_flow_of_another_form_is_asked_about(asked):
    flow = {
        "agreement_id": "DA-1", "payer": "Home Office", "amount_pence": "1000000",
        "payee": "Leicestershire County Council", "theme": "Drugs and alcohol",
    }  # fmt: skip
    assert asked("funding", {**flow, "flow": "Grant"}, {**flow, "flow": "Section 75"}) == ["TP-399"]


@pytest.fixture
def codes(settings):
    """The codes of the questions about the second of two returns, each of several rows."""

    return lambda feed, before, now: list(second_of_two(settings, feed, before, now))


COUNTY_NAME, CITY_NAME = "Leicestershire County Council", "Leicester City Council"


def led(*names):
    return savings(*({"actual_pence": f"4000{n}1", "lead": lead} for n, lead in enumerate(names)))


def test_a_lead_body_that_is_spelt_otherwise_leads_still(codes):
    assert codes("savings", led(CITY_NAME, CITY_NAME), led("Leicester CC", "Leicester CC")) == []


def test_another_lead_body_is_asked_about(codes):
    before = led(COUNTY_NAME, CITY_NAME, COUNTY_NAME)
    assert codes("savings", before, led(COUNTY_NAME, CITY_NAME, CITY_NAME)) == ["TP-399"]


def indicator(value, target):
    return {
        "indicator_id": "NI 14", "indicator": "Avoidable contact", "polarity": "Lower",
        "value": value, "target": target,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "asked_about"),
    [
        (("25.6", "25"), ("248", "24"), ["TP-363"]),
        (("1412", "1480"), ("14865", "1480"), ["TP-363"]),
        (("25.6", "25"), ("0.248", "0.24"), ["TP-363"]),
        # What was to come to so much did; small numbers move by chance.
        (("25.6", "240"), ("248", "240"), []),
        (("1", "2"), ("9", "2"), []),
        (("25.6", "25"), ("61.3", "24"), []),
    ],
)
def test_an_indicator_of_another_order_of_magnitude(codes, before, now, asked_about):
    assert codes("indicators", [indicator(*before)], [indicator(*now)]) == asked_about
