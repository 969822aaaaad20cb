"""Cells that a program spoilt are called by what happened to them."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

SPEND = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds["spend"]
NAME = "payments-april-2024.csv"


@pytest.fixture
def found(tmp_path):
    """What is found in lines of these dates and amounts."""

    def found(*cells):
        rows = [f"{day},Supplier {n} Ltd,Care,{amount}" for n, (day, amount) in enumerate(cells)]
        path = tmp_path / NAME
        path.write_text("\n".join(["Date,Supplier,Account,Amount", *rows]) + "\n")
        findings = judge(JudgeRequest(path, NAME, "spend", SPEND)).findings
        return {f.code: f for f in findings}

    return found


@pytest.mark.parametrize("space", "\u00a0\u202f\u2009")
def test_a_no_break_space_between_digits_is_named(found, space):
    said = found(("01/04/2024", "100"), ("02/04/2024", f"1{space}234.50"))["TP-021"]
    assert said.message.endswith(
        "1 cell has a no-break space between digits, which looks like a space and is another "
        "character."
    )
    assert said.fix.endswith("or write a comma between the thousands.")
    assert said.groups[0].suggestion == "1234.50"


def test_no_break_spaces_around_an_amount_are_no_fault(found):
    assert found(("01/04/2024", "\u00a0100\u00a0")) == {}


def test_a_column_that_was_too_narrow_is_named(found):
    said = found(("########", "100"), ("02/04/2024", "#####"), ("02/04/2024", "tbc"))
    for code in ("TP-021", "TP-023"):
        assert (
            "1 cell is #### alone: the column was too narrow when the file was exported, and what "
            "stood there is lost." in said[code].message
        )
        assert "Make the column wider and export the file again." in said[code].fix


def test_other_faults_have_no_such_cause(found):
    assert "export" not in found(("02/04/2024", "1 234"), ("02/04/2024", "1"))["TP-021"].message
