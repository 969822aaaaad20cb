"""Whom a name means (rules 3 and 8): one table of cases for the build and the check of files."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.bodies import Bodies, Body
from tests.warehouse.compiled import Compiled
from tests.warehouse.world import Row, World

PATH = Path(__file__).with_name("body_name_cases.csv")
with PATH.open(encoding="utf-8") as cases_file:
    CASES = list(csv.DictReader(cases_file))
WHY = [case["why"] for case in CASES]

# Names, official codes, last day and successor of every body of the cases.
BODIES: dict[str, dict[str, Any]] = {
    "city": {"names": ("Mere City Council", "Mere City"), "codes": {"gss": "E06000099"}},
    "hospitals": {"names": ("Mere Hospitals NHS Trust",), "codes": {"ods": "RZE"}},
    "emergency": {"names": ("The Mere and Vale Emergency Planning Board",)},
    "panel": {"names": ("Mere and Vale Combined Police and Crime Panel",)},
    "commissioner": {"names": ("Mere and Vale Combined Police and Crime Commissioner",)},
    "pct": {
        "names": ("Mere Primary Care Trust", "Mere Primary Care Trust for Adults"),
        "codes": {"ods": "5ZZ"}, "valid_to": date(2013, 3, 31), "successor_id": "ccg",
    },
    "ccg": {"names": ("Mere Commissioning Group",)},
    "fenland": {
        "names": ("Fenland Council",), "valid_to": date(2010, 3, 31), "successor_id": "fen_union",
    },
    "fen_union": {
        "names": ("Fen Union",), "valid_to": date(2012, 3, 31), "successor_id": "new_fenland",
    },
    "new_fenland": {"names": ("New Fenland Council",)},
    "district": {"names": ("Old District Council",), "valid_to": date(2009, 3, 31)},
}  # fmt: skip


def place(home: Path) -> World:
    """A place with these bodies and one partner, which sends whatever is to be read."""
    world = World(home)
    world.partner("vale")
    for body_id, facts in BODIES.items():
        first, *others = facts["names"]
        dates = {k: facts[k] for k in ("valid_to", "successor_id") if k in facts}
        world.organisation(body_id, *others, name=first, **dates)
        world.inputs["organisation_aliases"] += [
            {"organisation_id": body_id, "alias": code, "kind": "code"}
            for code in facts.get("codes", {}).values()
        ]
    return world


def yearly(world: World, feed: str, year: str, rows: list[Row]) -> None:
    """A return of one year, from the partner."""
    rows = [{"financial_year": year, **row} for row in rows]
    world.submit("vale", year, rows, feed=feed, cadence="financial_year")


@pytest.fixture(scope="module")
def built(
    compiled: Compiled, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], tuple[str, str]]:
    """Body and match of every text and year, from a place whose returns name each case."""
    world = place(tmp_path_factory.mktemp("names"))
    for year in sorted({case["financial_year"] for case in CASES}):
        texts = [case["text"] for case in CASES if case["financial_year"] == year]
        flows: list[Row] = [{"flow": "grant", "payer": t, "amount_pence": 1} for t in texts]
        yearly(world, "funding", year, flows)
    found = compiled.run(world, ["int_body_names"]).execute(
        "SELECT text, financial_year, body_id, matched_by FROM int_body_names"
    )
    return {(text, year): (body, match) for text, year, body, match in found.fetchall()}


@pytest.mark.parametrize("case", CASES, ids=WHY)
def test_the_build_knows_whom_a_name_means(
    built: dict[tuple[str, str], tuple[str, str]], case: dict[str, str]
) -> None:
    found = built.get((case["text"], case["financial_year"]), ("", ""))
    assert found == (case["body_id"], case["matched_by"])


@pytest.mark.parametrize("case", CASES, ids=WHY)
def test_the_check_of_a_file_knows_the_same(case: dict[str, str]) -> None:
    bodies = Bodies(
        Body(
            id=body_id, name=facts["names"][0], short_name=body_id, kind="other", partner_id=None,
            in_group=False, names=facts["names"], codes=facts.get("codes", {}), vat=(),
            valid_from=None, valid_to=facts.get("valid_to"),
            successor_id=facts.get("successor_id"),
        )
        for body_id, facts in BODIES.items()
    )  # fmt: skip
    begins = date(int(case["financial_year"][:4]), 4, 1)
    assert (bodies.resolve(case["text"], begins) or "") == case["body_id"]


def test_a_code_in_a_ledger_is_no_body(compiled: Compiled, tmp_path: Path) -> None:
    """RWE is a hospital trust in the health service's list, and a supplier of energy."""
    world = place(tmp_path)
    names = ("RZE", "Mere Hospitals NHS Trust")
    lines: list[Row] = [{"supplier_name": name, "amount_pence": 1} for name in names]
    world.submit("vale", "2012-13", lines, cadence="financial_year")
    found = compiled.run(world, ["int_counterparties"]).execute(
        """SELECT c.supplier_name, p.body_id FROM int_counterparties AS p
        INNER JOIN int_spend_combinations AS c USING (combination_key)"""
    )
    assert found.fetchall() == [("Mere Hospitals NHS Trust", "hospitals")]


def test_the_lead_of_a_saving_may_be_a_name_cut_off(compiled: Compiled, tmp_path: Path) -> None:
    world = place(tmp_path)
    row: Row = {"initiative_id": "S1", "lead": "THE MERE AND VALE EMERGENCY PLAN"}
    yearly(world, "savings", "2012-13", [row])
    found = compiled.run(world, ["int_savings_claims"]).execute(
        "SELECT lead_body_id FROM int_savings_claims"
    )
    assert found.fetchall() == [("emergency",)]


def test_a_budget_in_a_body_s_old_name_is_its_successor_s(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = place(tmp_path)
    row: Row = {
        "service_group": "Public health", "measure": "budget", "body": "Mere Primary Care Trust",
        "net_pence": 1,
    }  # fmt: skip
    yearly(world, "budgets", "2013-14", [row])
    found = compiled.run(world, ["int_value_costs"]).execute("SELECT body_id FROM int_value_costs")
    assert found.fetchall() == [("ccg",)]
