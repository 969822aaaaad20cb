"""A file that would replace another shows what it changes before anything else."""

import json

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.landing import discover
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.receive import receive
from orchestration.intake.submit import dry_run, submit
from orchestration.settings import CHECKOUT
from orchestration.steward.page import page
from orchestration.steward.text import judgement_text
from orchestration.steward.view import submission_view

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
HEAD = "Date,Supplier,Account,Amount\n"
APRIL = [
    "02/04/2024,Anytown Care Ltd,Care,100.00",
    "09/04/2024,Anytown Care Ltd,Care,200.00",
    "16/04/2024,Borough Print Ltd,Print,50.00",
    "30/04/2024,Borough Print Ltd,Print,25.00",
]


@pytest.fixture
def then(settings, tmp_path):
    """What a dry run says of April's lines, after other lines were submitted for April."""

    def then(*lines, before=APRIL):
        path = tmp_path / "payments-april-2024.csv"
        path.write_text(HEAD + "\n".join(before) + "\n")
        submit(settings, PARTNER, path, "spend")
        path.write_text(HEAD + "\n".join(lines) + "\n")
        return dry_run(settings, PARTNER, path, "spend")[0]

    return then


def rows(result):
    return [list(row) for row in submission_view(result, [], "x", "X", "spend").difference]


def codes(result):
    return [f.code for f in result.findings]


def test_new_gone_and_changed_lines_with_their_pounds_by_account(then):
    changed = APRIL[1].replace("200.00", "260.00")
    new = ["17/04/2024,Copy Shop Ltd,Print,30.00", "18/04/2024,Copy Shop Ltd,Print,10.00"]
    result = then(APRIL[0], changed, APRIL[3], *new)
    assert rows(result) == [
        ["Lines", "4", "5", "+1"],
        ["£", "£375.00", "£425.00", "+£50.00"],
        ["New", "", "2 lines", "+£40.00"],
        ["Gone", "1 line", "", "-£50.00"],
        ["Changed", "", "1 line", "+£60.00"],
        ["Account Care", "£300.00", "£360.00", "+£60.00"],
        ["Account Print", "£75.00", "£65.00", "-£10.00"],
    ]
    assert codes(result) == ["TP-061"]
    assert result.verdict == "accepted"


def test_a_replacement_that_loses_more_than_a_twentieth_is_asked_about(then):
    result = then(*APRIL[:3])
    (asked,) = [f for f in result.findings if f.code == "TP-062"]
    assert asked.message == (
        "This file would take the place of receipt R-000001, and 4 lines fall to 3; "
        "£375.00 falls to £350.00; its dates run from 2024-04-02 to 2024-04-16, where they ran "
        "from 2024-04-02 to 2024-04-30."
    )
    assert asked.amount_pence == -2500
    assert result.verdict == "held"


def test_a_line_in_fifty_less_is_no_question(then):
    many = [f"{day:02d}/04/2024,{x} Ltd,Care,{day}.00" for x in "XY" for day in range(1, 31)]
    assert codes(then(*many[1:], before=many)) == ["TP-061"]


def test_a_column_that_was_filled_and_is_empty_is_shown(then):
    blank = [line.replace("Care,", ",").replace("Print,", ",") for line in APRIL]
    result = then(*blank)
    assert ["Column Account", "filled", "empty", ""] in rows(result)
    assert ["Lines", "4", "4", "+0"] in rows(result)


def test_the_difference_stands_before_the_findings_in_text_and_page(then):
    result = then(*APRIL[:2])
    text = judgement_text("a.csv", PARTNER, result, compared=True)
    assert text.startswith("Would be held: a.csv from ")
    assert text.index("In place of R-000001") < text.index("TP-062")
    html = page(submission_view(result, result.findings, "a.csv", "Body", "spend"))
    assert html.index("In place of R-000001") < html.index("What to put right first")
    assert "-£75.00" in html


def test_the_receipt_keeps_the_difference(settings, then, tmp_path):
    then(*APRIL[:3])
    landed = settings.landing / "contract/spend/corrected-april-2024.csv"
    landed.write_text(HEAD + "\n".join(APRIL[:3]) + "\n")
    ledger, partners = Ledger(settings.ledger), {"contract": PARTNER}
    (new,) = [d for d in discover(settings.landing, partners) if "corrected" in d.place]
    receipt = receive(settings, ledger, partners, new)
    kept = json.loads(receipt.difference)
    assert (receipt.verdict, kept["replaces"]) == ("held", "R-000001")
    assert (kept["before"]["pence"], kept["now"]["pence"]) == (37500, 35000)


def test_what_is_published_is_shown_before_and_after(settings, then):
    import duckdb

    (release := settings.published / "a-release").mkdir(parents=True)
    (settings.published / "current").symlink_to(release)
    with duckdb.connect(str(release / "totalplace.duckdb")) as con:
        con.execute(
            "CREATE TABLE fct_spend_line AS SELECT 'contract' AS body_id, 'spend' AS feed, "
            "'2024-25' AS financial_year, 10000000 AS amount_pence"
        )
    result = then(*APRIL[:3])
    name = "Published spend of 2024-25"
    assert [name, "£100,000.00", "£99,975.00", "-£25.00"] in rows(result)
