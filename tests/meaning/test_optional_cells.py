"""One bad cell of a field that a row may lack costs the cell: the row and its money stay."""

import duckdb
import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT
from orchestration.steward.text import findings_lines

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
SAVINGS = (
    "Year,Ref,Name,Programme,Lead,Share,Class,Recurrent,Starts,Baseline,Forecast,Actual,Reason,"
    "Assurance"
)
SPEND = "Date,Supplier,Account,Amount"


def judged(tmp_path, feed, text, partner=PARTNER):
    """The judgement, what it says as code, level and cells, and its accepted lines."""
    path, lines = tmp_path / f"{feed}-2024-25.csv", tmp_path / "lines.parquet"
    path.write_text(text, encoding="utf-8")
    result = judge(JudgeRequest(path, path.name, feed, partner.feeds[feed], lines=lines))
    told = [
        (f.code, f.level, [(c.row, c.column, c.value) for c in f.cells])
        for f in result.findings
        if f.cells
    ]
    return result, told, lines


def saving(starts="01/10/2024", forecast="200.00", share="1"):
    return (
        f"{SAVINGS}\n2024-25,A1,One desk,Access,Anytown,{share},Cash,Yes,{starts},900.00,"
        f"{forecast},100.00,,Interim\n"
    )


def test_a_forecast_that_is_not_known_yet_leaves_the_actual(tmp_path):
    result, told, lines = judged(tmp_path, "savings", saving(forecast="TBC"))
    assert told == [("TP-371", "information", [(2, "K", "TBC")])]
    assert (result.rows_accepted, result.pence_accepted) == (1, 10_000)
    read = duckdb.sql(f"SELECT forecast_pence, forecast_pence_as_submitted FROM '{lines}'")
    assert read.fetchall() == [(None, "TBC")]


def test_the_row_of_a_lost_cell_is_said_on_the_terminal(tmp_path):
    result, _, _ = judged(tmp_path, "savings", saving(forecast="TBC"))
    assert "          row 2, column K 'Forecast': 'TBC'" in findings_lines(result.findings)


@pytest.mark.parametrize(
    ("dues", "code"),
    [
        (["2024-12-01"] * 5, "TP-370"),
        (["2024-12-01"] * 4, "TP-371"),
        (["TBC"] * 5, "TP-371"),
    ],
)
def test_a_column_that_is_not_as_agreed_is_asked_about_though_nothing_counts_by_it(
    tmp_path, dues, code
):
    heads = f"{SAVINGS},Due"
    rows = [
        f"2024-25,A{n},Desk,Access,Anytown,1,Cash,Yes,01/10/2024,900.00,1.00,9.00,,Interim,{d}"
        for n, d in enumerate(dues)
    ]
    result, told, _ = judged(tmp_path, "savings", "\n".join([heads, *rows, ""]))
    assert [(c, len(cells)) for c, _, cells in told] == [(code, len(dues))]
    assert result.rows_accepted == len(dues)


def test_a_start_that_cannot_be_read_is_asked_about(tmp_path):
    result, told, _ = judged(tmp_path, "savings", saving(starts="autumn"))
    assert told == [("TP-370", "please_explain", [(2, "I", "autumn")])]
    assert (result.rows_accepted, result.pence_accepted) == (1, 10_000)


def test_a_required_cell_costs_its_row_as_ever(tmp_path):
    result, told, _ = judged(tmp_path, "savings", saving(share="most"))
    assert told == [("TP-028", "set_aside", [(2, "F", "most")])]
    assert (result.rows_set_aside, result.pence_set_aside) == (1, 10_000)


def test_every_fault_of_a_row_is_said_at_once(tmp_path):
    _, told, _ = judged(tmp_path, "savings", saving(share="most", starts="autumn"))
    assert [code for code, *_ in told] == ["TP-028", "TP-370"]


@pytest.mark.parametrize("cell", ["n/a", "N/A", "..", "[x]", "[z]", "not known", "#N/A", "TBA"])
def test_what_says_that_there_is_no_value_is_not_asked_about(tmp_path, cell):
    _, told, _ = judged(tmp_path, "savings", saving(forecast=cell))
    assert [(code, level) for code, level, _ in told] == [("TP-371", "information")]


def test_a_layout_may_require_a_column_whose_bad_cells_then_cost_their_rows(tmp_path):
    text = saving(starts="autumn")
    layout = PARTNER.feeds["savings"].layouts[0]
    columns = layout.columns | {
        "start_date": layout.columns["start_date"].model_copy(update={"required": True})
    }
    feed = PARTNER.feeds["savings"].model_copy(
        update={"layouts": [layout.model_copy(update={"columns": columns})]}
    )
    required = PARTNER.model_copy(update={"feeds": {"savings": feed}})
    result, told, _ = judged(tmp_path, "savings", text, required)
    assert told == [("TP-023", "set_aside", [(2, "I", "autumn")])]
    assert result.rows_set_aside == 1


def test_a_site_stays_without_its_grid_reference_and_without_its_unknown_service(tmp_path):
    text = (
        "Year,Ref,Site,Type,Postcode,East,North,Services,Cost\n"
        "2024-25,A1,Hall,Office,,n/a,westish,57; 9999; 69,1200.00\n"
    )
    result, told, lines = judged(tmp_path, "access_points", text)
    assert told == [
        ("TP-370", "please_explain", [(2, "G", "westish")]),
        ("TP-371", "information", [(2, "F", "n/a")]),
        ("TP-372", "information", [(2, "H", "57; 9999; 69")]),
    ]
    assert (result.rows_accepted, result.pence_accepted) == (1, 120_000)
    read = duckdb.sql(f"SELECT easting, northing, lgsl_codes FROM '{lines}'")
    assert read.fetchall() == [(None, None, "57; 69")]


def test_a_tier_that_cannot_be_read_is_not_all_tiers(tmp_path):
    """Of what a row is known by, an empty cell means something: an unreadable one is not that."""
    text = "Year,Substance,Tier,Measure,People\n2024-25,all,,left,12\n2024-25,all,3ish,left,9\n"
    result, told, _ = judged(tmp_path, "treatment", text)
    assert told == [("TP-027", "set_aside", [(3, "C", "3ish")])]
    assert result.rows_set_aside == 1


def test_a_line_that_says_neither_spending_nor_income_is_set_aside(tmp_path):
    """Nothing said is spending; what cannot be read might be income, with the other sign."""
    layout = PARTNER.feeds["spend"].layouts[0]
    kind = layout.columns["account"].model_copy(
        update={"heading": "Kind", "codes": {"Exp": "spend"}}
    )
    vat = layout.columns["amount_pence"].model_copy(update={"heading": "VAT", "aliases": []})
    columns = layout.columns | {"direction": kind, "vat_pence": vat}
    feed = PARTNER.feeds["spend"].model_copy(
        update={"layouts": [layout.model_copy(update={"columns": columns})]}
    )
    partner = PARTNER.model_copy(update={"feeds": {"spend": feed}})
    text = (
        f"{SPEND},Kind,VAT\n02/04/2024,Care Ltd,Care,100.00,Exp,tbd\n"
        "02/04/2024,Care Ltd,Care,50.00,Both,1.00\n02/04/2024,Care Ltd,Care,5.00,,1.00\n"
    )
    result, told, _ = judged(tmp_path, "spend", text, partner)
    assert told[:2] == [
        ("TP-027", "set_aside", [(3, "E", "Both")]),
        ("TP-371", "information", [(2, "F", "tbd")]),
    ]
    assert (result.pence_accepted, result.pence_set_aside) == (10_500, 5_000)


def test_a_long_file_keeps_its_rows_in_order(tmp_path):
    """Of a long list of words the database makes a join, which would put the rows out of order."""
    city = load_partner(CHECKOUT / "data/partners/leicester_city_council.yml")
    heading = (
        "Unique ID,Payment Date,Department,Beneficiary,Purpose of expenditure,Amount,VAT,VAT code,"
        "Merchant category"
    )
    line = "{0},2010-04-{1:02d},Adults,Oak Homes Ltd,Care {0},{0}.50,{0}.25,,Care"
    rows = [line.format(n, 1 + n % 30) for n in range(1, 60_000)]
    path = tmp_path / "SYNTHETIC-payments-2010-11-q1.csv"
    path.write_text("\n".join([heading, *rows]) + "\n")
    result = judge(JudgeRequest(path, path.name, "spend", city.feeds["spend"]))
    assert result.rows_accepted == 59_999
