"""The files of a release beside its data: what they say, and that they say the same."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pytest
from csvw import CSVW
from frictionless import Package

from orchestration.publish import candidate, checks
from orchestration.publish.companions import comments, csvw, datapackage, page
from orchestration.publish.companions.headline_tables import heading
from orchestration.publish.dictionary import Entry
from orchestration.publish.form_checks import _in_sheet
from orchestration.publish.manifest import Manifest
from orchestration.publish.meanings import Column
from orchestration.release.verify import verify
from tests.unit.described_world import WORLD, publish_described
from tests.unit.release_world import rewrite

MADE_ANEW = ("totalplace.duckdb", "manifest.json")  # the manifest has the hash of the DuckDB file


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = publish_described(tmp_path_factory.mktemp("home")).path
    assert path is not None
    return path


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    made = shutil.copytree(release, tmp_path / release.name)
    for path in made.rglob("*.*"):
        path.chmod(0o644)
    return made


@pytest.fixture
def opened(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{release / 'totalplace.duckdb'}' AS release (READ_ONLY)")
        yield connection


def test_vat_is_written_as_an_abbreviation_in_a_heading() -> None:
    assert heading(Entry("vat_basis", "VARCHAR", Column())) == "VAT basis"
    assert heading(Entry("price_basis", "VARCHAR", Column())) == "Price basis"


def test_every_form_has_the_same_tables_and_columns_in_the_same_order(
    release: Path, opened: duckdb.DuckDBPyConnection
) -> None:
    tables = Manifest.read(release).tables
    whole = {name: [*table.columns, "release_id"] for name, table in tables.items()}

    assert list(whole["v_spend"]) == [
        "body_id", "state", "spent_pounds", "spent_year", "is_late", "why", "is_synthetic",
        "release_id",
    ]  # fmt: skip
    assert datapackage.tables_in(release) == whole
    assert csvw.tables_in(release) == whole
    assert comments.tables_in(opened, "release") == whole
    assert _in_sheet(release / "totalplace.xlsx") == whole
    of_every_table = ("is_synthetic", "release_id")  # described once, above all tables
    assert page.tables_in(release) == {
        name: [column for column in columns if column not in of_every_table]
        for name, columns in whole.items()
    }


def test_every_form_says_the_same_of_a_column(
    release: Path, opened: duckdb.DuckDBPyConnection
) -> None:
    in_full = "Spent. Unit: pounds. Adds up: yes. Empty: where nothing is reported."

    (comment,) = opened.execute(
        "SELECT comment FROM duckdb_columns() WHERE column_name = 'spent_pounds'"
    ).fetchall()
    sheet = openpyxl.load_workbook(release / "totalplace.xlsx")["Dictionary"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    package = json.loads((release / "datapackage.json").read_text())
    fields = {f["name"]: f for r in package["resources"] for f in r["schema"]["fields"]}
    described = json.loads((release / "csvw.json").read_text())
    columns = {c["name"]: c for t in described["tables"] for c in t["tableSchema"]["columns"]}

    assert comment == (in_full,)
    assert columns["spent_pounds"]["dc:description"] == in_full
    assert [
        "v_spend", "spent_pounds", "Spent.", "number, 2 decimals", "pounds",
        "where nothing is reported", "yes", None, "a made-up view", "spend",
    ] in rows  # fmt: skip
    assert fields["spent_pounds"] == {
        "name": "spent_pounds", "type": "number", "description": "Spent.", "unit": "pounds",
        "emptyMeans": "where nothing is reported", "addsUp": "yes", "madeOf": "a made-up view",
    }  # fmt: skip
    assert (
        "<td>Spent.<td>number, 2 decimals; pounds; adds up<td>where nothing is reported"
        in (release / "dictionary.html").read_text()
    )


def test_a_figure_says_what_it_is_made_of(release: Path) -> None:
    package = json.loads((release / "datapackage.json").read_text())
    fields = {f["name"]: f for r in package["resources"] for f in r["schema"]["fields"]}

    assert fields["gross_pence"]["madeOf"] == "fct_spend_line.amount_pence"
    assert fields["amount_pence"]["madeOf"] == "the line's own amount"


def test_the_data_package_names_keys_values_references_sizes_and_hashes(release: Path) -> None:
    package = json.loads((release / "datapackage.json").read_text())
    (view,) = [r for r in package["resources"] if r["name"] == "v_spend"]
    sealed = Manifest.read(release).files["csv/v_spend.csv"]

    assert view["schema"]["primaryKey"] == ["body_id"]
    assert view["schema"]["foreignKeys"] == [
        {
            "fields": ["body_id"],
            "reference": {"resource": "dim_partner", "fields": ["body_id"]},
        }
    ]
    assert view["schema"]["fields"][1]["constraints"] == {
        "required": True,
        "enum": ["whole", "missing"],
    }
    assert (view["bytes"], view["hash"]) == (sealed.bytes, f"sha256:{sealed.sha256}")
    assert view["rows"] == 2


def test_a_table_longer_than_a_sheet_is_described_as_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (candidate, checks):
        monkeypatch.setattr(module, "SHEET_ROWS", 2)

    folder = publish_described(tmp_path).path

    assert folder is not None
    package = json.loads((folder / "datapackage.json").read_text())
    (lines,) = [r for r in package["resources"] if r["name"] == "fct_spend_line"]
    assert (lines["path"], lines["format"]) == ("parquet/fct_spend_line.parquet", "parquet")
    assert lines["schema"]["fields"][-1]["name"] == "line_date"  # no release_id in Parquet
    assert "fct_spend_line" not in csvw.tables_in(folder)


def test_without_sheets_there_is_no_accessible_workbook(tmp_path: Path) -> None:
    folder = publish_described(tmp_path, inputs=replace(WORLD, workbook_rows=0)).path

    assert folder is not None
    assert [f.name for f in folder.glob("*.xlsx")] == ["totalplace.xlsx"]


def package_faults(folder: Path) -> list[str]:
    report = Package(str(folder / "datapackage.json")).validate()
    return sorted({error.type for task in report.tasks for error in task.errors})


def csvw_fault(folder: Path) -> str:
    """What the CSV files are not, by their description; nothing if they are all it says."""
    try:
        with warnings.catch_warnings(record=True) as said:
            valid = CSVW(str(folder / "csvw.json"), validate=True).is_valid
    except ValueError as error:
        return str(error)
    return "" if valid else str(said)


def test_a_release_is_a_valid_data_package_and_valid_csv_on_the_web(release: Path) -> None:
    assert package_faults(release) == []
    assert csvw_fault(release) == ""


@pytest.mark.parametrize(
    ("cell", "broken", "fault", "said"),
    [
        ("1234.50", "much", "type-error", "spent_pounds: invalid lexical value for decimal: much"),
        ("whole", "partly", "constraint-error", "state: invalid lexical value for string: partly"),
        ("alder", "birch", "primary-key", "duplicate primary key: birch"),
        ("alder", "elder", "foreign-key", "Key `elder` not found in table csv/dim_partner.csv"),
    ],
)
def test_a_broken_cell_is_no_valid_release(
    copy: Path, cell: str, broken: str, fault: str, said: str
) -> None:
    file = copy / "csv" / "v_spend.csv"
    file.write_text(file.read_text().replace(cell, broken, 1))

    assert {fault, "hash-count"} <= {*package_faults(copy)}
    assert csvw_fault(copy).endswith(said)


def test_the_page_runs_nothing_asks_for_nothing_and_escapes_what_it_is_given(release: Path) -> None:
    text = (release / "dictionary.html").read_text()

    assert text.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    assert "default-src 'none'" in text
    assert not [tag for tag in ("<script", "<link", "<img", "http:", "https:") if tag in text]
    assert text.count("<h1>") == 1
    assert text.count("<table>") == text.count("<caption>") == 4
    assert text.count("<th scope=col>") == 4 * 4
    assert "One row per &lt;b&gt;body&lt;/b&gt; &amp; year." in text


def test_the_links_of_the_page_lead_to_its_tables(release: Path) -> None:
    text = (release / "dictionary.html").read_text()

    for table in Manifest.read(release).tables:
        assert f'<a href="#{table}">' in text
        assert f'id="{table}"' in text


def test_the_read_me_says_what_the_folder_is_and_where_to_begin(release: Path) -> None:
    text = (release / "README.txt").read_text()

    assert text.startswith(f"TOTAL PLACE, RELEASE {release.name}\n")
    assert "2025-06-02 12:00 UTC from 2 submissions of 1 body." in " ".join(text.split())
    assert "SYNTHETIC" not in text
    assert max(map(len, text.splitlines())) <= 88


def test_the_method_is_that_of_the_release_in_one_file(release: Path) -> None:
    text = (release / "METHOD.md").read_text()

    assert text.startswith(f"# How release {release.name} was made\n\n## What it is made from\n")
    assert (
        "* What counts: 2 submissions of 1 body, each with its file and SHA-256 in `manifest.json`."
        in text
    )
    assert text.endswith("## The count: method\n\nSee savings.\n\n### 1. First\n\n## Savings\n")


def cells(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_accessible_workbook_has_one_marked_table_a_sheet_and_no_empty_cell(
    release: Path,
) -> None:
    book = openpyxl.load_workbook(release / "published-tables.xlsx")

    assert book.sheetnames == ["Cover", "Contents", "Notes", "Dictionary", "v_spend"]
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.autoFilter is None
        assert not [c for row in sheet[table.ref] for c in row if c.value in (None, "")]
    for sheet in book.worksheets:
        assert sheet["A1"].value
        assert sheet.freeze_panes is None
        assert not sheet.merged_cells.ranges


def test_the_contents_lead_to_every_sheet(release: Path) -> None:
    sheet = openpyxl.load_workbook(release / "published-tables.xlsx")["Contents"]

    assert cells(sheet)[2:] == [
        ["Sheet", "What it holds"],
        ["Notes", "The shorthand in the tables"],
        ["Dictionary", "What each column means"],
        ["v_spend", "One row per body, in pounds."],
    ]
    assert sheet["A6"].hyperlink.location == "'v_spend'!A1"


def test_a_figure_that_is_not_there_is_a_shorthand_and_money_is_a_number(release: Path) -> None:
    sheet = openpyxl.load_workbook(release / "published-tables.xlsx")["v_spend"]

    assert cells(sheet)[0][0] == "Table 1: spend"
    assert cells(sheet)[4:] == [
        ["Body id", "State", "Spent (£)", "Spent year", "Is late", "Why"],
        ["alder", "whole", 1234.5, 2009, "Yes", "[z]"],
        ["birch", "missing", "[x]", 2010, "[x]", "=not yet"],
    ]
    assert sheet["F7"].data_type == "s"
    assert (sheet["C6"].number_format, sheet["D6"].number_format) == ("#,##0.00", "0")
    assert "[x] not available" in str(sheet["A3"].value)


def test_the_same_inputs_give_the_same_bytes(release: Path, tmp_path: Path) -> None:
    again = publish_described(tmp_path).path
    assert again is not None

    names = [p.relative_to(release) for p in sorted(release.rglob("*.*"))]
    others = [str(n) for n in names if (again / n).read_bytes() != (release / n).read_bytes()]
    assert {*others} <= {*MADE_ANEW}
    assert len(names) > 15


@pytest.mark.parametrize(
    "file",
    ["README.txt", "METHOD.md", "dictionary.html", "datapackage.json", "csvw.json",
     "published-tables.xlsx", "totalplace.xlsx"],
)  # fmt: skip
def test_an_edit_of_any_of_them_is_seen(copy: Path, file: str) -> None:
    rewrite(copy / file, "edited")

    (problem,) = verify(copy, copy.parent).problems
    assert problem.startswith(f"{file} is not the file in the manifest")
