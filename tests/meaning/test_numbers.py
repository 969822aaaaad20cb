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


INDICATORS = "Financial year,PI number,Indicator,Service area,Outturn,Good is,Target,Family group"


def doubted(tmp_path, *rows):
    """The rows of which a value looks like a share where percentages stand."""
    path = tmp_path / "indicators-2010-11.csv"
    path.write_text("\n".join([INDICATORS, *rows, ""]), encoding="utf-8")
    found = judge(JudgeRequest(path, path.name, "indicators", CITY.feeds["indicators"])).findings
    return [cell.row for f in found if f.code == "TP-376" for cell in f.cells]


@pytest.mark.parametrize(
    ("value", "target", "rows"),
    [("0.248", "24", [2]), ("0.248", "", []), ("0.248", "0.24", []), ("0.9", "30", [])],
)
def test_a_hundredth_of_its_target_is_asked_about(tmp_path, value, target, rows):
    line = f"2010-11,NI 14,Contact,Access,{value},Lower,{target},Peers"
    assert doubted(tmp_path, line) == rows


def test_a_percentage_written_unlike_the_others_is_asked_about(tmp_path):
    """0.8% is written like the others; 0.248 has two digits more than any of them."""
    values = ("24.8", "31.7", "0.8", "0.248")
    rows = [f"2010-11,NI {n},Part (%),A,{v},Lower,,P" for n, v in enumerate(values)]
    assert doubted(tmp_path, *rows) == [5]


def test_one_body_a_hundredth_of_the_others_is_asked_about(tmp_path):
    city = CITY.feeds["indicators"].layouts[0]
    peers = city.columns["peer_group"].model_copy(update={"heading": "Council"})
    layout = city.model_copy(update={"columns": city.columns | {"body": peers}})
    layout.columns.pop("peer_group")
    feed = CITY.feeds["indicators"].model_copy(update={"layouts": [layout]})
    path = tmp_path / "indicators-2010-11.csv"
    heads = INDICATORS.replace("Family group", "Council")
    values = {"Mere": "24.8", "Vale": "21.3", "Dale": "0.226"}
    rows = [f"2010-11,NI 14,Contact,Access,{v},Lower,,{body}" for body, v in values.items()]
    path.write_text("\n".join([heads, *rows, ""]), encoding="utf-8")
    found = judge(JudgeRequest(path, path.name, "indicators", feed)).findings
    said = [f.message for f in found if f.code == "TP-376"]
    assert len(said) == 1 and "0.226 in row 4 is 22.6%, beside 21.3, the middle" in said[0]


SITES = PARTNER.feeds["access_points"]
HOURS = [("37", "37"), ("37.5", "37.5"), ("37:30", "37.5"), ("37:20", "37.3333")]
HOURS += [
    ("7:30:00", "7.5"),
    ("168.0", "168"),
    ("0", "0"),
    ("37h30", None),
    ("37:75", None),
    ("50%", None),
]


@pytest.mark.parametrize(("cell", "hours"), HOURS)
def test_hours_are_read_to_the_minute(tmp_path, cell, hours):
    from decimal import Decimal

    import pyarrow.parquet as pq

    path, lines = tmp_path / "sites-2024-25.csv", tmp_path / "lines.parquet"
    path.write_text(f"Year,Ref,Site,Type,Postcode,Hours\n2024-25,A1,Hall,Office,,{cell}\n")
    judge(JudgeRequest(path, path.name, "access_points", SITES, lines=lines))
    (read,) = pq.read_table(lines)["hours_a_week"].to_pylist()
    assert read == (hours and Decimal(hours))


def test_hours_of_a_workbook_are_read_as_the_sheet_shows_them(tmp_path):
    from datetime import time, timedelta

    import openpyxl
    import pyarrow.parquet as pq

    book = openpyxl.Workbook()
    book.active.append(["Year", "Ref", "Site", "Type", "Postcode", "Hours"])
    shown = [(timedelta(hours=37, minutes=30), "[h]:mm"), (time(7, 30), "h:mm"), (7, "[h]:mm")]
    for number, (value, style) in enumerate([*shown, (42.25, "General")], 2):
        book.active.append(["2024-25", f"A{number}", "Hall", "Office", None, value])
        book.active.cell(number, 6).number_format = style
    path, lines = tmp_path / "sites-2024-25.xlsx", tmp_path / "lines.parquet"
    book.save(path)
    judge(JudgeRequest(path, path.name, "access_points", SITES, lines=lines))
    read = [float(hours) for hours in pq.read_table(lines)["hours_a_week"].to_pylist()]
    assert read == [37.5, 7.5, 168.0, 42.25]


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
