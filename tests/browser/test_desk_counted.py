"""What was counted, in a real browser: by keyboard to the lines of a figure, on a small screen."""

from __future__ import annotations

from tests.browser.at_desk import opened, sign_in, tab_to
from tests.browser.visit import Looked
from tests.unit.test_desk_counted import released


def test_a_figure_is_followed_by_keyboard_and_no_page_of_it_has_a_fault(browser, desk):
    released(desk[0])
    looked = Looked()
    with opened(browser, desk, scripts=True) as page:
        sign_in(page)
        page.goto("/bodies/contract/counted")
        looked.at(page, "counted")
        tab_to(page, "£123.00")
        page.keyboard.press("Enter")
        page.get_by_text("It comes to the parts below").wait_for()
        looked.at(page, "counted, a figure")
    looked.holds()
