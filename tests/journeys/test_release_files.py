"""Somebody is given a release folder, and nothing else: what the files in it say of themselves."""

import json

import openpyxl
import pytest
from frictionless import Package

from orchestration.publish.companions import page
from tests.architecture.test_docs import dictionary

# What a release adds to every table, and says of it there.
OF_EVERY_TABLE = ("is_synthetic", "release_id")


@pytest.fixture(scope="module")
def folder(samples_home):
    return samples_home.current.resolve()


@pytest.fixture(scope="module")
def package(folder):
    return json.loads((folder / "datapackage.json").read_text())


def test_the_dictionary_of_a_release_is_that_of_the_documentation(folder, package):
    documented = {
        table.name: [
            (
                e.name, e.column.meaning, e.column.unit,
                "" if e.column.never_empty else e.empty, e.column.adds_up, e.column.accepted,
            )
            for e in table.entries
            if e.name not in OF_EVERY_TABLE
        ]
        for table in dictionary().described()
    }  # fmt: skip
    published = {
        resource["name"]: [
            (
                field["name"], field["description"], field.get("unit", ""),
                field.get("emptyMeans", ""), field.get("addsUp", ""),
                tuple(field.get("constraints", {}).get("enum", ())),
            )
            for field in resource["schema"]["fields"]
            if field["name"] not in OF_EVERY_TABLE
        ]
        for resource in package["resources"]
    }  # fmt: skip

    assert published == documented
    assert {table: len(columns) for table, columns in page.tables_in(folder).items()} == {
        table: len(columns) for table, columns in documented.items()
    }
    about = {table.name: table.about for table in dictionary().described()}
    assert {r["name"]: r["description"] for r in package["resources"]} == about


def test_every_csv_is_what_the_data_package_says(folder):
    assert Package(str(folder / "datapackage.json")).validate().valid


def test_what_is_synthetic_says_so_wherever_it_is_opened(folder):
    for name in ("README.txt", "METHOD.md", "dictionary.html"):
        assert "SYNTHETIC: made up for a trial" in (folder / name).read_text(), name
    for name in ("SYNTHETIC-totalplace.xlsx", "SYNTHETIC-published-tables.xlsx"):
        book = openpyxl.load_workbook(folder / name, read_only=True)
        assert book.worksheets[0]["A1"].value.startswith("SYNTHETIC: "), name


def test_the_page_is_small_enough_to_be_sent(folder):
    assert (folder / "dictionary.html").stat().st_size < 250_000


def test_the_method_says_what_is_particular_to_the_release(folder):
    text = (folder / "METHOD.md").read_text()

    assert "* 2010-11: 3 of 4 partners delivered all of their spend." in text
    assert "* Not counted: County Council, spend, missing: 2011-M10." in text
    assert "* Real terms are at the prices of 2008-09, by the GDP deflator of release" in text
    assert "£200,000,000.00; not confirmed: basis, start year, end year, prices" in text
    assert "## The count: method" in text
    assert text.count("\n## ") > 6


def test_the_accessible_workbook_has_the_headline_tables(folder):
    book = openpyxl.load_workbook(folder / "SYNTHETIC-published-tables.xlsx", read_only=True)

    assert book.sheetnames[:5] == ["Cover", "Contents", "Notes", "Dictionary", "fct_headline"]
    assert "v_spend_by_body_year" in book.sheetnames
    assert "v_release_change" not in book.sheetnames  # the first release changed nothing
    assert book["Contents"]["A3"].value == (
        "Headline tables with no rows, or too many for a sheet: v_release_change (no rows), "
        "v_repeated_line (no rows)."
    )
