"""What a year says that a body is missing from: no figure of the place, and who it is."""

import re

import pytest

from tests.report.reader import text_of

INCOMPLETE = {"2010-11": "City PCT", "2011-12": "County Council"}


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


# What the County and Rutland PCT spends: its payments to the county stand in no return.
# Rows of the county's files of 2009-10 and of the city's of 2012-13 were set aside.
PERHAPS_TWICE = ("1,263,608", "1,446,530", "1,414,835", "1,279,953", "1,300,099")


@pytest.mark.parametrize(
    ("page", "name", "starred"),
    [
        (
            "drug-alcohol.html", "drug-alcohol-by-body",
            {"£1,226,780*", "£2,298,074*", "£3,366,960*", "£5,428,848*"}
            | {f"£{pounds}*" for pounds in PERHAPS_TWICE},
        ),
        (
            "access.html", "public-access-by-body",
            {"£1,380,199*", "£980,329*", "£2,396,368*", "£933,579*"},
        ),
    ],
)  # fmt: skip
def test_a_bodys_figure_that_may_not_be_whole_has_a_star_in_the_table_and_the_picture(
    pages, page, name, starred
):
    section = pages[page].section(name)
    cells = [text_of(cell) for cell in section.element.iter("td")]
    assert {cell for cell in cells if "*" in cell} == starred
    (picture,) = section.pictures
    drawn = [text for text in picture.itertext() if text.endswith("*")]
    assert len(drawn) == len(starred)
    assert "* Deliveries of the year are missing, and not in it:" in section.text
    assert "* Payments that only this body reports may count in it twice:" in section.text
    assert "* Rows of the year were set aside, and are not in it:" in section.text
