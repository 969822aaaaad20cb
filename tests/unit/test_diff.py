"""What changed, in sentences; and what people noted about a release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.cli.main import main
from orchestration.publish.change_words import Restated, sentences
from orchestration.publish.notes import add_note
from orchestration.release.diff import before_it, diff
from tests.unit.release_world import LINES
from tests.unit.test_restatement import ALDER, BIRCH, inputs, released

pytestmark = pytest.mark.long

HEADLINE = {
    "headline": "drug_alcohol_spend", "measure": "in_scope", "financial_year": "2011-12",
    "body_id": "alder",
}  # fmt: skip


def figure(**facts: object) -> Restated:
    plain = {
        "table_name": "fct_headline", "figure_key": json.dumps(HEADLINE),
        "financial_year": "2011-12", "body_id": "alder", "column_name": "pence",
        "change": "changed", "old_value": "1000", "new_value": "1250", "difference_pence": 250,
        "difference_number": None, "cause": "correction", "cause_references": "R-000123",
    }  # fmt: skip
    return Restated(**{**plain, **facts})  # type: ignore[arg-type]


def test_a_headline_that_moved_is_said_with_both_values_and_the_cause() -> None:
    assert sentences([figure()], {"alder": "Alder Council"}) == [
        "Spend on drug and alcohol services (in scope), Alder Council, 2011-12: £10.00 → £12.50 "
        "(+£2.50). Cause: correction R-000123."
    ]


def test_amounts_below_nought_and_what_moved_down_have_the_same_sign() -> None:
    (said,) = sentences([figure(old_value="-1000", new_value="-1250", difference_pence=-250)], {})
    assert ": -£10.00 → -£12.50 (-£2.50). " in said


def test_a_figure_that_can_no_longer_be_stated_is_no_nought() -> None:
    (said,) = sentences([figure(new_value=None, difference_pence=-1000)], {})
    assert said.startswith(
        "Spend on drug and alcohol services (in scope), the place, 2011-12: £10.00 → not stated."
    )


def test_the_largest_move_comes_first_and_the_rest_is_counted() -> None:
    rows = [figure(difference_pence=n, new_value=str(1000 + n)) for n in (1, 300, 20)]
    said = sentences(rows, {}, budget=2)
    assert "(+£3.00)" in said[0]
    assert said[1] == "And 2 more: --csv lists every figure."


def test_other_tables_say_how_many_of_their_figures_differ() -> None:
    rows = [figure(table_name="fct_place_spend", column_name="gross_pence") for _ in range(3)]
    assert sentences(rows, {}) == ["3 figures of fct_place_spend differ: correction (3)."]


def test_of_several_causes_each_is_named_with_its_receipts() -> None:
    both = {"cause": "several", "cause_references": "withdrawal R-000001; code change 1a2b3c4d5e6f"}
    other = figure(table_name="fct_place_spend", column_name="gross_pence", **both)
    assert sentences([figure(**both), other], {}) == [
        "Spend on drug and alcohol services (in scope), the place, 2011-12: £10.00 → £12.50 "
        "(+£2.50). May follow from: withdrawal R-000001; code change 1a2b3c4d5e6f.",
        "1 figure of fct_place_spend differs: withdrawal or code change (1).",
    ]


def test_a_doubt_that_now_stands_beside_a_figure_is_said() -> None:
    beside = {"new_value": "Not complete: Alder.", "difference_pence": None, "old_value": None}
    rows = [figure(column_name=column, **beside) for column in ("reason", "status")]
    assert sentences(rows, {}) == [
        "What stands beside 1 headline figure differs (reason, status). Cause: correction R-000123."
    ]


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A home with two releases: birch has withdrawn in the second."""
    released(tmp_path, LINES, inputs(ALDER, BIRCH), 12)
    add_note(tmp_path / "published", current(tmp_path).name, "Birch is expected to withdraw", "Ann")
    released(tmp_path, LINES[:2], inputs(ALDER), 13)
    return tmp_path


def current(home: Path) -> Path:
    return (home / "published" / "current").resolve()


def test_two_folders_are_enough_and_give_the_releases_own_table(two: Path) -> None:
    after = current(two)
    before = before_it(after)
    assert before
    found = diff(before, after, two / "changes.csv")
    assert [(r.table_name, r.change) for r in found.rows if r.cause == "withdrawal"] == [
        ("dim_partner", "disappeared"),
        ("dim_partner", "disappeared"),
        ("dim_partner", "disappeared"),
        ("dim_partner", "disappeared"),
        ("fct_place_spend", "disappeared"),
        ("fct_place_spend", "disappeared"),
        ("spend", "lines disappeared"),
    ]
    assert len((two / "changes.csv").read_text("utf-8-sig").splitlines()) == 1 + len(found.rows)


def test_changes_stand_in_the_release_with_what_was_noted(two: Path) -> None:
    text = (current(two) / "CHANGES.md").read_text()
    assert (
        "- 1 line of spend from alder went out, £90,071,992,547,409.93. Cause: withdrawal" in text
    )
    assert "Birch is expected to withdraw (Ann, " in text


def test_the_verb_says_what_changed(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--home", str(two)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("From release 2025-06-02-")
    assert "2 figures of fct_place_spend differ: withdrawal (2)." in said


def test_a_first_release_has_none_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    released(tmp_path, LINES, inputs(ALDER, BIRCH), 12)
    assert main(["diff", "--home", str(tmp_path)]) == 0
    assert "is the first here" in capsys.readouterr().out


def test_an_unknown_release_is_named_with_those_there_are(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "2020-01-01-x", "--home", str(two)]) == 2
    assert "There is no release '2020-01-01-x'" in capsys.readouterr().err
