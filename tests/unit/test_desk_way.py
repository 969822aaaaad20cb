"""The way of a file at the desk: chosen, checked, submitted, answered, taken back, shown."""

import json

import pytest

from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.submit import submit as submit_file

from .desk_world import APRIL, FAULTY, GOOD, HEAD, MAY, Browser, desk_of, words

pytestmark = pytest.mark.long


@pytest.fixture
def desk(tmp_path):
    return desk_of(tmp_path)


@pytest.fixture
def sam(desk):
    return Browser(desk).signed_in("Sam Steward")


def receipts(desk):
    ledger = Ledger(desk.settings.ledger)
    try:
        return ledger.receipts()
    finally:
        ledger.close()


def test_a_check_stores_nothing_and_shows_rows_as_excel_does(desk, sam):
    answer = sam.check((APRIL, FAULTY))
    assert answer.status_code == 303
    page = sam.get(answer.headers["location"])
    said = words(page)
    assert "Accepted, with rows set aside" in said
    assert "This file would be accepted. Some rows would be set aside" in said
    assert "4 rows in the file = 2 accepted + 1 set aside + 1 non-data row" in said
    assert '<td class="n">4</td><td>A</td><td><bdi>Date</bdi></td>' in page.text
    assert receipts(desk) == []
    assert not desk.settings.landing.exists()


def test_the_very_bytes_that_were_checked_are_submitted(desk, sam):
    where = sam.submit((APRIL, GOOD))
    assert where == "/receipts/R-000001"
    page = words(sam.get(where + "?new=submitted"))
    assert "The file is submitted." in page
    assert "in force: its lines count from the next run" in page
    assert "£1,227.50" in page
    [r] = receipts(desk)
    assert (r.status, r.period, r.pence_accepted) == ("in_force", "2024-04", 122750)
    kept = desk.settings.landing / "contract/spend" / APRIL
    assert kept.read_text() == GOOD


def test_the_file_leaves_the_room_when_it_is_submitted_and_a_second_click_finds_the_receipt(
    desk, sam
):
    checked = sam.check((APRIL, GOOD)).headers["location"]
    first = sam.post(checked + "/submit")
    second = sam.post(checked + "/submit")
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == "/receipts/R-000001"
    assert sam.get(checked).headers["location"] == "/receipts/R-000001"
    assert len(receipts(desk)) == 1
    assert [p for p in desk.places.rooms.rglob("*") if p.name == APRIL] == []


def test_a_period_that_was_chosen_is_used(desk, sam):
    where = sam.submit(("payments.csv", GOOD), period="2024-04")
    assert "2024-04" in words(sam.get(where))


def test_a_period_that_is_none_is_said_in_its_place(sam):
    answer = sam.check((APRIL, GOOD), period="soon")
    assert answer.status_code == 422
    assert 'id="period-error"' in answer.text
    assert "Choose one of the list" in words(answer)


def test_a_form_without_a_file_says_so(sam):
    answer = sam.post("/bodies/contract/send/spend", {"period": ""}, files=[("files", ("", b""))])
    assert answer.status_code == 422
    assert "No file was chosen. Choose the file that you want to send." in words(answer)


def test_each_of_several_files_has_its_own_result(sam):
    answer = sam.check((APRIL, GOOD), (MAY, "not,a\ntable,at all\n"))
    said = words(answer)
    assert answer.status_code == 200
    assert f"{APRIL} Accepted 2024-04" in said
    assert f"{MAY} Refused" in said
    assert answer.text.count('href="/checked/') == 2


def test_a_control_file_goes_with_its_file_and_is_none_itself(desk, sam):
    control = json.dumps({"rows": 2, "pence": 122750})
    answer = sam.check((APRIL, GOOD), (f"{APRIL}.manifest.json", control))
    assert "Its control file was read with it" in words(sam.get(answer.headers["location"]))
    sam.post(answer.headers["location"] + "/submit")
    [r] = receipts(desk)
    assert r.manifest_sha256


def test_a_control_file_that_disagrees_refuses_its_file(sam):
    control = json.dumps({"rows": 3, "pence": 1})
    answer = sam.check((APRIL, GOOD), (f"{APRIL}.manifest.json", control))
    assert "Refused" in words(sam.get(answer.headers["location"]))


def test_a_refused_file_has_a_receipt_and_waits_on_the_start_page(sam):
    where = sam.submit((APRIL, GOOD.replace("Amount", "Value")))
    assert "Check a corrected file" in words(sam.get(where))
    assert "This is refused or held" in words(sam.get("/bodies/contract"))


@pytest.fixture
def held(sam):
    """April counts, and a file for April of another sum asks a question."""
    sam.submit((APRIL, GOOD))
    lines = "".join(f"0{n}/04/2024,Care {n} Ltd,Care,9000.00\n" for n in range(1, 10))
    return sam.check((APRIL, HEAD + lines * 2)).headers["location"]


def test_a_question_shows_both_readings_with_their_pounds(sam, held):
    page = words(sam.get(held))
    assert "Would be held" in page
    box = page.partition("Questions are open")[2]
    assert "This file would take the place of receipt R-000001" in box
    assert "If the file is right as it is 18 lines with £162,000.00 count, in place of" in page
    assert "2 lines with £1,227.50 of R-000001 go on counting" in page


def test_a_question_is_answered_in_the_name_of_who_signed_in(desk, sam, held):
    sam.post(held + "/submit", {"reason": ""})
    assert receipts(desk)[-1].status == "held"
    where = "/receipts/R-000002"
    assert "go on counting until the corrected file is here" in words(sam.get(where))
    answer = sam.post(where + "/explain", {"reason": " "})
    assert answer.status_code == 422
    assert "Write in a sentence why the file is right as it is." in words(answer)
    answer = sam.post(where + "/explain", {"reason": "A one-off <b>grant</b>"})
    assert answer.status_code == 303
    r = receipts(desk)[-1]
    assert (r.status, r.explanation, r.explained_by) == (
        "in_force", "A one-off <b>grant</b>", "Sam Steward",
    )  # fmt: skip
    assert "<b>grant</b>" not in sam.get(where).text
    again = sam.post(where + "/explain", {"reason": "Once more"})
    assert (again.status_code, "has its explanation already" in words(again)) == (422, True)


def test_an_answer_may_come_with_the_file(desk, sam, held):
    sam.post(held + "/submit", {"reason": "A one-off grant"})
    r = receipts(desk)[-1]
    assert (r.status, r.explained_by) == ("in_force", "Sam Steward")


def test_an_answer_of_too_many_words_is_said_and_kept_in_the_form(sam, held):
    answer = sam.post(held + "/submit", {"reason": "x" * 2001})
    assert answer.status_code == 422
    assert "longer than 2,000 characters" in words(answer)


def test_a_submission_is_withdrawn_with_a_reason(desk, sam):
    where = sam.submit((APRIL, GOOD))
    sam.get(where)
    assert sam.post(where + "/withdraw", {"why": ""}).status_code == 422
    answer = sam.post(where + "/withdraw", {"why": "wrong month"})
    assert answer.headers["location"] == where + "?new=withdrawn"
    r = receipts(desk)[0]
    assert (r.status, r.withdrawn_because, r.withdrawn_by) == (
        "withdrawn", "wrong month", "Sam Steward",
    )  # fmt: skip
    again = sam.post(where + "/withdraw", {"why": "twice"})
    assert "there is nothing to withdraw" in words(again)


def test_reports_of_a_check_and_of_its_receipt_are_the_same_list(sam):
    checked = sam.check((APRIL, FAULTY)).headers["location"]
    tried = sam.get(f"{checked}/reports/findings.csv")
    assert tried.headers["content-disposition"] == 'attachment; filename="findings.csv"'
    assert sam.get(f"{checked}/reports/marked.xlsx").content[:2] == b"PK"
    sam.post(checked + "/submit")
    sent = sam.get("/receipts/R-000001/reports/findings.csv")
    assert sent.content == tried.content
    assert sam.get("/receipts/R-000001/reports/marked.xlsx").content[:2] == b"PK"
    assert "SHA-256" in sam.get("/receipts/R-000001/reports/report.html").text
    assert sam.get("/receipts/R-000001/file").text == FAULTY
    for nothing in ("about.json", "..%2Fabout.json", "x"):
        assert sam.get(f"{checked}/reports/{nothing}").status_code == 404
        assert sam.get(f"/receipts/R-000001/reports/{nothing}").status_code == 404


@pytest.mark.parametrize("name", ["template.xlsx", "template.csv", "example.csv", "guide.md"])
def test_templates_come_from_the_contract(sam, name):
    answer = sam.get(f"/bodies/contract/templates/spend/{name}")
    assert answer.status_code == 200
    assert "contract-spend" in answer.headers["content-disposition"]
    assert sam.get("/bodies/contract/templates/spend/other.csv").status_code == 404
    assert sam.get("/bodies/contract/templates/nothing/template.csv").status_code == 404


def test_a_filled_template_passes_the_check(sam):
    blank = sam.get("/bodies/contract/templates/spend/template.csv").text
    row = "02/04/2024,Anytown Care Ltd,Care,12.50\n"
    page = sam.get(sam.check((APRIL, blank + row)).headers["location"])
    assert "Nothing to put right" in words(page)


def test_what_is_due_is_on_the_start_page_and_in_the_calendar(sam):
    """On 10 June April's file is 11 days late, May's is due on 30 June."""
    page = words(sam.get("/bodies/contract"))
    assert "spend, 2024-04 2024-05-30 Late by 11 days" in page
    assert "spend, 2024-05 2024-06-30 Due in 20 days" in page
    calendar = sam.get("/bodies/contract/due.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "UID:contract-spend-2024-05@totalplace" in calendar.text
    assert "DTSTART;VALUE=DATE:20240630" in calendar.text
    assert "2024-04@" not in calendar.text
    sam.submit((MAY, GOOD.replace("/04/", "/05/").replace("30/05", "29/05")))
    assert "spend, 2024-05" not in words(sam.get("/bodies/contract")).partition("In force")[0]


def test_a_link_shows_a_receipt_to_who_has_not_signed_in_and_nothing_else(desk, sam):
    where = sam.submit((APRIL, FAULTY))
    page = sam.post(where + "/share")
    link = page.text.partition('desk-long" href="')[2].partition('"')[0]
    stranger = Browser(desk)
    seen = stranger.get(link.removeprefix("http://127.0.0.1:8100"))
    assert seen.status_code == 200
    assert "31/02/2024" in seen.text
    assert "<form" not in seen.text
    assert "/reports/" not in seen.text
    assert stranger.get(link[:-3] + "abc").status_code == 404
    desk.people.remove("Sam Steward")
    assert stranger.get(link).status_code == 404


def test_a_link_ends_after_a_fortnight(desk, sam, monkeypatch):
    import itsdangerous.timed as timed

    sam.submit((APRIL, GOOD))
    link = desk.link(1, "Sam Steward")
    now = timed.time.time()
    monkeypatch.setattr(timed.time, "time", lambda: now + 13 * 86_400)
    assert desk.of_link(link).seq == 1
    monkeypatch.setattr(timed.time, "time", lambda: now + 15 * 86_400)
    assert desk.of_link(link) is None


def test_a_file_that_came_by_the_command_line_is_on_the_desk_too(desk, sam, tmp_path):
    path = tmp_path / APRIL
    path.write_text(GOOD)
    submit_file(desk.settings, desk.partners()["contract"], path, "spend")
    assert "R-000001" in words(sam.get("/bodies/contract"))
    page = words(sam.get(sam.check((APRIL, GOOD)).headers["location"]))
    assert "This file is identical to receipt R-000001; nothing has changed." in page


HOSTILE = [
    "<script>alert(1)<.csv",
    '"><img src=x onerror=alert(1)>.csv',
    "=HYPERLINK(1).csv",
    "..csv",
    "....csv",
    "a\u202egpj.csv",
    "x" * 300 + ".csv",
    "{{ 7 * 7 }}.csv",
    "R-000001",
    "naïve £ März.csv",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(desk, sam, name):
    answer = sam.check((name, GOOD), period="2024-04")
    page = sam.get(answer.headers["location"])
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "<img" not in page.text
    where = sam.post(answer.headers["location"] + "/submit").headers["location"]
    assert sam.get(where).status_code == 200
    assert sam.get("/bodies/contract").status_code == 200
    assert sam.get("/receipts/R-000001/file").text == GOOD
    inside = {p.parent for p in desk.settings.landing.rglob("*") if p.is_file()}
    assert inside == {desk.settings.landing / "contract/spend"}


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"PK\x03\x04 no workbook", b"\xff\xfe\xfd"]
)
def test_bytes_that_are_no_table_are_refused_in_words(sam, content):
    page = sam.get(sam.check((APRIL, content)).headers["location"])
    assert "Refused" in words(page)
    assert "What to put right first" in words(page)
