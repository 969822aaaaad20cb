"""The desk in a real browser: the whole way by keyboard, on a small screen, without scripts."""

from __future__ import annotations

from tests.browser.at_desk import TOO_MUCH, check, choose, opened, sign_in, submit, tab_to
from tests.browser.visit import Looked
from tests.unit.desk_world import APRIL, FAULTY, GOOD, MAY, PASSWORD


def test_the_whole_way_by_keyboard_alone_and_without_scripts(browser, desk):
    """April counts. Another file for April asks a question, is submitted, answered, withdrawn."""
    with opened(browser, desk) as page:
        page.goto("/sign-in")
        tab_to(page, "name")
        page.keyboard.type("Sam Steward")
        tab_to(page, "password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out").wait_for()
        check(page, APRIL, GOOD)
        submit(page)
        page.goto("/bodies/contract")
        tab_to(page, "Send spend")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Send spend").wait_for()
        tab_to(page, "files")
        choose(page, APRIL, TOO_MUCH)
        tab_to(page, "Check the file")
        page.keyboard.press("Enter")
        page.get_by_text("Would be held").first.wait_for()
        tab_to(page, "Submit this file")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Receipt R-000002").wait_for()
        assert page.get_by_text("18 lines with £162,000.00 count, in place of 2 lines").count() == 1
        tab_to(page, "reason")
        page.keyboard.type("A one-off grant")
        tab_to(page, "Answer the question")
        page.keyboard.press("Enter")
        page.get_by_text("The question is answered.").wait_for()
        tab_to(page, "Withdraw this submission")
        page.keyboard.press("Enter")
        tab_to(page, "why")
        page.keyboard.type("wrong month")
        tab_to(page, "Withdraw R-000002")
        page.keyboard.press("Enter")
        page.get_by_text("The submission is withdrawn.").wait_for()
    found = desk[0].ask_ledger(lambda ledger: ledger.receipts())
    assert [(r.status, r.explained_by) for r in found] == [
        ("superseded", None),
        ("withdrawn", "Sam Steward"),
    ]


def test_no_page_or_state_has_a_fault_that_axe_finds_or_scrolls_sideways(browser, desk):
    """Every page of the desk as it comes, with its details open, and with its errors shown."""
    looked = Looked()
    look = looked.at
    with opened(browser, desk, scripts=True) as page:
        page.goto("/sign-in")
        page.get_by_role("button", name="Sign in").click()
        look(page, "sign in, wrong")
        sign_in(page)
        look(page, "start, empty")
        page.goto("/bodies/contract/send/spend")
        page.get_by_role("button", name="Check the file").click()
        look(page, "send, wrong")
        check(page, APRIL, FAULTY)
        look(page, "checked, rows set aside")
        submit(page)
        look(page, "receipt, submitted")
        page.get_by_role("button", name="Make a link").click()
        look(page, "receipt, shared")
        link = page.locator("#link a").get_attribute("href")
        check(page, APRIL, TOO_MUCH)
        look(page, "checked, question open")
        submit(page)
        page.get_by_role("button", name="Answer the question").click()
        look(page, "receipt, question open, wrong")
        check(page, MAY, GOOD.replace("Amount", "Value"))
        look(page, "checked, refused")
        page.goto("/bodies/contract")
        look(page, "start")
        for path in ("submissions", "templates/spend", "nothing"):
            page.goto(f"/bodies/contract/{path}")
            look(page, path)
        page.goto(link)
        look(page, "shared")
    looked.holds()


def test_two_stewards_at_once_see_their_own_and_count_both(browser, desk):
    with opened(browser, desk) as one, opened(browser, desk) as two:
        sign_in(one)
        sign_in(two, "Olga Other")
        check(one, APRIL, GOOD)
        check(two, APRIL, GOOD, body="other")
        submit(one)
        submit(two)
        assert two.goto("/receipts/R-000001").status == 404
        assert one.goto("/receipts/R-000002").status == 404
    found = desk[0].ask_ledger(lambda ledger: ledger.receipts())
    assert [(r.partner_id, r.status) for r in found] == [
        ("contract", "in_force"),
        ("other", "in_force"),
    ]


def test_a_file_comes_back_marked(browser, desk, tmp_path):
    with opened(browser, desk) as page:
        sign_in(page)
        check(page, APRIL, FAULTY)
        with page.expect_download() as download:
            page.get_by_role("link", name="Your file as a workbook").click()
        assert download.value.suggested_filename == "marked.xlsx"


def test_a_file_that_is_too_large_is_a_page_in_words(browser, desk):
    """A browser shows no answer before it has sent everything."""
    with opened(browser, desk) as page:
        sign_in(page)
        page.goto("/bodies/contract/send/spend")
        choose(page, APRIL, "x" * 3_000_000)
        page.get_by_role("button", name="Check the file").click()
        page.get_by_role("heading", name="The files are larger than 1 MB").wait_for()
