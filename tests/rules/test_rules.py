"""One rule = one code = one row of the catalogue = one folder with good, bad and expected.

``bad`` must raise the rule with the rows, the £ and the cells of ``expected.yml``; ``good`` must
not raise it. ``before`` holds files received earlier. A rule about what few contracts say has a
``contract.yml`` of its own.
"""

import dataclasses
from pathlib import Path

import pytest
import yaml

from expectations.catalogue import LEVELS, catalogue
from orchestration.contracts.load import load_partner
from orchestration.intake.landing import Delivery
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.receive import receive

pytestmark = pytest.mark.long

HERE = Path(__file__).parent
FOLDERS = sorted(p for p in HERE.glob("TP-*") if p.is_dir())
PARTNER = load_partner(HERE / "contract.yml")


def agreed_for(rule):
    """The contract by which the files of a rule's folder are judged."""
    own = rule / "contract.yml"
    return load_partner(own) if own.exists() else PARTNER


def deliver(settings, folder, feed, earlier=()):
    """The receipt and findings of the one file in ``folder``, after ``earlier`` ones."""
    partner = agreed_for(folder.parent)
    settings = dataclasses.replace(settings, place=HERE / "place" / "place.yml")
    ledger = Ledger(settings.ledger)
    for path in [*earlier, *sorted(folder.iterdir())]:
        place = f"{partner.id}/{feed}/{path.name}"
        delivery = Delivery(path, place, partner.id, feed)
        receipt = receive(settings, ledger, {partner.id: partner}, delivery)
    return receipt, [f for f in ledger.findings() if f["seq"] == receipt.seq]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_the_bad_file_raises_its_rule_and_the_good_file_does_not(folder, settings, tmp_path):
    expected = yaml.load((folder / "expected.yml").read_text(), Loader=yaml.CSafeLoader)
    feed = expected.get("feed", "spend")
    before = sorted((folder / "before").iterdir()) if (folder / "before").exists() else []
    receipt, findings = deliver(settings, folder / "bad", feed, before)
    found = [f for f in findings if f["code"] == folder.name]
    assert len(found) == 1, findings
    assert receipt.verdict == expected["verdict"]
    assert {
        "in": receipt.rows_in,
        "accepted": receipt.rows_accepted,
        "set_aside": receipt.rows_set_aside,
        "non_data": receipt.rows_non_data,
    } == expected["rows"]
    assert found[0]["row_count"] == expected["count"]
    if "amount_pence" in expected:
        assert found[0]["amount_pence"] == expected["amount_pence"]
    if "message" in expected:
        assert found[0]["message"] == expected["message"]
    other = settings.__class__.from_environment(home=tmp_path / "other")
    other.prepare()
    _, findings = deliver(other, folder / "good", feed, before)
    assert folder.name not in [f["code"] for f in findings]


@pytest.mark.parametrize(
    "folder", [f for f in FOLDERS if "cells:" in (f / "expected.yml").read_text()], ids=str
)
def test_every_faulty_cell_is_addressed_as_excel_does(folder, settings):
    from orchestration.intake.judge.judge import JudgeRequest, judge
    from orchestration.intake.judge.rules.counterparties import counterparties

    expected = yaml.load((folder / "expected.yml").read_text(), Loader=yaml.CSafeLoader)
    feed = expected.get("feed", "spend")
    path = next((folder / "bad").iterdir())
    settings = dataclasses.replace(settings, place=HERE / "place" / "place.yml")
    partner = agreed_for(folder)
    others = counterparties(settings, {partner.id: partner}, partner.id, feed)
    result = judge(JudgeRequest(path, path.name, feed, partner.feeds[feed], others=others))
    cells = [c for f in result.findings if f.code == folder.name for c in f.cells]
    for cell, (row, column, value) in zip(cells, expected["cells"], strict=True):
        assert (cell.row, cell.column) == (row, column)
        assert value in (cell.value, cell.heading)


def test_every_rule_of_the_catalogue_is_worded_for_a_person():
    internal = ("_pence", "_as_submitted", "submission_id", "VARCHAR", "NULL", "None")
    for code, rule in catalogue().items():
        assert rule.level in LEVELS, code
        assert rule.who in ("steward", "engineer"), code
        for text in (rule.title, rule.message, rule.fix, rule.example):
            assert text and not any(word in text for word in internal), (code, text)


def test_every_rule_a_file_can_break_has_its_folder():
    # These need bytes or a state that no committed text file can have; each has a test elsewhere.
    elsewhere = {"TP-004", "TP-005", "TP-016", "TP-017", "TP-024", "TP-031", "TP-090"}
    elsewhere |= {"TP-190", "TP-191", "TP-310", "TP-311", "TP-047", "TP-160"}
    elsewhere |= {f"TP-{n}" for n in (*range(100, 106), *range(107, 119))}
    elsewhere |= {"TP-142", "TP-344"}
    # tests/meaning/test_same_money_twice.py and test_wrong_time.py
    elsewhere |= {"TP-070", "TP-075", "TP-082", "TP-086"}
    elsewhere |= {"TP-063", "TP-064"}  # tests/meaning/test_read_again.py
    elsewhere |= {"TP-170"}  # tests/meaning/test_separators.py
    elsewhere |= {"TP-123"}  # tests/meaning/test_nothing_left_out_unsaid.py
    elsewhere |= {"TP-379", "TP-380"}  # tests/meaning/test_same_saving.py
    elsewhere |= {"TP-386", "TP-387"}  # tests/meaning/test_postcodes.py
    elsewhere |= {"TP-418", "TP-419"}  # tests/meaning/test_whose_file.py
    elsewhere |= {"TP-402"}  # tests/meaning/test_struck_through.py
    assert {f.name for f in FOLDERS} | elsewhere == set(catalogue())
