"""Certification in a real browser: a certifier returns one file and certifies the next."""

from __future__ import annotations

from tests.browser.at_desk import check, opened, sign_in, submit, tab_to
from tests.browser.visit import Looked
from tests.unit.desk_world import APRIL, GOOD


def test_a_certifier_certifies_by_keyboard_and_no_page_of_it_has_a_fault(browser, desk):
    contract = desk[0].settings.partners / "contract.yml"
    contract.write_text(contract.read_text() + "certification: second_person\n")
    looked = Looked()
    with opened(browser, desk, scripts=True) as page:
        sign_in(page)
        check(page, APRIL, GOOD)
        looked.at(page, "checked, would wait")
        submit(page)
        looked.at(page, "receipt, waits")
    with opened(browser, desk, scripts=True) as page:
        sign_in(page, "Cleo Certifier")
        page.goto("/receipts/R-000001")
        page.get_by_role("button", name="Return R-000001").click()
        looked.at(page, "receipt, not returned")
        tab_to(page, "Certify R-000001")
        page.keyboard.press("Enter")
        page.get_by_text("The submission is certified.").wait_for()
        looked.at(page, "receipt, certified")
    looked.holds()
