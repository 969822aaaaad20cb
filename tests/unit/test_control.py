"""Control totals beside and inside a file; cells that must stay text; defaults; groups."""

import json
from pathlib import Path

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.judge.rules.control_totals import read_manifest
from orchestration.intake.landing import discover
from orchestration.intake.read.control_file import is_manifest

PARTNER = load_partner(Path(__file__).parents[1] / "rules" / "contract.yml")
FEED = PARTNER.feeds["spend"]
GOOD = "Date,Supplier,Account,Amount\n02/04/2024,A Ltd,Care,100.00\n03/04/2024,B Ltd,NA,5.00\n"


def judged(tmp_path, text, manifest=None, columns=None, ending="json"):
    path = tmp_path / "payments-april-2024.csv"
    path.write_text(text)
    beside = None
    if manifest is not None:
        beside = tmp_path / f"{path.name}.manifest.{ending}"
        beside.write_text(manifest)
    feed = FEED
    if columns:
        layout = FEED.layouts[0]
        layout = layout.model_copy(update={"columns": layout.columns | columns})
        feed = FEED.model_copy(update={"layouts": [layout]})
    lines = tmp_path / "lines.parquet"
    return judge(JudgeRequest(path, path.name, "spend", feed, control_file=beside, lines=lines))


def codes(result):
    return {f.code for f in result.findings}


@pytest.mark.parametrize(
    ("ending", "text", "code", "verdict"),
    [
        ("json", '{"rows": 2, "pence": 10500}', "TP-046", "accepted"),
        ("json", '{"rows": 3, "pence": 10500}', "TP-045", "refused"),
        ("json", '{"rows": 2, "pence": 10499}', "TP-045", "refused"),
        ("csv", "rows,pence\n2,10500\n", "TP-046", "accepted"),
        ("csv", "pence,rows\n10400,2\n", "TP-045", "refused"),
        ("json", '{"rows": 2, "pence": 105.0}', "TP-047", "refused"),
        ("json", '{"rows": true, "pence": 10500}', "TP-047", "refused"),
        ("json", "[" * 3000, "TP-047", "refused"),
        ("json", "", "TP-047", "refused"),
        ("csv", "rows,pence", "TP-047", "refused"),
    ],
)
def test_a_manifest_agrees_or_refuses_the_file(tmp_path, ending, text, code, verdict):
    result = judged(tmp_path, GOOD, text, ending=ending)
    assert code in codes(result)
    assert result.verdict == verdict


def test_a_wrong_total_is_said_before_any_rule(tmp_path):
    result = judged(tmp_path, GOOD + "x,C Ltd,Care,tbc\n", json.dumps({"rows": 9, "pence": 1}))
    assert [f.code for f in result.findings if f.level == "must_fix"] == ["TP-045"]
    assert result.rows_in == result.rows_accepted + result.rows_set_aside + result.rows_non_data


@pytest.mark.parametrize(
    "trailer", ["TRAILER,2,10500", "trailer, 2 ,10500,", "TRAILER,2,10500\n\n"]
)
def test_a_trailer_is_no_line_and_agrees(tmp_path, trailer):
    result = judged(tmp_path, GOOD + trailer)
    assert "TP-046" in codes(result)
    assert (result.verdict, result.rows_accepted) == ("accepted", 2)
    assert result.rows_in == result.rows_accepted + result.rows_non_data


def test_a_supplier_called_trailer_is_a_line(tmp_path):
    result = judged(tmp_path, GOOD + "04/04/2024,TRAILER,2,10500\n")
    assert not codes(result) & {"TP-045", "TP-046"}
    assert result.rows_accepted == 3


def test_a_manifest_is_no_delivery_but_an_orphan_is(tmp_path):
    folder = tmp_path / PARTNER.id / "spend"
    folder.mkdir(parents=True)
    for name in ("a.csv", "a.csv.manifest.json", "b.csv.manifest.json", ".manifest.json"):
        (folder / name).write_text("{}")
    found = [d.path.name for d in discover(tmp_path, {PARTNER.id: PARTNER})]
    assert found == ["a.csv", "b.csv.manifest.json"]
    assert is_manifest(folder / "a.csv.manifest.json")
    assert read_manifest(folder / "a.csv.manifest.json") is None


def test_texts_stay_texts(tmp_path):
    values = ["NA", "00123", "1E10", "MAR1", "null", "TRUE", "-"]
    text = GOOD.split("\n")[0] + "\n"
    text += "".join(f"02/04/2024,A Ltd,{v},1.00\n" for v in values)
    judged(tmp_path, text)
    import pyarrow.parquet as pq

    table = pq.read_table(tmp_path / "lines.parquet")
    assert table["account"].to_pylist() == values


def test_a_default_fills_an_empty_cell_and_a_missing_column(tmp_path):
    import pyarrow.parquet as pq

    account = FEED.layouts[0].columns["account"].model_copy(update={"default": "General"})
    for text, wanted in (
        ("Date,Supplier,Account,Amount\n02/04/2024,A Ltd,,1.00\n,,,\nTotal,,,1.00\n", ["General"]),
        ("Date,Supplier,Amount\n02/04/2024,A Ltd,1.00\n", ["General"]),
    ):
        result = judged(tmp_path, text, columns={"account": account})
        assert (result.verdict, "TP-012" in codes(result)) == ("accepted", False)
        table = pq.read_table(tmp_path / "lines.parquet")
        assert table["account"].to_pylist() == wanted


def test_a_date_that_means_two_days_is_told(tmp_path):
    date = FEED.layouts[0].columns["line_date"]
    both = date.model_copy(update={"formats": ["dd/mm/yyyy", "mm/dd/yyyy"]})
    text = "Date,Supplier,Account,Amount\n"
    text += "".join(f"{d}/2024,A Ltd,Care,1.00\n" for d in ("03/04", "04/04", "04/25"))
    result = judged(tmp_path, text, columns={"line_date": both})
    found = [f for f in result.findings if f.code == "TP-160"]
    assert [(c.row, c.column, c.value) for c in found[0].cells] == [(2, "A", "03/04/2024")]
    assert found[0].message.startswith("1 row has a date")
    assert not [f for f in judged(tmp_path, text).findings if f.code == "TP-160"]


def test_the_same_mistake_is_one_group_and_a_rare_one_is_seen(tmp_path):
    text = "Date,Supplier,Account,Amount\n" + "02/04/2024,A Ltd,Care,100.00\n" * 1500
    text += "02/04/2024,A Ltd,Care,XX\n" * 1400
    text += "".join(f"02/04/2024,A Ltd,Care,y{n % 40}\n" for n in range(80))
    text += "2024-04-02,A Ltd,Care,7.00\n02/04/2024,A Ltd,Care,GBP 9.00\n"
    result = judged(tmp_path, text)
    amounts = next(f for f in result.findings if f.code == "TP-021")
    assert (amounts.count, amounts.distinct, len(amounts.cells)) == (1481, 42, 1481)
    assert (amounts.groups[0].value, amounts.groups[0].count) == ("XX", 1400)
    assert (amounts.groups[0].first_row, amounts.groups[0].suggestion) == (1502, None)
    assert (amounts.groups[-1].value, amounts.groups[-1].suggestion) == ("GBP 9.00", "9.00")
    dates = next(f for f in result.findings if f.code == "TP-023")
    assert dates.groups[0].as_json() == {
        "value": "2024-04-02",
        "count": 1,
        "amount_pence": 700,
        "first_row": 2982,
        "suggestion": "02/04/2024",
    }
    assert amounts.cells[-1].row == 2983
    assert [c.row for c in amounts.cells[:2]] == [1502, 1503]
    assert amounts.as_json()["values"] == 42


def test_a_renamed_heading_is_met_with_help(tmp_path):
    result = judged(tmp_path, GOOD.replace("Amount", "Net Amount (£)"))
    found = next(f for f in result.findings if f.code == "TP-011")
    assert found.message == (
        "The heading 'Amount' is missing. Did you mean 'Amount' by 'Net Amount (£)'?"
    )
    assert found.fix == (
        "Put the column back. If it has a new name, tell the data team, who can add the name to "
        "the agreement."
    )
    assert "TP-013" not in codes(result)
