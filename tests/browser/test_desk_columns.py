"""Columns matched in a real browser: by keyboard, without scripts, on a small screen."""

from __future__ import annotations

from tests.browser.at_desk import check, opened, sign_in, tab_to
from tests.browser.visit import Looked
from tests.unit.desk_world import APRIL
from tests.unit.test_desk_columns import OTHER


def test_a_steward_matches_and_an_officer_agrees_by_keyboard_and_without_scripts(browser, desk):
    with opened(browser, desk) as page:
        sign_in(page)
        check(page, APRIL, OTHER)
        tab_to(page, "match the columns")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name="Match the columns").wait_for()
        tab_to(page, "column-account")
        page.keyboard.type("C: Purpose")
        tab_to(page, "Send to the data team")
        page.keyboard.press("Enter")
        page.get_by_text("The columns are with the data team.").wait_for()
    with opened(browser, desk) as page:
        sign_in(page, "Ole Officer")
        page.goto("/mappings")
        tab_to(page, "Anytown Council, spend: payments-april-2024.csv")
        page.keyboard.press("Enter")
        page.get_by_text("£1,227.50 accepted").wait_for()
        tab_to(page, "Agree these columns")
        page.keyboard.press("Enter")
        page.get_by_text("The columns are agreed.").wait_for()


def test_no_page_of_it_has_a_fault_that_axe_finds_or_scrolls_sideways(browser, desk):
    looked = Looked()
    look = looked.at
    with opened(browser, desk, scripts=True) as page:
        sign_in(page)
        check(page, APRIL, OTHER)
        page.get_by_role("link", name="match the columns").click()
        page.locator("#column-amount_pence").select_option("")
        page.get_by_role("button", name="Send to the data team").click()
        look(page, "columns, wrong")
        page.locator("#column-amount_pence").select_option("D")
        page.get_by_role("button", name="Send to the data team").click()
        look(page, "start, columns wait")
    with opened(browser, desk, scripts=True) as page:
        sign_in(page, "Ole Officer")
        page.goto("/mappings")
        look(page, "columns to agree")
        page.get_by_role("link", name="Anytown Council, spend").click()
        page.get_by_role("button", name="Decline these columns").click()
        look(page, "columns, not declined")
    looked.holds()
