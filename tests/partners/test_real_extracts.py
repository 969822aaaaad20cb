"""Every real published file, row for row and penny for penny, against an independent count."""

import csv

import pytest

from orchestration.contracts.load import load_partners
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

PARTNERS = load_partners(CHECKOUT / "data" / "partners")


@pytest.fixture(scope="module")
def expected(extracts):
    with (extracts / "EXPECTED.csv").open(encoding="utf-8") as file:
        return [r for r in csv.DictReader(file) if r["file"].startswith("landing/")]


@pytest.fixture(scope="module")
def judged(extracts, expected):
    results = {}
    for row in expected:
        path = extracts / row["file"]
        _, partner, feed, name = row["file"].split("/")
        results[row["file"]] = judge(JudgeRequest(path, name, feed, PARTNERS[partner].feeds[feed]))
    return results


def test_every_file_is_accepted_whole(expected, judged):
    assert len(expected) == 15
    for row in expected:
        result = judged[row["file"]]
        assert result.verdict == "accepted", row["file"]
        assert result.rows_accepted == int(row["data_rows"]), row["file"]
        assert result.pence_accepted == int(row["total_pence"]), row["file"]
        assert result.rows_in == result.rows_accepted + result.rows_non_data, row["file"]


def test_nothing_must_be_fixed_and_undated_lines_are_told(expected, judged):
    for row in expected:
        findings = {f.code: f for f in judged[row["file"]].findings}
        assert not [f for f in findings.values() if f.level == "must_fix"]
        undated = findings["TP-024"].count if "TP-024" in findings else 0
        assert undated == int(row["rows_without_date"]), row["file"]


def test_each_layout_and_period_is_found(judged):
    found = sorted({(f.split("/")[1], r.period.label) for f, r in judged.items()})
    assert found == [
        ("leicester_city_council", "2023-24-Q1"),
        ("leicestershire_county_council", "2024-04"),
        ("leicestershire_county_council", "2024-05"),
        ("leicestershire_county_council", "2024-06"),
        ("leicestershire_county_council", "2024-07"),
        ("leicestershire_county_council", "2024-08"),
        ("leicestershire_county_council", "2024-09"),
        ("nhs_leicester_city_ccg", "2018-04"),
        ("nhs_leicester_city_ccg", "2018-05"),
        ("nhs_leicester_city_ccg", "2018-06"),
        ("nhs_leicester_city_ccg", "2018-07"),
        ("nhs_leicester_city_ccg", "2018-08"),
        ("nhs_leicester_city_ccg", "2018-09"),
        ("nhs_west_leicestershire_ccg", "2018-19"),
        ("rutland_county_council", "2022-23"),
    ]


def test_rows_one_column_to_the_left_are_put_right(extracts, tmp_path):
    import duckdb

    path = next((extracts / "landing/rutland_county_council/spend").iterdir())
    feed = PARTNERS["rutland_county_council"].feeds["spend"]
    result = judge(JudgeRequest(path, path.name, "spend", feed, lines=tmp_path / "lines.parquet"))
    shifted = next(f for f in result.findings if f.code == "TP-031")
    assert (shifted.count, shifted.cells[0].row) == (14323, 5153)
    rows = duckdb.sql(
        f"SELECT area, account_code, count(*) FROM '{tmp_path}/lines.parquet' "
        "WHERE supplier_name ILIKE 'turning point%' GROUP BY ALL"
    ).fetchall()
    assert rows == [("Substance Misuse", "R5017", 14)]
