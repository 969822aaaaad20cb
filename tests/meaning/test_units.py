"""A unit in a heading or a title is a fact: agreed and converted exactly, or refused and named."""

import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.layout import Layout
from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.judge.unit_words import unit_stated, without_unit
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
HEAD = "Year,Service,Kind,Gross,Income,Net"
ROW = '2024-25,Access,Budget,"3,985",195,"3,790"'


def layout(unit):
    columns = {n: c.model_dump() for n, c in PARTNER.feeds["budgets"].layouts[0].columns.items()}
    columns = {n: {k: v for k, v in c.items() if k != "unit"} for n, c in columns.items()}
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


def test_a_percentage_is_no_count():
    assert unit_stated("Resolved at first contact (%)", "integer") == "percent"
    assert unit_stated("Contacts per 1,000", "integer") == "rate"
    assert without_unit("Contacts per 1,000 residents") == "Contacts"
    assert unit_stated("Contacts", "integer") == ""


def test_the_unit_of_a_layout_is_that_of_its_columns():
    assert {c.unit for c in layout("thousands").columns.values()} == {"thousands"}
    assert "budgets" in FEEDS
