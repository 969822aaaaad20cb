"""A published CSV is safe to open in a spreadsheet; Parquet and DuckDB keep the exact text."""

from pathlib import Path

import duckdb
import pytest

from orchestration.display import inert, inert_sql
from orchestration.publish.export import export_csv
from tests.unit.release_world import build, candidate_in, faults, publish_in, rewrite

FORMULA = '=HYPERLINK("http://x","Turning Point")'
LINES = [
    ("alder", "drug_alcohol", 12_345, FORMULA, False, "s1", None, 2),
    ("alder", "unclassified", -45, "\tCafé", False, "s1", None, 3),
    ("birch", "unclassified", 9_007_199_254_740_993, "", False, "s2", "May", 7),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb", LINES)
    return tmp_path


def test_a_formula_in_a_supplier_name_is_text_in_csv_and_exact_elsewhere(home: Path) -> None:
    release = publish_in(home).path
    csv = (release / "csv" / "fct_spend_line.csv").read_bytes()

    assert csv.startswith(b"\xef\xbb\xbfpartner_id,theme,")
    text = csv.decode("utf-8-sig")
    assert '12345,"\'=HYPERLINK(""http://x"",""Turning Point"")",false' in text
    assert "-45,'\tCafé,false" in text  # a number is no text: it stays as it is
    parquet = release / "parquet" / "fct_spend_line.parquet"
    names = "SELECT supplier_name FROM {} ORDER BY source_row LIMIT 2"
    assert duckdb.sql(names.format(f"'{parquet}'")).fetchall() == [(FORMULA,), ("\tCafé",)]
    with duckdb.connect(str(release / "totalplace.duckdb"), read_only=True) as connection:
        found = connection.execute(names.format("fct_spend_line")).fetchall()
    assert found == [(FORMULA,), ("\tCafé",)]


def test_an_export_is_written_as_the_release_writes_its_own_csv(home: Path) -> None:
    release = publish_in(home).path
    export_csv(release, "fct_spend_line", home / "lines.csv")
    own = release / "csv" / "fct_spend_line.csv"
    assert sorted((home / "lines.csv").read_text().splitlines()) == sorted(
        own.read_text().splitlines()
    )


def test_the_audit_stops_a_csv_in_which_a_formula_runs(home: Path) -> None:
    candidate = candidate_in(home)
    csv = candidate.folder / "csv" / "fct_spend_line.csv"
    rewrite(csv, csv.read_text().replace("'=HYPERLINK", "=HYPERLINK"))
    said = [message for check, message in faults(candidate) if check == "copies_agree"]
    assert said[-1] == ("fct_spend_line: 1 rows of the CSV copy hold text that a spreadsheet runs")


@pytest.mark.parametrize(
    "text", ["", "a=1", "1-2", "£5", "=1", " =1", "\u3000＝1", "+1", "-1", "@x", "\t", "\rx", "\nx"]
)
def test_sql_and_python_make_the_same_text_inert(text: str) -> None:
    made = duckdb.execute(f"SELECT {inert_sql('t')} FROM (SELECT ? AS t)", [text]).fetchall()
    assert made == [(inert(text),)]
