"""A file against its partner's history: asked about when far outside, silent when usual."""

import dataclasses
from pathlib import Path

import pytest

from expectations.catalogue import catalogue
from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.load import load_partner
from orchestration.intake.judge.findings import finding
from orchestration.intake.judge.rules.drift import Profile, drift_findings

PARTNER = load_partner(Path(__file__).parents[1] / "rules" / "contract.yml")
LAYOUT = PARTNER.feeds["spend"].layouts[0]


def outline(rows=1000, pence=100_000_000, filled=1000, redacted=400, account=None):
    values = {"department": account or {"Care": 500, "Roads": 500}}
    return Profile("v1", rows, pence, {"account": filled}, rows, redacted, values)


def asked(now, before):
    return [f.code for f in drift_findings(now, before, FEEDS["spend"], LAYOUT_WITH)]


COLUMNS = LAYOUT.columns | {"department": LAYOUT.columns["account"]}
LAYOUT_WITH = LAYOUT.model_copy(update={"columns": COLUMNS})
USUAL = [outline(rows=n, pence=n * 100_000) for n in (900, 1000, 1050, 1100)]


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        (outline(), []),
        (outline(rows=1600, filled=1600, redacted=640), []),
        (outline(rows=40, filled=40, redacted=16), ["TP-161"]),
        (outline(rows=9000, filled=9000, redacted=3600), ["TP-161"]),
        (outline(pence=10_000_000_000), ["TP-162"]),
        (outline(pence=-100_000_000), ["TP-162"]),
        (outline(redacted=0), ["TP-163"]),
        (outline(redacted=200), []),
        (outline(account={"People": 900, "Care": 100}), ["TP-164"]),
        (outline(account={"CARE": 900, "People": 100}), []),
        # Every line another value, as where payees stand in the column of departments.
        (outline(account={f"Payee {n}": 1 for n in range(401)}), ["TP-164"]),
        (outline(account={"People": 8, "Care": 2}), ["TP-164"]),
        (outline(account={"People": 7, "Care": 3}), []),
        (outline(filled=10), ["TP-165"]),
        (outline(filled=600), []),
    ],
)
def test_what_is_asked(now, codes):
    assert asked(now, USUAL) == codes


def test_a_short_history_asks_nothing_of_size_and_an_empty_one_nothing_at_all():
    assert asked(outline(rows=5, pence=1, filled=5), USUAL[:3]) == []
    assert asked(outline(redacted=0), []) == []


@pytest.mark.parametrize(
    ("pence", "said"),
    [
        (1_000_000, "In thousands of pounds they would be £10,000,000.00."),
        (100_000_000_000, "In pence they would be £10,000,000.00."),
        (-1_000_000_000, "In pounds with the other sign they would be £10,000,000.00."),
    ],
)
def test_of_files_that_differ_much_another_unit_is_asked_about_with_its_pounds(pence, said):
    differing = [outline(pence=millions * 100_000_000) for millions in (4, 9, 20, 41)]
    (found,) = drift_findings(outline(pence=pence), differing, FEEDS["spend"], LAYOUT_WITH)
    assert found.code == "TP-162"
    assert found.message.endswith(f"lie between £4,000,000.00 and £41,000,000.00. {said}")


def test_the_first_file_of_another_layout_is_asked_about_names_never_seen():
    before = [dataclasses.replace(outline(), layout="v0") for _ in range(2)]
    assert asked(outline(account={"People": 1000}), before) == ["TP-164"]
    assert asked(outline(), before) == []


def test_another_layout_is_no_history_of_columns():
    before = [Profile("v0", 1000, 10, {"account": 1000}, 1000, 500) for _ in range(3)]
    assert asked(outline(filled=0, redacted=0), before) == []


def test_an_outline_comes_back_from_its_text():
    assert Profile.from_text(outline().as_text()) == outline()


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_message_agrees_with_its_number(code):
    one = finding(code, count=1, heading="H", detail="D", rows="R").message
    many = finding(code, count=1400, heading="H", detail="D", rows="R").message
    for plural in (
        "1 rows",
        "1 lines",
        "1 cells",
        "1 sheets",
        "1 dates",
        "1 values",
        "1 columns",
        "1 places",
    ):
        assert not one.startswith(f"{plural} "), one
    assert "1 row have" not in one and "{" not in one + many
    assert "1,400 row " not in many and "1,400 line " not in many and "1,400 cell " not in many
