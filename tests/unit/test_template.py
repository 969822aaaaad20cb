"""Templates: what is typed into them as the guide says passes with no finding, for every feed."""

import csv
from datetime import date

import openpyxl
import pytest

from orchestration.contracts.feeds import FEEDS as SCHEMAS
from orchestration.contracts.load import load_partner, load_partners
from orchestration.contracts.template import asked, example_period
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT
from orchestration.steward.template import write_template

TODAY = date(2026, 11, 29)
PARTNERS = load_partners(CHECKOUT / "data" / "partners")
FEEDS = [(p, f) for p in PARTNERS for f in PARTNERS[p].feeds]


def last_day(partner):
    """The day of the examples: today, or the last one of the body's life."""
    return min(TODAY, PARTNERS[partner].valid_to or TODAY)


def typed(partner, feed):
    """Two rows as a steward would type them: the first full, the second with the least of which
    nothing is said: what must be there, when it was, and the labels that say what it is for."""
    columns = asked(feed, PARTNERS[partner].feeds[feed], last_day(partner))
    said = {"line_date", "financial_year"} | {f.name for f in SCHEMAS[feed].fields if f.places}
    full = [c.examples[0].replace("EXAMPLE", "Typed") for c in columns]
    least = [c.examples[1] if c.required or c.field in said else "" for c in columns]
    return [full, [text.replace("EXAMPLE", "Typed") for text in least]]


@pytest.mark.parametrize(("partner", "feed"), FEEDS, ids=lambda v: v)
@pytest.mark.parametrize("xlsx", [False, True], ids=["csv", "xlsx"])
def test_valid_rows_typed_into_the_template_pass_with_no_finding(partner, feed, xlsx, tmp_path):
    blank, *_ = write_template(tmp_path, PARTNERS[partner], feed, TODAY, xlsx=xlsx)
    rows = typed(partner, feed)
    if xlsx:
        book = openpyxl.load_workbook(blank)
        for row in rows:
            book.active.append([value or None for value in row])
        book.save(blank)
    else:
        with blank.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    agreed = PARTNERS[partner].feeds[feed]
    result = judge(JudgeRequest(blank, blank.name, feed, agreed))
    assert result.findings == []
    assert (result.verdict, result.rows_accepted) == ("accepted", 2)
    assert result.period == example_period(agreed, last_day(partner))


@pytest.mark.parametrize(("partner", "feed"), FEEDS, ids=lambda v: v)
@pytest.mark.parametrize("xlsx", [False, True], ids=["csv", "xlsx"])
def test_the_example_is_refused_under_any_name_and_for_nothing_else(partner, feed, xlsx, tmp_path):
    _, example, _ = write_template(tmp_path, PARTNERS[partner], feed, TODAY, xlsx=xlsx)
    renamed = example.rename(tmp_path / f"ours{example.suffix}")
    agreed = PARTNERS[partner].feeds[feed]
    period = example_period(agreed, last_day(partner))
    result = judge(JudgeRequest(renamed, renamed.name, feed, agreed, period))
    codes = {f.code for f in result.findings if f.level != "information"}
    assert (result.verdict, codes) == ("refused", {"TP-398"})


def test_an_example_of_which_the_title_was_deleted_is_refused_too(tmp_path):
    partner = PARTNERS["leicester_city_council"]
    _, example, _ = write_template(tmp_path, partner, "spend", TODAY)
    ours = tmp_path / "ours.csv"
    ours.write_text(example.read_text("utf-8-sig").partition("\n")[2])
    result = judge(JudgeRequest(ours, ours.name, "spend", partner.feeds["spend"]))
    assert [f.code for f in result.findings if f.level == "must_fix"] == ["TP-398"]


def test_examples_are_of_this_financial_year():
    feed = PARTNERS["leicester_city_council"].feeds["spend"]
    assert example_period(feed, TODAY).label == "2026-27-Q1"


def test_examples_of_a_feed_that_has_ended_are_of_its_last_year():
    feed = PARTNERS["leicester_city_council"].feeds["funding"]
    assert example_period(feed, TODAY).label == "2012-13"


def test_the_blank_template_holds_headings_and_nothing_else(tmp_path):
    partner = next(iter(PARTNERS.values()))
    blank, _, _ = write_template(tmp_path, partner, "spend", TODAY, xlsx=True)
    book = openpyxl.load_workbook(blank)
    assert book.sheetnames == ["Data", "Guide"]
    assert book.active.max_row == 1
    headings = [c.value for c in book.active[1]]
    assert headings == [c.heading for c in asked("spend", partner.feeds["spend"], TODAY)]
    assert all(cell.comment for cell in book.active[1])


def test_a_column_with_a_list_gets_a_drop_down(tmp_path):
    partner, _ = next((p, f) for p, f in FEEDS if f == "savings")
    blank, _, _ = write_template(tmp_path, PARTNERS[partner], "savings", TODAY, xlsx=True)
    rules = openpyxl.load_workbook(blank).active.data_validations.dataValidation
    assert '"Yes,No"' in [r.formula1 for r in rules]


def test_the_example_says_that_it_is_one(tmp_path):
    partner = next(iter(PARTNERS.values()))
    _, example, _ = write_template(tmp_path, partner, "spend", TODAY)
    assert example.name.startswith("SYNTHETIC-EXAMPLE-")
    rows = list(csv.reader(example.open(encoding="utf-8-sig")))
    assert rows[0] == ["SYNTHETIC EXAMPLE: made up, never counted"]
    assert len(rows) == 5
    assert all(any("EXAMPLE" in cell for cell in row) for row in rows[2:])


def test_amounts_of_the_workbook_are_numbers(tmp_path):
    partner = PARTNERS["leicester_city_council"]
    _, example, _ = write_template(tmp_path, partner, "spend", TODAY, xlsx=True)
    page = openpyxl.load_workbook(example).active
    column = [c.value for c in page[2]].index("Amount")
    assert [page.cell(row, column + 1).value for row in (3, 4, 5)] == [1234.5, 1235.5, 1236.5]


def test_a_list_too_long_for_a_cell_is_that_of_the_guide(tmp_path):
    text = (CHECKOUT / "tests/rules/contract.yml").read_text()
    long = ", ".join(f"A label of some length and its number {n}: grant" for n in range(1, 9))
    contract = tmp_path / "contract.yml"
    contract.write_text(text.replace("{Grant: grant, Section 75: s75}", f"{{{long}}}"))
    blank, *_ = write_template(tmp_path, load_partner(contract), "funding", TODAY, xlsx=True)
    book = openpyxl.load_workbook(blank)
    rules = [r.formula1 for r in book.active.data_validations.dataValidation]
    assert rules == ["Guide!$I$4:$I$11"]
    assert [book["Guide"][f"I{row}"].value for row in (3, 4, 11)] == [
        "Allowed: Flow",
        "A label of some length and its number 1",
        "A label of some length and its number 8",
    ]
    assert book["Guide"]["A1"].value == "Guide to this workbook: not read"


@pytest.mark.parametrize(("partner", "feed"), FEEDS, ids=lambda v: v)
def test_the_guide_names_every_column_with_its_values(partner, feed, tmp_path):
    *_, guide = write_template(tmp_path, PARTNERS[partner], feed, TODAY)
    text = guide.read_text("utf-8")
    for column in asked(feed, PARTNERS[partner].feeds[feed], last_day(partner)):
        line = next(
            x
            for x in text.splitlines()
            if x.startswith((f"| {column.heading} |", f"| {column.heading} (also"))
        )
        assert column.meaning in line
        assert all(value in line for value in column.allowed)
    assert "_pence" not in text


def test_the_guide_says_what_may_stand_in_the_place_of_a_value(tmp_path):
    city = PARTNERS["leicester_city_council"]
    by_field = {a.field: a for a in asked("treatment", city.feeds["treatment"], TODAY)}
    people = by_field["clients"].how
    assert (
        people == "a whole number; * or <5 where the count is suppressed; n/a where there is none"
    )
    *_, guide = write_template(tmp_path, city, "access_points", TODAY)
    text = guide.read_text("utf-8")
    assert "Any other cell that cannot be read counts as empty" in text
    assert "hours such as 37, 37.5 or 37:30" in text


def test_the_guide_says_where_an_unreadable_cell_costs_its_row():
    """An empty tier means all tiers, so one that cannot be read must not pass for it."""
    city = PARTNERS["leicester_city_council"]
    strict = {
        a.field: (a.required, a.strict) for a in asked("treatment", city.feeds["treatment"], TODAY)
    }
    assert (strict["tier"], strict["area"]) == ((False, True), (False, False))
