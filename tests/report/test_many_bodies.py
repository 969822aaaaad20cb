"""A place of more bodies than a picture has room for: the largest are drawn, the table has all."""

import pytest

from orchestration.release.opened import opened
from orchestration.report.facts import PLACE, Facts
from orchestration.report.pages import drug_alcohol
from orchestration.report.rows import Published


@pytest.fixture(scope="module")
def facts(release):
    with opened(release) as read:
        yield Facts(Published(read), in_release=False, drawn=1)


def test_the_largest_body_is_drawn_and_the_note_says_so(facts):
    figure = drug_alcohol.by_body(facts)
    drawn = [name for name in facts.names.values() if name in figure.picture]
    assert drawn == ["City Council"]
    assert str(figure.note).startswith(
        "Drawn are the 1 highest of 4 bodies; the table has them all."
    )
    assert [row[0] for row in figure.table.rows][:2] == ["City Council", "City PCT"]


def test_only_figures_of_the_place_and_of_the_drawn_body_have_pages_of_their_lines(facts):
    services = [r for r in facts.headlines if r.text("headline") == "drug_alcohol_spend"]
    assert {r.text("body_id") for r in services if facts.is_traced(r)} == {
        PLACE,
        "leicester_city_council",
    }
