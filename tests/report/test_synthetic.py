"""Made-up and real data cannot be mistaken for each other."""

import pytest

from tests.report.reader import pages_of, text_of

MARK = "SYNTHETIC"


def marks(page):
    """Whether the mark stands in the title, in the banner above the page and in its footer."""
    title, footer = page.tree.find(".//title"), page.tree.find(".//footer")
    banner = next((e for e in page.tree.iter("div") if e.get("class") == "tp-synthetic"), None)
    return [e is not None and MARK in text_of(e) for e in (title, banner, footer)]


def test_every_page_of_made_up_data_says_so_in_title_banner_and_footer(pages):
    assert {page.file for page in pages.values() if marks(page) != [True] * 3} == set()


def test_the_banner_comes_before_everything_that_has_a_figure(pages):
    for page in pages.values():
        assert page.html.index('class="tp-synthetic"') < page.html.index("<main"), page.file


@pytest.fixture(scope="module")
def real(real_home):
    return pages_of(real_home.current / "report")


def test_no_page_of_real_data_has_the_mark(real):
    assert len(real) > 20
    assert {page.file for page in real.values() if MARK.lower() in page.html.lower()} == set()
