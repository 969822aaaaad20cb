"""A real comparison: what each county area spent a head in 2017-18, by the published figures.

Net current expenditure is from the councils' provisional outturn (RS, MHCLG), people are ONS
mid-year estimates of 2017. Both are read from the reference folder and sent through the models as
one body's budgets file would be; nothing of them is kept here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from orchestration.settings import CHECKOUT
from tests.warehouse.compiled import Compiled
from tests.warehouse.world import Row, World

REFERENCE = Path(os.environ.get("TOTALPLACE_REFERENCE") or CHECKOUT.parent / "shared" / "reference")
OUTTURN = REFERENCE / "RS_2017-18_data_by_LA_PRENOV.xlsx"
PEOPLE = REFERENCE / "population" / "mye23tablesew.xlsx"
YEAR, SHIRE_COUNTY = "2017-18", "SC"


def sheet(path: Path, name: str) -> Iterator[tuple[Any, ...]]:
    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    yield from workbook[name].iter_rows(values_only=True)


@pytest.fixture(scope="module")
def spent() -> dict[str, tuple[str, int | None]]:
    """County areas by code: name and net current expenditure in pence, if it was returned."""
    if not (OUTTURN.exists() and PEOPLE.exists()):
        pytest.skip(f"no reference data at {REFERENCE}: set TOTALPLACE_REFERENCE")
    rows = sheet(OUTTURN, "RS LA Data 2017-18")
    head = next(r for r in rows if r[0] == "E-code")
    at = head.index("NET CURRENT EXPENDITURE")
    return {
        str(r[1]): (
            str(r[2]).strip(),
            round(Decimal(str(r[at])) * 100_000) if isinstance(r[at], int | float) else None,
        )
        for r in rows
        if r[4] == SHIRE_COUNTY and str(r[0]).startswith("E") and str(r[1]).startswith("E10")
    }  # fmt: skip


@pytest.fixture(scope="module")
def people(spent: dict[str, tuple[str, int | None]]) -> dict[str, int]:
    """Mid-2017 residents of the areas that there still were in 2023."""
    rows = sheet(PEOPLE, "MYE4")
    head = next(r for r in rows if r[0] == "Code")
    at = head.index("Mid-2017")
    return {str(r[0]): int(r[at]) for r in rows if r[0] in spent}


@pytest.fixture(scope="module")
def compared(
    spent: dict[str, tuple[str, int | None]],
    people: dict[str, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[Any, ...]]:
    """As the models publish it: name, cost a head, rank, of how many, and why there is none."""
    world = World(tmp_path_factory.mktemp("world"))
    world.partner("sender")
    for code, (name, _) in spent.items():
        world.organisation(f"council_{code.lower()}", name=name, gss_code=code)
    world.inputs["apportionment_keys"] += [
        {
            "key_id": "mid_2017", "driver": "resident population", "key_year": "2017",
            "vintage": "Mid-2017, published 15 July 2024", "area": code, "area_count": count,
            "source": "ONS, MYE4",
        }
        for code, count in people.items()
    ]  # fmt: skip
    rows: list[Row] = [
        {
            "financial_year": YEAR, "service_group": "Net current expenditure",
            "measure": "outturn", "body": name, "net_pence": pence, "price_basis": "cash",
        }
        for name, pence in spent.values() if pence is not None
    ]  # fmt: skip
    world.submit("sender", YEAR, rows, feed="budgets", cadence="financial_year")
    compiled = Compiled.once(tmp_path_factory)
    query = """
        SELECT body_name, outturn_net_per_head_pence, outturn_cost_rank, outturn_cost_peers,
            outturn_cost_unavailable_reason
        FROM fct_value_for_money ORDER BY outturn_cost_rank NULLS LAST, body_name
    """
    return list(compiled.run(world, ["fct_value_for_money"]).execute(query).fetchall())


def test_leicestershire_spends_least_a_head(compared: list[tuple[Any, ...]]) -> None:
    ranked = [row for row in compared if row[2] is not None]
    assert ranked[:3] == [
        ("Leicestershire", 78_676, 1, 21, None),
        ("Cambridgeshire", 94_920, 2, 21, None),
        ("Lincolnshire", 97_346, 3, 21, None),
    ]
    assert ranked[-1][:2] == ("Lancashire", 144_184)


def test_every_figure_a_head_is_the_plain_quotient(
    compared: list[tuple[Any, ...]],
    spent: dict[str, tuple[str, int | None]],
    people: dict[str, int],
) -> None:
    assert {name: head for name, head, *_ in compared if head is not None} == {
        name: (2 * pence + people[code]) // (2 * people[code])
        for code, (name, pence) in spent.items()
        if code in people and pence is not None
    }


def test_the_areas_left_out_are_named(
    compared: list[tuple[Any, ...]], spent: dict[str, tuple[str, int | None]]
) -> None:
    """Counties that are unitary councils today have no estimate; one sent no figure."""
    assert {name: reason for name, *_, reason in compared if reason} == {
        "Buckinghamshire": "no_population",
        "Cumbria": "no_population",
        "Dorset": "no_population",
        "Northamptonshire": "no_population",
        "Somerset": "no_population",
    }
    assert {name for name, pence in spent.values() if pence is None} == {"North Yorkshire"}
    assert len(spent) == 27
