"""What a line is for, by which rule, on what evidence: ``classification_cases.csv``, row by row."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from tests.warehouse.world import Row, World

COUNCIL, CCG = "northshire_council", "northshire_ccg"
PENCE = 12_345


DA, PA = "drug_alcohol", "public_access"


class Case(NamedTuple):
    """A line's labels and payee, what the warehouse must say about it, and why."""

    body: str
    department: str | None
    area: str | None
    account: str | None
    supplier: str | None
    theme: str
    rule: str
    grade: str
    why: str


def _read() -> list[Case]:
    path = Path(__file__).with_name("classification_cases.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [
        Case(body, dept or None, area or None, account or None, payee or None, *verdict)
        for body, dept, area, account, payee, *verdict in rows
    ]


CASES = _read()
DEPARTMENTS = {
    "Public Health (P)": "public_health",
    "Adults & Communities (P)": "adult_social_care",
    "Children & Families (P)": "children",
    "Corporate Resources (P)": "corporate",
    "Housing (P)": "housing",
    "Safer Communities": "community_safety",
}


# Labels about which a person decided, twice of the first: the last counts.
DECIDED = {
    ("Sport", "Grants to clubs"): ["drug_alcohol", "other"],
    ("Sport", "Grants to schemes"): ["other", "unclassified"],
    ("not_reported", "5314-Voluntary Associations"): ["other"],
}


def decide(world: World) -> None:
    """What was decided of lines of the council's public health, in the order of ``DECIDED``."""
    all_of_them = [(labels, theme) for labels, themes in DECIDED.items() for theme in themes]
    world.inputs["decisions"] += [
        {
            "decision_no": number, "decided_on": date(2026, 11, 28), "decided_by": "A. Officer",
            "pattern_id": f"U-{list(DECIDED).index((area, account)):08x}", "partner_id": COUNCIL,
            "department": "Public Health (P)", "area": area, "account": account, "theme": theme,
            "reason": "As the team says",
        }
        for number, ((area, account), theme) in enumerate(all_of_them, 1)
    ]  # fmt: skip


def arrange(world: World) -> None:
    """Two bodies of the place, their departments, a statement, decisions, and a line a case."""
    decide(world)
    world.partner(COUNCIL)
    for match, department_class in DEPARTMENTS.items():
        world.department(COUNCIL, match, department_class)
    world.partner(CCG, kind="ccg")
    world.department(CCG, "Department of Health", "nhs_commissioning")
    world.inputs["code_map"] += [
        {
            "partner_id": COUNCIL, "rule_id": "NC-TREATMENT", "theme": DA,
            "service_code": "DA-TREATMENT", "share": Decimal(1), "grade": "sure",
            "department": "public health (p)", "supplier": "Turning Point",
            "source": "The body's own statement",
        }
    ]  # fmt: skip
    for partner in (COUNCIL, CCG):
        lines: list[Row] = [
            {
                "department": c.department, "area": c.area, "account": c.account,
                "supplier_name": c.supplier, "amount_pence": PENCE,
            }
            for c in CASES
            if c.body == partner
        ]  # fmt: skip
        world.submit(partner, "2016-05", lines)


@pytest.mark.parametrize("case", CASES, ids=lambda c: " | ".join(str(v) for v in c[:5]))
def test_line_is_classified(warehouse: duckdb.DuckDBPyConnection, case: Case) -> None:
    found = warehouse.execute(
        """
        SELECT theme, classification_rule, evidence_grade, amount_pence FROM fct_spend_line
        WHERE body_id = ? AND source_row = ?
        """,
        [case.body, [c for c in CASES if c.body == case.body].index(case) + 2],
    ).fetchone()
    assert found == (case.theme, case.rule, case.grade, PENCE), case.why


def test_decisions_are_published_with_whether_they_count(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "SELECT decision_id, theme, is_in_force FROM fct_review_decision ORDER BY 1"
    ).fetchall()
    assert found == [
        ("D-000001", "drug_alcohol", False),
        ("D-000002", "other", True),
        ("D-000003", "other", False),
        ("D-000004", "unclassified", False),
        ("D-000005", "other", True),
    ]


def test_service_follows_the_rule(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = dict(
        warehouse.execute(
            """
            SELECT DISTINCT classification_rule, service_code FROM fct_spend_line
            WHERE body_id = ?
            """,
            [COUNCIL],
        ).fetchall()
    )
    assert found["NC-TREATMENT"] == "DA-TREATMENT"
    assert found["DA-LABEL-RESIDENTIAL"] == found["DA-REHAB"] == "DA-RESIDENTIAL"
    assert found["PA-PLATFORM"] == "PA-DIGITAL"
    assert found["OTHER-SMOKING"] == "OTHER"
    assert found["NO-RULE"] == found["DA-CHARITY-REVIEW"] == "UNCLASSIFIED"


def test_each_rule_shows_the_money_it_decided(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT lines, gross_pence FROM fct_classification_rule
        WHERE body_id = ? AND classification_rule = 'NC-TREATMENT'
        """,
        [COUNCIL],
    ).fetchall()
    assert found == [(2, 24_690)]
