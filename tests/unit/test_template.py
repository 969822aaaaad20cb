"""Templates: what is typed into them as the guide says passes with no finding, for every feed."""

import csv

import openpyxl
import pytest

from orchestration.contracts.feeds import FEEDS as SCHEMAS
from orchestration.contracts.load import load_partners
from orchestration.contracts.template import asked, example_period
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT
from orchestration.steward.template import write_template

PARTNERS = load_partners(CHECKOUT / "data" / "partners")
FEEDS = [(p, f) for p in PARTNERS for f in PARTNERS[p].feeds]


def typed(partner, feed):
    """Two rows as a steward would type them: the first full, the second with the least of which
    nothing is said: what must be there, when it was, and the labels that say what it is for."""
    columns = asked(feed, PARTNERS[partner].feeds[feed])
    said = {"line_date", "financial_year"} | {f.name for f in SCHEMAS[feed].fields if f.places}
    full = [c.examples[0].replace("EXAMPLE", "Typed") for c in columns]
    least = [c.examples[1] if c.required or c.field in said else "" for c in columns]
    return [full, least]


@pytest.mark.parametrize(("partner", "feed"), FEEDS, ids=lambda v: v)
@pytest.mark.parametrize("xlsx", [False, True], ids=["csv", "xlsx"])
def test_valid_rows_typed_into_the_template_pass_with_no_finding(partner, feed, xlsx, tmp_path):
    blank, example, _ = write_template(tmp_path, PARTNERS[partner], feed, xlsx=xlsx)
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
    for path, count in ((blank, 2), (example, 3)):
        result = judge(JudgeRequest(path, path.name, feed, agreed))
        assert result.findings == []
        assert (result.verdict, result.rows_accepted, result.rows_non_data) == (
            "accepted",
            count,
            1,
        )
        assert result.period == example_period(agreed)


def test_the_blank_template_holds_headings_and_nothing_else(tmp_path):
    partner = next(iter(PARTNERS.values()))
    blank, _, _ = write_template(tmp_path, partner, "spend", xlsx=True)
    book = openpyxl.load_workbook(blank)
    assert book.sheetnames == ["Data"]
    assert book.active.max_row == 1
    headings = [c.value for c in book.active[1]]
    assert headings == [c.heading for c in asked("spend", partner.feeds["spend"])]
    assert all(cell.comment for cell in book.active[1])


def test_a_column_with_a_list_gets_a_drop_down(tmp_path):
    partner, _ = next((p, f) for p, f in FEEDS if f == "savings")
    blank, _, _ = write_template(tmp_path, PARTNERS[partner], "savings", xlsx=True)
    rules = openpyxl.load_workbook(blank).active.data_validations.dataValidation
    assert '"Yes,No"' in [r.formula1 for r in rules]


def test_the_example_says_that_it_is_one(tmp_path):
    partner = next(iter(PARTNERS.values()))
    _, example, _ = write_template(tmp_path, partner, "spend")
    assert example.name.startswith("SYNTHETIC-EXAMPLE-")
    rows = list(csv.reader(example.open(encoding="utf-8-sig")))
    assert len(rows) == 4
    assert all(any("EXAMPLE" in cell for cell in row) for row in rows[1:])


@pytest.mark.parametrize(("partner", "feed"), FEEDS, ids=lambda v: v)
def test_the_guide_names_every_column_with_its_values(partner, feed, tmp_path):
    *_, guide = write_template(tmp_path, PARTNERS[partner], feed)
    text = guide.read_text("utf-8")
    for column in asked(feed, PARTNERS[partner].feeds[feed]):
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
    by_field = {a.field: a for a in asked("treatment", city.feeds["treatment"])}
    people = by_field["clients"].how
    assert (
        people == "a whole number; * or <5 where the count is suppressed; n/a where there is none"
    )
    *_, guide = write_template(tmp_path, city, "access_points")
    text = guide.read_text("utf-8")
    assert "Any other cell that cannot be read counts as empty" in text
    assert "hours such as 37, 37.5 or 37:30" in text


def test_the_guide_says_where_an_unreadable_cell_costs_its_row():
    """An empty tier means all tiers, so one that cannot be read must not pass for it."""
    city = PARTNERS["leicester_city_council"]
    strict = {a.field: (a.required, a.strict) for a in asked("treatment", city.feeds["treatment"])}
    assert (strict["tier"], strict["area"]) == ((False, True), (False, False))
