"""A question has one meaning at every door: the file is held, and what was in force stays."""

import dataclasses

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake import receive as module
from orchestration.intake.judge import judge as judging
from orchestration.intake.judge.findings import Cell, Finding
from orchestration.intake.landing import discover, is_new
from orchestration.intake.ledger.blob_store import held_path, lines_path, stored_path
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.ledger.receipt import Explanation
from orchestration.intake.questions import AnswerError, explain
from orchestration.intake.receive import receive
from orchestration.intake.submit import submit, withdraw
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
PUBLISHES = PARTNER.model_copy(update={"questions": "publish"})
SAID = Explanation("Three months of one contract were paid at once", "A Steward")
ASKED = "a doubtful file"


@pytest.fixture(autouse=True)
def asking(monkeypatch):
    """A file that holds the words ``a doubtful file`` has something to explain."""

    def judge(request):
        result = judging.judge(request)
        if ASKED in request.path.read_text():
            cell = Cell(None, 2, "D", "Amount", "1.00")
            asked = Finding("TP-041", "please_explain", "It rose.", "Say why.", cells=[cell])
            result.findings.append(asked)
        return result

    monkeypatch.setattr(module, "judge", judge)


@pytest.fixture
def send(settings, tmp_path):
    def send(pounds, account=ASKED, said=None, partner=PARTNER, name="payments-april-2024.csv"):
        path = tmp_path / name
        path.write_text(f"Date,Supplier,Account,Amount\n02/04/2024,X Ltd,{account},{pounds}\n")
        return submit(settings, partner, path, "spend", None, said)

    return send


def in_force(settings):
    return [
        (r.seq, r.pence_accepted) for r in Ledger(settings.ledger).in_force("contract", "spend")
    ]


def test_a_doubtful_file_is_held_and_its_explanation_brings_it_into_force(settings, send):
    held = send("1.00")
    assert held.open_question
    assert (held.receipt.verdict, held.receipt.status) == ("held", "held")
    assert (held.receipt.rows_in, held.receipt.rows_accepted) == (2, 1)
    assert in_force(settings) == []
    assert not lines_path(settings, held.receipt).exists()
    done = explain(settings, held.receipt.seq, SAID)
    assert (done.verdict, done.status) == ("accepted", "in_force")
    assert (done.explanation, done.explained_by) == (SAID.reason, SAID.name)
    assert lines_path(settings, done).exists()
    assert not held_path(settings, done.receipt_id).exists()
    assert stored_path(settings, done.sha256).parent == settings.originals


def test_the_same_file_is_held_when_it_lies_in_landing(settings):
    path = settings.landing / "contract/spend/payments-april-2024.csv"
    path.parent.mkdir(parents=True)
    path.write_text(f"Date,Supplier,Account,Amount\n02/04/2024,X Ltd,{ASKED},1.00\n")
    ledger, partners = Ledger(settings.ledger), {"contract": PARTNER}
    (delivery,) = discover(settings.landing, partners)
    assert receive(settings, ledger, partners, delivery).verdict == "held"
    assert not is_new(ledger, delivery)
    assert [r.verdict for r in ledger.unexplained()] == ["held"]


def test_with_its_reason_a_doubtful_file_counts_at_once(settings, send):
    assert send("1.00", said=SAID).receipt.status == "in_force"
    assert in_force(settings) == [(1, 100)]


def test_what_was_in_force_stays_until_the_answer(settings, send):
    send("1.00", "Care")
    held = send("2.00").receipt
    assert in_force(settings) == [(1, 100)]
    assert held.replaces == 1
    explain(settings, held.seq, SAID)
    assert in_force(settings) == [(2, 200)]
    assert Ledger(settings.ledger).receipt(1).status == "superseded"


def test_sending_the_same_bytes_with_a_reason_answers_too(settings, send):
    send("1.00")
    again = send("1.00", said=SAID)
    assert (again.receipt.verdict, again.explains.receipt_id) == ("duplicate", "R-000001")
    assert not again.open_question
    assert in_force(settings) == [(1, 100)]


def test_sending_the_same_bytes_without_one_says_that_the_question_is_open(settings, send):
    send("1.00")
    again = send("1.00")
    assert again.open_question
    (found,) = Ledger(settings.ledger).findings(again.receipt.seq)
    assert "R-000001, which is held until its question is answered" in found["message"]


def test_a_corrected_file_takes_the_place_of_a_held_one(settings, send):
    held = send("1.00").receipt
    send("2.00", "Care")
    assert in_force(settings) == [(2, 200)]
    assert Ledger(settings.ledger).receipt(held.seq).status == "superseded"
    assert not held_path(settings, held.receipt_id).exists()
    with pytest.raises(AnswerError, match="R-000001 is superseded"):
        explain(settings, held.seq, SAID)


def test_a_held_file_can_be_withdrawn(settings, send):
    held = send("1.00").receipt
    assert withdraw(settings, held.seq, "wrong file", "A Steward").status == "withdrawn"
    with pytest.raises(AnswerError, match="R-000001 is withdrawn"):
        explain(settings, held.seq, SAID)


def test_an_explanation_that_is_there_is_never_changed(settings, send):
    held = send("1.00").receipt
    explain(settings, held.seq, SAID)
    with pytest.raises(AnswerError, match="never changed"):
        explain(settings, held.seq, Explanation("another story", "B"))
    assert Ledger(settings.ledger).receipt(held.seq).explanation == SAID.reason


def test_nothing_asked_nothing_to_answer(settings, send):
    sound = send("1.00", "Care").receipt
    with pytest.raises(AnswerError, match="R-000001 asks nothing"):
        explain(settings, sound.seq, SAID)


def test_where_nobody_can_be_asked_it_counts_with_the_question_on_it(settings, send):
    done = send("1.00", partner=PUBLISHES)
    assert (done.receipt.verdict, done.receipt.status) == ("accepted", "in_force")
    assert done.open_question
    explain(settings, done.receipt.seq, SAID)
    assert Ledger(settings.ledger).unexplained() == []


def test_a_doubtful_file_never_takes_the_place_of_one_that_counts(settings, send):
    send("1.00", "Care", partner=PUBLISHES)
    assert send("1.01", partner=PUBLISHES).receipt.status == "held"
    assert in_force(settings) == [(1, 100)]


def test_a_synthetic_file_is_from_no_web_site(settings, send):
    name = "SYNTHETIC-payments-april-2024.csv"
    assert send("1.00", partner=PUBLISHES, name=name).receipt.status == "held"


def test_a_question_answered_too_late_for_its_period_is_not_taken(settings, send):
    held = send("1.00").receipt
    ledger = Ledger(settings.ledger)
    year = dataclasses.replace(
        held,
        period="2024-25",
        period_end=held.period_end.replace(year=2025, month=3, day=31),
        status="in_force",
        verdict="accepted",
        submission_id="S-other",
        landing_path="other",
    )
    ledger.record(year, [])
    with pytest.raises(AnswerError, match=r"of which 2024-25 \(R-000002\) is in force"):
        explain(settings, held.seq, SAID)


def test_a_feed_that_is_sent_is_held_though_the_body_s_other_files_are_taken_from_a_web_site():
    feed = PARTNER.feeds["savings"].model_copy(update={"questions": "hold"})
    mixed = PUBLISHES.model_copy(update={"feeds": PARTNER.feeds | {"savings": feed}})
    assert (mixed.holds("spend"), mixed.holds("savings")) == (False, True)


def test_no_check_of_the_run_is_green_while_a_question_is_open(settings, send):
    from orchestration.assets.submissions import Folder, _verdicts

    folder = Folder("contract", "spend")
    send("1.00", "Care")
    assert _verdicts(settings)(folder).passed
    held = send("1.01")
    found = _verdicts(settings)(folder)
    assert (found.passed, found.metadata["with an open question"].value) == (False, "R-000002")
    explain(settings, held.receipt.seq, SAID)
    assert _verdicts(settings)(folder).passed
