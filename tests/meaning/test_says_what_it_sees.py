"""A finding names the cause, once: dates, decimals, whose layout it is, what kind of file it is."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.judge.reference import Reference
from orchestration.settings import CHECKOUT, Settings

FEED = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds["spend"]
LAYOUT = FEED.layouts[0]
HEADINGS = ["Date", "Supplier", "Account", "Amount"]


@pytest.fixture
def judged(tmp_path):
    def judged(raw, formats=("dd/mm/yyyy",), name="payments-april-2024.csv", lines=None):
        path = tmp_path / name
        path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        column = LAYOUT.columns["line_date"].model_copy(update={"formats": list(formats)})
        layout = LAYOUT.model_copy(update={"columns": LAYOUT.columns | {"line_date": column}})
        feed = FEED.model_copy(update={"layouts": [layout]})
        reference = Reference.of(Settings.from_environment(home=tmp_path))
        request = JudgeRequest(
            path, name, "spend", feed, lines=tmp_path / "lines.parquet", reference=reference
        )
        return judge(request)

    return judged


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def days(tmp_path):
    import pyarrow.parquet as pq

    return pq.read_table(tmp_path / "lines.parquet")["line_date"].to_pylist()


@pytest.mark.parametrize("second", ["28/02/2024", "2/27/2024"])
def test_of_two_agreed_orders_the_second_is_tried(judged, tmp_path, second):
    text = f"Date,Supplier,Account,Amount\n2/28/2024,A,Care,1.00\n{second},A,Care,1.00\n"
    result = judged(text, ["dd/mm/yyyy", "mm/dd/yyyy"], "payments.csv")
    assert result.verdict == "accepted"
    assert days(tmp_path)[0] == date(2024, 2, 28)


def test_days_as_excel_counts_them_are_offered_as_dates_and_read_where_agreed(judged, tmp_path):
    text = "Date,Supplier,Account,Amount\n45108,A,Care,1.00\n"
    [found, _] = judged(text, name="payments.csv").findings
    assert [(g.value, g.suggestion) for g in found.groups] == [("45108", "01/07/2023")]
    assert judged(text, ["dd/mm/yyyy", "excel-serial"], "payments.csv").verdict == "accepted"
    assert days(tmp_path) == [date(2023, 7, 1)]


def test_a_year_with_a_new_heading_is_one_line_in_the_contract(tmp_path):
    feed = load_partner(CHECKOUT / "data/partners/rutland_county_council.yml").feeds["spend"]
    [layout] = feed.layouts
    headings = [column.heading for column in layout.columns.values()]
    cells = ["45108", "T1", "I1", "1,500.25", "Oak Ltd", "7", "", "", "Roads", "R1000", "Repairs"]
    text = ",".join("Payee" if h == "Supplier Number(T)" else h for h in headings)
    path = tmp_path / "payments_made_to_suppliers_2023_to_2024.csv"
    path.write_text(text + "\n" + ",".join(f'"{cell}"' for cell in [*cells, ""]) + "\n")
    asked = judge(JudgeRequest(path, path.name, "spend", feed))
    assert [f.code for f in asked.findings] == ["TP-150"]
    assert asked.findings[0].message.endswith("Not in the agreement, but in this file: 'Payee'.")
    column = layout.columns["supplier_name"].model_copy(update={"aliases": ["Payee"]})
    columns = layout.columns | {"supplier_name": column}
    feed = feed.model_copy(update={"layouts": [layout.model_copy(update={"columns": columns})]})
    result = judge(JudgeRequest(path, path.name, "spend", feed))
    assert (result.verdict, result.findings, result.pence_accepted) == ("accepted", [], 150_025)


def test_a_column_of_strange_dates_is_one_cause(judged):
    text = "Date,Supplier,Account,Amount\n" + "April 2nd,A,Care,1.00\n" * 3
    found = judged(text, name="payments.csv").findings
    assert [f.code for f in found] == ["TP-023", "TP-050"]
    assert found[1].fix.endswith("The cause is one column, 'Date': not a date.")


def test_a_true_date_that_carries_a_time_is_its_day(judged, tmp_path):
    raw = workbook(
        [datetime(2024, 4, 2, 9, 30), "A", "Care", 5], [date(2024, 4, 3), "A", "Care", 6]
    )
    result = judged(raw, ["yyyy-mm-dd"], "payments-april-2024.xlsx")
    assert (result.verdict, result.findings) == ("accepted", [])
    assert days(tmp_path) == [date(2024, 4, 2), date(2024, 4, 3)]


def test_decimals_that_a_formula_left_are_asked_about_with_the_rounding(judged):
    raw = workbook(
        [date(2024, 4, 2), "A", "Care", 25833.34166666667],
        [date(2024, 4, 2), "A", "Care", -13333.335],
        [date(2024, 4, 2), "A", "Care", 1428.6399999999999],
    )
    result = judged(raw, ["yyyy-mm-dd"], "payments-april-2024.xlsx")
    result.settle(holds=True)
    assert (result.verdict, result.pence_accepted) == ("held", 2583334 - 1333334 + 142864)
    [found] = result.findings
    assert found.message == (
        "2 rows have an amount under 'Amount' with more than two decimals, as a formula leaves "
        "them: row 2 holds 25833.34166666667, which is 25,833.34 to the penny. A spreadsheet shows "
        "two decimals and keeps the rest. They were rounded."
    )
    assert [(g.value, g.suggestion) for g in found.groups] == [
        ("25833.34166666667", "25833.34"),
        ("-13333.335", "-13333.34"),
    ]


def test_the_total_of_lines_that_were_rounded_may_be_half_a_penny_a_line_off(judged):
    lines = "02/04/2024,A,Care,33.33333333\n" * 3
    for total, code in (("100.00", "TP-041"), ("99.99999999", "TP-041"), ("100.02", "TP-040")):
        text = f"Date,Supplier,Account,Amount\n{lines}Total,,,{total}\n"
        assert code in [f.code for f in judged(text).findings], total


def test_a_point_that_may_part_thousands_is_never_rounded(judged):
    result = judged("Date,Supplier,Account,Amount\n02/04/2024,A,Care,12.345\n02/04/2024,A,Care,1\n")
    assert [f.code for f in result.findings] == ["TP-021"]


def test_headings_that_fit_another_contract_say_whose_they_are(judged):
    text = "PAYMENT DATE,DEPARTMENT,SUPPLIER NAME,PAY GROUP,ACCOUNT DESCRIPTION,NET AMOUNT\n"
    result = judged(text + "02-Apr-24,Roads,A Ltd,TRADE,Repairs,1.00\n")
    [found] = result.findings
    assert found.code == "TP-010"
    assert found.message.endswith(
        "The headings look like the layout of Leicestershire County Council for spend."
    )


def test_headings_that_fit_nobody_are_nobody_s(judged):
    [found] = judged("a,b,c,d\n1,2,3,4\n").findings
    assert "look like" not in found.message


@pytest.mark.parametrize(
    ("name", "member", "what"),
    [
        ("payments.ods", "content.xml", "an OpenDocument file (.ods)"),
        ("payments.xlsb", "xl/workbook.bin", "a binary workbook (.xlsb)"),
        ("payments.zip", "payments.csv", "a zip archive; it has to be unpacked first"),
    ],
)
def test_an_archive_that_is_no_workbook_is_told_one_thing(judged, name, member, what):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "x")
        archive.writestr(member, "x")
    [found] = judged(out.getvalue(), name=name).findings
    assert (
        found.message
        == f"This looks like {what}. We expected a CSV file or an Excel workbook (.xlsx)."
    )
