"""Why a body has no unit cost, no shift or no count of people, and which points are a pair."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.warehouse.compiled import Compiled
from tests.warehouse.examples.test_access import (
    MERE,
    VALE,
    VALUE,
    contact,
    counted,
    fetch,
    ledger,
    people,
    point,
    yearly,
)
from tests.warehouse.world import Row, World


def last_submission(world: World, **facts: Any) -> None:
    """Change what is known of the submission made last."""
    world.inputs["submissions"][-1].update(facts)


# --- unit costs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("feed", "facts", "reason"),
    [
        ("contacts", {"rows_set_aside": 1}, "contacts_incomplete"),
        ("spend", {"rows_set_aside": 1}, "spend_incomplete"),
        ("spend", {"period_end": date(2010, 2, 28)}, "spend_incomplete"),
        ("spend", {"public_access": "not_observable"}, "spend_not_observable"),
        ("spend", {"basis": "payments_over_500"}, "spend_is_not_a_ledger"),
    ],
)
def test_an_incomplete_year_has_no_unit_cost_of_its_own(
    compiled: Compiled, place: World, feed: str, facts: dict[str, Any], reason: str
) -> None:
    """£10,000 for 1,500 visits, but one of the two files is not all that was promised."""
    ledger(place, MERE, "Desks", 1_000_000)
    if feed == "spend":
        last_submission(place, **facts)
    yearly(place, MERE, "contacts", [contact(date(2009, 5, 1), "face_to_face", 1_500)])
    if feed == "contacts":
        last_submission(place, **facts)
    query = """
        SELECT own_unit_cost_pence, national_unit_cost_pence, own_cost_unavailable_reason
        FROM fct_access_unit_cost
    """
    assert fetch(counted(compiled, place), query) == [(None, 862, reason)]


def test_the_place_s_part_of_the_spend_is_not_divided_by_all_contacts(
    compiled: Compiled, place: World
) -> None:
    """Five of seven residents are of the place, but the contacts are of all seven."""
    place.inputs["footprints"].append(
        {
            "partner_id": MERE, "key_id": "people", "driver": "resident population",
            "key_year": "2009", "vintage": "made up", "inside_count": 5, "total_count": 7,
        }
    )  # fmt: skip
    ledger(place, MERE, "Desks", 700)
    yearly(place, MERE, "contacts", [contact(date(2009, 5, 1), "face_to_face", 10)])
    query = """
        SELECT in_scope_net_pence, own_unit_cost_pence, own_cost_unavailable_reason
        FROM fct_access_unit_cost
    """
    assert fetch(counted(compiled, place), query) == [(500, None, "spend_apportioned")]


# --- shifts -----------------------------------------------------------------------------------


def test_a_shift_is_measured_from_the_first_complete_year(compiled: Compiled, place: World) -> None:
    """2007-08 has rows set aside, so it is no base; 2010-11 has, so it shows no shift.

    In 2009-10 half of 2,000 contacts would have been visits as in 2008-09, and 1,500 were: 500
    more, at the £6.67 that the ledger of that year gives and not at the national £8.62.
    """
    volumes = {
        "2007-08": (10, 90), "2008-09": (1_000, 1_000), "2009-10": (1_500, 500), "2010-11": (9, 1)
    }  # fmt: skip
    for year, (visits, web) in volumes.items():
        month = date(int(year[:4]), 5, 1)
        rows = [contact(month, "face_to_face", visits), contact(month, "web", web)]
        yearly(place, MERE, "contacts", rows, year)
        last_submission(place, rows_set_aside=int(year in ("2007-08", "2010-11")))
    ledger(place, MERE, "Desks", 1_000_000)
    query = """
        SELECT financial_year, base_year, shifted_contacts, own_unit_cost_pence, unit_cost_source,
            notional_saving_pence, saving_unavailable_reason
        FROM fct_channel_shift WHERE channel = 'face_to_face' ORDER BY financial_year
    """
    assert fetch(counted(compiled, place), query) == [
        ("2009-10", "2008-09", 500, 667, "own_ledger", -333_500, None),
        ("2010-11", "2008-09", None, None, "national_benchmark", None, "contacts_incomplete"),
    ]


# --- access points ----------------------------------------------------------------------------


def test_a_point_reported_again_is_as_first_reported(compiled: Compiled, place: World) -> None:
    first, again, later = (point("2009-10", "A", running_cost_pence=n) for n in (100, 200, 300))
    yearly(place, MERE, "access_points", [first, again])
    place.submit(MERE, "2009-10", [later], feed="access_points", cadence="financial_year")
    query = "SELECT point_id, running_cost_pence, times_reported FROM fct_access_point"
    assert fetch(counted(compiled, place), query) == [("A", 100, 3)]


def test_a_pair_is_of_two_bodies_and_an_unknown_cost_stays_unknown(
    compiled: Compiled, place: World
) -> None:
    """Mere's two offices are side by side, but only Vale's beside each could be shared."""
    yearly(
        place, MERE, "access_points",
        [point("2009-10", "A", easting=0, northing=0, running_cost_pence=100),
         point("2009-10", "B", easting=100, northing=0)],
    )  # fmt: skip
    yearly(
        place, VALE, "access_points",
        [point("2009-10", "V", easting=200, northing=0, running_cost_pence=300)],
    )  # fmt: skip
    query = """
        SELECT body_a_id, point_a_id, body_b_id, point_b_id, pair_avoidable_cost_pence
        FROM fct_access_overlap ORDER BY rank_in_year
    """
    found = counted(compiled, place)
    assert fetch(found, query) == [
        (MERE, "A", VALE, "V", 100),
        (MERE, "B", VALE, "V", None),
    ]
    query = "SELECT cluster_points, avoidable_cost_a_year_pence FROM fct_access_cluster"
    assert fetch(found, query) == [(3, None)]


# --- people in treatment ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reports", "clients", "state"),
    [
        ({MERE: [people(100), people(60, tier="3")]}, 100, "shown"),
        ({MERE: [people(60, tier="3")]}, 60, "shown"),
        ({MERE: [people(60)], VALE: [people(62)]}, 60, "shown"),
        ({MERE: [people(60)], VALE: [people(90)]}, None, "contradictory"),
        ({MERE: [people(60), people(90)]}, None, "not_additive"),
        ({"far_council": [people(60)]}, None, "not_reported"),
    ],
    ids=[
        "all tiers come before one",
        "one tier alone stands",
        "two reports that look alike",
        "two bodies disagree",
        "a body disagrees with itself",
        "a body outside does not speak for the place",
    ],
)
def test_the_people_of_the_place_are_one_figure(
    compiled: Compiled,
    place: World,
    reports: dict[str, list[Row]],
    clients: int | None,
    state: str,
) -> None:
    place.partner("far_council", in_place=False)
    ledger(place, MERE, "Drugs", 6_000)
    for body, rows in reports.items():
        yearly(place, body, "treatment", rows)
    cost = 6_000 // clients if clients else None
    reason = None if clients else f"clients_{state}"
    assert fetch(counted(compiled, place), VALUE) == [(6_000, clients, state, cost, reason)]
