"""What every page, figure, table and picture has, of made-up and of real data."""

import re
from xml.etree import ElementTree

import pytest

from tests.report.reader import text_of

LARGEST = 250_000


@pytest.fixture(scope="module", params=["samples_home", "real_home"])
def release(request):
    return request.getfixturevalue(request.param).current.resolve()


def test_no_page_is_too_large_to_send(pages):
    assert {p.file: len(p.html.encode()) for p in pages.values() if len(p.html) > LARGEST} == {}


def test_every_page_is_one_tree_with_all_tags_closed(pages):
    assert {page.tree.tag for page in pages.values()} == {"html"}


def test_no_id_stands_twice_on_a_page(pages):
    for page in pages.values():
        ids = [e.get("id") for e in page.tree.iter() if e.get("id")]
        assert sorted(ids) == sorted(set(ids)), page.file


def test_every_link_leads_to_a_file_and_a_place_in_it_that_exist(pages, release):
    report = release / "report"
    ids = {}
    for page in pages.values():
        for link in page.tree.iter("a"):
            file, _, place = link.get("href").partition("#")
            target = (report / page.file).parent.joinpath(file) if file else report / page.file
            assert target.is_file(), f"{page.file} leads to {link.get('href')}"
            if place and target not in ids:
                ids[target] = set(re.findall(r' id="([^"]+)"', target.read_text("utf-8")))
            assert not place or place in ids[target], f"{page.file} leads to {link.get('href')}"


@pytest.fixture(scope="module")
def sections(pages):
    return [section for page in pages.values() for section in page.sections()]


def test_pages_have_figures(sections):
    assert len(sections) > 20


def shows_nothing(section):
    """Whether a figure only says that there is nothing to show."""
    return not section.tables and section.part("govuk-inset-text") is not None


def test_every_figure_has_a_title_and_says_what_is_measured(sections):
    for section in sections:
        (title,) = (e for e in section.element if e.tag in ("h2", "h3"))
        assert text_of(title), section.name
        measure = section.part("tp-measure")
        assert (measure is not None and text_of(measure)) or shows_nothing(section), section.name


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
    assert len(pictures) > 3
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


def test_where_nothing_was_found_the_page_does_not_say_that_nothing_was_sent(pages):
    looked_through = [p for name, p in pages.items() if name.startswith(("quality", "partner-"))]
    assert len(looked_through) > 2
    for page in looked_through:
        assert "no body has sent anything" not in page.text


def test_every_star_in_a_table_by_body_is_explained_beside_it(pages):
    starred = 0
    for page, name in (
        ("drug-alcohol.html", "drug-alcohol-by-body"),
        ("access.html", "public-access-by-body"),
    ):
        section = pages[page].section(name)
        explained = section.text.partition(" * ")[2]
        for row in section.element.findall(".//tbody/tr"):
            if "*" in text_of(row):
                starred += 1
                assert text_of(row[0]).removesuffix(", outside the place") in explained
    assert starred
