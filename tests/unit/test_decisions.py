"""What people decide about lines without a class: a line each, only added to, and read whole."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.contracts.decisions import Decision, add_decision, decision_rows, decisions
from orchestration.contracts.load import ContractError


def decided(theme="other", **facts):
    return Decision.model_validate(
        {
            "decided_on": date(2026, 11, 28), "decided_by": "A. Officer",
            "pattern_id": "U-0a1b2c3d", "body_id": "northshire_council",
            "department": "Public Health", "area": "not_reported", "account": "Grants",
            "theme": theme, "reason": "Grants for walking groups", **facts,
        }
    )  # fmt: skip


def test_decisions_are_kept_in_their_order(tmp_path):
    file = tmp_path / "home" / "decisions.jsonl"
    add_decision(file, first := decided())
    add_decision(file, second := decided("unclassified", reason="Was a mistake"))
    assert decisions(file) == [first, second]
    assert [row[0] for row in decision_rows(file)] == [1, 2]


def test_a_home_without_decisions_has_none(tmp_path):
    assert decisions(tmp_path / "decisions.jsonl") == []


def test_a_line_that_a_power_cut_left_half_is_no_decision(tmp_path):
    file = tmp_path / "decisions.jsonl"
    add_decision(file, decided())
    with file.open("ab") as half:
        half.write(b'{"decided_on": "2026-11')
    assert decisions(file) == [decided()]


def test_a_line_that_cannot_be_read_is_named(tmp_path):
    file = tmp_path / "decisions.jsonl"
    add_decision(file, decided())
    with file.open("ab") as more:
        more.write(b"{}\n")
    with pytest.raises(ContractError, match=r"decisions\.jsonl, line 2: Field required"):
        decisions(file)


def test_a_reason_is_one_line_and_never_empty():
    assert decided(reason="of\n two\tlines").reason == "of two lines"
    with pytest.raises(ValueError, match="at least 1 character"):
        decided(reason="  ")
