"""A file that a second person must certify counts no sooner, however it arrived."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake import questions as putting
from orchestration.intake.certification import CertifyError, certify, send_back
from orchestration.intake.landing import discover
from orchestration.intake.ledger.blob_store import held_path, lines_path
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.ledger.receipt import Explanation
from orchestration.intake.questions import AnswerError, explain
from orchestration.intake.receive import receive
from orchestration.intake.submit import dry_run, submit
from orchestration.settings import CHECKOUT

PLAIN = load_partner(CHECKOUT / "tests/rules/contract.yml")
PARTNER = PLAIN.model_copy(update={"certification": "second_person"})
APRIL = "payments-april-2024.csv"
HEAD = "Date,Supplier,Account,Amount\n"


@pytest.fixture
def send(settings, tmp_path):
    def send(pounds="1.00", by="Sam", said=None, partner=PARTNER):
        path = tmp_path / APRIL
        path.write_text(f"{HEAD}02/04/2024,X Ltd,Care,{pounds}\n")
        return submit(settings, partner, path, "spend", None, said, by).receipt

    return send


def in_force(settings):
    found = Ledger(settings.ledger).in_force("contract", "spend")
    return [(r.seq, r.pence_accepted) for r in found]


def test_an_accepted_file_waits_and_a_second_person_brings_it_into_force(settings, send):
    waits = send()
    assert (waits.verdict, waits.status, waits.certification) == ("held", "held", "waiting")
    assert waits.submitted_by == "Sam"
    assert in_force(settings) == []
    assert not lines_path(settings, waits).exists()
    done = certify(settings, waits.seq, "Cleo")
    assert (done.verdict, done.status, done.certification) == ("accepted", "in_force", "certified")
    assert done.certified_by == "Cleo"
    assert done.certified_at
    assert in_force(settings) == [(1, 100)]
    assert lines_path(settings, done).exists()


@pytest.mark.parametrize("name", ["Sam", " sam ", "SAM"])
def test_whoever_sent_it_cannot_certify_it(settings, send, name):
    with pytest.raises(CertifyError, match="sent R-000001 and cannot certify it"):
        certify(settings, send().seq, name)
    assert in_force(settings) == []


def test_what_lies_in_landing_waits_too(settings):
    path = settings.landing / "contract/spend" / APRIL
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + "02/04/2024,X Ltd,Care,1.00\n")
    ledger, partners = Ledger(settings.ledger), {"contract": PARTNER}
    (delivery,) = discover(settings.landing, partners)
    receipt = receive(settings, ledger, partners, delivery)
    assert (receipt.status, receipt.certification, receipt.submitted_by) == (
        "held",
        "waiting",
        None,
    )
    assert certify(settings, receipt.seq, "Sam").status == "in_force"


def test_what_is_in_force_stays_until_the_next_file_is_certified(settings, send):
    certify(settings, send("1.00").seq, "Cleo")
    second = send("2.00")
    assert second.difference
    assert in_force(settings) == [(1, 100)]
    certify(settings, second.seq, "Cleo")
    assert in_force(settings) == [(2, 200)]
    assert Ledger(settings.ledger).receipt(1).status == "superseded"


def test_a_later_file_of_the_period_waits_in_the_place_of_the_first(settings, send):
    first, second = send("1.00"), send("2.00")
    with pytest.raises(CertifyError, match="a later file of the same period has taken its place"):
        certify(settings, first.seq, "Cleo")
    assert not held_path(settings, first.receipt_id).exists()
    certify(settings, second.seq, "Cleo")
    assert in_force(settings) == [(2, 200)]


def test_the_same_bytes_again_change_nothing(settings, send):
    send(by="Sam")
    again = send(by="Nia")
    assert (again.verdict, again.certification) == ("duplicate", None)
    assert Ledger(settings.ledger).receipt(1).submitted_by == "Sam"


def test_a_returned_file_does_not_count_and_may_be_sent_again(settings, send):
    waits = send()
    done = send_back(settings, waits.seq, "The grant is missing", "Cleo")
    assert (done.status, done.certification, done.withdrawn_by) == ("withdrawn", "returned", "Cleo")
    assert done.withdrawn_because == "The grant is missing"
    with pytest.raises(CertifyError, match="Cleo has returned it"):
        certify(settings, waits.seq, "Ann")
    assert send().certification == "waiting"


def test_it_is_certified_once(settings, send):
    waits = send()
    certify(settings, waits.seq, "Cleo")
    with pytest.raises(CertifyError, match="Cleo has certified it"):
        certify(settings, waits.seq, "Ann")


def test_a_refused_file_asks_nobody_to_certify(settings, send):
    refused = send("nothing")
    assert (refused.verdict, refused.certification) == ("refused", None)


def test_a_question_is_answered_first_and_then_the_file_still_waits(settings, send, tmp_path):
    """A hundred times as much as what it replaces is a question."""
    path = tmp_path / APRIL
    path.write_text(HEAD + "02/04/2024,A Ltd,Care,1234.50\n30/04/2024,B Ltd,Care,-7.00\n")
    certify(settings, submit(settings, PARTNER, path, "spend", by="Sam").receipt.seq, "Cleo")
    lines = "".join(f"{n:02}/04/2024,Care {n} Ltd,Care,9000.00\n" for n in range(1, 19))
    path.write_text(HEAD + lines)
    assert submit(settings, PARTNER, path, "spend", by="Sam").open_question
    with pytest.raises(CertifyError, match="A question about R-000002 is open"):
        certify(settings, 2, "Cleo")
    answered = explain(settings, 2, Explanation("A one-off grant", "Sam"))
    assert (answered.status, answered.waits_for_certifier) == ("held", True)
    with pytest.raises(AnswerError, match="has its explanation already"):
        explain(settings, 2, Explanation("Another", "Sam"))
    assert certify(settings, 2, "Cleo").explanation == "A one-off grant"
    assert in_force(settings) == [(2, 16_200_000)]


def test_a_dry_run_says_that_it_would_wait(settings, tmp_path):
    path = tmp_path / APRIL
    path.write_text(HEAD + "02/04/2024,X Ltd,Care,1.00\n")
    result, _ = dry_run(settings, PARTNER, path, "spend")
    assert (result.verdict, result.certification) == ("held", True)


def test_a_contract_that_begins_to_ask_changes_nothing_in_force(settings, send):
    send("1.00", partner=PLAIN)
    assert in_force(settings) == [(1, 100)]
    send("2.00")
    assert in_force(settings) == [(1, 100)]


@pytest.mark.parametrize("steps", range(3))
def test_killed_between_any_two_steps_it_waits_and_can_be_certified(
    settings, send, monkeypatch, steps
):
    """Lines and bytes are moved before the ledger says so; a kill after each move loses nothing."""
    certify(settings, send("1.00").seq, "Cleo")
    waits, done, move = send("2.00"), [], putting.move

    def moves(source, target):
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(target)
        move(source, target)

    monkeypatch.setattr(putting, "move", moves)
    if steps < 2:
        with pytest.raises(KeyboardInterrupt):
            certify(settings, waits.seq, "Cleo")
        assert in_force(settings) == [(1, 100)]
    monkeypatch.undo()
    certify(settings, waits.seq, "Cleo")
    assert in_force(settings) == [(2, 200)]
    assert lines_path(settings, waits).exists()
