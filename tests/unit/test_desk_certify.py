"""Certification at the desk: who may, what they see, and what becomes of the file."""

import pytest

from .desk_world import APRIL, GOOD, PASSWORD, Browser, desk_of, words

pytestmark = pytest.mark.long


@pytest.fixture
def desk(tmp_path):
    made = desk_of(tmp_path)
    contract = made.settings.partners / "contract.yml"
    contract.write_text(contract.read_text() + "certification: second_person\n")
    return made


@pytest.fixture
def sam(desk):
    return Browser(desk).signed_in("Sam Steward")


@pytest.fixture
def cleo(desk):
    return Browser(desk).signed_in("Cleo Certifier")


def status(desk):
    return [r.status for r in desk.ask_ledger(lambda ledger: ledger.receipts())]


def test_a_check_says_that_the_file_would_wait(sam):
    page = words(sam.get(sam.check((APRIL, GOOD)).headers["location"]))
    assert "Would wait to be certified" in page
    assert "its lines count once a second person has certified it" in page


def test_a_submission_waits_and_a_certifier_brings_it_into_force(desk, sam, cleo):
    where = sam.submit((APRIL, GOOD))
    assert status(desk) == ["held"]
    assert "Waits to be certified" in words(sam.get(where))
    assert "Certify R-000001" not in words(sam.get(where))
    page = words(cleo.get(where))
    assert "£1,227.50 held" in page
    assert "Sent by Sam Steward" in page
    assert cleo.post(where + "/certify").headers["location"] == where + "?new=certified"
    assert status(desk) == ["in_force"]
    assert "Cleo Certifier" in words(sam.get(where))


def test_the_certifiers_start_page_lists_what_waits(sam, cleo):
    sam.submit((APRIL, GOOD))
    assert "R-000001" in words(cleo.get("/bodies/contract")).partition("Waiting for you")[2]


def test_a_returned_file_says_why_to_the_steward(desk, sam, cleo):
    where = sam.submit((APRIL, GOOD))
    assert cleo.post(where + "/return").status_code == 422
    cleo.post(where + "/return", {"back": "The care grant is missing."})
    assert status(desk) == ["withdrawn"]
    page = words(sam.get(where))
    assert "Returned" in page
    assert "The care grant is missing." in page


def test_whoever_sent_it_cannot_certify_it_in_another_role(desk, sam):
    where = sam.submit((APRIL, GOOD))
    desk.people.remove("Sam Steward")
    desk.people.add("Sam Steward", "contract", "certifier", PASSWORD)
    again = Browser(desk).signed_in("Sam Steward")
    assert "Sam Steward sent R-000001 and cannot certify it." in words(again.get(where))
    assert again.post(where + "/certify").status_code == 422
    assert status(desk) == ["held"]


@pytest.mark.parametrize("name", ["Sam Steward", "Ann Analyst", "Ole Officer"])
def test_only_a_certifier_certifies(desk, sam, name):
    where = sam.submit((APRIL, GOOD))
    assert Browser(desk).signed_in(name).post(where + "/certify").status_code == 403
    assert status(desk) == ["held"]


def test_a_certifier_of_another_body_sees_nothing(desk, sam):
    desk.people.add("Otto Other", "other", "certifier", PASSWORD)
    where = sam.submit((APRIL, GOOD))
    otto = Browser(desk).signed_in("Otto Other")
    assert otto.post(where + "/certify").status_code == 404


def test_another_file_of_the_period_waits_in_its_place(desk, sam, cleo):
    first = sam.submit((APRIL, GOOD))
    cleo.get(first)
    sam.submit((APRIL, GOOD.replace("1234.50", "1300.00")))
    page = cleo.post(first + "/certify")
    assert "a later file of the same period has taken its place" in words(page)
    assert status(desk) == ["superseded", "held"]
