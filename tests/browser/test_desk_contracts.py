"""A new body in a real browser: from its file to its first accepted submission, by keyboard."""

from __future__ import annotations

from tests.browser.at_desk import check, choose, opened, sign_in, submit, tab_to
from tests.browser.visit import Looked
from tests.unit.desk_world import PASSWORD
from tests.unit.test_desk_contracts import HEAD, LINES, NAME


def begin(page, text=HEAD + LINES):
    page.goto("/agreements/new")
    page.locator("#id").fill("newton_council")
    page.locator("#name").fill("Newton Borough Council")
    choose(page, NAME, text)
    page.get_by_role("button", name="See what the columns are").click()
    page.get_by_role("heading", level=1, name="What the columns are").wait_for()


def test_from_a_file_to_the_first_submission_by_keyboard_and_without_scripts(browser, desk):
    with opened(browser, desk) as page:
        sign_in(page, "Ole Officer")
        page.goto("/")
        tab_to(page, "A new body")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name="A new body").wait_for()
        tab_to(page, "id")
        page.keyboard.type("newton_council")
        tab_to(page, "name")
        page.keyboard.type("Newton Borough Council")
        tab_to(page, "files")
        choose(page, NAME, HEAD + LINES)
        tab_to(page, "See what the columns are")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name="What the columns are").wait_for()
        tab_to(page, "column-C")
        page.keyboard.type("Department")
        tab_to(page, "Try again with these corrections")
        page.keyboard.press("Enter")
        page.wait_for_url("**?tried=1")
        assert page.locator("#column-C").input_value() == "department"
        assert page.get_by_text("£46,515.00 accepted").count() == 1
        tab_to(page, "Save the contract")
        page.keyboard.press("Enter")
        page.get_by_text("The contract is saved.").wait_for()
        tab_to(page, "name")
        page.keyboard.type("Nia New")
        tab_to(page, "password")
        page.keyboard.type(PASSWORD)
        tab_to(page, "Add them")
        page.keyboard.press("Enter")
        page.get_by_text("They can sign in now.").wait_for()
    with opened(browser, desk) as page:
        sign_in(page, "Nia New")
        check(page, NAME, HEAD + LINES, body="newton_council")
        submit(page)
    [receipt] = desk[0].ask_ledger(lambda ledger: ledger.receipts())
    assert (receipt.partner_id, receipt.status) == ("newton_council", "in_force")
    assert receipt.pence_accepted == 4651500


def test_no_page_of_it_has_a_fault_that_axe_finds_or_scrolls_sideways(browser, desk):
    looked = Looked()
    look = looked.at
    with opened(browser, desk, scripts=True) as page:
        sign_in(page, "Ole Officer")
        look(page, "bodies")
        page.goto("/agreements/new")
        page.get_by_role("button", name="See what the columns are").click()
        look(page, "begin, wrong")
        begin(page, (HEAD + LINES).replace("02/04/2024", "31/02/2024"))
        look(page, "proposed, rows set aside")
        page.locator("#column-C").select_option("amount_pence")
        page.get_by_role("button", name="Try again").click()
        look(page, "proposed, wrong")
        page.locator("#column-C").select_option("account")
        page.get_by_role("button", name="Save the contract").click()
        look(page, "people")
        page.get_by_role("button", name="Add them").click()
        look(page, "people, wrong")
    looked.holds()
