"""What every figure has, and what a year says that a body is missing from."""

import re
from xml.etree import ElementTree

import pytest

from tests.report.reader import text_of

INCOMPLETE = {"2010-11": "City PCT", "2011-12": "County Council"}


@pytest.fixture(scope="module")
def sections(pages):
    return [section for page in pages.values() for section in page.sections()]


def test_pages_have_figures(sections):
    assert len(sections) > 40


def test_every_figure_has_a_title_and_says_what_is_measured(sections):
    for section in sections:
        (title,) = (e for e in section.element if e.tag in ("h2", "h3"))
        assert text_of(title), section.name
        assert text_of(section.part("tp-measure")), section.name


def test_every_figure_names_its_tables_and_the_time_of_the_data(sections, ask):
    tables = {name for (name,) in ask("SELECT table_name FROM duckdb_tables()")}
    for section in sections:
        said = text_of(section.part("tp-basis"))
        found = re.match(r"Source: (.+?), data as at \d{4}-\d\d-\d\d \d\d:\d\d UTC\.", said)
        assert found, section.name
        assert set(found[1].split(", ")) <= tables, section.name


def test_the_amounts_of_a_figure_are_of_the_tables_it_names(sections):
    for section in sections:
        said = text_of(section.part("tp-basis"))
        for datum in section.data():
            assert datum.table in said, (section.name, datum)


def test_every_picture_has_a_name_for_who_cannot_see_it_and_a_table_behind_it(sections):
    pictures = [(section, picture) for section in sections for picture in section.pictures]
    assert len(pictures) > 10
    for section, picture in pictures:
        assert picture.get("role") == "img", section.name
        assert len(picture.get("aria-label")) > 40, section.name
        assert any(table.findall(".//tbody/tr") for table in section.tables), section.name


def test_every_picture_stands_in_a_figure_and_is_well_formed(pages):
    for page in pages.values():
        drawn = page.drawings()
        assert len(drawn) == sum(len(s.pictures) for s in page.sections()), page.file
        for picture in drawn:
            assert ElementTree.fromstring(picture).tag.endswith("svg")


def test_every_table_has_a_caption_and_heads_for_columns_and_rows(pages):
    for page in pages.values():
        for table in page.tree.iter("table"):
            caption = text_of(table.find("caption"))
            assert caption, page.file
            heads = table.findall("./thead/tr/th")
            assert all(text_of(h) and h.get("scope") == "col" for h in heads), caption
            for row in table.findall("./tbody/tr"):
                assert [len(row), row[0].tag, row[0].get("scope")] == [len(heads), "th", "row"]


def test_no_cell_is_empty(pages):
    for page in pages.values():
        for table in page.tree.iter("table"):
            for row in table.findall("./tbody/tr"):
                assert text_of(row[0]), (page.file, text_of(table.find("caption")))


def rows_of_the_place(page):
    """The place's cells by year, of each table with a column a year."""
    for table in page.tree.iter("table"):
        heads = [text_of(h) for h in table.findall("./thead/tr/th")]
        for row in table.findall("./tbody/tr"):
            if text_of(row[0]) == "The place" and "2010-11" in heads:
                yield dict(zip(heads, row, strict=True))


def test_the_place_has_no_figure_for_a_year_that_a_body_is_missing_from(pages):
    found = [row for page in pages.values() for row in rows_of_the_place(page)]
    assert len(found) >= 2
    for row in found:
        for year in INCOMPLETE:
            assert not re.search(r"\d", text_of(row[year]))
        assert row["2012-13"].find(".//data") is not None


def test_no_amount_of_the_place_is_of_a_year_and_measure_that_is_not_whole(pages, ask):
    whole = ask(
        "SELECT headline, measure, financial_year FROM fct_headline "
        "WHERE body_id = 'place' AND pence IS NOT NULL"
    )
    nets = {"in_scope", "in_scope_net"}
    for page in pages.values():
        for datum in page.data():
            if datum.table == "fct_headline" and datum.key["body_id"] == "place":
                of = tuple(datum.key[k] for k in ("headline", "measure", "financial_year"))
                assert of in whole
                assert of[1] not in nets or of[2] not in INCOMPLETE
            if datum.table == "fct_place_trend":
                assert datum.key["financial_year"] not in INCOMPLETE


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("drug-alcohol.html", "drug-alcohol-by-body"),
        ("access.html", "public-access-by-body"),
        ("count.html", "by-year"),
        ("board-paper.html", "by-year"),
    ],
)
def test_a_figure_by_year_says_who_is_missing_from_which(pages, page, name):
    text = pages[page].section(name).text
    for year, body in INCOMPLETE.items():
        assert re.search(rf"{year}[^.]*{body}", text)


def test_a_picture_draws_nothing_of_the_place_for_a_year_that_is_not_whole(pages):
    (picture,) = pages["count.html"].section("by-year").pictures
    shown = re.findall(r"£[\d.]+m", "|".join(picture.itertext()))
    assert shown == ["£526.6m", "£557.3m", "£579.4m", "£599.1m"]
