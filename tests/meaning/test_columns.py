"""A column gone, half empty or there twice is a question, with what is lost and its £."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from orchestration.contracts.bodies import Bodies, all_bodies
from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.load import load_partner
from orchestration.contracts.place import load_place
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.judge.rules.absence import absence_findings
from orchestration.intake.judge.rules.drift import Profile
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
FEED = PARTNER.feeds["spend"]


@pytest.fixture
def judged(tmp_path):
    def judged(text, feed=FEED, name="payments-april-2024.csv", columns=None):
        path: Path = tmp_path / name
        path.write_text(text)
        if columns:
            layout = feed.layouts[0]
            layout = layout.model_copy(update={"columns": layout.columns | columns})
            feed = feed.model_copy(update={"layouts": [layout]})
        result = judge(JudgeRequest(path, name, "spend", feed))
        result.settle(holds=True)
        return result

    return judged


def said(result):
    return [(f.code, f.message) for f in result.findings]


def test_a_payee_s_column_under_a_name_much_like_its_own_is_asked_about_once(judged):
    result = judged("Date,Supplier Name,Account,Amount\n02/04/2024,A Ltd,Care,100.00\n")
    assert result.verdict == "held"
    [(code, message)] = said(result)
    assert code == "TP-150"
    assert message.endswith(
        "this is so for 1 line (£100.00). Did you mean 'Supplier' by 'Supplier Name'?"
    )


def test_a_column_that_the_contract_calls_optional_is_not_asked_about(judged):
    column = FEED.layouts[0].columns["account"].model_copy(update={"required": False})
    text = "Date,Supplier,Amount\n02/04/2024,A Ltd,100.00\n"
    assert judged(text, columns={"account": column}).verdict == "accepted"
    assert judged(text).verdict == "held"


def test_a_column_that_was_never_agreed_is_not_asked_about(judged):
    assert judged("Date,Supplier,Account,Amount\n02/04/2024,A Ltd,Care,1.00\n").findings == []


def test_one_payee_of_four_is_no_question_and_four_of_sixteen_are(judged):
    line, bare = "02/04/2024,A Ltd,Care,10.00\n", "02/04/2024,,Care,10.00\n"
    head = "Date,Supplier,Account,Amount\n"
    assert judged(head + line * 3 + bare).verdict == "accepted"
    assert judged(head + line * 13 + bare * 3).verdict == "accepted"
    asked = judged(head + line * 12 + bare * 4)
    assert asked.verdict == "held"
    assert asked.findings[0].message.startswith(
        "Under 'Supplier', 4 of 16 lines have an empty cell. Without it, it is not known who was "
    )
    assert (asked.findings[0].count, asked.findings[0].amount_pence) == (4, 4000)


LAYOUT = FEED.layouts[0]
LABELLED = LAYOUT.model_copy(
    update={"columns": LAYOUT.columns | {"department": LAYOUT.columns["account"]}}
)


def outline(filled=100, **pence):
    values = {"department": dict.fromkeys(pence, 10)}
    return Profile(
        "v1",
        100,
        sum(pence.values()),
        {"account": filled, "department": 100},
        values=values,
        value_pence={"department": pence},
    )


def asked(now, *before):
    found = absence_findings(now, before, FEEDS["spend"], LABELLED)
    return [(f.code, f.message) for f in found]


def test_a_quarter_blank_is_asked_about_where_it_was_filled_before():
    assert asked(outline(filled=74), outline()) == [
        (
            "TP-151",
            "Under 'Account', 26 of 100 lines have an empty cell. Without it, lines cannot be "
            "classified by it. Earlier files had 100% filled.",
        )
    ]
    assert asked(outline(filled=76), outline()) == []
    assert asked(outline(filled=74), outline(filled=80)) == []
    assert asked(outline(filled=74)) == []


def test_a_department_of_17m_last_month_and_no_line_of_it_is_asked_about():
    before = outline(Care=1_700_000_000, Roads=2_000_000_000)
    renamed = outline(Highways=1_900_000_000, Care=1_650_000_000)
    assert asked(renamed, before) == [
        (
            "TP-152",
            "Under 'Account', no line names 'Roads' (£20,000,000.00), as the file before did. "
            "New in this file: 'Highways'.",
        )
    ]
    assert asked(outline(CARE=1, roads=1), before) == []
    silent = outline(Roads=2_000_000_000)
    assert asked(silent, outline(Roads=2_000_000_000), before) == []  # not in each of them


def test_two_headings_that_fit_the_amount_are_asked_about_with_both_sums(judged):
    head = "Date,Supplier,Account,Paid,Amount\n"
    asked = judged(head + "02/04/2024,A Ltd,Care,120.00,100.00\n03/04/2024,B Ltd,Care,5,5\n")
    assert asked.verdict == "held"
    assert said(asked) == [
        (
            "TP-153",
            "Two headings fit one column of the agreement, and in 1 line they differ: 'Amount' "
            "(£105.00 in 2 lines) and 'Paid' (£125.00 in 2 lines). The first was used.",
        )
    ]
    same = judged(head + "02/04/2024,A Ltd,Care,100,100.00\n")
    assert (same.verdict, same.findings[0].code) == ("accepted", "TP-013")


def test_of_two_headings_that_may_be_the_missing_one_neither_is_chosen(judged):
    head = "Date,Supplier,Account,Net Amount,Gross Amount\n"
    result = judged(head + "02/04/2024,A Ltd,Care,100.00,120.00\n")
    assert result.verdict == "refused"
    assert dict(said(result))["TP-011"] == (
        "The heading 'Amount' is missing. Did you mean 'Amount' by 'Net Amount' or 'Gross Amount'?"
    )


def test_one_sheet_without_its_payees_is_named(tmp_path):
    book = Workbook()
    book.active.title = "April"
    for row in (["Date", "Supplier", "Account", "Amount"], ["02/04/2024", "A", "Care", 1]):
        book.active.append(row)
    may = book.create_sheet("May")
    for row in (["Date", "Account", "Amount"], ["02/05/2024", "Care", 2.5]):
        may.append(row)
    path = tmp_path / "payments-april-2024.xlsx"
    book.save(path)
    [found, _] = judge(JudgeRequest(path, path.name, "spend", FEED)).findings
    assert (found.code, found.count, found.amount_pence) == ("TP-150", 1, 250)
    assert found.message.endswith("this is so for 1 line (£2.50) of sheet 'May'.")


def test_the_same_heading_twice_shows_both_sums(judged):
    result = judged("Date,Supplier,Account,Amount,Amount\n02/04/2024,A Ltd,Care,100,90\n")
    assert result.verdict == "refused"
    assert said(result) == [
        (
            "TP-014",
            "The heading 'Amount' appears in more than one column, so it is not clear which one "
            "counts. The first holds £100.00 in 1 line, the other £90.00 in 1 line.",
        )
    ]


SAVINGS = PARTNER.feeds["savings"]
REGISTER = (
    "Year,Ref,Name,Programme,Lead,Share,Class,Recurrent,Starts,Baseline,Frozen,{},Reason,Assurance\n"
    "2024-25,AA-01,Desk,Estate,Anytown Council,1,Cash,Yes,01/04/2024,60000,01/03/2024,{},,Interim\n"
)


@pytest.fixture
def register(tmp_path):
    def register(heading, amount, feed=SAVINGS):
        path = tmp_path / "savings-2024-25.csv"
        path.write_text(REGISTER.format(heading, amount))
        found = said(judge(JudgeRequest(path, path.name, "savings", feed)))
        return {code: text for code, text in found if code != "TP-012" or "'Actual'" in text}

    return register


def test_a_register_whose_amounts_are_blank_throughout_is_asked_about(register):
    assert register("Actual", "")["TP-411"] == (
        "No line has an amount under 'Actual', which is what counts. 1 line counts for £0.00."
    )
    assert "TP-411" not in register("Actual", "0")


@pytest.mark.parametrize(
    "heading", ["Actual YTD", "Actual (cumulative)", "Actual to date", "Actual (€)", "% Actual"]
)
def test_a_word_that_makes_it_another_figure_is_not_taken_for_a_new_name(register, heading):
    found = register(heading, "1000")
    assert "TP-012" not in found
    assert "Did you mean" not in found["TP-411"]
    assert f"'{heading}'" in found["TP-411"]


def test_a_new_name_of_the_amounts_is_offered(register):
    assert register("Actuals (£)", "1000")["TP-411"].endswith(
        "Did you mean 'Actual' by 'Actuals (£)'?"
    )


def test_amounts_that_the_contract_does_not_ask_for_are_not_asked_about(register):
    layout = SAVINGS.layouts[0]
    column = layout.columns["actual_pence"].model_copy(update={"required": False})
    for columns in (
        layout.columns | {"actual_pence": column},
        {name: c for name, c in layout.columns.items() if name != "actual_pence"},
    ):
        plans = layout.model_copy(update={"columns": columns})
        feed = SAVINGS.model_copy(update={"layouts": [plans]})
        assert "TP-411" not in register("Actual", "", feed)


def test_a_label_that_is_another_name_of_the_same_body_is_not_gone():
    known = Bodies(all_bodies(load_place(CHECKOUT / "tests/rules/place/place.yml"), {}))
    earlier = outline(**{"Othertown": 5_000_000_00})
    now = outline(**{"Othertown Council": 5_000_000_00})
    schema = FEEDS["spend"]
    assert list(absence_findings(now, [earlier], schema, LABELLED, known)) == []
    assert [f.code for f in absence_findings(now, [earlier], schema, LABELLED)] == ["TP-152"]
