"""A unit in a heading or a title is a fact: agreed and converted exactly, or refused and named."""

import pytest
import xlsxwriter

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.layout import Layout
from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.judge.unit_words import (
    unit_of_format,
    unit_of_text,
    unit_stated,
    without_unit,
)
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
HEAD = "Year,Service,Kind,Gross,Income,Net"
ROW = '2024-25,Access,Budget,"3,985",195,"3,790"'


def layout(unit):
    columns = {n: c.model_dump() for n, c in PARTNER.feeds["budgets"].layouts[0].columns.items()}
    columns = {
        n: {k: v for k, v in c.items() if k not in ("unit", "fill_down")}
        for n, c in columns.items()
    }
    return Layout(id="v1", valid_from="2024-04-01", unit=unit, columns=columns)


@pytest.fixture
def judged(tmp_path):
    def judged(*lines, unit="pounds"):
        path = tmp_path / "budgets-2024-25.csv"
        path.write_text("\n".join(lines) + "\n")
        feed = PARTNER.feeds["budgets"].model_copy(update={"layouts": [layout(unit)]})
        return judge(JudgeRequest(path, path.name, "budgets", feed))

    return judged


def test_thousands_in_the_headings_are_named_and_the_file_is_refused(judged):
    heads = HEAD.replace("Gross", "Gross (£000)").replace("Net", "Net (£000)")
    result = judged(heads, ROW)
    assert result.verdict == "refused"
    (found,) = [f for f in result.findings if f.code == "TP-360"]
    assert found.message == (
        "'Gross (£000)', 'Net (£000)' state thousands of pounds, and the agreement does not."
    )
    assert not any("Did you mean" in f.message for f in result.findings)


@pytest.mark.parametrize(
    "title", ["All figures in £'000", "Revenue estimates 2024-25 (£ thousand)", "(£000s)"]
)
def test_thousands_in_a_title_line_are_named_too(judged, title):
    result = judged(title, HEAD, ROW)
    assert [f.code for f in result.findings if f.level == "must_fix"] == ["TP-360"]
    assert title in next(f.message for f in result.findings if f.code == "TP-360")


def test_a_layout_that_agrees_on_thousands_converts_them_exactly(judged):
    result = judged("All figures in £'000", HEAD, ROW, unit="thousands")
    assert (result.verdict, result.pence_accepted) == ("accepted", 379_000_000)


@pytest.mark.parametrize(
    ("unit", "cell", "pence"),
    [
        ("thousands", "264", 26_400_000),
        ("thousands", "0.5", 50_000),
        ("thousands", "(2.75)", -275_000),
        ("thousands", "12.34567", 1_234_567),
        ("thousands", "-", 0),
        ("millions", "1.25", 125_000_000),
        ("millions", "-0.00000001", -1),
    ],
)
def test_an_amount_in_thousands_or_millions_is_exact(judged, unit, cell, pence):
    result = judged(HEAD, f"2024-25,Access,Budget,,,{cell}", unit=unit)
    assert (result.rows_accepted, result.pence_accepted) == (1, pence)


def test_half_a_penny_is_no_amount(judged):
    assert judged(HEAD, "2024-25,Access,Budget,,,0.000005", unit="thousands").rows_accepted == 0


@pytest.mark.parametrize(
    "heading", ["Payments over £25,000", "Spend over 25k", "Over £500", "£", "Amount (£)", "£500k+"]
)
def test_a_threshold_is_no_unit(heading):
    assert unit_stated(heading, "money") == ""


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Actual (£'000)", "thousands"),
        ("£000s", "thousands"),
        ("Plan £k", "thousands"),
        ("Net, thousands of pounds", "thousands"),
        ("Saving £m", "millions"),
        ("in £ millions", "millions"),
    ],
)
def test_units_are_known_by_the_words_people_use(heading, unit):
    assert unit_stated(heading, "money") == unit


@pytest.mark.parametrize(
    "note",
    [
        "Note: figures are in £ thousands",
        "All money columns in £000s",
        "Amounts in thousands of pounds",
        "£'000",
        "Amounts in £ (thousands)",
        "Do not add these up: figures in £000s",
        "Budget of the service for customers (thousands)",
    ],
)
def test_thousands_in_a_note_below_the_table_are_named_too(judged, note):
    result = judged(HEAD, ROW, "", note)
    assert [f.code for f in result.findings if f.level == "must_fix"] == ["TP-360"]
    assert note in next(f.message for f in result.findings if f.code == "TP-360")


@pytest.mark.parametrize(
    "note",
    [
        "Figures are in pounds",
        "All figures are in whole pounds, not in £000s",
        "Amounts are in £, no longer in £'000",
        "Shown as pounds rather than £ thousands",
        "The service was used (thousands of people a year)",
        "Population in thousands",
        "Savings of £2m were agreed",
        "Payments over £25,000 and below £500 are left out",
    ],
)
def test_a_note_about_pounds_or_other_things_states_no_unit(judged, note):
    assert unit_of_text(note) == ""
    assert "TP-360" not in {f.code for f in judged(HEAD, ROW, "", note).findings}


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ('£#,##0.0"k"', "thousands"),
        ('0.0" £000"', "thousands"),
        ("0.0\\k", "thousands"),
        ('£0.00"m"', "millions"),
        # The cell holds pounds, of which the format shows thousands.
        ('#,##0,"k"', ""),
        ("#,##0,", ""),
        ("£#,##0.00", ""),
        ('0.0" km"', ""),
        ("0.0%", ""),
    ],
)
def test_a_number_format_states_a_unit_only_of_numbers_that_it_does_not_divide(code, unit):
    assert unit_of_format(code) == unit


def test_a_number_format_of_the_amounts_is_named_and_the_file_is_refused(tmp_path):
    path = tmp_path / "budgets-2024-25.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, thousands = book.add_worksheet(), book.add_format({"num_format": '#,##0"k"'})
        sheet.write_row(0, 0, HEAD.split(","))
        sheet.write_row(1, 0, ["2024-25", "Access", "Budget"])
        for column, value in enumerate((3985, 195, 3790), 3):
            sheet.write(1, column, value, thousands if column == 5 else None)
    feed = PARTNER.feeds["budgets"].model_copy(update={"layouts": [layout("pounds")]})
    result = judge(JudgeRequest(path, path.name, "budgets", feed))
    assert [f.message for f in result.findings if f.level == "must_fix"] == [
        "'Net: #,##0\"k\"' states thousands of pounds, and the agreement does not."
    ]


@pytest.mark.parametrize(("unit", "times"), [("£000", "a thousand"), ("£m", "a million")])
def test_what_another_name_would_cost_is_told(judged, unit, times):
    (found,) = [
        f for f in judged(f"Budget book ({unit})", HEAD, ROW).findings if f.code == "TP-360"
    ]
    assert f"{times} times too small" in found.fix


def test_a_percentage_is_no_count():
    assert unit_stated("Resolved at first contact (%)", "integer") == "percent"
    assert unit_stated("Contacts per 1,000", "integer") == "rate"
    assert without_unit("Contacts per 1,000 residents") == "Contacts"
    assert unit_stated("Contacts", "integer") == ""


def test_the_unit_of_a_layout_is_that_of_its_columns():
    assert {c.unit for c in layout("thousands").columns.values()} == {"thousands"}
    assert "budgets" in FEEDS
