"""Pages full of hostile names in a browser: nothing of them runs, and no name widens a page."""

import pytest

from tests.browser.visit import HEIGHT, NARROW, OPEN
from tests.report.hostile import made_attacked

PAGES = ("index.html", "savings.html", "drug-alcohol.html", "access.html", "partners.html")


@pytest.fixture(scope="module")
def attacked(browser, report, tmp_path_factory):
    """What was found on each page on a telephone: what ran or was asked for, and how wide it is."""
    folder = made_attacked(tmp_path_factory, report.parent)
    page = browser.new_page(viewport={"width": NARROW, "height": HEIGHT})
    ran, widths = [], {}
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: ran.append(message.text))
    page.on("request", lambda r: None if r.url.startswith("file:///") else ran.append(r.url))
    for name in PAGES:
        page.goto((folder / name).as_uri())
        page.evaluate(OPEN)
        page.keyboard.press("Tab")
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    return ran, widths


def test_nothing_of_a_name_runs_or_asks_for_anything(attacked):
    assert attacked[0] == []


def test_no_name_widens_a_page(attacked):
    assert {name: width for name, width in attacked[1].items() if width > NARROW} == {}
