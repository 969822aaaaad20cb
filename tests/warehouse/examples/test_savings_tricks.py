"""Registers that want to look good: what each claims, and what counts of it.

Every trick is a register of a few rows, in £k. The models and the second count must both come to
the same figure, and the table in ``docs/method/tricks.md`` must say it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.compiled import Compiled
from tests.warehouse.examples.test_savings_examples import LATER, claim, ledger, register
from tests.warehouse.invariants.oracle.compare_savings import differences, savings
from tests.warehouse.places import CITY, COUNTY, NAMES, THOUSAND, line, place
from tests.warehouse.world import Row, World

TABLES = ("fct_savings_initiative", "fct_savings_waterfall", "fct_savings_evidence")
DOC = Path(__file__).resolve().parents[3] / "docs/method/tricks.md"
LONG_AGO = {"start_date": date(2008, 3, 31), "baseline_date": date(2008, 1, 1)}
CORPORATE = {"department": "Corporate"}


def years(world: World, first: Row, *later: Row | None, body: str = CITY) -> None:
    """A body's registers of 2009-10 and the years after it, each with one row or none."""
    for number, row in enumerate((first, *later)):
        year = f"{2009 + number}-{10 + number}"
        other = claim("OTHER", None)
        register(world, body, year, row or other)


def one(**facts: Any) -> Callable[[World], None]:
    """A register of 2009-10 with one claim."""
    return lambda world: register(world, CITY, "2009-10", claim("HUB", **facts))


def moved(world: World) -> None:
    """The city pays Kestrel £1m less, and the county £697k more."""
    ledger(world, CITY, "2008-09", line("Kestrel Freight", 1_000))
    ledger(world, COUNTY, "2009-10", line("Kestrel Freight", 697))
    register(world, CITY, "2009-10", claim("HUB", 600, scope_account="Desk"))


def gone_after_a_year(world: World) -> None:
    """£1m in the first year, £1k in the two after it."""
    years(world, claim("HUB", 1_000, baseline=2_000), claim("HUB", 1), claim("HUB", 1))


def a_spike(world: World) -> None:
    """£10k a year, and £900k in one of them."""
    years(world, claim("HUB", 10), claim("HUB", 10), claim("HUB", 900), claim("HUB", 10),
          claim("HUB", 10))  # fmt: skip


def another_class(world: World) -> None:
    years(world, claim("HUB", 500), claim("HUB", 500), claim("HUB", 500),
          claim("HUB", 500, saving_class="cost_avoidance"))  # fmt: skip


def no_longer_recurs(world: World) -> None:
    years(world, claim("HUB", 500), claim("HUB", 500, recurrent=False))


def two_bodies(world: World) -> None:
    register(world, CITY, "2009-10", {**claim("CF-01", 400), "initiative": "Offices closed"})
    again = claim("CX-9", 380, lead=NAMES[COUNTY], **LATER)
    register(world, COUNTY, "2009-10", {**again, "initiative": "The closed offices"})


def two_names(world: World) -> None:
    register(world, CITY, "2009-10", claim("CF-01", 300), claim("OE-01", 300))


def one_name(world: World) -> None:
    """The same name under two references, with other money and dates."""
    again = {**claim("OE-01", 290, baseline=800, **LATER), "initiative": "Offices closed"}
    first = {**claim("CF-01", 300), "initiative": "Closed offices"}
    register(world, CITY, "2009-10", first, again)


def overlapping(world: World) -> None:
    """Corporate's lines and everybody's rent: the rent of Corporate is in both."""
    rent, desk = {"account": "Rent"}, {"account": "Desk"}
    ledger(world, CITY, "2008-09", line("Larkspur", 400, **CORPORATE, **rent),
           line("Larkspur", 300, department="Works", **rent),
           line("Larkspur", 10, **CORPORATE, **desk))  # fmt: skip
    ledger(world, CITY, "2009-10", line("Larkspur", 1, **CORPORATE, **rent))
    register(world, CITY, "2009-10",
             claim("A", 300, scope_department="Corporate"),
             claim("B", 500, scope_account="Rent", **LATER))  # fmt: skip


def inside_a_department(world: World) -> None:
    """All of Corporate, with the later baseline, and a desk in it."""
    ledger(world, CITY, "2008-09", line("Larkspur", 1_000, **CORPORATE, account="Rent"),
           line("Larkspur", 150, **CORPORATE, account="Desk"))  # fmt: skip
    ledger(world, CITY, "2009-10", line("Larkspur", 50, **CORPORATE, account="Desk"))
    register(world, CITY, "2009-10",
             claim("SMALL", 100, scope_department="Corporate", scope_account="Desk"),
             claim("WIDE", 890, scope_department="Corporate", **LATER))  # fmt: skip


def stopped(world: World) -> None:
    """It saves for three years, stops, and goes on claiming."""
    on, off = {"status": "in_delivery"}, {"status": "stopped"}
    years(world, claim("HUB", 100, **on), claim("HUB", 100, **on), claim("HUB", 100, **on),
          claim("HUB", 100, **off), claim("HUB", 100))  # fmt: skip


def behind_a_row_set_aside(world: World) -> None:
    """It is gone from the second register, of which a row of another saving was set aside."""
    register(world, CITY, "2009-10", claim("HUB", 100))
    register(world, CITY, "2010-11", claim("OTHER", None), rows_set_aside=1)
    aside = {"submission_id": "s0002", "source_row": 9, "initiative_id": "THIRD"}
    world.inputs["set_aside"].append(aside)


@dataclass(frozen=True)
class Trick:
    """A register, what it claims and what counts in all its years in pounds, and which steps of the
    waterfall make the difference."""

    title: str
    write: Callable[[World], None]
    claimed: int
    counted: int
    steps: str


TRICKS = [
    Trick("A cost moves to another body", moved, 600_000, 0, "displaced"),
    Trick("£1m that falls to £1k in the next two years", gone_after_a_year, 1_002_000, 3_000,
          "partly_lapsed"),
    Trick("One good year among poor ones", a_spike, 940_000, 50_000, "partly_lapsed"),
    Trick("Cash-releasing for three years, then cost avoidance", another_class, 2_000_000, 0,
          "not_cash_releasing, not_sustained"),
    Trick("Recurs, and a year later does not", no_longer_recurs, 1_000_000, 0,
          "one_off, not_sustained"),
    Trick("The same saving in two bodies' registers", two_bodies, 780_000, 400_000, "duplicates"),
    Trick("The same saving under two names in one register", two_names, 600_000, 300_000,
          "duplicates"),
    Trick("The same name under two references in one register", one_name, 590_000, 300_000,
          "duplicates"),
    Trick("Two claims that share ledger lines", overlapping, 800_000, 500_000, "duplicates"),
    Trick("A small claim inside a department's", inside_a_department, 990_000, 890_000,
          "duplicates"),
    Trick("More than was spent before", one(thousands=600, baseline=60), 600_000, 0,
          "above_baseline"),
    Trick("A claim before the start", one(thousands=50, start_date=date(2010, 4, 1)), 50_000, 0,
          "claimed_before_start"),
    Trick("An actual of a plan", one(thousands=50, status="planned"), 50_000, 0,
          "planned_or_stopped"),
    Trick("A plan that hides its cost behind a claim",
          one(thousands=500, status="planned", one_off_cost=140), 500_000, -140_000,
          "planned_or_stopped, costs"),
    Trick("It stopped and is claimed for two years more", stopped, 500_000, 300_000,
          "planned_or_stopped"),
    Trick("Quality falls from 90 to 40",
          one(thousands=200, quality_before="90", quality_after="40"), 200_000, 0, "quality_fell"),
    Trick("A baseline set after the start",
          one(thousands=100, baseline_date=date(2009, 5, 1)), 100_000, 0, "late_baseline"),
    Trick("A saving from before April 2008", one(thousands=100, **LONG_AGO), 100_000, 0,
          "started_before_2008"),
    Trick("Gone, behind a row of another saving that was set aside", behind_a_row_set_aside,
          100_000, 0, "not_sustained"),
    Trick("Stated in prices of 2018-19 as if they were cash of 2009-10",
          one(thousands=100, price_base="2018-19"), 100_000, 85_578, "converted"),
    Trick("Stated in prices that nobody knows", one(thousands=100, price_base="real terms"),
          100_000, 0, "prices_not_known"),
]  # fmt: skip


def made(trick: Trick, home: Path) -> World:
    world = place(home, CITY, COUNTY)
    trick.write(world)
    return world


@pytest.mark.parametrize("trick", TRICKS, ids=lambda t: t.title)
def test_a_trick_counts_for_what_it_is_worth(
    compiled: Compiled, trick: Trick, tmp_path: Path
) -> None:
    world = made(trick, tmp_path)
    rows = [row for key, told in world.lines.items() if key.startswith("savings") for row in told]
    stated = sum(Decimal(str(r["partner_share"])) * (r.get("actual_pence") or 0) for r in rows)
    found = compiled.run(world, TABLES)
    assert stated == trick.claimed * 100
    counted, steps = found.execute(
        "SELECT sum(step_pence)::BIGINT, string_agg(DISTINCT step, ',') "
        "FILTER (step <> 'claimed') FROM fct_savings_waterfall"
    ).fetchall()[0]
    assert round(counted / 100) == trick.counted
    expected = set(trick.steps.replace("converted", "").split(", ")) - {""}
    assert set((steps or "").split(",")) - {""} == expected
    assert differences(savings(world.inputs, world.lines), found, TABLES) == []


def test_what_is_stated_in_other_prices_is_converted_to_the_penny(
    compiled: Compiled, tmp_path: Path
) -> None:
    """£100,000 in prices of 2004-05 (72.365350 … of the index), in cash of 2009-10."""
    world = place(tmp_path, CITY)
    register(world, CITY, "2009-10", claim("HUB", 100, price_base="2004/05", ongoing_cost=10))
    found = compiled.asked(world)
    (index, base), = found.execute(
        "SELECT index_e6, base_e6 FROM dim_price_index "
        "WHERE financial_year = '2009-10' AND base_year = '2004-05'"
    ).fetchall()  # fmt: skip
    cash = [(2 * pence * index + base) // (2 * base) for pence in (10_000_000, 1_000_000)]
    assert found.execute(
        "SELECT claimed_in_year_pence, ongoing_cost_pence, counted_in_year_pence, price_base "
        "FROM fct_savings_initiative"
    ).fetchall() == [(cash[0], cash[1], cash[0] - cash[1], "2004-05")]


@pytest.mark.parametrize("reference", ["HUB", None])
def test_a_row_set_aside_that_may_be_it_proves_nothing(
    compiled: Compiled, tmp_path: Path, reference: str | None
) -> None:
    world = place(tmp_path, CITY)
    behind_a_row_set_aside(world)
    world.inputs["set_aside"][0]["initiative_id"] = reference
    found = compiled.run(world, TABLES)
    query = "SELECT sustained, counted_in_year_pence FROM fct_savings_initiative ORDER BY ALL"
    assert ("provisional", 100 * THOUSAND) in found.execute(query).fetchall()
    assert differences(savings(world.inputs, world.lines), found, TABLES) == []


@pytest.mark.parametrize(
    ("aim", "after", "counted"),
    [
        ("lower_is_better", "40", 200),
        ("lower_is_better", "99.1", 0),
        ("higher_is_better", "81", 200),
        ("higher_is_better", "80.9", 0),
        (None, "46", 200),
        (None, "45 %", 0),
        (None, "Adequate", 200),
    ],
)
def test_quality_is_judged_by_what_is_better(
    compiled: Compiled, tmp_path: Path, aim: str | None, after: str, counted: int
) -> None:
    world = place(tmp_path, CITY)
    facts = {"quality_before": "90", "quality_after": after, "quality_aim": aim}
    register(world, CITY, "2009-10", claim("HUB", 200, **facts))
    found = compiled.asked(world)
    query = "SELECT counted_in_year_pence FROM fct_savings_initiative"
    assert found.execute(query).fetchall() == [(counted * THOUSAND,)]


@pytest.mark.parametrize(("code", "counted"), [("TP-334", 600), ("TP-379", 300)])
def test_a_register_says_that_its_two_savings_are_two(
    compiled: Compiled, tmp_path: Path, code: str, counted: int
) -> None:
    world = place(tmp_path, CITY)
    two_names(world)
    said: Row = {"submission_id": "s0001", "code": code, "explanation": "They are two offices"}
    world.inputs["findings"].append(said)
    found = compiled.asked(world)
    query = "SELECT sum(counted_in_year_pence)::BIGINT FROM fct_savings_initiative"
    assert found.execute(query).fetchall() == [(counted * THOUSAND,)]


def test_the_page_says_what_each_trick_comes_to() -> None:
    rows = [row.strip("| ").split(" | ") for row in DOC.read_text("utf-8").splitlines()]
    table = [row for row in rows if len(row) == 4][1:]
    assert table == [
        [t.title, f"£{t.claimed:,}", f"£{t.counted:,}".replace("£-", "-£"), t.steps] for t in TRICKS
    ]
