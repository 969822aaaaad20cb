"""An amount that is struck through in a workbook is read, and asked about."""

import pytest
import xlsxwriter

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

SPEND = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds["spend"]
FILE = "payments-april-2024.xlsx"
LINES = (
    ("02/04/2024", "Anytown Care Ltd", "Care", 100.00),
    ("03/04/2024", "Oak Tree Clinics", "Care", 250.50),
    ("04/04/2024", "Pine Homes", "Repairs", 49.50),
)


@pytest.fixture
def asked(tmp_path):
    """What is asked of a file in which these cells, by row and column of Excel, are struck."""

    def asked(*struck, on=True):
        path = tmp_path / FILE
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            # A style of a workbook need not be the style of any cell.
            crossed = book.add_format({"font_strikeout": on, "bold": True})
            for row, cells in enumerate((("Date", "Supplier", "Account", "Amount"), *LINES), 1):
                for column, value in zip("ABCD", cells, strict=True):
                    style = crossed if f"{column}{row}" in struck else None
                    sheet.write(f"{column}{row}", value, style)
        result = judge(JudgeRequest(path, FILE, "spend", SPEND))
        assert (result.verdict, result.pence_accepted) == ("accepted", 400_00)
        return [f for f in result.findings if f.code == "TP-402"]

    return asked


def test_amounts_that_are_struck_through_are_named_with_both_readings(asked):
    (found,) = asked("D3", "D4", "B3")
    assert found.level == "please_explain"
    assert found.message == (
        "2 rows have a figure under 'Amount' that is struck through, as what was taken back often "
        "is. They were read like any other. The file holds £400.00 as sent, £100.00 without."
    )
    assert (found.count, found.amount_pence) == (2, 300_00)
    assert [(cell.row, cell.column) for cell in found.cells] == [(3, "D"), (4, "D")]


@pytest.mark.parametrize("struck", [(), ("D1",), ("B3", "C4")])
def test_a_heading_or_a_text_that_is_struck_through_asks_nothing(asked, struck):
    assert asked(*struck) == []


def test_another_style_of_an_amount_asks_nothing(asked):
    assert asked("D3", on=False) == []
