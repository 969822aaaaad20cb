"""A file of another time than it says is a question; a few late dates are none."""

from datetime import date, datetime, timedelta

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from orchestration.contracts.load import load_partner, load_partners
from orchestration.contracts.periods import periods_in_name
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.submit import submit
from orchestration.settings import CHECKOUT

PARTNERS = load_partners(CHECKOUT / "data" / "partners")
ANYTOWN = load_partner(CHECKOUT / "tests/rules/contract.yml")
SPEND = ANYTOWN.feeds["spend"]
HEAD = "Date,Supplier,Account,Amount\n"
MINE = [f"TP-0{n}" for n in range(74, 90)]


def said(result):
    return [f.message for f in result.findings if f.code in MINE]


@pytest.fixture
def asked(tmp_path):
    """What is asked of a file of Anytown with these dates, £10.00, £11.00 … a line."""

    def asked(name, *days, feed=SPEND, period=None):
        path = tmp_path / name
        lines = [f"{day},X Ltd,Care,{10 + n}.00" for n, day in enumerate(days)]
        path.write_text(HEAD + "\n".join(lines) + "\n")
        return said(judge(JudgeRequest(path, path.name, "spend", feed, period=period)))

    return asked


def days(month, number, first=1, year=2024):
    return [f"{day:02d}/{month:02d}/{year}" for day in range(first, first + number)]


def with_formats(*formats, cadence="month"):
    """Anytown's feed with dates of these styles, delivered this often."""
    layout = SPEND.layouts[0]
    column = layout.columns["line_date"].model_copy(update={"formats": list(formats)})
    columns = {**layout.columns, "line_date": column}
    layouts = [layout.model_copy(update={"columns": columns})]
    return SPEND.model_copy(update={"layouts": layouts, "cadence": cadence})


def test_aprils_lines_under_mays_name(asked):
    assert asked("payments-may-2024.csv", *days(4, 3)) == [
        "This file is for 2024-05, but most dates under 'Date' are not in it: 3 of 3 lines are of "
        "2024-04 (3 lines, £33.00). If it counts, they count in 2024-05."
    ]


def test_april_and_may_in_mays_file(asked):
    assert asked("payments-may-2024.csv", *days(4, 4), *days(5, 4)) == [
        "This file is for 2024-05, one month, but 4 lines are dated outside it under 'Date': it "
        "holds 2024-05 (4 lines, £62.00) and 2024-04 (4 lines, £46.00)."
    ]


def test_a_quarter_in_a_feed_of_months(asked):
    (message,) = asked("payments-june-2024.csv", *days(4, 4), *days(5, 4), *days(6, 4))
    assert "2024-06 (4 lines, £78.00) and 2024-04 (4 lines, £46.00), 2024-05 (4 lines" in message


def test_a_month_in_a_feed_of_quarters(asked):
    quarters = with_formats("dd/mm/yyyy", cadence="quarter")
    assert asked("payments-april-2024.csv", *days(4, 6), feed=quarters) == [
        "This file is for 2024-25-Q1, one quarter, but all of it lies in one month: 6 lines, "
        "£75.00 dated in 2024-04."
    ]
    assert asked("payments-april-2024.csv", *days(4, 4), *days(6, 2), feed=quarters) == []


def test_a_few_late_dates_are_no_question(asked):
    """Of a real month, two lines in five were of other months."""
    late = [*days(3, 4), *days(2, 2), "06/07/2021"]
    assert asked("payments-april-2024.csv", *late, *days(4, 11)) == []


def test_a_year_mistyped_in_name_and_dates(asked):
    today = date.today()
    (message,) = asked("payments-april-2094.csv", *days(4, 3, year=2094))
    assert message == (
        "This file lies in the future: the first date is 01/04/2094, and today is "
        f"{today.day} {today:%B %Y}."
    )


def test_before_the_agreement_begins(asked):
    assert asked("payments-april-2014.csv", *days(4, 3, year=2014)) == [
        "This file is for 2014-04, but the first layout agreed with this body begins on "
        "1 April 2024."
    ]
    assert asked("payments-february-2024.csv", *days(2, 3)) == []


CCG_HEAD = (
    "Department family,Entity,Date,Expense Type,Expense area,Supplier,Transaction number,"
    "AP Amount (£),VAT registration number,Purchase invoice number\n"
)


@pytest.mark.parametrize(
    ("partner", "month", "day", "message"),
    [
        ("nhs_leicester_city_pct", "April 2013", "2013-04-30", "ended on 31 March 2013"),
        ("nhs_leicester_city_pct", "March 2013", "2013-03-31", None),
        ("nhs_leicester_city_ccg", "March 2013", "2013-03-31", "began on 1 April 2013"),
        ("nhs_leicester_city_ccg", "April 2013", "2013-04-30", None),
    ],
)
def test_a_file_outside_the_life_of_its_body(settings, tmp_path, partner, month, day, message):
    path = tmp_path / f"{month} - Expenditure over 25k.csv"
    path.write_text(CCG_HEAD + f"D,E,{day},C,A,X Ltd,1,30000.00,,I1\n")
    receipt = submit(settings, PARTNERS[partner], path, "spend").receipt
    from orchestration.intake.ledger.ledger import Ledger

    ledger = Ledger(settings.ledger)
    found = [f["message"] for f in ledger.findings(receipt.seq) if f["code"] == "TP-082"]
    ledger.close()
    expected = f"This file is for {day[:7]}, but by its agreement the body {message}."
    assert found == ([expected] if message else [])


def test_two_months_in_a_name(asked):
    april = days(4, 3)
    assert asked("payments-april-2024-may-2024.csv", *april) == [
        "The file's name speaks of 2024-04 and 2024-05; it was taken for 2024-04."
    ]
    assert asked("payments-march-april-2024.csv", *april) == [
        "The file's name speaks of 2024-04 and March; it was taken for 2024-04."
    ]
    assert asked("payments-april-2024-april-2024 (2).csv", *april) == []


def test_a_period_that_is_named_needs_no_name(asked):
    from orchestration.contracts.periods import parse

    name = "payments-april-2024-may-2024.csv"
    assert asked(name, *days(4, 3), period=parse("2024-04")) == []


def test_the_day_a_file_was_made_is_no_second_period():
    assert periods_in_name("b-2009-10 2010-11-03.csv", [r"(?P<fy>\d{4}-\d{2})"], "month") == [
        "2009-10"
    ]
    pattern = [r"(?P<year>\d{4})(?P<month>\d{2})"]
    assert periods_in_name("over500_202404_20240513.csv", pattern, "month") == ["2024-04"]


def test_a_quarter_may_be_named_by_its_months():
    pattern = [r"(?P<month>[a-z]{3,9})-(?P<year>\d{4})"]
    assert periods_in_name("april-june-2024.csv", pattern, "quarter") == ["2024-25-Q1"]
    assert periods_in_name("april-june-2024.csv", pattern, "month") == ["2024-06", "April"]


def book(path, rows, head=("Date", "Supplier", "Account", "Amount"), mac=False):
    made = openpyxl.Workbook()
    if mac:
        made.epoch = CALENDAR_MAC_1904
    made.active.append(head)
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def judged(path, feed):
    return said(judge(JudgeRequest(path, path.name, "spend", feed)))


def test_a_us_excel_exchanged_day_and_month_up_to_the_12th(tmp_path):
    feed = with_formats("yyyy-mm-dd", "dd/mm/yyyy")
    true = [[datetime(2024, n, 4), "X Ltd", "Care", 100 + n] for n in (2, 3, 4, 9)]
    text = [[f"{n}/04/2024", "X Ltd", "Care", 200 + n] for n in (13, 17, 30)]
    path = book(tmp_path / "payments-april-2024.xlsx", true + text)
    assert judged(path, feed) == [
        "3 dates under 'Date' look as if day and month were exchanged, as an Excel set to the "
        "United States does up to the 12th: 4 are true dates, none after the 12th of a month, and "
        "3 are text, all after it ('Sheet'); as they stand, 1 of 4 (£104.00) lie in 2024-04; with "
        "day and month exchanged, 4 (£418.00) do."
    ]


def test_the_exchange_can_be_agreed(tmp_path):
    feed = with_formats("yyyy-dd-mm", "dd/mm/yyyy")
    true = [[datetime(2024, n, 4), "X Ltd", "Care", 100 + n] for n in (2, 3, 4, 9)]
    text = [[f"{n}/04/2024", "X Ltd", "Care", 200 + n] for n in (13, 17, 30)]
    path = book(tmp_path / "payments-april-2024.xlsx", true + text)
    assert judged(path, feed) == []


def test_text_that_could_not_be_read_shows_the_same(tmp_path):
    true = [[datetime(2024, 1 + n % 12, 4), "X Ltd", "Care", 100 + n] for n in range(12)]
    text = [["17/04/2024", "X Ltd", "Care", 9]]
    path = book(tmp_path / "payments-april-2024.xlsx", true + text)
    (message,) = judged(path, with_formats("yyyy-mm-dd"))
    assert "12 are true dates, none after the 12th of a month, and 1 are text" in message


def test_only_days_up_to_the_12th_in_other_months(asked):
    american = [f"04/{day:02d}/2024" for day in (1, 2, 5, 8)]
    (message,) = asked("payments-april-2024.csv", *american)
    assert message.startswith("4 dates under 'Date' look as if day and month were exchanged")
    assert (
        "as they stand, 0 of 4 (£0.00) lie in 2024-04; with day and month exchanged, 4" in message
    )


def test_true_dates_and_text_of_all_days_are_no_question(tmp_path):
    feed = with_formats("yyyy-mm-dd", "dd/mm/yyyy")
    rows = [[datetime(2024, 4, n), "X Ltd", "Care", n] for n in (2, 9, 23)]
    rows += [[f"{n:02d}/04/2024", "X Ltd", "Care", n] for n in (5, 17, 30)]
    assert judged(book(tmp_path / "payments-april-2024.xlsx", rows), feed) == []


def test_bare_numbers_of_days_in_a_workbook_that_counts_from_1904(tmp_path):
    feed = with_formats("yyyy-mm-dd", "excel-serial")
    first = (date(2024, 4, 1) - date(1904, 1, 1)).days
    rows = [[first + n, "X Ltd", "Care", 10] for n in range(4)]
    path = book(tmp_path / "payments-april-2024.xlsx", rows, mac=True)
    assert judged(path, feed) == [
        "4 cells under 'Date' hold bare numbers of days, in a workbook that counts from 1904. The "
        "dates of the file would be, counted from 1900 as other workbooks do, 31/03/2020 to "
        "03/04/2020; from 1904, 01/04/2024 to 04/04/2024. They were counted from 1900."
    ]


def test_a_workbook_of_true_dates_that_counts_from_1904_is_no_question(tmp_path):
    feed = with_formats("yyyy-mm-dd", "excel-serial")
    rows = [[datetime(2024, 4, 1) + timedelta(n), "X Ltd", "Care", 10] for n in range(4)]
    assert judged(book(tmp_path / "payments-april-2024.xlsx", rows, mac=True), feed) == []


def test_days_from_1904_in_a_csv_lie_in_their_month_only_when_counted_so(asked):
    feed = with_formats("excel-serial")
    first = (date(2024, 4, 1) - date(1904, 1, 1)).days
    (message,) = asked("payments-april-2024.csv", *range(first, first + 4), feed=feed)
    assert "which lie in 2024-04 only if they are counted from 1904" in message
    right = (date(2024, 4, 1) - date(1899, 12, 30)).days
    assert asked("payments-april-2024.csv", *range(right, right + 4), feed=feed) == []


def test_what_is_asked_about_is_not_information_too(tmp_path):
    path = tmp_path / "payments-may-2024.csv"
    path.write_text(HEAD + "02/04/2024,X Ltd,Care,1.00\n")
    result = judge(JudgeRequest(path, path.name, "spend", SPEND))
    assert [f.code for f in result.findings] == ["TP-080"]
