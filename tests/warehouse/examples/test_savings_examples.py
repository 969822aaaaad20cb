"""The rules of savings by their worked examples: small registers, every figure beside them.

Money in £k, as in the rules. What many made-up registers come to is held against an oracle
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.compiled import Asked, Compiled
from tests.warehouse.places import CITY, COUNTY, NAMES, POLICE, THOUSAND, line, place
from tests.warehouse.world import Row, World

Count = Callable[[World], Asked]


@pytest.fixture
def count(compiled: Compiled) -> Count:
    """Puts a world to the savings' models."""
    return compiled.asked


def rows(connection: Asked, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, with pence as £k."""
    return [
        tuple(v / THOUSAND if isinstance(v, int) and abs(v) >= THOUSAND else v for v in row)
        for row in connection.execute(query).fetchall()
    ]


def claim(initiative: str, thousands: int | None, share: str = "1", **facts: Any) -> Row:
    """A row of a register with nothing to be said against it, but for the facts given."""
    money = {
        f"{name}_pence": None if facts.get(name) is None else facts[name] * THOUSAND
        for name in ("one_off_cost", "ongoing_cost", "baseline")
        if name in facts
    }
    rest = {k: v for k, v in facts.items() if f"{k}_pence" not in money}
    row: Row = {
        "initiative_id": initiative, "initiative": initiative, "programme": "Customer First",
        "lead": NAMES[CITY], "partner_share": Decimal(share), "saving_class": "cash_releasing",
        "recurrent": True, "start_date": date(2009, 4, 1), "baseline_pence": 900 * THOUSAND,
        "baseline_date": date(2009, 1, 31), "quality_before": "7", "quality_after": "8",
        "method": "agreed", "data_maturity": "will_not_change", "systems": "full",
        "assurance": "final", "actual_pence": None if thousands is None else thousands * THOUSAND,
    }  # fmt: skip
    return {**row, **money, **rest}


def register(world: World, body: str, year: str, *claims: Row, **facts: Any) -> None:
    """A body's register of a year."""
    world.submit(
        body, year, [{**c, "financial_year": year} for c in claims],
        feed="savings", cadence="financial_year", **facts,
    )  # fmt: skip


def ledger(world: World, body: str, year: str, *lines: Row) -> None:
    """A body's ledger of a year, paid on its first day."""
    day = date(int(year[:4]), 4, 1)
    told = [{"line_date": day, "account": "Desk", **one} for one in lines]
    world.submit(body, year, told, cadence="financial_year")


# --- Rule 11: two measures -----------------------------------------------------------------------


def test_two_measures_stand_side_by_side(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    world.inputs["count_settings"].append(
        {"place_name": "Mere", "price_release": "HMT-2019-09", "price_base_year": "2008-09"}
    )
    ledger(world, CITY, "2008-09", line("Kestrel Freight", 6_000), line("Larkspur", 4_000))
    ledger(world, CITY, "2010-11", line("Kestrel Freight", 9_900), line("Larkspur", 0))
    register(world, CITY, "2010-11", claim("HUB", 500, scope_account="DESK "))
    found = count(world)
    assert rows(
        found,
        """SELECT base_year, base_pence, inflated_base_pence, claim_year_pence, cash_measure_pence,
            inflated_measure_pence, evidence_status, evidenced_pence FROM fct_savings_evidence""",
    ) == [("2008-09", 10_000, 10_339, 9_900, 100, 439, "partly", 439)]
    assert rows(
        found,
        """SELECT financial_year, role, count(*), sum(amount_pence)::BIGINT
        FROM fct_savings_evidence_line GROUP BY ALL ORDER BY ALL""",
    ) == [("2008-09", "scope", 2, 10_000), ("2010-11", "scope", 2, 9_900)]


def test_years_without_an_index_have_no_measure(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    ledger(world, CITY, "2018-19", line("Kestrel Freight", 100))
    ledger(world, CITY, "2019-20", line("Kestrel Freight", 10))
    start = {"start_date": date(2019, 4, 1), "baseline_date": date(2019, 1, 1)}
    register(world, CITY, "2019-20", claim("HUB", 90, scope_supplier="Kestrel", **start))
    assert rows(
        count(world),
        """SELECT evidence_status, evidence_unavailable_reason, cash_measure_pence,
            inflated_measure_pence, evidenced_pence
        FROM fct_savings_evidence""",
    ) == [("not_evidenced", "no_index", 90, None, 0)]


SCOPES: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    ({}, ("no_scope_given", None, None)),
    ({"scope_supplier": "kestrel freight"}, ("evidenced", 2, 1)),
    ({"scope_supplier": "estrel"}, ("not_evidenced", 0, 0)),
    ({"scope_supplier": "Kestrel", "scope_department": "adult  CARE"}, ("evidenced", 1, 0)),
    ({"scope_department": "Adult"}, ("not_evidenced", 0, 0)),
]


def test_a_scope_is_of_the_ledgers_own_words(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    here = line("Kestrel Freight Ltd", 50, department="Adult Care")
    ledger(world, CITY, "2008-09", here, line("KESTREL FREIGHT (NORTH)", 60), line("Larkspur", 7))
    ledger(world, CITY, "2009-10", line("Kestrel Freight Ltd", 2), line("Larkspur", 9))
    claims = [claim(f"HUB-{n}", 40, **scope) for n, (scope, _) in enumerate(SCOPES)]
    register(world, CITY, "2009-10", *claims)
    query = """SELECT evidence_status, base_lines, claim_year_lines FROM fct_savings_evidence
        ORDER BY initiative_id"""
    assert rows(count(world), query) == [found for _, found in SCOPES]


QUARTERS = {"2009-10-Q1": "quarter", "2009-10-Q2": "quarter"}


@pytest.mark.parametrize(
    ("delivered", "shown"),
    [
        (
            ["2009-10-Q1", "2009-10-Q2"],
            ("partly", None, 20.82437),
        ),  # 50 are 50.82437 at the prices of the year
        (["2009-10-Q1"], ("not_compared", "year_incomplete", 0)),
        ([], ("not_compared", "year_incomplete", 0)),
    ],
    ids=["whole", "half is missing", "all is missing"],
)
def test_what_is_missing_from_a_year_is_not_saved(
    count: Count, tmp_path: Path, delivered: list[str], shown: tuple[Any, ...]
) -> None:
    world = place(tmp_path, CITY)
    ledger(world, CITY, "2008-09", line("Larkspur", 50))
    world.expect(CITY, "spend", "2009-10", QUARTERS)
    for quarter in delivered:
        paid = {"line_date": date(2009, 5, 1), **line("Larkspur", 15)}
        world.submit(CITY, quarter, [paid], cadence="quarter")
    register(world, CITY, "2009-10", claim("HUB", 40, scope_supplier="Larkspur"))
    found = count(world)
    query = "SELECT evidence_status, evidence_unavailable_reason, evidenced_pence FROM {}"
    assert rows(found, query.format("fct_savings_evidence")) == [shown]
    headline = "SELECT pence, reason FROM fct_headline WHERE measure = 'evidenced'"
    without = "Without 1 claim of a body whose spend of the year is not complete."
    assert rows(found, headline) == [(shown[2], without if shown[1] else None)]


@pytest.mark.parametrize(("paid", "said"), [(30, True), (60, False)], ids=["saved", "not saved"])
def test_rows_set_aside_in_the_year_may_look_saved_which_is_said(
    count: Count, tmp_path: Path, paid: int, said: bool
) -> None:
    world = place(tmp_path, CITY)
    ledger(world, CITY, "2008-09", line("Larkspur", 50))
    told = [{"line_date": date(2009, 4, 1), "account": "Desk", **line("Larkspur", paid)}]
    world.submit(CITY, "2009-10", told, cadence="financial_year", rows_set_aside=3)
    register(world, CITY, "2009-10", claim("HUB", 10, scope_supplier="Larkspur"))
    found = count(world)
    assert rows(found, "SELECT set_aside_rows FROM fct_savings_evidence") == [(3,)]
    aside = "Rows of spend that were set aside may look saved." if said else None
    headline = "SELECT reason FROM fct_headline WHERE measure = 'evidenced'"
    assert rows(found, headline) == [(aside,)]
    assert rows(found, "SELECT evidenced_reason FROM v_target_position") == [(aside,)]


def test_the_position_says_by_year_what_its_sums_lack(count: Count, tmp_path: Path) -> None:
    """County's spend of 2009-10 is missing; all is there of the year after."""
    world = place(tmp_path, CITY, COUNTY)
    for year in ("2009-10", "2010-11"):
        world.expect(COUNTY, "spend", year, {year: "financial_year"})
        ledger(world, CITY, year, line("Larkspur", 50))
        register(world, CITY, year, claim("HUB", 10, scope_supplier="Larkspur"))
    ledger(world, COUNTY, "2010-11", line("Larkspur", 50))

    found = count(world)

    lacks = "2009-10: Cost that moved to a body whose spend is not complete is not seen."
    assert rows(found, "SELECT latest_year, reason FROM v_target_position") == [("2010-11", lacks)]


def test_a_year_whose_registers_are_not_all_there_says_so(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY, COUNTY)
    for body in (CITY, COUNTY):
        world.expect(body, "savings", "2009-10", {"2009-10": "financial_year"})
    register(world, CITY, "2009-10", claim("HUB", 40))
    query = "SELECT measure, reason FROM fct_headline WHERE headline = 'savings' ORDER BY 1"
    measures = ("claimed", "counted", "evidenced", "recurring")
    assert rows(count(world), query) == [
        (measure, "Not every body has sent its savings.") for measure in measures
    ]


def test_what_is_missing_from_the_year_before_may_make_the_evidence_too_low(
    count: Count, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    world.expect(CITY, "spend", "2008-09", {"2008-09-Q1": "quarter", "2008-09-Q2": "quarter"})
    paid = {"line_date": date(2008, 5, 1), **line("Larkspur", 50)}
    world.submit(CITY, "2008-09-Q1", [paid], cadence="quarter")
    ledger(world, CITY, "2009-10", line("Larkspur", 30))
    register(world, CITY, "2009-10", claim("HUB", 40, scope_supplier="Larkspur"))
    query = "SELECT evidence_status, evidence_unavailable_reason, evidenced_pence"
    found = rows(count(world), f"{query} FROM fct_savings_evidence")
    assert found == [("partly", "base_year_incomplete", 20.82437)]


# --- Rules 12 and 13: a part year ----------------------------------------------------------------


def test_a_part_year_has_four_figures(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    start = {"start_date": date(2009, 10, 1)}
    register(world, CITY, "2009-10", claim("HUB", 200, ongoing_cost=30, one_off_cost=150, **start))
    register(world, CITY, "2010-11", claim("HUB", 400, ongoing_cost=60, **start))
    found = count(world)
    assert rows(
        found,
        """SELECT financial_year, in_year_net_pence, after_one_off_pence, full_year_effect_pence,
            counted_in_year_pence, recurring_a_year_pence, sustained
        FROM fct_savings_initiative ORDER BY ALL""",
    ) == [
        ("2009-10", 170, 20, 340, 20, 170, "provisional"),
        ("2010-11", 340, 340, 340, 340, 340, "provisional"),
    ]
    assert rows(
        found,
        """SELECT recurring_a_year_pence, counted_to_date_pence FROM fct_target_progress
        WHERE target_part = 'not_confirmed'""",
    ) == [(340, 360)]


def test_months_in_effect_begin_after_the_start(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    months = {
        date(2009, 4, 1): 12,
        date(2009, 4, 2): 11,
        date(2010, 1, 31): 2,
        date(2010, 3, 1): 1,
        date(2010, 3, 2): None,
        date(2008, 9, 1): 12,
    }
    claims = [claim(f"HUB-{n}", 10, start_date=start) for n, start in enumerate(months)]
    register(world, CITY, "2009-10", *claims)
    query = "SELECT full_year_effect_pence FROM fct_savings_initiative ORDER BY initiative_id"
    assert [pence for (pence,) in count(world).execute(query).fetchall()] == [
        None if m is None else (2 * 10 * THOUSAND * 12 + m) // (2 * m) for m in months.values()
    ]


# --- Rule 12: sustained --------------------------------------------------------------------------


def states(found: Asked) -> list[tuple[Any, ...]]:
    return rows(
        found,
        """SELECT financial_year, sustained, lapsed_in, exclusion_reason, counted_in_year_pence
        FROM fct_savings_initiative WHERE initiative_id = 'HUB' ORDER BY ALL""",
    )


def test_two_full_years_confirm(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    for year in ("2009-10", "2010-11", "2011-12"):
        register(world, CITY, year, claim("HUB", 100))
    register(world, CITY, "2012-13", claim("OTHER", 5))
    assert states(count(world)) == [
        (year, "confirmed", None, None, 100) for year in ("2009-10", "2010-11", "2011-12")
    ]


@pytest.mark.parametrize("gone", [None, 0, -5])
def test_a_lapsed_saving_leaves_every_year(count: Count, tmp_path: Path, gone: int | None) -> None:
    world = place(tmp_path, CITY)
    register(world, CITY, "2009-10", claim("HUB", 100))
    register(world, CITY, "2010-11", claim("HUB", 110))
    last = [claim("OTHER", 5)] if gone is None else [claim("HUB", gone)]
    register(world, CITY, "2011-12", *last)
    found = states(count(world))
    assert found[:2] == [
        ("2009-10", "lapsed", "2011-12", "not_sustained", 0),
        ("2010-11", "lapsed", "2011-12", "not_sustained", 0),
    ]
    assert [row[3:] for row in found[2:]] == ([] if gone is None else [("not_sustained", 0)])


@pytest.mark.parametrize("facts", [{"in_force": False}, {"rows_set_aside": 1}])
def test_a_register_that_may_hold_it_makes_nothing_lapse(
    count: Count, tmp_path: Path, facts: dict[str, Any]
) -> None:
    world = place(tmp_path, CITY)
    register(world, CITY, "2009-10", claim("HUB", 100))
    register(world, CITY, "2010-11", claim("OTHER", 5), **facts)
    assert states(count(world)) == [("2009-10", "provisional", None, None, 100)]


# --- Rules 10, 12 and 16: what never counts ------------------------------------------------------


KINDS: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"saving_class": "non_cash_releasing"}, "not_cash_releasing"),
    ({"saving_class": "cost_avoidance"}, "not_cash_releasing"),
    ({"saving_class": "income"}, "not_cash_releasing"),
    ({"saving_class": "service_reduction"}, "not_cash_releasing"),
    ({"saving_class": "one_off"}, "one_off"),
    ({"recurrent": False}, "one_off"),
    ({"start_date": date(2008, 3, 31), "baseline_date": date(2008, 1, 1)}, "started_before_2008"),
    ({"start_date": date(2008, 4, 1), "baseline_date": date(2008, 3, 31)}, None),
    ({"baseline": None}, "no_baseline"),
    ({"baseline_date": None}, "no_baseline"),
    ({"baseline_date": date(2009, 4, 1)}, "late_baseline"),
    ({"start_date": None}, "no_baseline"),
    ({"partner_share": Decimal("0.99999998")}, "shares_do_not_add_up"),
    ({"partner_share": Decimal("0.99999999")}, None),
]


def test_only_what_is_ongoing_released_and_measured_counts(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    claims = [
        claim(f"HUB-{n:02}", 100, **{"baseline": 900 + n, **facts})
        for n, (facts, _) in enumerate(KINDS)
    ]
    register(world, CITY, "2009-10", *claims)
    found = count(world)
    query = """SELECT exclusion_reason, counted_in_year_pence > 0 FROM fct_savings_initiative
        ORDER BY initiative_id"""
    assert rows(found, query) == [(because, because is None) for _, because in KINDS]
    query = """SELECT count(*) - 1, max(step) FILTER (step <> 'claimed'), sum(step_pence)
        FROM fct_savings_waterfall GROUP BY initiative_id ORDER BY initiative_id"""
    assert rows(found, query) == [
        (int(because is not None), because, 0 if because else 100) for _, because in KINDS
    ]


BEHIND: list[tuple[dict[str, Any], str]] = [
    ({}, "final"),
    ({"assurance": "interim"}, "interim"),
    ({"data_maturity": "may_change"}, "interim"),
    ({"data_maturity": "likely_to_change"}, "preliminary"),
    ({"data_maturity": None}, "preliminary"),
    ({"systems": "partial"}, "interim"),
    ({"systems": None}, "interim"),
    ({"quality_after": None}, "interim"),
    ({"method": "not_agreed"}, "preliminary"),
    ({"baseline": None}, "preliminary"),
]


def test_a_claim_stands_no_higher_than_what_is_behind_it(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    claims = [claim(f"HUB-{n}", 100, **facts) for n, (facts, _) in enumerate(BEHIND)]
    register(world, CITY, "2009-10", *claims)
    query = """SELECT assurance, quality_flag FROM fct_savings_initiative
        ORDER BY initiative_id"""
    assert rows(count(world), query) == [
        (assurance, "possible_cut" if "quality_after" in facts else None)
        for facts, assurance in BEHIND
    ]


# --- Rule 15: one saving, one id, counted once ---------------------------------------------------


def test_shares_of_one_saving_count_once(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY, COUNTY)
    register(world, CITY, "2009-10", claim("HUB", 100, "0.6"))
    register(world, COUNTY, "2009-10", claim("HUB", 100, "0.4"))
    register(world, CITY, "2010-11", claim("HUB", 100, "0.6"))
    register(world, COUNTY, "2010-11", claim("HUB", 90, "0.4"))
    register(world, CITY, "2011-12", claim("HUB", 100, "0.6"))
    query = """SELECT financial_year, lead_body_id, claimed_in_year_pence, counted_in_year_pence,
        share_total::VARCHAR, figures_differ, exclusion_reason
        FROM fct_savings_initiative ORDER BY ALL"""
    assert rows(count(world), query) == [
        ("2009-10", CITY, 100, 96, "1.00000000", False, None),  # the year after, 96 are left
        ("2010-11", CITY, 96, 96, "1.00000000", True, None),
        ("2011-12", CITY, 60, 0, "0.60000000", False, "shares_do_not_add_up"),
    ]


def duplicates(
    count: Count, tmp_path: Path, *claims: tuple[str, Sequence[Row]]
) -> list[tuple[Any, ...]]:
    world = place(tmp_path, CITY, COUNTY)
    for body, told in claims:
        register(world, body, "2009-10", *told)
    query = """SELECT initiative_id, counted_in_year_pence, exclusion_reason, duplicate_of
        FROM fct_savings_initiative ORDER BY ALL"""
    return rows(count(world), query)


SOFTWARE = {"scope_department": "Corporate", "scope_account": "Software"}
LATER = {"baseline_date": date(2009, 2, 28)}


def test_a_second_claim_to_the_same_lines_counts_no_more(count: Count, tmp_path: Path) -> None:
    shared = claim("JC-02", 400, "0.5", ongoing_cost=60, scope_department=" CORPORATE")
    second = claim("OE-09", 90, **SOFTWARE, **LATER)
    told = [(CITY, [second, shared]), (COUNTY, [{**shared, "scope_department": "Works"}])]
    assert duplicates(count, tmp_path, *told) == [
        ("JC-02", 340, None, None),
        ("OE-09", 0, "duplicate", "JC-02"),
    ]


def test_only_the_part_of_the_body_that_claims_twice_goes(count: Count, tmp_path: Path) -> None:
    shared = claim("JC-02", 400, "0.5", ongoing_cost=60, **SOFTWARE, **LATER)
    first = claim("OE-01", 90, **SOFTWARE)
    told = [(CITY, [first, shared]), (COUNTY, [{**shared, "scope_department": "Works"}])]
    assert duplicates(count, tmp_path, *told) == [
        ("JC-02", 170, None, "OE-01"),
        ("OE-01", 90, None, None),
    ]


def test_other_lines_are_another_saving(count: Count, tmp_path: Path) -> None:
    told = [
        claim("A", 100),  # names no ledger line
        claim("B", 90, **LATER),
        claim("C", 100, **SOFTWARE),
        claim("D", 90, scope_department="Corporate", scope_account="Rent", **LATER),
        claim("E", 90, scope_department="Corporate", scope_area="Shops", **LATER),
        # What has left the count before takes nothing from another.
        claim("F", 100, scope_supplier="Larkspur", saving_class="cost_avoidance"),
        claim("G", 90, scope_supplier="Larkspur", **LATER),
    ]
    found = duplicates(count, tmp_path, (CITY, told))
    assert [row[1] for row in found] == [100, 90, 100, 90, 90, 0, 90]
    assert {row[3] for row in found} == {None}


def shown_once(count: Count, home: Path, *claims: Row) -> list[tuple[Any, ...]]:
    """The city paid £300k for Corporate's software, and nothing in the year of these claims."""
    world = place(home, CITY)
    ledger(
        world, CITY, "2008-09", line("Larkspur", 300, department="Corporate", account="Software")
    )
    ledger(world, CITY, "2009-10", line("Larkspur", 1, department="Works"))
    register(world, CITY, "2009-10", *claims)
    query = """SELECT initiative_id, evidenced_pence, evidenced_once_pence
        FROM fct_savings_evidence JOIN fct_savings_initiative USING (financial_year, initiative_id)
        ORDER BY ALL"""
    return rows(count(world), query)


def test_lines_behind_a_claim_that_does_not_count_are_shown_once(
    count: Count, tmp_path: Path
) -> None:
    told = [
        claim("A", 250, saving_class="cost_avoidance", **SOFTWARE),
        claim("B", 200, **SOFTWARE),
    ]
    assert shown_once(count, tmp_path, *told) == [("A", 250, 0), ("B", 200, 200)]


def test_of_lines_in_two_scopes_the_rest_is_shown_too(count: Count, tmp_path: Path) -> None:
    """£300k of the wider scope's £500k are shown by the claim that counts."""
    world = place(tmp_path, CITY)
    corporate = {"department": "Corporate"}
    ledger(world, CITY, "2008-09", line("Larkspur", 300, **corporate, account="Software"),
           line("Larkspur", 200, **corporate, account="Rent"))  # fmt: skip
    ledger(world, CITY, "2009-10", line("Larkspur", 50, **corporate, account="Rent"))
    register(world, CITY, "2009-10", claim("A", 280, **SOFTWARE),
             claim("B", 400, scope_department="Corporate", recurrent=False))  # fmt: skip
    query = """SELECT initiative_id, evidenced_pence, own_evidence_pence, count(*) AS lines,
            count(shown_by_initiative_id) AS shown_by_another
        FROM fct_savings_evidence JOIN fct_savings_evidence_line USING (initiative_id)
        GROUP BY ALL ORDER BY ALL"""
    # At the prices of 2009-10 £200k are £203,297.48, of which £50k are left.
    assert rows(count(world), query) == [
        ("A", 280, 280, 1, 0),
        ("B", 400, 153.29748, 3, 1),
    ]


def suspected(count: Count, home: Path, said: str | None) -> list[tuple[Any, ...]]:
    """The city's CF-01 in the county's register as CX-9, and what somebody said about it."""
    world = place(home, CITY, COUNTY)
    register(world, CITY, "2009-10", {**claim("CF-01", 400), "initiative": "Offices closed"})
    again = claim("CX-9", 380, lead=NAMES[COUNTY], **LATER)
    register(world, COUNTY, "2009-10", {**again, "initiative": "OFFICES - closed"})
    world.inputs["findings"].append(
        {"submission_id": "s0002", "code": "TP-379", "explanation": said}
    )
    query = """SELECT initiative_id, counted_in_year_pence, exclusion_reason, duplicate_of
        FROM fct_savings_initiative ORDER BY ALL"""
    return rows(count(world), query)


def test_what_looks_like_another_bodys_saving_counts_once(count: Count, tmp_path: Path) -> None:
    assert suspected(count, tmp_path, None) == [
        ("CF-01", 400, None, None),
        ("CX-9", 0, "duplicate", "CF-01"),
    ]


def test_it_counts_once_it_is_said_to_be_another(count: Count, tmp_path: Path) -> None:
    assert suspected(count, tmp_path, "They are two offices") == [
        ("CF-01", 400, None, None),
        ("CX-9", 380, None, None),
    ]


@pytest.mark.parametrize(
    ("cost", "reason", "gap"), [(90, "costs", Decimal(150_000)), (30, "displaced", Decimal(90_000))]
)
def test_the_gap_is_put_down_to_what_takes_most_of_the_claim(
    count: Count, tmp_path: Path, cost: int, reason: str, gap: Decimal
) -> None:
    """The city pays Kestrel no more; the county begins to, £60k."""
    world = place(tmp_path, CITY, COUNTY)
    ledger(world, CITY, "2008-09", line("Kestrel Freight", 500))
    ledger(world, COUNTY, "2009-10", line("Kestrel Freight", 60))
    register(world, CITY, "2009-10", claim("HUB", 400, ongoing_cost=cost, scope_account="Desk"))
    query = "SELECT gap_reason, gap_pounds FROM v_savings_now"
    assert rows(count(world), query) == [(reason, gap)]


def test_a_cost_that_moves_to_another_body_is_no_saving(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY, COUNTY, POLICE)
    world.inputs["partners"][2]["in_place"] = False
    world.inputs["count_settings"].append(
        {"place_name": "Mere", "price_release": "HMT-2019-09", "price_base_year": "2008-09"}
    )
    account = {"account": "Desk"}
    ledger(world, CITY, "2008-09", line("Kestrel Freight Ltd", 1_000, **account))
    ledger(world, COUNTY, "2008-09", line("KESTREL FREIGHT", 100), line("Larkspur", 5))
    ledger(world, CITY, "2010-11", line("Kestrel Freight Ltd", 400, **account))
    ledger(world, COUNTY, "2010-11", line("KESTREL FREIGHT", 500), line("Larkspur", 900))
    ledger(world, POLICE, "2010-11", line("Kestrel Freight", 700))  # outside the place
    register(world, CITY, "2010-11", claim("HUB", 600, scope_account="Desk"))
    found = count(world)
    # 1,033.9 - 400 = 633.9 fell here; of it 500 - 103.39 = 396.61 came up next door.
    query = """SELECT inflated_measure_pence, displaced_pence, evidenced_pence, evidence_status,
        cost_shifted FROM fct_savings_evidence"""
    assert rows(found, query) == [(633.9, 396.61, 237.29, "partly", True)]
    query = """SELECT body_id, financial_year, amount_pence FROM fct_savings_evidence_line
        WHERE role = 'displaced' ORDER BY ALL"""
    assert rows(found, query) == [(COUNTY, "2008-09", 100), (COUNTY, "2010-11", 500)]


# --- Rule 14 and the portfolio -------------------------------------------------------------------


def test_programme_and_other_savings_stay_apart(count: Count, tmp_path: Path) -> None:
    world = place(tmp_path, CITY)
    told = [
        claim("A", 100, programme="JOINT CHANGE PROGRAMME"),
        claim("B", 20, programme="Customer First", one_off_cost=5),
        claim("C", 3, programme="A programme of nobody"),
    ]
    register(world, CITY, "2009-10", *told)
    found = count(world)
    query = """SELECT target_part, latest_year, recurring_a_year_pence, counted_to_date_pence
        FROM fct_target_progress ORDER BY ALL"""
    assert rows(found, query) == [
        ("belongs_to_target", "2009-10", 100, 100),
        ("not_confirmed", "2009-10", 20, 15),
        ("not_of_target", "2009-10", 3, 3),
    ]
    query = """SELECT sustained, recurring_a_year_pence, counted_to_date_pence
        FROM fct_savings_durability ORDER BY ALL"""
    assert rows(found, query) == [("confirmed", 0, 0), ("provisional", 123, 118)]


@pytest.mark.parametrize(
    ("sent", "latest", "to_date"),
    [
        ([(CITY, 2), (COUNTY, 2)], "2009-10", 30),
        ([(CITY, 2), (COUNTY, 2), (CITY, 3)], "2009-10", 30),
        ([(CITY, 2), (COUNTY, 2), (CITY, 3), (COUNTY, 3)], "2010-11", 60),
        ([(CITY, 2), (COUNTY, 2), (CITY, 3), (CITY, 4)], "2011-12", 50),
        ([(CITY, 2), (CITY, 3)], "2010-11", 20),
        ([(CITY, 2), (COUNTY, 2), (CITY, 5)], "2009-10", 30),
    ],
    ids=[
        "all have sent", "a new year is under way", "it is there", "one body stopped",
        "one never sent", "a year that nobody is asked for",
    ],
)  # fmt: skip
def test_the_position_is_that_of_the_latest_year_that_is_not_under_way(
    count: Count, tmp_path: Path, sent: Sequence[tuple[str, int]], latest: str, to_date: int
) -> None:
    """City claims 10 a year and County 20, of 2009-10 and the years after it."""
    world = place(tmp_path, CITY, COUNTY)
    years = {n: f"20{n + 7:02d}-{n + 8:02d}" for n in range(2, 6)}
    for body in (CITY, COUNTY):
        for number in (2, 3, 4):
            year = years[number]
            world.expect(body, "savings", year, {year: "financial_year"})
    for body, number in sent:
        register(world, body, years[number], claim(body, 10 if body == CITY else 20))
    query = "SELECT max(latest_year), sum(counted_to_date_pence) FROM fct_target_progress"
    assert rows(count(world), query) == [(latest, to_date)]


def test_a_whole_year_of_registers_without_a_claim_is_known_though_no_position(
    count: Count, tmp_path: Path
) -> None:
    """The forecast must not foresee savings for a year that is known to have none."""
    world = place(tmp_path, CITY)
    for year, saved in (("2009-10", 10), ("2010-11", 0)):
        world.expect(CITY, "savings", year, {year: "financial_year"})
        register(world, CITY, year, claim("HUB", saved))
    query = "SELECT financial_year, known_until FROM int_savings_position"
    assert rows(count(world), query) == [("2009-10", "2010-11")]


def test_without_a_return_there_is_no_figure_and_not_nought(count: Count, tmp_path: Path) -> None:
    query = """SELECT latest_year, recurring_a_year_pence, counted_to_date_pence
        FROM fct_target_progress"""
    assert rows(count(place(tmp_path, CITY)), query) == [(None, None, None)] * 3


def test_a_milestone_is_overdue_while_it_is_due_and_not_reached(
    count: Count, tmp_path: Path
) -> None:
    world = place(tmp_path, CITY)
    milestones = [
        (None, None, False),
        (date(2010, 3, 31), None, True),
        (date(2010, 4, 1), None, False),
        (date(2009, 6, 1), date(2010, 3, 31), False),
        (date(2009, 6, 1), date(2010, 4, 1), True),
    ]
    before, then = [], []
    for number, (due, done, _) in enumerate(milestones):
        facts = {"milestone_due": due, "milestone_done": done, "status": "in_delivery"}
        apart = {"baseline": 900 + number}
        before.append(claim(f"HUB-{number}", 0, one_off_cost=30, **apart))
        then.append(claim(f"HUB-{number}", 80, one_off_cost=10, **apart, **facts))
    register(world, CITY, "2008-09", *before)
    register(world, CITY, "2009-10", *then)
    query = """SELECT latest_year, delivery_status, has_baseline, overdue_milestone,
        one_off_cost_to_date_pence, recurring_a_year_pence, benefit_per_pound_pence
        FROM fct_savings_portfolio ORDER BY initiative_id"""
    assert rows(count(world), query) == [
        ("2009-10", "in_delivery", True, overdue, 40, 80, 200) for _, _, overdue in milestones
    ]
