"""Columns matched at the desk: a steward says which is which, an officer agrees, and it counts."""

import json

import pytest

from orchestration.contracts.load import load_partner

from .desk_world import APRIL, GOOD, MAY, Browser, desk_of, words

pytestmark = pytest.mark.long

# The agreed headings are Date, Supplier, Account and Amount.
OTHER = GOOD.replace("Date,Supplier,Account,Amount", "Pay day,Beneficiary,Purpose,Sum paid")
LETTERS = {"line_date": "A", "supplier_name": "B", "account": "C", "amount_pence": "D"}
SAID = {f"column-{name}": letter for name, letter in LETTERS.items()}


@pytest.fixture
def desk(tmp_path):
    return desk_of(tmp_path)


@pytest.fixture
def sam(desk):
    return Browser(desk).signed_in("Sam Steward")


@pytest.fixture
def ole(desk):
    return Browser(desk).signed_in("Ole Officer")


def at_form(browser, text=OTHER, name=APRIL, **options):
    """The address of the form of a file that does not fit."""
    where = browser.check((name, text), **options).headers["location"] + "/columns"
    browser.get(where)
    return where


def sent(browser, **options):
    """Columns that were sent to the data team."""
    answer = browser.post(at_form(browser, **options), SAID)
    assert answer.status_code == 303, words(answer)


def opened(desk, ole):
    """The address of the one mapping that waits, and its page."""
    [mapping] = desk.mappings.waiting()
    return f"/mappings/{mapping.id}", ole.get(f"/mappings/{mapping.id}")


def confirm(desk, ole):
    where, _ = opened(desk, ole)
    return ole.post(where + "/confirm", {"contract": contract_on(ole.get(where))})


def contract_on(page):
    return page.text.partition('name="contract" value="')[2].partition('"')[0]


def test_a_refused_file_offers_to_match_its_columns(sam):
    page = sam.get(sam.check((APRIL, OTHER)).headers["location"])
    assert "match the columns of this file to the agreed ones" in words(page)


def test_a_file_that_fits_offers_no_such_thing(sam):
    where = sam.check((APRIL, GOOD)).headers["location"]
    assert "match the columns" not in words(sam.get(where))
    assert sam.get(where + "/columns").status_code == 404


def test_the_form_guesses_and_shows_cells_as_they_would_be_read(sam):
    page = sam.get(at_form(sam))
    for letter in "ABD":
        assert f'<option value="{letter}" selected>' in page.text
    assert "02/04/2024 as a day: 2 April 2024" in words(page)
    assert "1234.50 as an amount: £1,234.50" in words(page)
    assert "Anytown Care Ltd" in words(page)


def test_what_was_sent_waits_and_its_steward_sees_it(desk, sam):
    sent(sam)
    assert "the data team has not decided yet" in words(sam.get("/bodies/contract"))
    [mapping] = desk.mappings.waiting()
    assert mapping.chosen == LETTERS
    assert mapping.file.read_text() == OTHER


def test_the_officer_sees_the_table_the_rows_and_the_pounds_and_no_payee(desk, sam, ole):
    sent(sam)
    assert "Columns to agree (1)" in words(ole.get("/"))
    assert "Anytown Council, spend: payments-april-2024.csv" in words(ole.get("/mappings"))
    page = words(opened(desk, ole)[1])
    assert "3 rows in the file = 2 accepted + 0 set aside + 1 non-data row" in page
    assert "£1,227.50 accepted" in page
    assert "Amount: D, Sum paid" in page
    assert "Anytown Care Ltd" not in page


def test_confirmed_columns_are_a_dated_layout_and_the_file_counts(desk, sam, ole):
    sent(sam)
    assert confirm(desk, ole).headers["location"] == "/mappings?new=confirmed"
    first, second = load_partner(desk.settings.partners / "contract.yml").feeds["spend"].layouts
    assert (first.id, str(first.valid_from), str(first.valid_to)) == (
        "matched_2024_04",
        "2024-04-01",
        "2024-04-30",
    )
    assert (second.id, str(second.valid_from)) == ("v1", "2024-05-01")
    assert "its columns were agreed on" in words(sam.get("/bodies/contract"))
    sam.submit((APRIL, OTHER))
    [receipt] = desk.ask_ledger(lambda ledger: ledger.receipts())
    assert (receipt.status, receipt.pence_accepted) == ("in_force", 122750)
    assert "Columns you matched" not in words(sam.get("/bodies/contract"))


def test_the_next_file_is_read_by_them_too(desk, sam, ole):
    sent(sam)
    confirm(desk, ole)
    sam.submit((MAY, OTHER.replace("/04/", "/05/")))
    [receipt] = desk.ask_ledger(lambda ledger: ledger.receipts())
    assert (receipt.status, receipt.period) == ("in_force", "2024-05")


def test_the_contract_keeps_its_comments(desk, sam, ole):
    before = (desk.settings.partners / "contract.yml").read_text()
    sent(sam)
    confirm(desk, ole)
    after = (desk.settings.partners / "contract.yml").read_text()
    assert after.splitlines()[0] == before.splitlines()[0]
    changed = [line for line in before.splitlines() if line not in after.splitlines()]
    assert changed == []


def test_declined_columns_say_why_to_the_steward(desk, sam, ole):
    sent(sam)
    where, _ = opened(desk, ole)
    assert ole.post(where + "/decline").status_code == 422
    ole.post(where + "/decline", {"reason": "Sum paid is with VAT: send the net amount."})
    page = words(sam.get("/bodies/contract"))
    assert "its columns were declined" in page
    assert "Sum paid is with VAT: send the net amount." in page


def test_a_column_that_a_file_needs_must_be_matched(sam):
    page = sam.post(at_form(sam), SAID | {"column-amount_pence": ""})
    assert page.status_code == 422
    assert "Choose the column that holds “Amount”: no file counts without it." in words(page)


def test_two_of_ours_are_not_one_of_theirs(sam):
    page = sam.post(at_form(sam), SAID | {"column-account": "B"})
    assert "Column B is chosen for “Supplier” and for “Account”." in words(page)


def test_a_second_steward_sees_that_the_headings_wait_already(desk, sam):
    desk.people.add("Nia New", "contract", "steward", "a long password")
    sent(sam)
    nia = Browser(desk).signed_in("Nia New")
    page = nia.post(at_form(nia, name=MAY), SAID)
    assert "Sam Steward matched these headings on" in words(page)
    assert len(desk.mappings.waiting()) == 1


def test_another_body_may_match_the_same_headings(desk, sam):
    sent(sam)
    sent(Browser(desk).signed_in("Olga Other"), body="other")
    assert [m.partner_id for m in desk.mappings.waiting()] == ["contract", "other"]


def test_a_contract_that_changed_meanwhile_is_shown_again(desk, sam, ole):
    sent(sam)
    where, page = opened(desk, ole)
    contract = desk.settings.partners / "contract.yml"
    contract.write_text(contract.read_text() + "# A note.\n")
    again = ole.post(where + "/confirm", {"contract": contract_on(page)})
    assert "was changed since you opened this page" in words(again)
    done = ole.post(where + "/confirm", {"contract": contract_on(again)})
    assert done.headers["location"] == "/mappings?new=confirmed"


def test_two_officers_decide_once(desk, sam, ole):
    sent(sam)
    where, page = opened(desk, ole)
    ole.post(where + "/decline", {"reason": "Not these."})
    again = ole.post(where + "/confirm", {"contract": contract_on(page)})
    assert "Ole Officer has declined this on" in words(again)


def test_columns_by_which_the_file_would_be_refused_are_not_agreed(desk, sam, ole):
    sam.post(at_form(sam), SAID | {"column-amount_pence": "C", "column-account": "D"})
    answer = confirm(desk, ole)
    assert "would be refused, so nothing is agreed" in words(answer)
    assert len(load_partner(desk.settings.partners / "contract.yml").feeds["spend"].layouts) == 1


def test_a_table_with_a_column_a_month_cannot_be_matched(sam):
    page = sam.post(at_form(sam, "Kanal,Art,Menge\nPhone,x,3\n", "c-2024-25.csv", feed="contacts"))
    assert "a column for each month or year, which cannot be matched here" in words(page)


def test_only_an_officer_decides(desk, sam):
    sent(sam)
    [mapping] = desk.mappings.waiting()
    for name in ("Sam Steward", "Cleo Certifier"):
        browser = Browser(desk).signed_in(name)
        assert browser.get("/mappings").status_code == 403
        assert browser.post(f"/mappings/{mapping.id}/confirm").status_code == 403


def test_another_body_sees_nothing_of_it(desk, sam):
    where = at_form(sam)
    sent(sam)
    olga = Browser(desk).signed_in("Olga Other")
    assert olga.get(where).status_code == 404
    assert "Columns you matched" not in words(olga.get("/bodies/other"))


def test_who_matched_and_who_agreed_is_in_the_audit_log(desk, sam, ole):
    sent(sam)
    confirm(desk, ole)
    lines = map(json.loads, desk.places.audit.read_text().splitlines())
    said = [(line["who"], line["what"]) for line in lines if "mapping" in line]
    assert said == [("Sam Steward", "columns matched"), ("Ole Officer", "mapping confirmed")]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0.csv", "<b>x</b>.csv"])
def test_hostile_names_and_headings_are_text(desk, sam, ole, name):
    hostile = OTHER.replace("Purpose", '"<script>a: ""b"" # c"')
    sent(sam, text=hostile, name=name, period="2024-04")
    page = opened(desk, ole)[1]
    assert "<script>" not in page.text
    assert "<b>" not in page.text
    assert confirm(desk, ole).status_code == 303
    made = load_partner(desk.settings.partners / "contract.yml").feeds["spend"].layouts[0]
    assert made.columns["account"].heading == '<script>a: "b" # c'
