"""Access, treatment and value for money by their worked examples, and what never leaves."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contracts.feeds import FEEDS
from tests.warehouse.compiled import Asked, Compiled
from tests.warehouse.examples.test_spend import FAR, LOWLAND, UPLAND
from tests.warehouse.invariants.oracle.treatment_worlds import make
from tests.warehouse.world import PROJECT, Row, World

MERE, VALE = "mere_council", "vale_council"


def contact(month: date, channel: str, contacts: int | None, **facts: int) -> Row:
    return {
        "month_date": month, "channel": channel, "lgsl_code": 57, "contacts": contacts, **facts,
    }  # fmt: skip


def point(year: str, point_id: str, kind: str = "service_point", **facts: Any) -> Row:
    return {
        "financial_year": year, "point_id": point_id, "name": f"Point {point_id}",
        "point_type": kind, **facts,
    }  # fmt: skip


def people(clients: int | None, substance: str = "all", **facts: Any) -> Row:
    return {
        "financial_year": "2009-10", "measure": "effective_treatment", "substance": substance,
        "is_partnership": True, "clients": clients, **facts,
    }  # fmt: skip


def yearly(world: World, body: str, feed: str, rows: list[Row], year: str = "2009-10") -> None:
    """A body's whole file of a year, as promised."""
    world.submit(body, year, rows, feed=feed, cadence="financial_year")
    world.expect(body, feed, year, {year: "financial_year"})


def arrange(world: World) -> None:
    """A shift of 10,000 visits to the web, two offices in one street, people and figures."""
    visits = {"2009-10": (40_000, 10_000), "2010-11": (30_000, 20_000)}
    for year, (face_to_face, web) in visits.items():
        month = date(int(year[:4]), 5, 1)
        rows = [
            contact(month, "face_to_face", face_to_face, avoidable=face_to_face // 8),
            contact(month, "web", web, resolved=web // 2),
        ]
        yearly(world, UPLAND, "contacts", rows, year)
    world.inputs["postcodes"].append(
        {"postcode": "ZZ11AA", "easting": 450_600, "northing": 300_000, "district": "E00"}
    )
    mine = [
        point("2009-10", "TOWN", easting=450_000, northing=300_000, lgsl_codes="57; 69",
              running_cost_pence=9_000_000, hours_a_week=40),
        point("2009-10", "SITE", "website", lgsl_codes="57", running_cost_pence=5_000),
    ]  # fmt: skip
    theirs = [
        point("2009-10", "HALL", "reception", postcode="zz1 1aa", lgsl_codes="69,437",
              running_cost_pence=4_000_000, lease_break=date(2011, 3, 25)),
        point("2009-10", "WWW", "website"),
        point("2009-10", "MILL", easting=450_000, northing=300_801),
    ]  # fmt: skip
    outside = [point("2009-10", "NEXT", easting=450_000, northing=300_000)]
    yearly(world, FAR, "access_points", outside)
    yearly(world, FAR, "contacts", [contact(date(2009, 5, 1), "telephone", 9)])
    yearly(world, UPLAND, "access_points", mine)
    yearly(world, LOWLAND, "access_points", theirs)
    treated = [
        people(120), people(3, "opiate"), people(40, "non_opiate"), people(77, "alcohol"),
        people(0, measure="left"), people(None, measure="new_presentation"),
    ]  # fmt: skip
    yearly(world, LOWLAND, "treatment", treated)
    # The host tells the same of the partnership, but not the figure that had to be hidden.
    world.submit(
        UPLAND, "2009-10", [people(40, "non_opiate")], feed="treatment", cadence="financial_year"
    )
    for body, value in ((UPLAND, 5), (LOWLAND, 7)):
        score: Row = {
            "financial_year": "2009-10", "indicator_id": "I1", "service_group": "Roads",
            "polarity": "lower_is_better", "value": Decimal(value),
        }  # fmt: skip
        cost: Row = {
            "financial_year": "2009-10", "service_group": "roads", "measure": "budget",
            "net_pence": value * 1_000,
        }  # fmt: skip
        yearly(world, body, "indicators", [score])
        yearly(world, body, "budgets", [cost])


def fetch(warehouse: duckdb.DuckDBPyConnection | Asked, query: str) -> list[tuple[Any, ...]]:
    return list(warehouse.execute(query).fetchall())


def test_every_channel_has_a_row_of_unit_costs_and_those_have_a_source() -> None:
    with (PROJECT / "seeds/access_benchmark.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    channels = FEEDS["contacts"].field("channel").values
    assert sorted(row["channel"] for row in rows) == sorted(channels)
    priced = [row for row in rows if row["unit_cost_pence"]]
    assert {r["channel"]: (r["unit_cost_pence"], r["year"]) for r in priced} == {
        "face_to_face": ("862", "2011"),
        "telephone": ("283", "2011"),
        "web": ("15", "2011"),
    }
    assert all(row["source"] for row in priced)


def test_a_shift_to_the_web_saves_only_notionally(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = fetch(
        warehouse,
        """
        SELECT channel, base_year, expected_contacts, shifted_contacts, own_unit_cost_pence,
            national_unit_cost_pence, unit_cost_source, national_year, notional_saving_pence,
            saving_class, counted
        FROM fct_channel_shift ORDER BY channel
        """,
    )
    national = ("national_benchmark", "2011")
    assert found == [
        ("face_to_face", "2009-10", 40_000, -10_000, None, 862, *national, 8_620_000,
         "non_cash_releasing", False),
        ("web", "2009-10", 10_000, 10_000, None, 15, *national, -150_000,
         "non_cash_releasing", False),
    ]  # fmt: skip


def test_no_savings_table_knows_of_contacts(compiled: Compiled) -> None:
    for name in compiled.nodes:
        if name.startswith("fct_savings") or name.startswith("fct_target"):
            assert "stg_contacts_lines" not in compiled.order([name]), name


def test_a_rate_is_over_the_contacts_that_were_assessed(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = fetch(
        warehouse,
        """
        SELECT channel, contacts, avoidable_per_mille, assessed_contacts, resolved_per_mille,
            followed_contacts, partners_expected, partners_present
        FROM fct_access_channel WHERE financial_year = '2009-10' AND scope = 'in_scope'
        ORDER BY channel
        """,
    )
    assert found == [
        ("face_to_face", 40_000, 125, 40_000, None, None, 1, 1),
        ("web", 10_000, None, None, 500, 10_000, 1, 1),
    ]


def test_a_file_of_payments_does_not_say_what_a_contact_costs(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = fetch(
        warehouse,
        """
        SELECT channel, own_unit_cost_pence, national_unit_cost_pence,
            national_source IS NOT NULL, own_cost_unavailable_reason
        FROM fct_access_unit_cost WHERE financial_year = '2009-10' AND contacts > 0
        """,
    )
    assert sorted(found) == [
        ("face_to_face", None, 862, True, "spend_is_not_a_ledger"),
        ("web", None, 15, True, "spend_is_not_a_ledger"),
    ]


def test_two_offices_in_one_street_and_two_websites(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A body outside the place next door is no partner to join with."""
    found = fetch(
        warehouse,
        """
        SELECT overlap_kind, body_a_id, point_a_id, point_b_id, distance_metres, shared_services,
            shared_lgsl_codes, joinable_services, avoidable_body_id, pair_avoidable_cost_pence,
            avoidable_lease_break, rank_in_year
        FROM fct_access_overlap ORDER BY rank_in_year
        """,
    )
    assert found == [
        ("within_walking_distance", LOWLAND, "HALL", "TOWN", 600, 1, "69", 2, LOWLAND, 4_000_000,
         date(2011, 3, 25), 1),
        ("website", LOWLAND, "WWW", "SITE", None, None, None, None, None, None, None, 2),
    ]  # fmt: skip


def test_coordinates_say_where_they_are_from(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT scope, point_id, easting, coordinate_source FROM fct_access_point ORDER BY ALL"
    assert fetch(warehouse, query) == [
        ("in_scope", "HALL", 450_600, "postcode"),
        ("in_scope", "MILL", 450_000, "given"),
        ("in_scope", "SITE", None, "none"),
        ("in_scope", "TOWN", 450_000, "given"),
        ("in_scope", "WWW", None, "none"),
        ("outside_place", "NEXT", 450_000, "given"),
    ]


def test_small_counts_and_those_that_would_give_them_away_are_hidden(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """3 of 120 is small; beside 77 and 120 the 40 would say so, whoever tells it."""
    query = """
        SELECT reported_by_body_id, treatment_measure, substance, state, clients
        FROM fct_treatment_outcome
    """
    effective = "effective_treatment"
    assert sorted(fetch(warehouse, query), key=repr) == [
        (LOWLAND, effective, "alcohol", "shown", 75),
        (LOWLAND, effective, "all", "shown", 120),
        (LOWLAND, effective, "non_opiate", "suppressed", None),
        (LOWLAND, effective, "opiate", "suppressed", None),
        (LOWLAND, "left", "all", "zero", 0),
        (LOWLAND, "new_presentation", "all", "not_reported", None),
        (UPLAND, effective, "non_opiate", "suppressed", None),
    ]


def test_a_cost_per_person_waits_for_whole_spend(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT effective_clients, effective_state, cost_per_person_unavailable_reason,
            cost_per_person_pence, completions_state, cost_per_completion_unavailable_reason
        FROM fct_treatment_value WHERE financial_year = '2009-10'
    """
    assert fetch(warehouse, query) == [
        (120, "shown", "spend_incomplete", None, "not_reported", "spend_incomplete")
    ]


def test_a_lower_figure_may_be_the_better(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT body_id, service_group, score_per_mille, budget_net_pence,
            budget_cost_unavailable_reason, budget_quadrant
        FROM fct_value_for_money ORDER BY body_id
    """
    assert fetch(warehouse, query) == [
        (LOWLAND, "Roads", 0, 7_000, "no_population", None),
        (UPLAND, "Roads", 1000, 5_000, "no_population", None),
    ]


# --- small worlds of their own ----------------------------------------------------------------


def ledger(world: World, body: str, account: str, pence: int, basis: str = "ledger") -> None:
    rows: list[Row] = [
        {"account": account, "amount_pence": pence, "line_date": date(2009, 6, 1)},
    ]
    world.submit(body, "2009-10", rows, cadence="financial_year", basis=basis)
    world.expect(body, "spend", "2009-10", {"2009-10": "financial_year"})


def counted(compiled: Compiled, world: World) -> Asked:
    """The world by the models."""
    return compiled.asked(world)


def test_a_whole_ledger_says_what_a_visit_costs(compiled: Compiled, place: World) -> None:
    """£10,000 for 1,500 visits is £6.67; where a month is missing only the national cost is."""
    for body in (MERE, VALE):
        ledger(place, body, "Desks", 1_000_000)
        yearly(place, body, "contacts", [contact(date(2009, 5, 1), "face_to_face", 1_500)])
    place.expect(VALE, "contacts", "2009-10", {"2010-03": "month"})
    place.inputs["submissions"][-1].update(period_end=date(2010, 2, 28))
    query = """
        SELECT body_id, in_scope_net_pence, cost_contacts, own_unit_cost_pence,
            national_unit_cost_pence, own_cost_unavailable_reason
        FROM fct_access_unit_cost ORDER BY body_id
    """
    assert fetch(counted(compiled, place), query) == [
        (MERE, 1_000_000, 1_500, 667, 862, None),
        (VALE, 1_000_000, 1_500, None, 862, "contacts_incomplete"),
    ]


def test_fifty_three_offices_become_twenty_two(compiled: Compiled, place: World) -> None:
    for year, offices in (("2006-07", 53), ("2009-10", 22)):
        rows = [point(year, f"O{n}", running_cost_pence=100_000) for n in range(offices)]
        yearly(place, MERE, "access_points", rows, year)
    query = """
        SELECT financial_year, count(*), sum(running_cost_pence)::BIGINT
        FROM fct_access_point GROUP BY ALL ORDER BY ALL
    """
    assert fetch(counted(compiled, place), query) == [
        ("2006-07", 53, 5_300_000),
        ("2009-10", 22, 2_200_000),
    ]


def test_points_that_hang_together_are_one_cluster(compiled: Compiled, place: World) -> None:
    """A near B and B near C make one cluster; one point of it stays, so two costs are avoided."""
    yearly(
        place, MERE, "access_points",
        [point("2009-10", "A", easting=0, northing=0, running_cost_pence=100),
         point("2009-10", "C", easting=1_500, northing=0, running_cost_pence=300)],
    )  # fmt: skip
    yearly(
        place, VALE, "access_points",
        [point("2009-10", "B", "kiosk", easting=800, northing=0, running_cost_pence=200)],
    )  # fmt: skip
    query = """
        SELECT point_a_id, point_b_id, distance_metres, avoidable_point_id,
            pair_avoidable_cost_pence, cluster_id
        FROM fct_access_overlap ORDER BY rank_in_year
    """
    found = counted(compiled, place)
    assert fetch(found, query) == [
        ("C", "B", 700, "B", 200, "mere_council/A"),
        ("A", "B", 800, "A", 100, "mere_council/A"),
    ]
    query = """
        SELECT cluster_id, body_ids, point_names, cluster_points, avoidable_cost_a_year_pence
        FROM fct_access_cluster
    """
    assert fetch(found, query) == [
        ("mere_council/A", f"{MERE}; {VALE}", "Point A; Point C; Point B", 3, 300),
    ]


def test_a_long_chain_of_points_is_one_cluster(compiled: Compiled, place: World) -> None:
    """Forty points in a row, each within walking distance of the next alone."""
    chain = [point("2009-10", f"P{n}", easting=800 * n, northing=0) for n in range(40)]
    yearly(place, MERE, "access_points", chain[::2])
    yearly(place, VALE, "access_points", chain[1::2])
    query = """
        SELECT cluster_id, cluster_points, (SELECT count(*) FROM fct_access_overlap)
        FROM fct_access_cluster
    """
    assert fetch(counted(compiled, place), query) == [("mere_council/P0", 40, 39)]


VALUE = """
    SELECT spend_pence, effective_clients, effective_state, cost_per_person_pence,
        cost_per_person_unavailable_reason
    FROM fct_treatment_value
"""


def test_what_a_person_in_treatment_costs_all_bodies_together(
    compiled: Compiled, place: World
) -> None:
    """Both bodies' money over the people the partnership counts once, not over an agency's."""
    ledger(place, MERE, "Drugs", 600_000)
    ledger(place, VALE, "Drugs", 400_000)
    yearly(place, MERE, "treatment", [people(98)])
    yearly(place, VALE, "treatment", [people(140, is_partnership=False)])
    assert fetch(counted(compiled, place), VALUE) == [(1_000_000, 100, "shown", 10_000, None)]


@pytest.mark.parametrize(
    ("rows", "state", "reason"),
    [
        ([people(5)], "suppressed", "clients_suppressed"),
        ([people(90, is_partnership=False)], "not_additive", "clients_not_additive"),
        ([people(60, area="Mere"), people(60, area="Vale")], "not_additive",
         "clients_not_additive"),
        ([people(60, tier="3"), people(60, tier="4")], "not_additive", "clients_not_additive"),
        ([people(0)], "zero", "clients_zero"),
    ],
)  # fmt: skip
def test_a_cost_per_person_is_refused(
    compiled: Compiled, place: World, rows: list[Row], state: str, reason: str
) -> None:
    ledger(place, MERE, "Drugs", 1_000)
    yearly(place, MERE, "treatment", rows)
    found = fetch(counted(compiled, place), VALUE)
    clients = 0 if state == "zero" else None
    assert found == [(1_000, clients, state, None, reason)]


def suppressed(substance: str, tier: str | None, most: int = 7) -> Row:
    """A count that its body suppressed: a mark for 1 to ``most``."""
    facts = {"clients_state": "suppressed", "clients_low": 1, "clients_high": most}
    return people(None, substance, tier=tier, **facts)


def test_what_a_body_suppressed_says_so_and_cannot_be_worked_out(
    compiled: Compiled, place: World
) -> None:
    """1,950 less the 1,266, 28, 246 and 407 would be the 3 that the body did not tell."""
    told = [("opiate", "3", 1_266), ("opiate", "4", 28), ("non_opiate", "3", 246)]
    told += [("alcohol", "3", 407), ("all", None, 1_950)]
    rows = [people(n, substance, tier=tier) for substance, tier, n in told]
    yearly(place, MERE, "treatment", [*rows, suppressed("alcohol", "4", most=4)])
    query = """
        SELECT substance, treatment_tier, state, clients, at_source_from, at_source_to
        FROM fct_treatment_outcome ORDER BY ALL
    """
    assert fetch(counted(compiled, place), query) == [
        ("alcohol", "tier_3", "shown", 405, None, None),
        ("alcohol", "tier_4", "suppressed_at_source", None, 1, 4),
        ("all", "all_tiers", "shown", 1_950, None, None),
        ("non_opiate", "tier_3", "shown", 245, None, None),
        ("opiate", "tier_3", "shown", 1_265, None, None),
        ("opiate", "tier_4", "suppressed", None, None, None),
    ]


def test_what_one_body_suppressed_no_other_body_gives_away(
    compiled: Compiled, place: World
) -> None:
    ledger(place, MERE, "Drugs", 1_000)
    yearly(place, MERE, "treatment", [suppressed("all", None)])
    yearly(place, VALE, "treatment", [people(90), people(60, "opiate")])
    built = counted(compiled, place)
    query = "SELECT reported_by_body_id, substance, state, clients FROM fct_treatment_outcome"
    assert sorted(fetch(built, query)) == [
        (MERE, "all", "suppressed_at_source", None),
        (VALE, "all", "suppressed", None),
        (VALE, "opiate", "shown", 60),
    ]
    found = fetch(built, VALUE)
    reason = "clients_suppressed_at_source"
    assert found == [(1_000, None, "suppressed_at_source", None, reason)]


def test_a_suppressed_number_and_another_of_the_same_cell_are_suppressed(
    compiled: Compiled, place: World
) -> None:
    yearly(place, MERE, "treatment", [suppressed("all", None), people(60)])
    query = "SELECT state, clients FROM fct_treatment_outcome"
    assert fetch(counted(compiled, place), query) == [("suppressed_at_source", None)]


def test_a_year_with_suppressed_contacts_is_not_whole(compiled: Compiled, place: World) -> None:
    hidden = contact(date(2009, 6, 1), "web", None, contacts_state="suppressed", avoidable=2)
    yearly(place, MERE, "contacts", [contact(date(2009, 5, 1), "web", 500), hidden])
    query = """
        SELECT period_id, contacts, is_suppressed_at_source, avoidable, assessed_contacts,
            is_year_complete
        FROM fct_access_channel ORDER BY period_id
    """
    assert fetch(counted(compiled, place), query) == [
        ("2009-M05", 500, False, None, None, False),
        ("2009-M06", None, True, None, None, False),
    ]
    unit = "SELECT contacts, own_cost_unavailable_reason FROM fct_access_unit_cost"
    assert fetch(counted(compiled, place), unit) == [(500, "contacts_incomplete")]


def test_without_a_stated_rule_small_counts_are_hidden_all_the_same(
    compiled: Compiled, place: World
) -> None:
    place.inputs["disclosure"].append(
        {"feed": "contacts", "suppress_from": 1, "suppress_to": 2, "round_to": 1, "reason": "x"}
    )
    yearly(place, MERE, "treatment", [people(7)])
    query = "SELECT state, clients, suppress_to FROM fct_treatment_outcome"
    assert fetch(counted(compiled, place), query) == [("suppressed", None, 7)]


def test_value_for_money_beside_its_peers(compiled: Compiled, place: World) -> None:
    """Mere scores better for less a head; a body that lacks an indicator has no score."""
    for area, count in ((f"E-{MERE}", 100), (f"E-{VALE}", 50), ("E-OTHER", 10)):
        place.inputs["apportionment_keys"].append(
            {
                "key_id": "people", "driver": "resident population", "key_year": "2009",
                "vintage": "made up", "area": area, "area_count": count, "source": "x",
            }
        )  # fmt: skip
    place.organisation("other_council", gss_code="E-OTHER")
    values = {MERE: ("9", "1"), VALE: ("5", "3"), "Other Council": ("7", None)}
    ways = ("higher_is_better", "lower_is_better")
    indicators: list[Row] = [
        {
            "financial_year": "2009-10", "indicator_id": f"I{n}", "polarity": way,
            "body": None if body == MERE else body.replace("_", " "),
            "value": value and Decimal(value),
        }
        for body, both in values.items()
        for n, (way, value) in enumerate(zip(ways, both, strict=True))
    ]  # fmt: skip
    budgets: list[Row] = [
        {
            "financial_year": "2009-10", "service_group": "All services", "measure": "outturn",
            "body": body.replace("_", " "), "net_pence": 10_000, "price_basis": "cash",
        }
        for body in values
    ]  # fmt: skip
    yearly(place, MERE, "indicators", indicators)
    yearly(place, MERE, "budgets", budgets)
    query = """
        SELECT body_id, score_per_mille, score_unavailable_reason, outturn_net_per_head_pence,
            outturn_cost_rank, outturn_cost_peers, outturn_peers, outturn_quadrant
        FROM fct_value_for_money ORDER BY body_id
    """
    assert fetch(counted(compiled, place), query) == [
        (MERE, 1000, None, 100, 1, 3, 2, "above_average_lower_cost"),
        ("other_council", None, "indicators_missing", 1_000, 3, 3, None, None),
        (VALE, 0, None, 200, 2, 3, 2, "below_average_higher_cost"),
    ]


# --- nothing of a small count leaves ----------------------------------------------------------


def other_counts(world: World) -> None:
    """Every count another that must look the same: small ones among themselves, and those that
    are rounded to the same figure among themselves."""
    top = int(str(world.inputs["disclosure"][0]["suppress_to"]))
    for where, rows in world.lines.items():
        for row in rows if where.startswith("treatment/") else []:
            clients = row["clients"]
            if not isinstance(clients, int) or clients == 0:
                continue
            like = [
                n
                for n in range(1, clients + 8)
                if (n <= top) == (clients <= top)
                and (clients <= top or (n + 2) // 5 == (clients + 2) // 5)
            ]
            row["clients"] = like[(like.index(clients) + 1) % len(like)]


@pytest.mark.parametrize("seed", range(3))
def test_no_published_table_depends_on_a_hidden_count(
    compiled: Compiled, seed: int, tmp_path: Path
) -> None:
    tables = [n for n, node in compiled.nodes.items() if node["fqn"][1] == "marts"]
    assert {"fct_treatment_outcome", "fct_treatment_value", "fct_issue"} <= set(tables)
    contents = []
    for number in range(2):
        world = make(seed, tmp_path / str(number))
        before = [r.get("clients") for rows in world.lines.values() for r in rows]
        if number:
            other_counts(world)
            assert before != [r.get("clients") for rows in world.lines.values() for r in rows]
        built = compiled.run(world, tables)
        contents.append({t: sorted(fetch(built, f"SELECT * FROM {t}"), key=repr) for t in tables})
    one, other = contents
    assert [t for t in tables if one[t] != other[t]] == []


ALL = "all_tiers"


def sums(told: set[tuple[str, str]]) -> list[set[tuple[str, str]]]:
    """What adds up in a body's told figures by tier and substance."""
    parts = {(t, s) for t, s in told if t != ALL and s != "all"}
    tiers, substances = {t for t, _ in parts}, {s for _, s in parts}
    found = [{c for c in told if c[0] == t} for t in tiers if (t, "all") in told]
    found += [{c for c in told if c[1] == s} for s in substances if (ALL, s) in told]
    if (ALL, "all") in told:
        by_tier = {c for c in told if c[1] == "all"}
        by_substance = {c for c in told if c[0] == ALL}
        found.append(by_tier | {c for c in parts if (c[0], "all") not in told})
        found.append(by_substance | {c for c in parts if (ALL, c[1]) not in told})
    return [each for each in found if len(each) > 2]


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_count_can_be_worked_out_from_a_total(
    compiled: Compiled, seed: int, tmp_path: Path
) -> None:
    """In a sum whose parts and total are told, one hidden figure alone would be the difference."""
    built = compiled.run(make(seed, tmp_path), ["fct_treatment_outcome"])
    query = """
        SELECT
            concat_ws(
                '|', financial_year, reported_by_body_id, is_partnership, residence_area,
                treatment_measure
            ),
            treatment_tier, substance, state IN ('suppressed', 'suppressed_at_source')
        FROM fct_treatment_outcome
        WHERE state IN ('shown', 'zero', 'suppressed', 'suppressed_at_source')
            AND substance <> 'not_reported'
    """
    tables: dict[str, dict[tuple[str, str], bool]] = {}
    for table, tier, substance, is_hidden in fetch(built, query):
        tables.setdefault(table, {})[tier, substance] = is_hidden
    hidden = [sum(cells[c] for c in each) for cells in tables.values() for each in sums(set(cells))]
    assert max(hidden) > 1
    assert 1 not in hidden
