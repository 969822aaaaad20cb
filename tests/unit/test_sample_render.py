"""The renderer of samples and templates: canonical rows and a layout in, the file's bytes out."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from orchestration.contracts.feeds import FUNDING, SPEND
from orchestration.contracts.layout import Column, Layout
from orchestration.contracts.load import load_partners
from orchestration.sample.render import Sheet, as_table, render
from orchestration.sample.texts import Style
from orchestration.settings import CHECKOUT

LAYOUT = Layout(
    id="tiny",
    valid_from=date(2008, 4, 1),
    columns={
        "line_date": Column(heading="Date", formats=["dd/mm/yyyy", "dd-mmm-yy"]),
        "supplier_name": Column(heading="Paid to"),
        "amount_pence": Column(heading="Amount (£)"),
    },
)
ROWS = pa.table(
    {
        "line_date": pa.array([date(2009, 4, 2), date(2009, 4, 30)]),
        "supplier_name": ['Ash, Elm & "Oak" Ltd', "Birch plc"],
        "amount_pence": [123456789, -5],
    }
)


def test_csv_quotes_money_dates_and_totals() -> None:
    style = Style(money="pounds", date="dd-mmm-yy", encoding="cp1252")
    written = render([Sheet(ROWS, titles=["Payments"], total=True)], SPEND, LAYOUT, style)
    assert written.decode("cp1252") == (
        "Payments\r\n"
        "Date,Paid to,Amount (£)\r\n"
        '02-Apr-09,"Ash, Elm & ""Oak"" Ltd","£1,234,567.89"\r\n'
        "30-Apr-09,Birch plc,-£0.05\r\n"
        ',Total,"£1,234,567.84"\r\n'
    )


def test_plain_money_reversed_signs_and_pence() -> None:
    amount = Column(heading="Pence", unit="pence", sign="reversed")
    layout = LAYOUT.model_copy(update={"columns": {"amount_pence": amount}})
    written = render([Sheet(ROWS)], SPEND, layout, Style(line_ending="lf"))
    assert written == b"Pence\n-123456789\n5\n"
    floats = LAYOUT.model_copy(update={"columns": {"amount_pence": Column(heading="A")}})
    rows = pa.table({"amount_pence": [268400, 258810, 99]})
    written = render([Sheet(rows)], SPEND, floats, Style(line_ending="lf", money="float"))
    assert written == b"A\n2684.0\n2588.1\n0.99\n"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_layout_without_rows_is_a_blank_template(kind: str, tmp_path: Path) -> None:
    partners = load_partners(CHECKOUT / "data" / "partners").values()
    partner = next(p for p in partners if "funding" in p.feeds)
    layout = partner.feeds["funding"].layouts[0]
    style = Style.model_validate({"kind": kind})
    path = tmp_path / f"template.{kind}"
    path.write_bytes(render([Sheet(as_table([], FUNDING))], FUNDING, layout, style))
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    else:
        rows = [list(row) for row in openpyxl.load_workbook(path).active.values]
    assert rows == [[c.heading for c in layout.columns.values()]]


def test_a_csv_file_holds_one_table() -> None:
    with pytest.raises(ValueError, match="one table"):
        render([Sheet(ROWS), Sheet(ROWS)], SPEND, LAYOUT, Style())
