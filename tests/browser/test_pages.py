"""What holds of every page of the report in a browser, by what was found on one visit of each."""

import re

from tests.browser.contrast import contrast
from tests.browser.visit import NARROW

SEARCH = re.compile(r"Show rows with(?: \d+ of \d+ rows)?")


def of_each(visits, asked):
    """What is found on the pages on which there is something to find."""
    return {name: found for name, visit in visits.items() if (found := asked(visit))}


def test_every_page_has_been_visited(visits, report):
    assert {page.name for page in report.glob("*.html")} <= set(visits)
    assert len([name for name in visits if name.startswith("fct-headline-")]) == 2


def test_axe_finds_nothing_at_full_width(visits):
    assert of_each(visits, lambda visit: visit["wide"]) == {}


def test_axe_finds_nothing_on_a_telephone(visits):
    assert of_each(visits, lambda visit: visit["narrow"]) == {}


def test_no_page_scrolls_sideways_on_a_telephone(visits):
    assert of_each(visits, lambda visit: visit["width"] > NARROW and visit["width"]) == {}


def test_no_page_touches_the_sides_of_the_window_at_any_width(visits):
    def touching(visit):
        return [width for width, left in visit["edges"].items() if left < 15]

    assert of_each(visits, touching) == {}


def test_nothing_is_asked_of_any_other_place(visits):
    def others(visit):
        return [url for url in visit["asked"] if not url.startswith(("file:", "data:"))]

    assert of_each(visits, others) == {}


def test_no_page_complains(visits):
    assert of_each(visits, lambda visit: visit["said"]) == {}


def test_the_policy_of_a_page_forbids_nothing_that_it_needs(visits):
    assert of_each(visits, lambda visit: visit["violations"]) == {}


def test_the_policy_allows_no_script_and_no_style_of_another_place(report):
    for page in report.rglob("*.html"):
        (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page.read_text())
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == "'none'"
        assert set(rules["script-src"].split()) == {"file:", "'self'"}
        assert set(rules["style-src"].split()) == {"file:", "'self'", "'unsafe-inline'"}


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visits):
    assert {visit["reached"][0]["name"] for visit in visits.values()} == {"Skip to main content"}


def test_the_keyboard_reaches_every_link_and_region_in_the_order_of_the_page(visits):
    def astray(visit):
        return [stop["place"] for stop in visit["reached"]] != visit["wanted"]

    assert of_each(visits, astray) == {}


def test_where_the_keyboard_is_can_be_seen(visits):
    def unseen(visit):
        return [stop["name"] for stop in visit["reached"] if not stop["seen"]]

    assert of_each(visits, unseen) == {}


def test_whatever_scrolls_can_be_reached(visits):
    assert of_each(visits, lambda visit: visit["scrolling"]) == {}


def test_a_page_reads_the_same_without_scripts(visits):
    def other(visit):
        with_scripts = " ".join(SEARCH.sub(" ", " ".join(visit["text"].split())).split())
        return with_scripts != " ".join(visit["without_scripts"].split())

    assert of_each(visits, other) == {}


def test_words_in_pictures_stand_out_from_what_is_behind_them(visits):
    assert sum(len(visit["words"]) for visit in visits.values()) > 200

    def pale(visit):
        return [
            (word["word"], round(contrast(word), 1))
            for word in visit["words"]
            if contrast(word) < 4.5
        ]

    assert of_each(visits, pale) == {}


def test_the_formula_of_contrast():
    def on(fill, *behind):
        return round(contrast({"own": [fill, 1], "behind": list(behind)}), 1)

    assert on("rgb(0, 0, 0)") == 21.0
    assert on("rgb(244, 106, 37)") == 3.0
    assert on("rgb(255, 255, 255)", ["rgb(18, 67, 109)", 1]) == 10.2
    assert on("rgb(0, 0, 0)", ["rgb(0, 0, 0)", 0]) == 21.0
    assert on("rgb(0, 0, 0)", ["rgb(0, 0, 0)", 1]) == 1.0
