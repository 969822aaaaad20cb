"""A column outside the agreement that changes what lines mean is asked about."""

import pytest
import xlsxwriter

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

SPEND = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds["spend"]
NAME = "payments-april-2024.csv"


@pytest.fixture
def asked(tmp_path):
    """What is asked of three lines of £100, £20 and £3 with one more column."""

    def asked(heading, *marks, amounts=("100.00", "20.00", "3.00")):
        rows = [f"Date,Supplier,Account,Amount,{heading}"]
        for day, (amount, mark) in enumerate(zip(amounts, marks, strict=True), 1):
            rows.append(f"0{day}/04/2024,Supplier {day} Ltd,Care,{amount},{mark}")
        path = tmp_path / NAME
        path.write_text("\n".join(rows) + "\n")
        found = judge(JudgeRequest(path, NAME, "spend", SPEND)).findings
        return {f.code: f for f in found if f.code in ("TP-412", "TP-360", "TP-013")}

    return asked


@pytest.mark.parametrize(
    ("heading", "marks", "other"),
    [
        (
            "Debit/Credit",
            ("Debit", "Credit", "Debit"),
            "with the sign of these lines turned £83.00",
        ),
        ("D/C", ("D", "D", "C"), "with the sign of these lines turned £117.00"),
        ("Currency", ("GBP", "EUR", "£"), "without these lines £103.00"),
        ("Currency Code", ("GBP", "pounds sterling", "USD"), "without these lines £120.00"),
        ("Payment status", ("Paid", "VOID", "Paid"), "without these lines £103.00"),
        ("Cancelled?", ("N", "Y", "N"), "without these lines £103.00"),
        ("Reversed", ("", "", "Reversed"), "without these lines £120.00"),
    ],
)
def test_both_readings_are_told(asked, heading, marks, other):
    found = asked(heading, *marks)
    assert list(found) == ["TP-412"]
    assert found["TP-412"].message.endswith(f"As read the file holds £123.00, {other}.")


@pytest.mark.parametrize(
    ("heading", "marks"),
    [
        ("Currency", ("GBP", "gbp", "Sterling")),
        ("Currency", ("", "", "")),
        ("DR/CR", ("DR", "DR", "DR")),
        ("DR/CR", ("CR", "CR", "CR")),
        ("Status", ("Paid", "Cleared", "Open")),
        ("Cancelled by", ("y", "y", "n")),
        ("Comments", ("void", "cancelled", "CR")),
    ],
)
def test_columns_that_change_nothing_are_not_asked_about(asked, heading, marks):
    assert list(asked(heading, *marks)) == ["TP-013"]


def test_credits_that_have_their_minus_are_not_asked_about(asked):
    amounts = ("100.00", "-20.00", "3.00")
    assert list(asked("DR/CR", "DR", "CR", "DR", amounts=amounts)) == ["TP-013"]


def test_a_line_that_was_taken_back_by_another_is_not_asked_about(asked):
    amounts = ("100.00", "20.00", "-20.00")
    marks = ("Paid", "Reversed", "Reversal")
    assert list(asked("Status", *marks, amounts=amounts)) == ["TP-013"]


@pytest.mark.parametrize("unit", ["£'000", "£k", "thousands", "000s", "K"])
def test_a_column_of_units_states_the_unit(asked, unit):
    found = asked("Unit", unit, unit, unit)
    assert list(found) == ["TP-360"]
    assert found["TP-360"].message == (
        f"'Unit: {unit}' states thousands of pounds, and the agreement does not."
    )


@pytest.mark.parametrize(
    ("heading", "unit"), [("Unit", "£"), ("Units", "12"), ("Unit", "Adult care"), ("Item", "000s")]
)
def test_other_units_state_nothing(asked, heading, unit):
    assert list(asked(heading, unit, unit, unit)) == ["TP-013"]


def test_units_of_what_was_bought_state_nothing(asked):
    assert list(asked("Unit", "EACH", "M", "1000")) == ["TP-013"]
    assert list(asked("Unit", "£", "£000", "")) == ["TP-360"]


def test_the_same_column_of_several_sheets_is_asked_about_once(tmp_path):
    path = tmp_path / "payments-april-2024.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for day in (1, 2):
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ("Date", "Supplier", "Account", "Amount", "DR/CR"))
            mark = "CR" if day == 1 else "DR"
            sheet.write_row(1, 0, (f"0{day}/04/2024", "Oak Ltd", "Care", day, mark))
    found = judge(JudgeRequest(path, path.name, "spend", SPEND)).findings
    (asked,) = [f for f in found if f.code == "TP-412"]
    assert asked.message.endswith(
        "As read the file holds £3.00, with the sign of these lines turned £1.00."
    )
