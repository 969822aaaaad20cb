"""No release is published whose page, descriptor or workbook says other than its tables."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.publish import audit, build_candidate, refusals
from orchestration.publish.candidate import Candidate, discard
from orchestration.publish.form_checks import FORM_CHECKS
from tests.unit.described_world import WORLD, build_described
from tests.unit.release_world import NOON, PROMISED, rewrite

pytestmark = pytest.mark.long


@pytest.fixture
def candidate(tmp_path: Path):
    build = build_described(tmp_path / "build.duckdb")
    made = build_candidate(build, tmp_path / "published", (*PROMISED, "v_spend"), WORLD, now=NOON)
    for path in made.folder.rglob("*.*"):
        path.chmod(0o644)
    yield made
    discard(made)


def faults(candidate: Candidate) -> list[str]:
    return [finding.message for finding in refusals(audit(candidate, checks=FORM_CHECKS))]


def change(candidate: Candidate, file: str, sheet: str, cell: str, value: object) -> None:
    book = openpyxl.load_workbook(candidate.folder / file)
    book[sheet][cell] = value
    book.save(candidate.folder / file)


def test_forms_that_say_what_the_tables_are_pass(candidate):
    assert faults(candidate) == []


def test_a_table_that_a_form_leaves_out_refuses_the_release(candidate):
    file = candidate.folder / "datapackage.json"
    package = json.loads(file.read_text())
    package["resources"] = [r for r in package["resources"] if r["name"] != "v_spend"]
    rewrite(file, json.dumps(package))

    assert faults(candidate) == ["datapackage.json does not describe v_spend"]


def test_a_column_that_the_page_leaves_out_refuses_the_release(candidate):
    file = candidate.folder / "dictionary.html"
    rewrite(file, file.read_text().replace("<th scope=row>why", "<th>why"))

    assert faults(candidate) == [
        "dictionary.html does not describe the columns of v_spend as they are: "
        "['body_id', 'state', 'spent_pounds', 'spent_year', 'is_late', 'why']"
    ]


def test_a_table_without_comments_in_duckdb_refuses_the_release(candidate):
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute("COMMENT ON COLUMN v_spend.why IS NULL")

    (fault,) = faults(candidate)
    assert fault.startswith("the comments in DuckDB does not describe the columns of v_spend")


@pytest.mark.parametrize(
    ("file", "sheet", "cell", "value", "fault"),
    [
        ("totalplace.xlsx", "v_spend", "C3", 1234.51,
         "column spent_pounds: £1,234.51 in all, and £1,234.50 in DuckDB"),
        ("totalplace.xlsx", "fct_spend_line", "C3", "lost",
         "column amount_pence: £90,071,992,547,409.48 in all, "
         "and £90,071,992,547,532.93 in DuckDB"),
        ("totalplace.xlsx", "v_spend", "A5", "cedar", "there are 3 rows, and 2 in DuckDB"),
        ("totalplace.xlsx", "v_spend", "C2", "spent",
         "Excel row 2: the headings are not the columns of v_spend"),
        ("published-tables.xlsx", "v_spend", "C6", 1,
         "column spent_pounds: £1.00 in all, and £1,234.50 in DuckDB"),
        ("published-tables.xlsx", "v_spend", "A8", "cedar", "there are 3 rows, and 2 in DuckDB"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_not_its_tables_refuses_the_release(
    candidate, file, sheet, cell, value, fault
):
    change(candidate, file, sheet, cell, value)

    (found,) = faults(candidate)
    assert found.startswith(f"{file}, sheet {sheet}")
    assert found.endswith(fault)


def test_a_headline_table_that_the_accessible_workbook_leaves_out_refuses_the_release(candidate):
    file = candidate.folder / "published-tables.xlsx"
    book = openpyxl.load_workbook(file)
    del book["v_spend"]
    book.save(file)

    assert faults(candidate) == ["published-tables.xlsx has no sheet v_spend"]


def test_a_table_that_the_workbook_does_not_list_refuses_the_release(candidate):
    change(candidate, "totalplace.xlsx", "Contents", "A7", "v_other")

    assert faults(candidate) == ["totalplace.xlsx does not list v_spend: run again"]
