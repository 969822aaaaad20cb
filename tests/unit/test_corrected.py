"""A proposal that a person puts right: columns taken for other fields, styles, the body."""

from datetime import date

import pytest

from orchestration.proposal.corrected import CorrectionError, Corrections, corrected
from orchestration.proposal.evidence import ColumnReading, Proposal, Question

FIRST = "feeds.spend.layouts.0"


def proposal():
    """Four columns, of which the payee was taken for the account and one is not read."""
    columns = {
        "line_date": {"heading": "Paid", "formats": ["mm/dd/yyyy"]},
        "account": {"heading": "Who"},
        "amount_pence": {"heading": "£"},
    }
    layout = {"id": "a", "valid_from": date(2024, 5, 1), "columns": columns, "ignored": ["Why"]}
    feed = {
        "basis": "all_payments", "accounting": "cash", "vat": "not_stated", "cadence": "month",
        "expected_from": date(2024, 5, 1), "period_in_file_name": "x", "layouts": [layout],
    }  # fmt: skip
    return Proposal(
        "anytown",
        "spend",
        ["spend 2024-25 Q1.csv"],
        {"id": "anytown", "name": "Any", "short_name": "Any", "kind": "council", "in_place": True,
         "feeds": {"spend": feed}},
        [
            ColumnReading("A", "Paid", "line_date", "sure", "", 2, ("05/01/2024",)),
            ColumnReading("B", "Who", "account", "guess", "by its cells", 2, ("Oak Ltd",)),
            ColumnReading("C", "£", "amount_pence", "sure", "", 2),
            ColumnReading("D", "Why", None, "sure", "not read", 2),
        ],
        [Question(f"{FIRST}.columns.line_date", "which order"), Question("in_place", "unknown")],
    )  # fmt: skip


def layout_of(made):
    return made.contract["feeds"]["spend"]["layouts"][0]


def test_nothing_said_changes_nothing():
    assert corrected(proposal(), Corrections()) == proposal()


def test_a_column_is_taken_for_another_field_and_its_payees_are_no_longer_shown():
    made = corrected(proposal(), Corrections({"B": "supplier_name", "D": "account"}))
    assert layout_of(made)["columns"] == {
        "line_date": {"heading": "Paid", "formats": ["mm/dd/yyyy"]},
        "supplier_name": {"heading": "Who"},
        "amount_pence": {"heading": "£"},
        "account": {"heading": "Why"},
    }
    assert "ignored" not in layout_of(made)
    assert made.columns[1].examples == ()
    assert made.columns[1].why == "chosen"


def test_a_column_that_is_not_to_be_read_is_ignored():
    made = corrected(proposal(), Corrections({"B": None}))
    assert layout_of(made)["ignored"] == ["Why", "Who"]


def test_of_two_columns_with_one_heading_the_letter_says_which():
    twice = proposal()
    twice.columns[3] = ColumnReading("D", "who", None, "sure", "not read", 2)
    made = corrected(twice, Corrections({"D": "area"}))
    assert layout_of(made)["columns"]["area"] == {"heading": "who", "position": "D"}


def test_styles_are_those_that_were_chosen_and_a_question_about_them_is_settled():
    chosen = {"unit": "thousands", "sign": "as_is", "trailing_minus": True}
    made = corrected(proposal(), Corrections(dates="dd/mm/yyyy", amount=chosen))
    columns = layout_of(made)["columns"]
    assert columns["line_date"]["formats"] == ["dd/mm/yyyy"]
    assert columns["amount_pence"] == {"heading": "£", "unit": "thousands", "trailing_minus": True}
    assert [q.key for q in made.questions] == ["in_place"]


def test_a_name_is_also_the_short_one_and_a_ledger_holds_costs_incurred():
    said = Corrections(
        body={"name": "Anytown Council", "in_place": False}, feed={"basis": "ledger"}
    )
    made = corrected(proposal(), said)
    assert made.contract["short_name"] == "Anytown Council"
    assert made.contract["feeds"]["spend"]["accounting"] == "accruals"
    assert [q.key for q in made.questions] == [f"{FIRST}.columns.line_date"]


def test_with_another_cadence_go_the_pattern_of_names_and_the_first_day():
    feed = corrected(proposal(), Corrections(feed={"cadence": "quarter"})).contract["feeds"][
        "spend"
    ]
    assert feed["expected_from"] == feed["layouts"][0]["valid_from"] == date(2024, 4, 1)
    assert "(?P<quarter>" in feed["period_in_file_name"]


@pytest.mark.parametrize(
    ("said", "where", "text"),
    [
        (Corrections({"D": "account"}), "D", "Columns B and D are both taken for"),
        (Corrections({"C": None}), "A", "No column is taken for the amount."),
        (Corrections({"A": None, "D": "line_date"}), "dates", "Say how the dates"),
    ],
)
def test_what_no_contract_can_hold_is_said_with_its_column(said, where, text):
    with pytest.raises(CorrectionError, match=text) as wrong:
        corrected(proposal(), said)
    assert wrong.value.where == where
