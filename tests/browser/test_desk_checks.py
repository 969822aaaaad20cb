"""A long check and a dropped file in a real browser."""

from __future__ import annotations

import threading

from orchestration.desk.pages import send as module
from tests.browser.at_desk import choose, opened, sign_in
from tests.browser.visit import Looked
from tests.unit.desk_world import APRIL, GOOD

DROP = """
([name, text]) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([text], name, { type: "text/csv" }));
  document.querySelector("form[enctype]").dispatchEvent(
    new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
}
"""


def test_a_long_check_shows_its_result_by_itself_without_scripts(browser, desk, monkeypatch):
    go, dry_run = threading.Event(), module.dry_run

    def waits(*arguments):
        assert go.wait(60)
        return dry_run(*arguments)

    monkeypatch.setattr(module, "dry_run", waits)
    desk[0].patience = 0
    try:
        with opened(browser, desk) as page:
            sign_in(page)
            page.goto("/bodies/contract/send/spend")
            choose(page, APRIL, GOOD)
            page.get_by_role("button", name="Check the file").click()
            page.get_by_text("is being checked, row by row").wait_for()
            go.set()
            page.get_by_role("heading", name="It can be submitted").wait_for()
    finally:
        go.set()


def test_a_dropped_file_is_chosen_and_not_sent(browser, desk):
    looked = Looked()
    with opened(browser, desk, scripts=True) as page:
        sign_in(page)
        page.goto("/bodies/contract/send/spend")
        page.evaluate(DROP, [APRIL, GOOD])
        page.get_by_text(f"Chosen: {APRIL}").wait_for()
        looked.at(page, "send, dropped")
        page.get_by_role("button", name="Check the file").click()
        page.get_by_role("heading", level=1, name=APRIL).wait_for()
    looked.holds()
