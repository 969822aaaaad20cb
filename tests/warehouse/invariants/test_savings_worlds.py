"""Two independent countings of generated registers: the dbt models and the plain-Python oracle.

They agree to the penny, and whichever rule of the savings is broken in the models, they no longer
do. The worked numbers of the rules hold for the oracle too, so that both cannot be wrong alike.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.warehouse.compiled import Compiled, Few, seeds
from tests.warehouse.invariants.mutants import SAVINGS, Mutant
from tests.warehouse.invariants.oracle.compare_savings import COLUMNS, Savings, differences, savings
from tests.warehouse.invariants.oracle.facts import Row
from tests.warehouse.invariants.oracle.registers import make_registers
from tests.warehouse.world import World

THOUSAND = 100_000  # £1,000 in pence
# What needs no ledger and so takes a fraction of the time; looked at first.
REGISTERS = ("fct_savings_initiative", "fct_savings_waterfall")
# Years of which the running total of the steps does not end at what counts.
NOT_AT_WHAT_COUNTS = """
    SELECT * FROM (
        SELECT financial_year, last(to_pounds ORDER BY step_no) AS pounds
        FROM v_savings_waterfall GROUP BY 1
    ) FULL JOIN (
        SELECT financial_year, sum(counted_in_year_pence) AS pence
        FROM fct_savings_initiative GROUP BY 1
    ) USING (financial_year)
    WHERE coalesce(pounds * 100, 0) <> coalesce(pence, 0)"""
# The later ones have what is rare: duplicates, a row set aside that may be it, late baselines.
FEW = (0, 1, 2, 5, 6, 9, 21, 26, 30, 33, 39, 41, 69)


class Counted(NamedTuple):
    """A written world and the oracle's figures of it."""

    world: World
    found: Savings


def counted(seed: int, home: Path) -> Counted:
    """The world of a seed, counted by the oracle and written for the models."""
    world = make_registers(seed, home)
    world.write()
    return Counted(world, savings(world.inputs, world.lines))


@pytest.fixture(scope="module")
def few(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Few[Counted]:
    """Worlds, and a few of them to try broken models on."""

    def make(seed: int) -> tuple[Path, Counted]:
        made = counted(seed, tmp_path_factory.mktemp("world"))
        return made.world.home, made

    return Few(compiled, FEW, make)


@pytest.mark.parametrize("seed", seeds(25, sweep=200))
def test_models_and_oracle_agree(few: Few[Counted], seed: int) -> None:
    made, built = few.world(seed)
    warehouse = built.having([*COLUMNS, "v_savings_waterfall"])
    assert differences(made.found, warehouse) == []
    assert warehouse.execute(NOT_AT_WHAT_COUNTS).fetchall() == []


@pytest.mark.parametrize("mutant", SAVINGS, ids=lambda m: m.rule)
def test_a_broken_rule_is_noticed(few: Few[Counted], mutant: Mutant) -> None:
    for tables in (REGISTERS, COLUMNS):
        for made, warehouse in few.broken(mutant, list(tables)):
            if differences(made.found, warehouse, tables):
                return
    pytest.fail(f"the second count does not notice that this is broken: {mutant.rule}")


def register(home: Path, *rows: Row) -> World:
    """One body's register of one initiative, a row a year."""
    world = World(home)
    world.partner("mere_city", name="Mere City Council")
    facts: Row = {
        "initiative_id": "SHOPS", "initiative": "Branch offices closed",
        "programme": "Joint Change Programme", "lead": "Mere City Council",
        "partner_share": Decimal(1), "saving_class": "cash_releasing", "recurrent": True,
        "assurance": "final", "baseline_date": date(2009, 3, 31),
        "baseline_pence": 10_000 * THOUSAND,
    }  # fmt: skip
    for row in rows:
        year = str(row["financial_year"])
        world.submit(
            "mere_city", year, [{**facts, **row}], feed="savings", cadence="financial_year"
        )
    world.complete()
    return world


def test_part_of_a_year_and_the_years_after_it(tmp_path: Path) -> None:
    """£400k a year from 1 October 2009, £60k a year ongoing, £150k once (rule 13)."""
    start: Row = {"start_date": date(2009, 10, 1)}
    world = register(
        tmp_path,
        {
            **start, "financial_year": "2009-10", "actual_pence": 200 * THOUSAND,
            "ongoing_cost_pence": 30 * THOUSAND, "one_off_cost_pence": 150 * THOUSAND,
        },
        {
            **start, "financial_year": "2010-11", "actual_pence": 400 * THOUSAND,
            "ongoing_cost_pence": 60 * THOUSAND,
        },
    )  # fmt: skip
    claims = savings(world.inputs, world.lines).claims
    first, second = claims["SHOPS", "2009-10"], claims["SHOPS", "2010-11"]
    assert (first.in_year_net, first.counted) == (170 * THOUSAND, 20 * THOUSAND)
    assert (first.full_year_effect, second.full_year_effect) == (340 * THOUSAND, 340 * THOUSAND)
    assert (second.recurring, second.counted) == (340 * THOUSAND, 340 * THOUSAND)
    assert first.counted + second.counted == 360 * THOUSAND
    assert (first.sustained, first.assurance) == ("provisional", "preliminary")


def test_cash_saved_and_saved_against_the_inflated_baseline(tmp_path: Path) -> None:
    """£10.000m in 2008-09 and £9.900m in 2010-11 are £0.100m in cash, £0.439m by prices (rule 11,
    which gives the price changes of this release)."""
    row: Row = {"start_date": date(2009, 4, 1), "scope_area": "North Wing"}
    world = register(
        tmp_path, {**row, "financial_year": "2010-11", "actual_pence": 1_000 * THOUSAND}
    )
    world.inputs["count_settings"][0]["price_release"] = "HMT-2019-09"
    for year, pence in (("2008-09", 10_000 * THOUSAND), ("2010-11", 9_900 * THOUSAND)):
        line: Row = {"amount_pence": pence, "area": "north  wing"}
        world.submit("mere_city", year, [line], cadence="financial_year")
    found = savings(world.inputs, world.lines).evidence["SHOPS", "2010-11"]
    assert found.cash_measure == 100 * THOUSAND
    assert round((found.inflated_measure or 0) / THOUSAND) == 439
    assert (found.status, found.evidenced) == ("partly", found.inflated_measure)
