"""Counts and values as spreadsheets write them: thousands with commas, 2104.0, percentages."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
CITY = load_partner(CHECKOUT / "data/partners/leicester_city_council.yml")


def contacts(tmp_path, cell):
    import pyarrow.parquet as pq

    path = tmp_path / "contacts-2024-25.csv"
    path.write_text(
        f'Month,Channel,Service,Contacts,Avoidable,Resolved\n01/04/2024,Phone,57,"{cell}",,\n'
    )
    lines = tmp_path / "lines.parquet"
    result = judge(
        JudgeRequest(path, path.name, "contacts", PARTNER.feeds["contacts"], lines=lines)
    )
    return pq.read_table(lines)["contacts"].to_pylist() if result.rows_accepted else None


@pytest.mark.parametrize("cell", ["2104", "2,104", "2104.0", "2,104.00", " 2104 "])
def test_a_count_is_read_however_a_spreadsheet_writes_it(tmp_path, cell):
    assert contacts(tmp_path, cell) == [2104]


@pytest.mark.parametrize("cell", ["21,04", "2104.5", "2 104", "2.104,0", "1e3", "2104.", ",210"])
def test_what_is_no_count_is_none(tmp_path, cell):
    assert contacts(tmp_path, cell) is None


@pytest.mark.parametrize(
    ("cell", "value"), [("24.8%", "24.8000"), ("24.8 %", "24.8000"), ("1,486.5", "1486.5000")]
)
def test_a_value_is_read_as_it_is_shown(tmp_path, cell, value):
    import pyarrow.parquet as pq

    path = tmp_path / "indicators-2010-11.csv"
    heads = "Financial year,PI number,Indicator,Service area,Outturn,Good is,Target,Family group"
    path.write_text(f'{heads}\n2010-11,NI 14,Contact,Access,"{cell}",Lower,24,Peers\n')
    lines = tmp_path / "lines.parquet"
    judge(JudgeRequest(path, path.name, "indicators", CITY.feeds["indicators"], lines=lines))
    assert [str(v) for v in pq.read_table(lines)["value"].to_pylist()] == [value]


@pytest.mark.parametrize(
    ("shown_as", "value", "read"),
    [
        ("0.0%", 0.248, "24.8%"),
        ("0%", 1, "100%"),
        ("0.00%", 0.0735, "7.35%"),
        ("General", 0.248, "0.248"),
        ('0.0"%"', 24.8, "24.8"),  # a sign that is only written there
    ],
)
def test_a_percentage_in_a_workbook_is_read_as_the_sheet_shows_it(tmp_path, shown_as, value, read):
    import openpyxl

    from orchestration.intake.read.xlsx_source import XlsxSource

    book = openpyxl.Workbook()
    book.active.append(["Indicator", "Value"])
    book.active.append(["NI 14", value])
    book.active["B2"].number_format = shown_as
    book.save(tmp_path / "a.xlsx")
    (sheet,) = XlsxSource(tmp_path / "a.xlsx").sheets
    assert sheet.head[1] == ["NI 14", read]


def test_a_share_in_per_cent_is_a_share(tmp_path):
    from decimal import Decimal

    import duckdb

    from orchestration.contracts.feeds import SAVINGS
    from orchestration.intake.judge.parse import value_sql

    column = PARTNER.feeds["savings"].layouts[0].columns["partner_share"]
    rule = value_sql(SAVINGS.field("partner_share"), column, "t")
    for text, share in (("25%", "0.25"), ("100%", "1"), ("12.5 %", "0.125"), ("101%", None)):
        ((found,),) = duckdb.execute(f"SELECT {rule} FROM (SELECT ? AS t)", [text]).fetchall()
        assert found == (share and Decimal(share))
