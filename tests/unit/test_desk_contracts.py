"""A new body at the desk: an officer brings its files, corrects what was proposed, and saves it."""

import json
import re

import pytest

from orchestration.contracts.load import load_partner

from .desk_world import GOOD, PASSWORD, Browser, desk_of, words

pytestmark = pytest.mark.long

HEAD = "Date Paid,Who,Purpose,Reference,Sum\n"
LINES = "".join(
    f"{day:02}/04/2024,Oak {day} Ltd,Care homes,R{day:03},{day * 100}.50\n" for day in range(1, 31)
)
NAME = "newton spend april 2024.csv"
NEW = {"id": "newton_council", "name": "Newton Borough Council"}


@pytest.fixture
def desk(tmp_path):
    return desk_of(tmp_path)


@pytest.fixture
def ole(desk):
    return Browser(desk).signed_in("Ole Officer")


def bring(browser, text=HEAD + LINES, **changed):
    browser.get("/agreements/new")
    return browser.post("/agreements/new", NEW | changed, files=[("files", (NAME, text))])


def form_of(page):
    """What a browser would send of a form that nobody has touched."""
    found = {}
    for name, inside in re.findall(r'(?s)<select [^>]*name="([^"]+)".*?>(.*?)</select>', page.text):
        chosen = re.findall(r'<option value="([^"]*)" selected', inside)
        found[name] = chosen[0] if chosen else re.findall(r'<option value="([^"]*)"', inside)[0]
    found["name"] = re.findall(r'name="name" type="text" value="([^"]*)"', page.text)[0]
    return found


def at_draft(browser, **options):
    """The address of a draft, and its form."""
    where = bring(browser, **options).headers["location"]
    return where, form_of(browser.get(where))


def test_the_proposal_is_a_form_with_rows_and_pounds(ole):
    answer = bring(ole)
    assert answer.status_code == 303
    page = ole.get(answer.headers["location"])
    said = words(page)
    assert "31 rows in the file = 30 accepted + 0 set aside + 1 non-data row " in said
    assert "£46,515.00 accepted, £0.00 set aside" in said
    form = form_of(page)
    assert form["column-A"] == "line_date"
    assert form["column-E"] == "amount_pence"
    assert form["dates"] == "dd/mm/yyyy"
    assert form["cadence"] == "month"
    assert form["name"] == "Newton Borough Council"
    assert "\nfeeds:\n  spend:\n" in page.text


def test_payees_are_not_shown_and_five_cells_of_figures_are(ole):
    page = ole.get(bring(ole).headers["location"]).text
    assert "Oak 1 Ltd" not in page
    assert page.count("desk-example") == 5 * len(re.findall("For example:", page)) - 4
    assert "100.50" in page


def test_a_column_taken_for_another_field_is_tried_again(ole):
    where, form = at_draft(ole)
    answer = ole.post(where + "/try", form | {"column-C": "area", "unit": "thousands"})
    assert answer.headers["location"] == where + "?tried=1"
    page = ole.get(where + "?tried=1")
    assert form_of(page)["column-C"] == "area"
    assert "£46,515,000.00 accepted" in words(page)


def test_a_saved_contract_is_the_form_and_leads_to_who_sends(desk, ole):
    where, form = at_draft(ole)
    answer = ole.post(where + "/save", form | {"column-C": "area", "basis": "payments_over_500"})
    assert answer.headers["location"] == "/bodies/newton_council/people?new=contract"
    made = load_partner(desk.settings.partners / "newton_council.yml")
    assert made.name == "Newton Borough Council"
    assert made.feeds["spend"].basis == "payments_over_500"
    assert made.feeds["spend"].layouts[0].columns["area"].heading == "Purpose"
    assert "Now add whoever sends" in words(ole.get(answer.headers["location"]))
    assert ole.get(where).headers["location"] == "/bodies/newton_council/people"


def test_whoever_is_added_sends_the_first_file_and_it_counts(desk, ole):
    where, form = at_draft(ole)
    ole.post(where + "/save", form)
    person = {"name": "Nia New", "role": "steward", "password": PASSWORD}
    added = ole.post("/bodies/newton_council/people", person)
    assert added.status_code == 303
    nia = Browser(desk).signed_in("Nia New")
    nia.submit((NAME, HEAD + LINES), body="newton_council")
    [receipt] = desk.ask_ledger(lambda ledger: ledger.receipts())
    assert (receipt.partner_id, receipt.status) == ("newton_council", "in_force")
    assert receipt.pence_accepted == 4651500


def test_who_did_what_is_in_the_audit_log_without_text_of_the_file(desk, ole):
    where, form = at_draft(ole)
    ole.post(where + "/save", form)
    lines = list(map(json.loads, desk.places.audit.read_text().splitlines()))
    said = [(line["who"], line["what"], line["partner"]) for line in lines if "partner" in line]
    assert said == [
        ("Ole Officer", "contract proposed", "newton_council"),
        ("Ole Officer", "contract saved", "newton_council"),
    ]


@pytest.mark.parametrize("name", ["Sam Steward", "Cleo Certifier", "Ann Analyst"])
def test_only_an_officer_agrees_contracts_and_adds_people(desk, ole, name):
    where, form = at_draft(ole)
    other = Browser(desk).signed_in(name)
    for path in ("/agreements/new", where, "/bodies/contract/people"):
        assert other.get(path).status_code == 403
    for path in ("/agreements/new", where + "/try", where + "/save", "/bodies/contract/people"):
        assert other.post(path, form).status_code == 403
    assert "A new body" not in words(other.get("/bodies/contract"))


def test_an_officer_of_one_body_begins_no_other_and_adds_people_to_his_own(desk, ole):
    where, _ = at_draft(ole)
    desk.people.add("Otto", "contract", "officer", PASSWORD)
    otto = Browser(desk).signed_in("Otto")
    for path in ("/agreements/new", where):
        assert otto.get(path).status_code == 403
    assert otto.get("/bodies/contract/people").status_code == 200
    assert otto.get("/bodies/other/people").status_code == 404


def test_a_draft_is_its_own_sessions_alone(desk, ole):
    where, form = at_draft(ole)
    desk.people.add("Oda", None, "officer", PASSWORD)
    oda = Browser(desk).signed_in("Oda")
    assert oda.get(where).status_code == 404
    assert oda.post(where + "/save", form).status_code == 404
    for number in ("0" * 16, "x"):
        assert ole.get(f"/agreements/{number}").status_code == 404


def test_a_form_without_its_token_saves_nothing(desk, ole):
    where, form = at_draft(ole)
    assert ole.client.post(where + "/save", data=form).status_code == 403
    assert not (desk.settings.partners / "newton_council.yml").exists()


def test_of_two_officers_the_second_is_shown_that_the_contract_is_there(desk, ole):
    desk.people.add("Oda", None, "officer", PASSWORD)
    oda = Browser(desk).signed_in("Oda")
    (one, form), (two, other) = at_draft(ole), at_draft(oda)
    ole.post(one + "/save", form)
    before = (desk.settings.partners / "newton_council.yml").read_bytes()
    answer = oda.post(two + "/save", other | {"basis": "ledger"})
    assert answer.status_code == 409
    assert "There is a contract of 'newton_council' already" in words(answer).replace("&#39;", "'")
    assert (desk.settings.partners / "newton_council.yml").read_bytes() == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "Newton!"}, "Write the id in small letters, digits and _"),
        ({"id": "../newton"}, "Write the id in small letters, digits and _"),
        ({"id": "contract"}, "already, and nothing was written over it"),
        ({"name": "x" * 121}, "Write the body’s name in full"),
        ({"text": "Minutes\nNobody came\n"}, "No table of payments was found in it"),
    ],
)
def test_what_cannot_begin_a_body_is_said_beside_its_field(ole, changed, said):
    answer = bring(ole, **changed)
    assert answer.status_code == 422
    assert said in words(answer).replace("&#39;", "’")


def test_no_file_is_said_in_words(ole):
    ole.get("/agreements/new")
    answer = ole.post("/agreements/new", NEW)
    assert "No file was chosen." in words(answer)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"column-C": "amount_pence"}, "Columns C and E are both taken for"),
        ({"column-E": ""}, "No column is taken for the amount."),
        ({"column-C": "colour"}, "Choose one of the list."),
        ({"basis": "return\nid: other"}, "Choose one of the list."),
        ({"dates": "mm/dd/yyyy", "name": ""}, "Write the body’s name in full"),
    ],
)
def test_what_no_contract_can_hold_is_said_and_what_was_chosen_stays(ole, changed, said):
    where, form = at_draft(ole)
    answer = ole.post(where + "/try", form | changed)
    assert answer.status_code == 422
    assert said in words(answer).replace("&#39;", "’")
    if changed.get("column-C") == "amount_pence":
        assert form_of(answer)["column-C"] == "amount_pence"


def test_a_contract_by_which_its_own_file_is_refused_is_not_saved(desk, ole):
    where, form = at_draft(ole)
    answer = ole.post(where + "/save", form | {"dates": "yyyymmdd"})
    assert answer.status_code == 422
    assert f"By this contract {NAME} is refused." in words(answer)
    assert not (desk.settings.partners / "newton_council.yml").exists()


def test_headings_and_cells_become_neither_markup_nor_keys(desk, ole):
    hostile = '"<b>x</b>\nid: other #",'
    head = HEAD.replace("Purpose,", hostile)
    where, form = at_draft(
        ole, text=head + LINES.replace("Care homes", "<script>alert(1)</script>")
    )
    page = ole.get(where)
    assert "<b>x" not in page.text
    assert "<script" not in page.text
    saved = ole.post(where + "/save", form | {"column-C": "area"})
    assert saved.status_code == 303
    made = load_partner(desk.settings.partners / "newton_council.yml")
    assert made.id == "newton_council"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"role": "officer"}, "Choose one of the list."),
        ({"password": "short"}, "A password has"),
        ({"name": "Sam Steward"}, "already: remove that one first"),
    ],
)
def test_nobody_is_added_by_halves(desk, ole, changed, said):
    ole.get("/bodies/contract/people")
    person = {"name": "Nia New", "role": "steward", "password": PASSWORD} | changed
    answer = ole.post("/bodies/contract/people", person)
    assert answer.status_code == 422
    assert said in words(answer)
    assert desk.people.named("Nia New") is None


def test_an_open_question_leads_to_the_field_that_answers_it(ole):
    page = ole.get(bring(ole).headers["location"]).text
    assert (
        '<a class="govuk-link" href="#in_place">Is it a body of this place?</a>: the file' in page
    )


def test_a_file_that_begins_nothing_is_not_kept(desk, ole):
    assert bring(ole, text="Minutes\nNobody came\n").status_code == 422
    assert list(desk.places.rooms.glob("*/*")) == []


def test_files_of_one_name_are_refused(ole):
    ole.get("/agreements/new")
    twice = [("files", ("a.csv", GOOD)), ("files", ("A.csv", GOOD))]
    assert "Two of the files have one name." in words(ole.post("/agreements/new", NEW, files=twice))


def test_files_of_two_layouts_become_one_contract_with_both(desk, ole):
    later = HEAD.replace("Sum", "Amount") + LINES.replace("/04/2024", "/05/2024").replace(
        "31/05", "30/05"
    )
    both = [("files", (NAME, HEAD + LINES)), ("files", ("newton spend may 2024.csv", later))]
    ole.get("/agreements/new")
    where = ole.post("/agreements/new", NEW, files=both).headers["location"]
    page = ole.get(where)
    assert words(page).count("31 rows in the file = 30 accepted") == 2
    ole.post(where + "/save", form_of(page) | {"column-C": "area"})
    made = load_partner(desk.settings.partners / "newton_council.yml").feeds["spend"].layouts
    assert [layout.columns["amount_pence"].heading for layout in made] == ["Sum", "Amount"]
    assert ["area" in layout.columns for layout in made] == [False, True]
