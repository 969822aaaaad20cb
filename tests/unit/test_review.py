"""The review queue as people use it: the largest pattern first, its payees, a signed decision."""

from __future__ import annotations

import json

import duckdb
import pytest

from orchestration.cli.main import main
from orchestration.contracts.decisions import decisions

GRANTS, SPORT = "U-00000001", "U-00000002"


@pytest.fixture
def home(tmp_path):
    """A home whose current release has two patterns without a class, one of two payees."""
    release = tmp_path / "published" / "r1"
    release.mkdir(parents=True)
    with duckdb.connect(str(release / "totalplace.duckdb")) as con:
        con.execute(
            "CREATE TABLE v_unclassified_pattern AS SELECT * FROM (VALUES "
            f"('{SPORT}', 'alder', 'Alder', 'Public Health', 'not_reported', 'Sport', 'NO-RULE', "
            "1, 99.50::DECIMAL(18,2), 2), "
            f"('{GRANTS}', 'alder', 'Alder', 'Public Health', 'not_reported', 'Grants', "
            "'DA-CHARITY-REVIEW', 2, 1500.00, 1)) AS v (pattern_id, body_id, body_name, "
            "department, area, account, rules, lines, gross_pounds, rank_no)"
        )
        con.execute(
            "CREATE TABLE fct_spend_line AS SELECT 'alder' AS body_id, 'unclassified' AS theme, "
            "'Public Health' AS department, NULL::VARCHAR AS area, 'Grants' AS account, * "
            "FROM (VALUES ('Any Charity', 50000), ('[withheld]', 100000)) "
            "AS v (supplier_name, amount_pence)"
        )
    (release.parent / "current").symlink_to("r1")
    return tmp_path


def said(capsys, home, *arguments):
    code = main(["review", *arguments, "--home", str(home)])
    out, err = capsys.readouterr()
    return code, out + err


def test_the_queue_shows_the_largest_first_and_what_left_it(home, capsys):
    code, text = said(capsys, home)
    assert code == 0
    assert text.startswith("2 patterns of labels without a class, £1,599.50; the largest first.")
    rows = [line.split() for line in text.splitlines() if line.strip().startswith("U-")]
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        (GRANTS, "£1,500.00", "DA-CHARITY-REVIEW"),
        (SPORT, "£99.50", "NO-RULE"),
    ]


def test_one_pattern_shows_its_payees_by_pounds(home, capsys):
    _, text = said(capsys, home, GRANTS)
    assert "Alder: Public Health / Grants\n2 lines, £1,500.00, left by DA-CHARITY-REVIEW" in text
    assert text.index("[withheld]") < text.index("Any Charity")
    assert json.loads(said(capsys, home, GRANTS, "--json")[1])["payees"] == [
        {"payee": "[withheld]", "lines": 1, "pence": 100_000},
        {"payee": "Any Charity", "lines": 1, "pence": 50_000},
    ]


def test_a_decision_is_kept_with_its_name_and_reason(home, capsys):
    why = ("--reason", "Grants for walks", "--name", "A. Officer")
    code, text = said(capsys, home, "decide", GRANTS, "other", *why)
    assert code == 0
    assert text.startswith(f"{GRANTS} is other from the next run on (2 lines, £1,500.00).")
    (decision,) = decisions(home / "decisions.jsonl")
    assert (decision.body_id, decision.department, decision.area, decision.account) == (
        "alder", "Public Health", "not_reported", "Grants",
    )  # fmt: skip
    assert (decision.theme, decision.reason, decision.decided_by) == ("other", *why[1::2])


def test_a_decision_is_taken_back_when_its_pattern_is_in_the_queue_no_more(home, capsys):
    why = ("--reason", "x", "--name", "y")
    said(capsys, home, "decide", GRANTS, "other", *why)
    with duckdb.connect(str(home / "published" / "r1" / "totalplace.duckdb")) as con:
        con.execute("DELETE FROM v_unclassified_pattern")
    code, text = said(capsys, home, "decide", GRANTS, "unclassified", *why)
    assert (code, "what was decided before gives way" in text) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("U-99999999",), "There is no pattern U-99999999 without a class"),
        (("decide", GRANTS, "sports"), "'sports' is no theme. Write one of: drug_alcohol, "),
        (("decide", GRANTS, "other"), "A decision needs a reason and a name"),
        (("decide", GRANTS), "Write `totalplace review`, `totalplace review PATTERN`, or "),
    ],
)
def test_what_is_not_understood_is_said_and_nothing_is_kept(home, capsys, arguments, problem):
    code, text = said(capsys, home, *arguments)
    assert (code, problem in text) == (2, True)
    assert not (home / "decisions.jsonl").exists()


def test_before_the_first_release_there_is_nothing_to_review(tmp_path, capsys):
    code, text = said(capsys, tmp_path)
    assert (code, "Nothing has been published yet" in text) == (2, True)
