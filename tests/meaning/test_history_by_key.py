"""Each figure against its own earlier one: asked once, with both values, and not where it grew by
plan."""

import pytest

from tests.meaning.returns import COUNTY, SAVING, deliver, questions


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
