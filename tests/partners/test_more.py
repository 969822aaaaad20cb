"""Other bodies' published files, each on-boarded by a contract of its own and nothing else.

Rows and pence must equal an independent count; a float such as 930.3900000000001 is whole pennies.
"""

import csv
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.load import load_partners
from orchestration.intake.judge.judge import JudgeRequest, judge

PARTNERS = load_partners(Path(__file__).parent / "contracts")


@pytest.fixture(scope="module")
def expected(extracts):
    with (extracts / "EXPECTED.csv").open(encoding="utf-8") as file:
        return [r for r in csv.DictReader(file) if r["file"].startswith("more/")]


@pytest.fixture(scope="module")
def judged(extracts, expected):
    results = {}
    for row in expected:
        path = extracts / row["file"]
        _, partner, name = row["file"].split("/")
        results[row["file"]] = judge(
            JudgeRequest(path, name, "spend", PARTNERS[partner].feeds["spend"])
        )
    return results


def test_rows_and_pence_agree_with_the_independent_count(expected, judged):
    assert len(expected) == 18
    for row in expected:
        result, file = judged[row["file"]], row["file"]
        assert result.verdict in ("accepted", "accepted_with_rows_set_aside"), file
        rows = result.rows_accepted + result.rows_set_aside
        assert rows == int(row["data_rows"]), file
        assert result.pence_accepted + result.pence_set_aside == int(row["total_pence"]), file
        # The count calls a lone dash no amount; a ledger means nought by it, and so do we.
        assert result.rows_set_aside == 0, file
        assert result.rows_in == rows + result.rows_non_data, file


def test_nothing_must_be_fixed_and_no_heading_is_strange(judged):
    for file, result in judged.items():
        codes = {f.code for f in result.findings}
        assert not [f for f in result.findings if f.level == "must_fix"], file
        assert not codes & {"TP-011", "TP-012", "TP-013", "TP-014"}, file


def test_lines_with_a_dash_for_an_amount_are_lines_of_nought(extracts, expected, tmp_path):
    dashes = {r["file"]: int(r["rows_without_amount"]) for r in expected}
    file = next(f for f, n in dashes.items() if n == 16)
    feed = PARTNERS["thurrock_council"].feeds["spend"]
    judge(
        JudgeRequest(
            extracts / file, Path(file).name, "spend", feed, lines=tmp_path / "lines.parquet"
        )
    )
    noughts = duckdb.execute(
        "SELECT count(*) FROM read_parquet(?) WHERE amount_pence = 0",
        [str(tmp_path / "lines.parquet")],
    ).fetchall()
    assert noughts == [(16,)]


def test_a_date_kept_as_a_serial_number_is_that_date(tmp_path):
    path = tmp_path / "pcc-2021-22.csv"
    path.write_text(
        "Expenditure Category,Date,Total Invoice Amount,Supplier\n"
        "Petrol,44287,1.00,Anytown Fuel Ltd\nPetrol,2021-04-02,2.00,Anytown Fuel Ltd\n"
        "Petrol,4428,4.00,Anytown Fuel Ltd\nPetrol,44287.5,8.00,Anytown Fuel Ltd\n"
    )
    feed = PARTNERS["lancashire_pcc"].feeds["spend"]
    lines = tmp_path / "lines.parquet"
    result = judge(JudgeRequest(path, path.name, "spend", feed, lines=lines))
    days = duckdb.execute(
        "SELECT CAST(line_date AS VARCHAR) FROM read_parquet(?) ORDER BY ALL", [str(lines)]
    ).fetchall()
    assert days == [("2021-04-01",), ("2021-04-02",)]
    assert [(c.row, c.column) for f in result.findings if f.code == "TP-023" for c in f.cells] == [
        (4, "B"),
        (5, "B"),
    ]


def test_a_minus_behind_the_amount_is_a_credit_only_where_the_contract_says_so(tmp_path):
    path = tmp_path / "exp-apr-23.csv"
    amounts = ["123.45-", "£1.00-", '"1,000.00-"', "-5-", "5--", "(5)-", "7-8"]
    rows = "".join(f"03.04.2023,{a},Anytown Ltd,Place,Care,1\n" for a in amounts)
    headings = (
        "Transaction Date,Gross Amount £,Supplier Name,Expense Area,Expense Type,Expense Code"
    )
    path.write_text(f"{headings}\n{rows}")
    feed = PARTNERS["barnsley_mbc"].feeds["spend"]
    layout = feed.layouts[0].model_copy(update={"max_set_aside_share": 1.0})
    plain = feed.model_copy(update={"layouts": [layout]})
    money = layout.columns["amount_pence"].model_copy(update={"trailing_minus": True})
    layout = layout.model_copy(update={"columns": {**layout.columns, "amount_pence": money}})
    allowed = feed.model_copy(update={"layouts": [layout]})
    result = judge(JudgeRequest(path, path.name, "spend", plain))
    assert (result.rows_accepted, result.rows_set_aside) == (0, 7)
    result = judge(JudgeRequest(path, path.name, "spend", allowed))
    assert (result.rows_accepted, result.pence_accepted) == (3, -(12345 + 100 + 100_000))


def test_each_era_is_read_by_its_own_layout(judged):
    devon = {f[-10:-4]: r.layout.id for f, r in judged.items() if "/devon" in f}
    assert devon == {
        "201101": "by_hand",
        "201704": "export_with_times",
        "202404": "export_with_capital_area",
        "202503": "last_export",
        "202504": "new_ledger",
    }
    thurrock = {f[-14:-8]: r.layout.id for f, r in judged.items() if "/thurrock" in f}
    assert thurrock == {"202304": "over_500", "202404": "over_500_with_source"}


def test_the_period_is_found_with_or_without_a_telling_name(judged):
    found = {f.split("/", 1)[1]: r.period.label for f, r in judged.items()}
    assert found["north_northamptonshire_council/file_2ddffp.bin"] == "2023-11"
    assert found["north_northamptonshire_council/file_4dc68u.bin"] == "2023-06"
    assert found["barnsley_mbc/exp-ex-gbp500-apr-23.csv"] == "2023-04"
    assert found["lancashire_pcc/pcc-2018-19.xlsx"] == "2018-19"
    nene = sorted(label for f, label in found.items() if f.startswith("nhs_nene"))
    assert nene == ["2018-04", "2018-05", "2018-06", "2018-07", "2018-08", "2018-09"]
