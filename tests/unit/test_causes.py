"""What follows from another finding stands behind it, once."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.submit import dry_run
from orchestration.settings import CHECKOUT
from orchestration.steward.causes import by_cause
from orchestration.steward.page import page
from orchestration.steward.view import submission_view

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
HEAD = "Date,Supplier,Account,Amount\n"
SWAPPED = HEAD + "".join(f"04/{d:02}/2024,Oak {d} Ltd,Care,{d}.50\n" for d in range(1, 29))
WORDS = HEAD + "".join(f"{d:02}/04/2024,Oak {d} Ltd,Care,x{d}\n" for d in range(1, 9))
FUNDING = "Agreement,Flow,From,To,Amount\n" + "A1,Grant,Anytown,Anytown Council,100\n" * 3


@pytest.fixture
def judged(settings, tmp_path):
    def judged(text, feed="spend", name="payments-april-2024.csv"):
        path = tmp_path / name
        path.write_text(text)
        result, _ = dry_run(settings, PARTNER, path, feed)
        return submission_view(result, result.findings, name, PARTNER.name, feed)

    return judged


def codes(view):
    return [(c.cause.code, c.level, [f.code for f in c.follows]) for c in by_cause(view.findings)]


def test_rows_set_aside_for_one_column_are_why_the_file_is_refused(judged):
    assert codes(judged(WORDS)) == [("TP-021", "must_fix", ["TP-050"])]


def test_days_that_were_exchanged_are_why_days_cannot_be_read(judged):
    assert codes(judged(SWAPPED)) == [("TP-085", "must_fix", ["TP-050", "TP-023"])]


def test_without_the_column_of_the_year_there_is_no_period_and_rows_are_alike(judged):
    found = codes(judged(FUNDING, "funding", "agreements.csv"))
    assert ("TP-011", "must_fix", ["TP-015", "TP-350"]) in found


def test_nothing_is_lost(judged):
    view = judged(SWAPPED)
    shown = [f for c in by_cause(view.findings) for f in (c.cause, *c.follows)]
    assert sorted(f.code for f in shown) == sorted(f.code for f in view.findings)


def test_the_page_has_one_message_a_cause(judged):
    html = page(judged(WORDS))
    assert html.count('<li><a href="#f') == 1
    assert "From this follows:" in html
    assert "8 of 8 lines would be set aside" in html
