"""The faults reported are the faults planted: every cell, every count, and nothing besides."""

import os
from collections import Counter
from pathlib import Path

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge

from .plant import CELL_KINDS, KINDS, ROW_STAYS, plant

PARTNER = load_partner(Path(__file__).with_name("contract.yml"))


def agrees(feed, faults, seed, tmp_path, encoding="utf-8"):
    """Judges a planted file and compares everything with what was planted."""
    planted = plant(feed, faults, seed)
    path = tmp_path / "planted.csv"
    path.write_bytes(planted.text.encode(encoding))
    result = judge(JudgeRequest(path, path.name, feed, PARTNER.feeds[feed]))
    told = [f for f in result.findings if f.level == "set_aside" or f.code in ROW_STAYS]
    cells = [(c.sheet, c.row, c.column, f.code) for f in told for c in f.cells]
    assert not [f for f in result.findings if f.level == "must_fix"]
    assert sorted(cells) == sorted(planted.faults)
    counts = Counter()
    for found in told:
        counts[found.code] += found.count
    assert counts == planted.reported
    assert result.rows_in == planted.rows
    assert result.rows_set_aside == planted.aside
    assert result.rows_non_data == planted.non_data
    assert result.rows_accepted == planted.rows - planted.aside - planted.non_data
    assert result.pence_accepted == planted.pence
    return planted


@pytest.mark.parametrize("feed", CELL_KINDS)
@pytest.mark.parametrize("faults", [0, 1, 7, 300])
def test_what_is_reported_is_what_was_planted(feed, faults, tmp_path):
    for seed in range(3):
        planted = agrees(feed, faults, seed, tmp_path, ["utf-8", "cp1252"][seed % 2])
        assert len(planted.faults) == faults


@pytest.mark.parametrize("feed", CELL_KINDS)
def test_five_thousand_faults_of_every_kind(feed, tmp_path):
    planted = agrees(feed, 5_000, 1, tmp_path)
    assert {code for *_, code in planted.faults} >= {k[2] for k in CELL_KINDS[feed]} | {
        *("TP-030", "TP-140", "TP-141"),
    }


def test_there_are_forty_kinds_and_more():
    assert KINDS >= 40


@pytest.mark.skipif("TOTALPLACE_SWEEP" not in os.environ, reason="minutes; part of `make sweep`")
@pytest.mark.parametrize("feed", CELL_KINDS)
def test_a_million_faults(feed, tmp_path):
    planted = agrees(feed, 1_000_000, 1, tmp_path)
    assert len(planted.faults) == 1_000_000
