"""The analyst's examples in docs/examples give the Board's figures on the samples."""

import json

import duckdb
import pytest

from orchestration.settings import CHECKOUT

EXAMPLES = CHECKOUT / "docs" / "examples"


@pytest.fixture(scope="module")
def answers(samples_home):
    """What each SQL example gives on the release of the samples, as rows."""
    database = str(samples_home.current.resolve() / "totalplace.duckdb")
    with duckdb.connect(database, read_only=True) as con:
        return {
            path.stem: con.execute(path.read_text(encoding="utf-8")).fetchall()
            for path in sorted(EXAMPLES.glob("*.sql"))
        }


def test_drug_and_alcohol_spend_counts_each_pound_once(answers):
    spend = {(year, body): pence for year, body, pence in answers["drug_alcohol_spend"]}
    assert spend["2009-10", "City Council"] == 502_685_332
    assert spend["2009-10", "County Council"] == 336_696_043
    assert sum(p for (year, _), p in spend.items() if year == "2009-10") == 1_106_075_594


def test_public_access_has_a_row_for_what_no_channel_was_reported_of(answers):
    assert answers["public_access_by_channel"] == [
        ("face_to_face", 150_674_594),
        ("not_reported", 26_300_000),
        ("telephone", 187_965_365),
        ("web", 10_173_609),
    ]


def test_savings_go_from_claimed_to_counted(answers):
    assert answers["savings_claimed_to_counted"][-1] == (
        "2012-13", 307_291_910, 862_754_538, 1_251_540_000, 334_428_543,
    )  # fmt: skip


def test_the_notebook_runs_from_its_first_cell_to_its_last(samples_home, monkeypatch):
    monkeypatch.setenv("TOTALPLACE_HOME", str(samples_home.home))
    notebook = json.loads((EXAMPLES / "first_look.ipynb").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert names["by_body"].loc["leicester_city_council", "2009-10"] == 502_685_332
    assert len(names["behind"]) > 100
