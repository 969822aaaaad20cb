"""What a workbook holds beside its values is told, and never turns into an empty cell."""

import datetime
import importlib.util
from pathlib import Path

import pytest
import xlsxwriter

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge

_spec = importlib.util.spec_from_file_location("bombs", Path(__file__).with_name("bombs.py"))
bombs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bombs)

PARTNER = load_partner(Path(__file__).parents[2] / "rules" / "contract.yml")
LINE = ["04/04/2024", "Anytown Care Ltd", "Care"]


def judged(tmp_path, fill, options=None, contract=PARTNER):
    path = tmp_path / "payments-april-2024.xlsx"
    path.write_bytes(bombs.workbook(fill, options))
    result = judge(JudgeRequest(path, path.name, "spend", contract.feeds["spend"]))
    return result, {f.code: f for f in result.findings}


def error_cell(book, sheet):
    sheet.write_row(3, 0, LINE)
    sheet.write_formula(3, 3, "=A1/0", None, "#DIV/0!")


def no_value(book, sheet):
    sheet.write_row(3, 0, LINE)
    sheet.write_formula(3, 3, "=1+1", None, "")


@pytest.mark.parametrize(
    ("fill", "code", "value"),
    [(error_cell, "TP-110", "#DIV/0!"), (no_value, "TP-111", "[formula without a value]")],
)
def test_an_odd_cell_is_told_with_its_place_and_its_row_set_aside(fill, code, value, tmp_path):
    result, found = judged(tmp_path, fill)
    assert (result.rows_accepted, result.rows_set_aside, result.pence_accepted) == (2, 1, 9_500)
    assert [(c.sheet, c.row, c.column) for c in found[code].cells] == [("Lines", 4, "D")]
    assert [c.value for c in found["TP-021"].cells] == [value]


def test_a_formula_with_its_value_is_no_finding(tmp_path):
    def fill(book, sheet):
        sheet.write_row(3, 0, LINE)
        sheet.write_formula(3, 3, "=5+5", None, 10)

    result, found = judged(tmp_path, fill)
    assert (result.rows_accepted, result.pence_accepted) == (3, 10_500)
    assert not {"TP-110", "TP-111"} & set(found)


def test_a_hidden_sheet_is_listed_and_a_hidden_copy_refused(tmp_path):
    def notes(book, sheet):
        other = book.add_worksheet("Lists")
        other.write_column(0, 0, ["Care", "Roads"])
        other.hide()

    def copy(book, sheet):
        other = book.add_worksheet("March")
        other.write_row(0, 0, ["Date", "Supplier", "Account", "Amount"])
        other.write_row(1, 0, [*LINE, 7])
        other.hide()

    result, found = judged(tmp_path, notes)
    assert (result.verdict, found["TP-112"].count) == ("accepted", 1)
    result, found = judged(tmp_path, copy)
    assert (result.verdict, found["TP-113"].level) == ("refused", "must_fix")


def test_hidden_rows_and_columns_are_counted_as_excel_counts(tmp_path):
    def fill(book, sheet):
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 2, None, None, {"hidden": True})

    result, found = judged(tmp_path, fill)
    assert result.rows_accepted == 2
    assert "'Lines' has 1 hidden row and 2 hidden columns" in found["TP-114"].message


def test_dates_from_1904_are_read_right(tmp_path):
    def fill(book, sheet):
        style = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(1, 0, datetime.datetime(2024, 4, 2), style)

    path = tmp_path / "contract.yml"
    rules = (Path(__file__).parents[2] / "rules" / "contract.yml").read_text()
    path.write_text(rules.replace("[dd/mm/yyyy]", "[yyyy-mm-dd, dd/mm/yyyy]"))
    result, found = judged(tmp_path, fill, {"date_1904": True}, load_partner(path))
    assert (result.rows_accepted, "TP-115" in found) == (2, True)
    assert "TP-025" not in found


def test_merged_cells_among_the_lines_are_told(tmp_path):
    def fill(book, sheet):
        sheet.write_row(3, 0, [*LINE, 1])
        sheet.write_row(4, 0, [*LINE, 1])
        sheet.merge_range("B4:B5", "Anytown Care Ltd")

    result, found = judged(tmp_path, fill)
    assert [(c.row, c.column) for c in found["TP-116"].cells] == [(4, "B")]
    assert result.verdict == "accepted"


def test_numbers_as_text_and_lost_digits_are_told(tmp_path):
    def fill(book, sheet):
        sheet.write_row(3, 0, LINE)
        sheet.write_string(3, 3, "12.50")
        sheet.write_number(3, 2, 1234567890123456789)

    result, found = judged(tmp_path, fill)
    assert result.pence_accepted == 10_750
    assert "1 cell in column D of sheet 'Lines'" in found["TP-117"].message
    assert "1 cell in column C of sheet 'Lines'" in found["TP-118"].message


def test_doubtful_cells_are_counted_by_column_from_their_first_row(tmp_path):
    def fill(book, sheet):
        for row in range(3, 5_003):
            sheet.write_row(row, 0, LINE)
            sheet.write(row, 3, "1.50" if row % 2 else 1.5)
            sheet.write(row, 4, 10.0**15 if row > 5_000 else 7)
        sheet.write(0, 4, "Reference")

    _, found = judged(tmp_path, fill)
    told = [(found[c].count, found[c].cells[0].row) for c in ("TP-117", "TP-118")]
    assert told == [(2_500, 4), (2, 5_002)]
    assert found["TP-117"].message.startswith("2,500 cells in column D of sheet 'Lines' hold")


def test_a_table_that_begins_in_another_column_keeps_the_letters_excel_shows(tmp_path):
    path = tmp_path / "payments-april-2024.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lines")
        sheet.write_row(3, 2, ["Date", "Supplier", "Account", "Amount"])
        for row in range(4, 20):
            sheet.write_row(row, 2, [*LINE, 5])
        sheet.write(6, 5, "XX")
        sheet.write_formula(7, 5, "=A1/0", None, "#DIV/0!")
    result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
    found = {f.code: f for f in result.findings}
    assert (result.rows_accepted, result.pence_accepted) == (14, 7_000)
    assert [(c.row, c.column) for c in found["TP-021"].cells] == [(7, "F"), (8, "F")]
    assert [(c.row, c.column) for c in found["TP-110"].cells] == [(8, "F")]


def test_hidden_rows_are_found_whether_or_not_cells_are_odd(tmp_path):
    def hidden(book, sheet):
        sheet.write_row(3, 0, [*LINE, 1])
        sheet.set_row(3, None, None, {"hidden": True})

    def both(book, sheet):
        hidden(book, sheet)
        error_cell(book, sheet)

    for fill, odd in ((hidden, False), (both, True)):
        _, found = judged(tmp_path, fill)
        assert (found["TP-114"].cells[0].row, "TP-110" in found) == (4, odd)


def test_links_to_other_files_are_told_and_not_followed(tmp_path):
    path = tmp_path / "payments-april-2024.xlsx"
    path.write_bytes(bombs.repacked({"xl/externalLinks/externalLink1.xml": b"<x/>"}))
    result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
    assert (result.verdict, result.rows_accepted) == ("accepted", 2)
    assert "TP-107" in [f.code for f in result.findings]


def test_more_odd_cells_than_can_be_listed_refuse_the_file(tmp_path):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="e"><v>#N/A</v></c></row>' for n in range(1, 20_010)
    )
    path = tmp_path / "payments-april-2024.xlsx"
    path.write_bytes(bombs.repacked({bombs.SHEET: bombs.sheet_xml(rows)}))
    result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
    assert (result.verdict, [f.code for f in result.findings]) == ("refused", ["TP-109"])
