"""What is left out of the count is said, with its £, or that its £ are unknown."""

import openpyxl
import pytest

from orchestration.contracts.load import load_partner
from orchestration.display import pounds_aside
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT
from orchestration.steward.text import in_pounds

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
HEADINGS = ["Date", "Supplier", "Account", "Amount"]
FILE = "payments-april-2024"


def judge_file(path):
    result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
    assert result.rows_in == result.rows_accepted + result.rows_set_aside + result.rows_non_data
    return result


@pytest.fixture
def judged(tmp_path):
    def read(rows):
        path = tmp_path / f"{FILE}.csv"
        path.write_text("\n".join(",".join(row) for row in [HEADINGS, *rows]) + "\n")
        return judge_file(path)

    return read


@pytest.fixture
def judged_book(tmp_path):
    def read(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / f"{FILE}.xlsx"
        book.save(path)
        return judge_file(path)

    return read


def line(day, amount, date="{:02d}/04/2024"):
    return [date.format(day), f"Payee {day}", "Care", amount]


def said(result, code):
    return next((f for f in result.findings if f.code == code), None)


def test_nine_hundred_names_without_an_amount_are_no_notes(judged):
    rows = [line(1 + n % 28, f"{n}.07") for n in range(1, 101)] + [["", "A Ltd", "", ""]] * 900
    result = judged(rows)
    asked = said(result, "TP-122")
    assert asked.level == "please_explain"
    assert (asked.count, asked.amount_pence) == (900, None)
    assert asked.message == (
        "900 rows have some words but neither a date nor an amount, too many to be notes; "
        "none of them counts, and how much money they stand for is unknown."
    )


def test_a_few_large_rows_refuse_the_file_by_their_pounds(judged):
    rows = [line(1 + n % 28, f"{n}.07") for n in range(1, 101)]
    result = judged([*rows, line(31, "9000.00", "{}/04/2024"), line(30, "-800.00", "x")])
    assert result.verdict == "refused"
    assert said(result, "TP-050").message == (
        "£9,800.00 of £14,857.00 (2 of 102 lines) would be set aside, "
        "more than the agreement allows."
    )


def test_the_largest_amounts_as_words_are_asked_about(judged):
    rows = [line(1 + n % 28, f"{n}.07") for n in range(1, 201)]
    result = judged([*rows, *[line(3, "see note")] * 5])
    asked = said(result, "TP-124")
    assert asked.level == "please_explain"
    assert asked.message == (
        "5 rows set aside have no amount that can be read, so how much money is left out is "
        "unknown; the other 200 lines come to £20,114.00."
    )
    assert said(result, "TP-021").message.endswith("How much money they hold is unknown.")
    assert in_pounds(result).endswith(", £ unknown set aside")


def test_an_amount_as_a_word_in_a_long_file_is_set_aside_without_a_question(judged):
    rows = [line(1 + n % 28, f"{n}.07") for n in range(1, 201)]
    result = judged([*rows, line(3, "see note")])
    assert result.verdict == "accepted_with_rows_set_aside"


def test_a_total_of_the_lines_that_were_read_says_that_nothing_is_missing(judged):
    rows = [line(1 + n % 28, f"{n}.07") for n in range(1, 201)]
    result = judged([*rows, *[line(3, "cancelled")] * 5, ["Total", "", "", "20114.00"]])
    assert result.verdict == "accepted_with_rows_set_aside"


@pytest.mark.parametrize(
    ("pence", "rows", "unpriced", "words"),
    [
        (0, 0, 0, "£0.00"),
        (0, 3, 3, "£ unknown"),
        (1200, 3, 2, "£12.00 and 2 rows of unknown £"),
        (1200, 2, 1, "£12.00 and 1 row of unknown £"),
        (1200, 2, 0, "£12.00"),
        (1200, 2, None, "£12.00"),  # a receipt of before this was counted
    ],
)
def test_pounds_that_nobody_can_read_are_never_nought(pence, rows, unpriced, words):
    assert pounds_aside(pence, rows, unpriced) == words


def test_a_second_sheet_whose_rows_are_lines_is_asked_about(judged_book):
    first, second = [line(n, f"{n}.05") for n in (1, 2, 3)], [line(n, f"{n}.50") for n in (4, 5)]
    result = judged_book(Payments=[HEADINGS, *first], More=second)
    asked = said(result, "TP-123")
    assert (asked.level, asked.count, asked.amount_pence) == ("please_explain", 2, 10_00)
    assert asked.message == (
        "The sheet 'More' has no headings, but 2 of its rows read as lines under the headings of "
        "another sheet; it was not read."
    )
    assert said(result, "TP-017") is None


def test_a_second_sheet_of_notes_is_a_sheet_of_notes(judged_book):
    notes = [["Source", "Ledger", "", "2024"], ["Contact", "Finance", "", "Room 12"]]
    result = judged_book(Payments=[HEADINGS, line(1, "1.00")], Notes=notes)
    assert said(result, "TP-123") is None
    assert said(result, "TP-017").level == "information"


def test_a_file_without_its_amounts_is_refused_with_unknown_pounds(tmp_path):
    path = tmp_path / f"{FILE}.csv"
    path.write_text("Date,Supplier,Account\n02/04/2024,A Ltd,Care\n03/04/2024,B Ltd,Care\n")
    result = judge_file(path)
    assert (result.verdict, result.rows_set_aside, result.rows_unpriced) == ("refused", 2, 2)
    assert in_pounds(result) == "£0.00 accepted, £ unknown set aside"
