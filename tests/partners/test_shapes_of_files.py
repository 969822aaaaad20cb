"""Shapes that files of public bodies have, each read to the penny by what its contract says of it:
columns known by position, subtotals, dates with the month as a word, calendar years.

Every example is made up.
"""

import duckdb
import pytest
import xlsxwriter
import yaml

from orchestration.contracts.load import ContractError, load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge

CONTRACT = """\
id: anytown_pcc
name: Anytown Police and Crime Commissioner
short_name: Anytown PCC
kind: police
in_place: true
feeds:
  spend:
    basis: payments_over_250
    accounting: cash
    cadence: month
    layouts:
      - id: v1
        valid_from: 2024-01-01
        columns:
          line_date: {heading: Date, formats: [dd/mm/yyyy]}
          supplier_name: {heading: Supplier}
          transaction_no: {heading: Reference}
          amount_pence: {heading: Amount}
"""
LINES = [
    ["02/04/2024", "Anytown Care Ltd", "R1", "100.00"],
    ["03/04/2024", "Oak Clinics Ltd", "R2", "250.50"],
]
HEADINGS = ["Date", "Supplier", "Reference", "Amount"]
LETTERS = {"line_date": "A", "supplier_name": "B", "transaction_no": "C", "amount_pence": "D"}


@pytest.fixture
def contract(tmp_path):
    """Loads the contract with keys of the feed, of its layout and of its columns changed."""

    def load(*, layout=None, columns=None, **feed):
        said = yaml.safe_load(CONTRACT)
        spend = said["feeds"]["spend"]
        spend |= feed
        spend["layouts"][0] |= layout or {}
        for name, more in (columns or {}).items():
            spend["layouts"][0]["columns"][name] |= more
        path = tmp_path / "anytown_pcc.yml"
        path.write_text(yaml.safe_dump(said, sort_keys=False))
        return load_partner(path)

    return load


@pytest.fixture
def judged(tmp_path):
    """Judges sheets of rows; says what became of them, and the lines with their days."""

    def read(partner, *sheets, name="payments.csv", period=None):
        path, lines = tmp_path / name, tmp_path / "lines.parquet"
        if name.endswith(".csv"):
            path.write_text("\n".join(",".join(row) for row in sheets[0]) + "\n")
        else:
            with xlsxwriter.Workbook(str(path)) as book:
                for rows in sheets:
                    sheet = book.add_worksheet()
                    for number, row in enumerate(rows):
                        sheet.write_row(number, 0, row)
        feed = partner.feeds["spend"]
        result = judge(JudgeRequest(path, name, "spend", feed, period=period, lines=lines))
        assert result.rows_in == (
            result.rows_accepted + result.rows_set_aside + result.rows_non_data
        )
        return result

    return read


def days(tmp_path):
    query = "SELECT CAST(line_date AS VARCHAR), amount_pence FROM read_parquet(?) ORDER BY 1"
    return duckdb.execute(query, [str(tmp_path / "lines.parquet")]).fetchall()


def counted(result):
    return result.verdict, result.rows_accepted, result.pence_accepted


def by_letter(headings="none"):
    return {
        "layout": {"headings": headings},
        "columns": {name: {"position": letter} for name, letter in LETTERS.items()},
    }


def mistake(contract, **changed):
    with pytest.raises(ContractError) as caught:
        contract(**changed)
    return str(caught.value).split(": ", 1)[1]


def test_payments_over_250_are_a_basis_of_their_own(contract, judged):
    partner = contract()
    assert partner.feeds["spend"].basis == "payments_over_250"
    assert counted(judged(partner, [HEADINGS, *LINES])) == ("accepted", 2, 350_50)


@pytest.mark.parametrize(
    ("style", "cell"),
    [
        ("dd mmm yyyy", "25 Apr 2024"),
        ("dd mmm yyyy", "5 apr 2024"),
        ("dd mmm yy", "25 Apr 24"),
        ("dd month yyyy", "25 April 2024"),
    ],
)
def test_a_month_may_be_a_word(contract, judged, tmp_path, style, cell):
    partner = contract(columns={"line_date": {"formats": [style]}})
    result = judged(partner, [HEADINGS, [cell, "Oak Clinics Ltd", "R1", "1.00"]])
    assert counted(result) == ("accepted", 1, 1_00)
    day = "2024-04-05" if cell.startswith("5") else "2024-04-25"
    assert days(tmp_path) == [(day, 1_00)]


def test_a_word_that_is_no_month_is_no_date(contract, judged):
    partner = contract(
        columns={"line_date": {"formats": ["dd mmm yyyy"]}}, layout={"max_set_aside_share": 1.0}
    )
    result = judged(partner, [HEADINGS, ["25 Apl 2024", "Oak Clinics Ltd", "R1", "1.00"]])
    assert (result.rows_accepted, result.rows_set_aside) == (0, 1)


def test_a_sheet_without_headings_is_read_by_the_letters_of_its_columns(contract, judged):
    result = judged(contract(**by_letter()), LINES)
    assert counted(result) == ("accepted", 2, 350_50)
    assert result.rows_non_data == 0


def test_a_title_above_a_sheet_without_headings_is_no_line(contract, judged):
    result = judged(contract(**by_letter()), [["Payments of Anytown"], *LINES])
    assert counted(result) == ("accepted", 2, 350_50)
    assert result.rows_non_data == 1


def test_a_sheet_with_headings_is_read_by_them_and_the_next_without_by_position(contract, judged):
    more = [["04/04/2024", "Elm Homes Ltd", "R3", "9.00"]]
    result = judged(contract(**by_letter()), [HEADINGS, *LINES], more, name="book.xlsx")
    assert counted(result) == ("accepted", 3, 359_50)


def test_a_sheet_whose_values_are_no_lines_is_not_read_by_position(contract, judged):
    result = judged(contract(**by_letter()), [["Notes", "of", "the", "treasurer"]] * 3)
    assert result.verdict == "refused"
    (found,) = [f for f in result.findings if f.code == "TP-010"]
    assert "'Date' in column A" in found.message


def test_a_column_without_a_heading_among_others_that_have_one_is_known_by_its_letter(
    contract, judged
):
    partner = contract(columns={"amount_pence": {"position": "D"}})
    result = judged(partner, [["Date", "Supplier", "Reference", ""], *LINES])
    assert counted(result) == ("accepted", 2, 350_50)


def test_of_two_columns_with_one_heading_the_letter_says_which(contract, judged):
    partner = contract(columns={"amount_pence": {"position": "E"}})
    rows = [[*HEADINGS, "Amount"], *([*line, "7.00"] for line in LINES)]
    assert counted(judged(partner, rows)) == ("accepted", 2, 14_00)


def test_without_headings_every_column_needs_a_position_of_its_own(contract):
    changed = by_letter()
    changed["columns"]["amount_pence"] = {"position": "A"}
    assert mistake(contract, **changed).endswith("A is the position of 'line_date' too")
    del changed["columns"]["amount_pence"]
    assert "columns.amount_pence: needs a position" in mistake(contract, **changed)


PER_INVOICE = [
    ["02/04/2024", "Anytown Care Ltd", "R1", "100.00"],
    ["02/04/2024", "Anytown Care Ltd", "R1", "20.00"],
    ["02/04/2024", "Anytown Care Ltd", "R1 Total", "120.00"],
    ["03/04/2024", "Oak Clinics Ltd", "R2", "250.50"],
    ["03/04/2024", "Oak Clinics Ltd", "R2 Total", "250.50"],
]


def test_a_dated_subtotal_of_each_reference_is_no_line_where_the_contract_names_it(
    contract, judged
):
    partner = contract(layout={"totals": {"transaction_no": ".* Total"}})
    result = judged(partner, [HEADINGS, *PER_INVOICE, ["", "", "Grand Total", "370.50"]])
    assert counted(result) == ("accepted", 3, 370_50)
    (said,) = [f for f in result.findings if f.code == "TP-041"]
    assert said.message == "The totals rows agree with the lines (the last is £370.50)."


def test_a_subtotal_that_the_contract_names_and_that_disagrees_is_said(contract, judged):
    partner = contract(layout={"totals": {"supplier_name": ".* Total"}})
    rows = [*LINES, ["03/04/2024", "Oak Clinics Ltd Total", "", "999.00"]]
    result = judged(partner, [HEADINGS, *rows])
    assert result.verdict == "refused"
    (said,) = [f for f in result.findings if f.code == "TP-040"]
    assert "£999.00" in said.message and "£350.50" in said.message


def test_totals_are_named_by_a_column_of_any_text(contract):
    wrong = mistake(contract, layout={"totals": {"amount_pence": ".*"}})
    assert wrong.endswith("totals.amount_pence: is no column of any text in this layout")
    assert "cannot be read" in mistake(contract, layout={"totals": {"supplier_name": "("}})


def test_a_calendar_year_is_found_by_its_dates_or_its_name(contract, judged):
    partner = contract(cadence="calendar_year", period_in_file_name=r"(?P<year>\d{4})")
    both = [HEADINGS, ["02/01/2024", "Elm Homes Ltd", "R0", "5.00"], *LINES]
    assert judged(partner, both, name="payments.csv").period.label == "2024"
    result = judged(partner, both, name="payments-2024.csv")
    assert (result.period.label, result.period.kind) == ("2024", "calendar_year")
    assert counted(result) == ("accepted", 3, 355_50)


def test_a_line_of_another_calendar_year_is_said_and_kept(contract, judged):
    partner = contract(cadence="calendar_year", period_in_file_name=r"(?P<year>\d{4})")
    late = ["31/12/2023", "Elm Homes Ltd", "R0", "5.00"]
    result = judged(partner, [HEADINGS, *LINES, *LINES, late], name="payments-2024.csv")
    (said,) = [f for f in result.findings if f.code == "TP-025"]
    assert (said.count, said.amount_pence) == (1, 5_00)


def test_a_calendar_year_needs_lines_with_dates(contract):
    undated = mistake(contract, cadence="calendar_year", layout={"undated": "submission_year"})
    assert undated.endswith(
        "undated: a line without a date has no financial year in a calendar year: set_aside"
    )
    pattern = mistake(contract, cadence="calendar_year", period_in_file_name=r"(?P<fy>\d{4})")
    assert pattern.endswith("needs the group year")


def test_twelve_sheets_are_one_year_and_each_is_read(contract, judged):
    partner = contract(cadence="financial_year")
    months = [f"{month:02d}/2024" for month in range(4, 13)] + ["01/2025", "02/2025", "03/2025"]
    sheets = [[HEADINGS, [f"05/{m}", "Elm Homes Ltd", "R1", "1.00"]] for m in months]
    result = judged(partner, *sheets, name="year.xlsx")
    assert counted(result) == ("accepted", 12, 12_00)
    assert result.period.label == "2024-25"


def test_cp850_is_an_encoding_a_contract_may_name(contract, judged, tmp_path):
    partner = contract(layout={"encodings": ["cp850"]})
    path = tmp_path / "dos.csv"
    rows = [HEADINGS, ["02/04/2024", "Café Ltd", "R1", "£5.00"]]
    path.write_bytes("\n".join(",".join(row) for row in rows).encode("cp850"))
    lines = tmp_path / "lines.parquet"
    feed = partner.feeds["spend"]
    judge(JudgeRequest(path, path.name, "spend", feed, lines=lines))
    found = duckdb.execute(
        "SELECT supplier_name, amount_pence FROM read_parquet(?)", [str(lines)]
    ).fetchall()
    assert found == [("Café Ltd", 5_00)]


def cells_stand(columns, side, **more):
    return {"layout": {"cells_stand": {"columns": columns, "to_the": side, **more}}}


SHORT_BY_ONE = [["", *HEADINGS], *LINES]
PUSHED_BY_ONE = [HEADINGS, *(["", *line] for line in LINES)]
EMPTY_HEADING_INSIDE = [["Date", "Supplier", "", "Reference", "Amount"], *LINES]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (SHORT_BY_ONE, cells_stand(1, "left")),
        (PUSHED_BY_ONE, cells_stand(1, "right")),
        ([["", *row] for row in PUSHED_BY_ONE], cells_stand(1, "right")),
        ([HEADINGS, *(["", "", *line] for line in LINES)], cells_stand(2, "right")),
        (EMPTY_HEADING_INSIDE, cells_stand(1, "left", from_heading="Reference")),
    ],
)
@pytest.mark.parametrize("name", ["payments.csv", "payments.xlsx"])
def test_cells_beside_their_headings_are_read_where_the_contract_says(
    contract, judged, tmp_path, rows, said, name
):
    assert counted(judged(contract(**said), rows, name=name)) == ("accepted", 2, 350_50)
    assert days(tmp_path) == [("2024-04-02", 100_00), ("2024-04-03", 250_50)]


def test_headings_at_the_edge_of_the_sheet_have_no_cells_to_their_left(contract, judged):
    partner = contract(**cells_stand(1, "left"))
    assert counted(judged(partner, [HEADINGS, *LINES])) == ("accepted", 2, 350_50)


def test_cells_stand_from_a_heading_of_the_layout(contract):
    wrong = mistake(contract, **cells_stand(1, "left", from_heading="Town"))
    assert wrong.endswith("cells_stand.from_heading: no column is headed 'Town'")


def beside(result):
    return [(f.message, f.proposal) for f in result.findings if f.code == "TP-033"]


MANY = [[f"{day:02d}/04/2024", "Elm Homes Ltd", f"R{day}", "1.00"] for day in range(1, 11)]


@pytest.mark.parametrize(
    ("rows", "place", "proposal"),
    [
        ([["", *HEADINGS], *MANY], "left of their headings", "to_the: left"),
        ([HEADINGS, *(["", *line] for line in MANY)], "right of their headings", "to_the: right"),
        (
            [EMPTY_HEADING_INSIDE[0], *MANY],
            "left of their headings from 'Reference' on",
            'to_the: left, from_heading: "Reference"',
        ),
    ],
)
@pytest.mark.parametrize("name", ["payments.csv", "payments.xlsx"])
def test_where_no_contract_says_so_the_shift_is_named_and_nothing_counts(
    contract, judged, rows, place, proposal, name
):
    result = judged(contract(), rows, name=name)
    assert counted(result) == ("refused", 0, 0)
    ((message, proposed),) = beside(result)
    assert message.startswith(f"The cells of 10 lines stand one column to the {place}, from row 2")
    assert message.endswith("Read where they stand, they hold £10.00.")
    assert proposed == f"cells_stand: {{columns: 1, {proposal}}}"
    codes = {f.code for f in result.findings}
    assert not codes & {"TP-015", "TP-020", "TP-023", "TP-030"}


def test_what_is_proposed_reads_the_file(contract, judged):
    rows = [EMPTY_HEADING_INSIDE[0], *MANY]
    ((_, proposed),) = beside(judged(contract(), rows))
    assert counted(judged(contract(layout=yaml.safe_load(proposed)), rows)) == (
        "accepted",
        10,
        10_00,
    )


def test_some_lines_beside_their_headings_are_named_with_the_first_row(contract, judged):
    moved = [[line[0], *line[2:], ""] for line in MANY[5:]]
    result = judged(contract(), [HEADINGS, *MANY[:5], *moved])
    ((message, proposed),) = beside(result)
    assert message == (
        "The cells of 5 lines stand one column to the left of their headings, at least from "
        "'Amount' on, from row 7 on. Read where they stand, they hold £5.00."
    )
    assert not proposed


def test_an_amount_left_out_beside_another_figure_is_no_shift(contract, judged):
    headings = ["Date", "Supplier", "Net", "Amount"]
    partner = contract(columns={"transaction_no": {"heading": "Net"}})
    full = [[*line[:2], "1.00", "1.20"] for line in MANY]
    result = judged(partner, [headings, *full, *([*line[:3], ""] for line in full)])
    assert not beside(result)
    assert "TP-020" in {f.code for f in result.findings}


def test_ten_thousand_lines_with_a_cell_too_many_are_named_by_their_shift(contract, judged):
    rows = [HEADINGS, *(["", *MANY[0]] for _ in range(10_002))]
    result = judged(contract(), rows)
    assert result.verdict == "refused"
    assert "TP-170" in {f.code for f in result.findings}
    assert "one column to the right of their headings" in beside(result)[0][0]


def test_a_file_that_is_put_right_at_its_source_no_longer_fits_what_was_agreed(contract, judged):
    result = judged(contract(**cells_stand(1, "right")), [HEADINGS, *MANY])
    assert counted(result) == ("refused", 0, 0)
    assert "left of where the contract says that they stand" in beside(result)[0][0]
