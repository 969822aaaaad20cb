"""A true date of a workbook has no style: it is that date, whatever style is agreed for text."""

from datetime import date, datetime

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

FEED = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds["spend"]
LAYOUT = FEED.layouts[0]
FILE = "payments-april-2024.xlsx"


@pytest.fixture
def read(tmp_path):
    """The judgement of a file whose lines have these dates and amounts, and the dates read."""

    def read(*cells, formats=("dd/mm/yyyy",)):
        path = tmp_path / FILE
        with xlsxwriter.Workbook(path) as book:
            sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd mmm yyyy"})
            sheet.write_row(0, 0, ("Date", "Supplier", "Account", "Amount"))
            for row, cell in enumerate(cells, 1):
                when, amount = cell if isinstance(cell, tuple) else (cell, 100 + row)
                for column, value in enumerate((when, f"Supplier {row} Ltd", "Care", amount)):
                    sheet.write(row, column, value, day if isinstance(value, date) else None)
        column = LAYOUT.columns["line_date"].model_copy(update={"formats": list(formats)})
        layout = LAYOUT.model_copy(update={"columns": LAYOUT.columns | {"line_date": column}})
        feed = FEED.model_copy(update={"layouts": [layout]})
        lines = tmp_path / "lines.parquet"
        result = judge(JudgeRequest(path, FILE, "spend", feed, lines=lines))
        days = pq.read_table(lines)["line_date"].to_pylist() if lines.exists() else []
        return result, days

    return read


@pytest.mark.parametrize(
    "style", ["dd/mm/yyyy", "dd-mmm-yy", "dd month yyyy", "yyyymmdd", "excel-serial", "mm/dd/yy"]
)
def test_a_true_date_is_read_whatever_style_is_agreed_for_text(read, style):
    result, days = read(date(2024, 4, 2), date(2024, 4, 30), formats=[style])
    assert (result.verdict, days) == ("accepted", [date(2024, 4, 2), date(2024, 4, 30)])


def test_a_time_says_nothing_of_the_day(read):
    assert read(datetime(2024, 4, 30, 23, 59, 59))[1] == [date(2024, 4, 30)]


def test_text_in_the_same_column_keeps_the_agreed_style(read):
    result, days = read(date(2024, 4, 30), "03/04/2024", "2024-04-04", "04/22/2024")
    assert days == [date(2024, 4, 30), date(2024, 4, 3)]
    (found,) = [f for f in result.findings if f.code == "TP-023"]
    assert [cell.value for cell in found.cells] == ["2024-04-04", "04/22/2024"]


def test_dates_of_which_day_and_month_may_be_exchanged_are_not_taken(read):
    """A program that expects the month first takes 04/05/2024, and leaves 22/04/2024 as text."""
    result, days = read(date(2024, 4, 5), date(2024, 1, 4), "22/04/2024", "23/04/2024")
    assert days == [date(2024, 4, 22), date(2024, 4, 23)]
    (found,) = [f for f in result.findings if f.code == "TP-023"]
    assert [cell.value for cell in found.cells] == ["2024-04-05", "2024-01-04"]


def test_a_month_that_is_kept_as_its_first_day_is_that_month(read):
    assert read(date(2024, 4, 1), "Apr 2024", formats=["mmm yyyy"])[1] == [date(2024, 4, 1)] * 2


def test_a_style_that_would_not_tell_the_day_is_not_used(read):
    result, days = read(date(2024, 4, 15), formats=["mmm yyyy"])
    assert (days, result.rows_set_aside) == ([], 1)


def test_a_true_date_in_place_of_an_amount_is_no_amount(read):
    result, _ = read("01/04/2024", ("02/04/2024", date(2024, 4, 2)))
    (found,) = [f for f in result.findings if f.code == "TP-021"]
    assert [cell.value for cell in found.cells] == ["2024-04-02"]
