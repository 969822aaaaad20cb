"""The workbook of a release: what a person opens first."""

from dataclasses import replace
from datetime import datetime

import duckdb
import openpyxl
import pytest

from orchestration.publish.candidate import discard
from orchestration.publish.dictionary import dictionary_of
from orchestration.publish.lineage import Recipe
from orchestration.publish.manifest import Manifest
from orchestration.publish.meanings import Shape
from orchestration.publish.workbook import write_workbook
from orchestration.settings import Settings
from tests.unit.release_world import INPUTS, LINES, TRACES, build, candidate_in, publish_in

pytestmark = pytest.mark.long

BIRCH = LINES[2]


@pytest.fixture
def home(tmp_path):
    build(tmp_path / "build.duckdb")
    return tmp_path


def opened(folder):
    (file,) = folder.glob("*totalplace.xlsx")
    return openpyxl.load_workbook(file)


def cells(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_table_is_a_sheet_with_headings_that_stay_and_filters(home):
    sheet = opened(publish_in(home).path)["fct_place_spend"]

    assert cells(sheet) == [
        ["fct_place_spend", None, None],
        ["partner_id", "lines", "gross (£)"],
        ["alder", 2, 123],
        ["birch", 1, "90071992547409.93"],  # 16 digits: Excel would make the last a zero
    ]
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:C4"


def test_pence_are_pounds_to_two_decimals(home):
    sheet = opened(publish_in(home).path)["fct_spend_line"]

    assert [cells(sheet)[row][2] for row in (1, 2, 3)] == ["amount (£)", 123.45, -0.45]
    assert sheet["C3"].number_format == "#,##0.00"


def test_pounds_of_a_view_stay_pounds(home):
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute("CREATE TABLE v_spend AS SELECT 123.45::DECIMAL(18, 2) AS gross_pounds")
    stated = Recipe(figures=("gross_pounds",), taken_from="a made-up table")
    made = publish_in(home, replace(INPUTS, traces=TRACES | {"v_spend": (stated,)}))

    assert cells(opened(made.path)["v_spend"])[1:] == [["gross_pounds"], [123.45]]


def test_dates_are_dates_and_an_empty_cell_is_empty(home):
    sheet = opened(publish_in(home).path)["fct_spend_line"]

    assert cells(sheet)[3][-1] == datetime(2024, 5, 1)
    assert cells(sheet)[3][3] is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "2009-10", "00123", "https://a.b/c"])
def test_text_stays_text(home, text):
    build(home / "build.duckdb", [*LINES[:2], (*BIRCH[:3], text, *BIRCH[4:])])

    cell = opened(publish_in(home).path)["fct_spend_line"]["D5"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_synthetic_is_said_in_the_file_name_and_in_every_first_row(home):
    build(home / "build.duckdb", [(*line[:4], True, *line[5:]) for line in LINES])
    made_up = [s.model_copy(update={"synthetic": True}) for s in INPUTS.submissions]

    folder = publish_in(home, replace(INPUTS, submissions=tuple(made_up))).path

    assert [file.name for file in folder.glob("*.xlsx")] == ["SYNTHETIC-totalplace.xlsx"]
    for sheet in opened(folder).worksheets:
        assert sheet["A1"].value.startswith("SYNTHETIC: "), sheet.title


def test_the_contents_say_what_a_row_is_and_lead_to_the_sheet(home):
    shapes = {"dim_partner": Shape(about="One row per partner.")}

    sheet = opened(publish_in(home, replace(INPUTS, shapes=shapes)).path)["Contents"]

    assert [cell.value for cell in sheet[6]] == [
        "table", "one row is", "rows", "sheet", "whole table",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[9]] == [
        "dim_partner", "One row per partner.", 2, "dim_partner",
        "parquet/dim_partner.parquet; csv/dim_partner.csv",
    ]  # fmt: skip
    assert sheet["A9"].hyperlink.location == "'dim_partner'!A1"


def test_a_long_table_is_left_out_and_listed_with_its_files(home, tmp_path):
    book = rebuilt(publish_in(home).path, tmp_path / "again", limit=2)

    assert book.sheetnames == ["Contents", "Dictionary", "fct_place_spend", "dim_partner"]
    assert [cell.value for cell in book["Contents"][8]] == [
        "fct_spend_line", "", 3, "none: too long",
        "parquet/fct_spend_line.parquet; csv/fct_spend_line.csv",
    ]  # fmt: skip


def rebuilt(release, folder, limit=100):
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{release / 'totalplace.duckdb'}' AS target (READ_ONLY)")
        manifest = Manifest.read(release)
        write_workbook(connection, folder, manifest, dictionary_of(manifest, {}), limit=limit)
    return opened(folder)


def test_the_same_tables_give_the_same_bytes(home, tmp_path):
    release = publish_in(home).path

    rebuilt(release, tmp_path / "again")

    again = (tmp_path / "again" / "totalplace.xlsx").read_bytes()
    assert again == (release / "totalplace.xlsx").read_bytes()


def test_the_workbook_is_sealed_with_the_rest(home):
    candidate = candidate_in(home)

    assert "totalplace.xlsx" in candidate.manifest.files
    discard(candidate)


@pytest.mark.parametrize(
    ("said", "rows"), [("20000", 20_000), ("0", 0), ("", 5_000), ("many", 5_000), ("-1", 5_000)]
)
def test_how_long_a_table_may_be_is_set_in_the_environment(tmp_path, monkeypatch, said, rows):
    monkeypatch.setenv("TOTALPLACE_WORKBOOK_ROWS", said)

    assert Settings.from_environment(tmp_path).workbook_rows == rows
