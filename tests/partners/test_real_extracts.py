"""Every real published file, row for row and penny for penny, against an independent count."""

import csv

import pytest

from orchestration.contracts.layout import CellsStand
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


def without_realign(feed):
    layouts = [layout.model_copy(update={"realign": None}) for layout in feed.layouts]
    return feed.model_copy(update={"layouts": layouts})


def test_where_no_contract_realigns_them_they_are_named_with_their_first_row(extracts):
    path = next((extracts / "landing/rutland_county_council/spend").iterdir())
    feed = without_realign(PARTNERS["rutland_county_council"].feeds["spend"])
    result = judge(JudgeRequest(path, path.name, "spend", feed))
    (found,) = [f for f in result.findings if f.code == "TP-034"]
    assert found.message.startswith(
        "The cells of 14,323 lines stand one column to the left of their headings, at least from "
        "'Expense Code' on, from row 5,153 on."
    )


def test_no_other_real_file_has_cells_beside_its_headings(judged):
    codes = {f.code for r in judged.values() for f in r.findings}
    assert not codes & {"TP-033", "TP-034"}


@pytest.mark.parametrize("line_start", [b"", b","])
def test_a_real_file_below_headings_one_column_off_reads_to_the_penny(
    extracts, expected, tmp_path, line_start
):
    row = next(r for r in expected if "leicestershire_county_council" in r["file"])
    head, *lines = (extracts / row["file"]).read_bytes().rstrip(b"\n").split(b"\n")
    path = tmp_path / "payments-to-suppliers-over-500-april-2024.csv"
    pushed = [b"," + head if not line_start else head, *(line_start + line for line in lines)]
    path.write_bytes(b"\n".join(pushed) + b"\n")
    feed = PARTNERS["leicestershire_county_council"].feeds["spend"]
    stand = CellsStand(columns=1, to_the="right" if line_start else "left")
    layouts = [layout.model_copy(update={"cells_stand": stand}) for layout in feed.layouts]
    agreed = feed.model_copy(update={"layouts": layouts})
    named = judge(JudgeRequest(path, path.name, "spend", feed))
    read = judge(JudgeRequest(path, path.name, "spend", agreed))
    assert [f.count for f in named.findings if f.code == "TP-033"] == [int(row["data_rows"])]
    assert (read.verdict, read.rows_accepted) == ("accepted", int(row["data_rows"]))
    assert read.pence_accepted == int(row["total_pence"])
