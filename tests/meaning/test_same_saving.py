"""One saving in two bodies' registers is asked about when the second arrives."""

import pytest

from orchestration.intake.ledger.receipt import Explanation
from orchestration.intake.questions import explain
from orchestration.intake.submit import dry_run
from tests.meaning.returns import CITY, COUNTY, PARTNERS, SAVING, deliver, questions, text_of

OURS = {**SAVING, "initiative_id": "CF-01", "initiative": "Branch offices, 22 closed"} | {
    "actual_pence": "858000",
}


@pytest.fixture
def asked(settings):
    """The questions about the city's register, sent after the county's."""
    counts = deliver(settings, COUNTY, "savings", "2012-13", OURS)
    assert questions(settings, counts) == {}

    def asked(**cells):
        receipt = deliver(settings, CITY, "savings", "2012-13", {**OURS, **cells})
        return questions(settings, receipt)

    return asked


@pytest.mark.parametrize(
    "cells",
    [
        {"initiative": "BRANCH OFFICES (22 closed)", "lead": "Leicester City Council"},
        {"initiative": "The 22 closed branch offices", "lead": "Leicester City Council"},
        {"initiative": "Fewer branches"},  # the same lead, programme and amount
        {"initiative": "Fewer branches", "lead": "Leicester City Council"},  # and baseline
    ],
)
def test_a_saving_under_another_reference_is_asked_about(asked, cells):
    assert asked(initiative_id="CX-09", **cells) == {
        "TP-379": "1 row looks like a saving that stands in another body's register already: CX-09 "
        "(£858,000.00) and CF-01 (£858,000.00) of Leicestershire County Council (receipt "
        "R-000001). If they are one saving, £858,000.00 is claimed twice; if two, all counts."
    }


def test_another_spelling_of_the_reference_is_another_reference(asked):
    assert list(asked(initiative_id="cf-01")) == ["TP-379"]


def test_shares_of_more_than_the_whole_are_asked_about(asked):
    assert asked(partner_share="0.5") == {
        "TP-380": "The shares of 1 saving add up to more than 1 over all bodies' registers: CF-01: "
        "0.5 here (£429,000.00) and 1 elsewhere, first of Leicestershire County Council (receipt "
        "R-000001). None of it counts while the shares are more than the whole."
    }


def test_another_saving_is_not_asked_about(asked):
    other = {"initiative_id": "CX-09", "initiative": "Fewer branches"}
    assert asked(**other, baseline_pence="8000000", programme="Customer First") == {}
    assert asked(**other, actual_pence="857000") == {}


def test_shares_that_add_up_are_one_saving(settings):
    for body, share in ((COUNTY, "0.6"), (CITY, "0.4")):
        receipt = deliver(settings, body, "savings", "2012-13", {**OURS, "partner_share": share})
        assert questions(settings, receipt) == {}


def test_a_register_that_is_read_again_is_held_against_earlier_ones_alone(settings):
    first = deliver(settings, COUNTY, "savings", "2012-13", OURS)
    again = {**OURS, "initiative_id": "CX-09"}
    second = deliver(settings, CITY, "savings", "2012-13", again)
    explain(settings, second.seq, Explanation("They are two savings", "A Steward"))
    path = settings.home / "SYNTHETIC-savings-2012-13.csv"
    path.write_text(text_of(COUNTY, "savings", {**OURS, "financial_year": "2012-13"}))
    judgement, _ = dry_run(settings, PARTNERS[COUNTY], path, "savings")
    assert first.verdict == "accepted"
    assert [f.code for f in judgement.findings if f.level == "please_explain"] == []
