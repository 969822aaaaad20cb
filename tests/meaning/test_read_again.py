"""When the contract moves, what was read before is read again, and a changed outcome is asked."""

from contextlib import closing

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.ledger.receipt import Explanation
from orchestration.intake.questions import explain
from orchestration.intake.read_again import judge_again, settle_again
from orchestration.intake.submit import dry_run, submit
from orchestration.settings import CHECKOUT
from tests.shared import collect_new

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
SAID = Explanation("The ledger now writes payments as negative", "A Steward")
APRIL = "Date,Supplier,Account,Amount\n02/04/2024,X Ltd,Care,-5021.25\n"


def with_layout(**changes):
    """The contract with other facts of its spend layout."""
    feed = PARTNER.feeds["spend"]
    layout = feed.layouts[0].model_copy(update=changes)
    mended = feed.model_copy(update={"layouts": [layout]})
    return PARTNER.model_copy(update={"feeds": PARTNER.feeds | {"spend": mended}})


def with_heading(name, **changes):
    columns = PARTNER.feeds["spend"].layouts[0].columns
    return with_layout(columns=columns | {name: columns[name].model_copy(update=changes)})


REVERSED = with_heading("amount_pence", sign="reversed")


@pytest.fixture
def april(tmp_path):
    path = tmp_path / "payments-april-2024.csv"
    path.write_text(APRIL)
    return path


def run(settings, partner):
    """What a run books of this partner's spend."""
    return collect_new(settings, {partner.id: partner}, partner.id, "spend")


def in_force(settings):
    standing = Ledger(settings.ledger).in_force("contract", "spend")
    return [(r.receipt_id, r.pence_accepted) for r in standing]


def messages(settings, receipt):
    return [f["message"] for f in Ledger(settings.ledger).findings(receipt.seq)]


def test_a_changed_sign_is_a_question_and_what_counted_stays(settings, april):
    submit(settings, PARTNER, april, "spend")
    (again,) = run(settings, REVERSED)
    assert (again.verdict, again.replaces) == ("held", 1)
    assert messages(settings, again) == [
        "The agreement or the rules changed since R-000001 was read. Read again, it holds 1 line "
        "of £5,021.25 instead of 1 line of -£5,021.25; 1 line is read otherwise."
    ]
    assert in_force(settings) == [("R-000001", -502125)]
    assert run(settings, REVERSED) == []  # it is asked once
    explain(settings, again.seq, SAID)
    assert in_force(settings) == [("R-000002", 502125)]
    assert run(settings, REVERSED) == []


def test_what_two_workers_read_again_has_one_new_receipt(settings, april):
    first = submit(settings, PARTNER, april, "spend").receipt
    partners = {PARTNER.id: REVERSED}
    both = [judge_again(settings, partners, first, "new", settings.warehouse) for _ in range(2)]
    with closing(Ledger(settings.ledger)) as ledger:
        again, nothing = [settle_again(settings, ledger, judged, first) for judged in both]
    assert (again.receipt_id, again.pence_accepted, nothing) == ("R-000002", 502125, None)


def test_a_contract_that_goes_back_settles_the_question(settings, april):
    submit(settings, PARTNER, april, "spend")
    (again,) = run(settings, REVERSED)
    (back,) = run(settings, PARTNER)
    assert (back.verdict, back.pence_accepted) == ("accepted", -502125)
    assert Ledger(settings.ledger).receipt(again.seq).status == "superseded"
    assert [pence for _, pence in in_force(settings)] == [-502125]


def test_what_is_read_alike_keeps_its_receipt(settings, april):
    submit(settings, PARTNER, april, "spend")
    assert run(settings, with_layout(max_set_aside_share=0.4)) == []
    assert in_force(settings) == [("R-000001", -502125)]


def test_what_only_the_models_read_is_not_read_again(settings, april, monkeypatch):
    submit(settings, PARTNER, april, "spend")
    feed = PARTNER.feeds["spend"].model_copy(update={"due_days": 7})
    monkeypatch.setattr("orchestration.intake.read_again.judge_taken", None)
    assert run(settings, PARTNER.model_copy(update={"feeds": {"spend": feed}})) == []


def test_a_file_refused_for_a_heading_counts_once_the_contract_knows_it(settings, april):
    april.write_text(APRIL.replace("Amount", "Net amount"))
    refused = submit(settings, PARTNER, april, "spend").receipt
    assert refused.verdict == "refused"
    assert run(settings, PARTNER) == []
    (again,) = run(settings, with_heading("amount_pence", aliases=["Net amount"]))
    assert (again.verdict, again.status) == ("accepted", "in_force")
    assert messages(settings, again) == [
        "R-000001 was read again, because the agreement or the rules changed: it holds 1 line of "
        "-£5,021.25 instead of 0 lines of £0.00."
    ]


def test_a_contract_that_fits_no_more_leaves_what_counts(settings, april):
    submit(settings, PARTNER, april, "spend")
    (again,) = run(settings, with_heading("amount_pence", heading="Net amount"))
    assert again.verdict == "refused"
    assert (
        "it would be refused: The heading 'Net amount' is missing." in messages(settings, again)[0]
    )
    assert in_force(settings) == [("R-000001", -502125)]
    assert run(settings, with_heading("amount_pence", heading="Net amount")) == []


def test_a_check_does_not_say_that_nothing_changes(settings, april):
    submit(settings, PARTNER, april, "spend")
    same, _ = dry_run(settings, PARTNER, april, "spend")
    assert [f.code for f in same.findings] == ["TP-060"]
    result, _ = dry_run(settings, REVERSED, april, "spend")
    assert [f.code for f in result.findings] == ["TP-063"]
    assert result.verdict == "held"
    assert (result.difference.before.pence, result.difference.now.pence) == (-502125, 502125)


def test_the_same_bytes_sent_again_under_another_contract_are_read_again(settings, april):
    submit(settings, PARTNER, april, "spend")
    done = submit(settings, REVERSED, april, "spend")
    assert (done.receipt.verdict, done.open_question) == ("held", True)
    assert in_force(settings) == [("R-000001", -502125)]


def test_a_file_that_was_received_for_another_period_is_not_said_to_need_nothing(settings, april):
    submit(settings, PARTNER, april, "spend")
    may = april.rename(april.with_name(april.name.replace("april", "may")))
    result, _ = dry_run(settings, PARTNER, may, "spend")
    (found,) = [f for f in result.findings if f.code == "TP-060"]
    assert found.message == (
        "This file is identical to receipt R-000001, which is of 2024-04; nothing has changed."
    )
    assert found.fix.startswith("Send the file of 2024-05: one file counts once")
