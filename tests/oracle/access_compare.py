"""The oracle's figures of access, treatment and value as rows of the published tables."""

from __future__ import annotations

from typing import Any

from tests.oracle import access, access_points, treatment, value
from tests.oracle.compare import Warehouse
from tests.oracle.count import count
from tests.oracle.facts import Inputs, Lines

PRESENT = ", partners_expected, partners_present"
# Table -> its key columns and the columns compared.
COLUMNS: dict[str, tuple[str, str]] = {
    "fct_access_channel": (
        "partner_id, financial_year, period, channel, lgsl_code",
        "scope, contacts, avoidable, assessed_contacts, avoidable_per_mille, resolved, "
        "followed_contacts, resolved_per_mille, is_year_whole" + PRESENT,
    ),
    "fct_access_unit_cost": (
        "financial_year, partner_id, channel",
        "contacts, served_with, spend_pence, cost_contacts, untold_channel_pence, spend_basis, "
        "spend_periods_expected, spend_periods_present, contacts_periods_expected, "
        "contacts_periods_present, unit_cost_pence, unit_cost_source, benchmark_source, "
        "benchmark_year, coverage_reason" + PRESENT,
    ),
    "fct_channel_shift": (
        "financial_year, partner_id, channel",
        "base_year, base_contacts, base_total_contacts, contacts, total_contacts, "
        "expected_contacts, shifted_contacts, unit_cost_pence, unit_cost_source, "
        "benchmark_source, benchmark_year, notional_saving_pence, body_saving_pence, "
        "saving_class, counted, coverage_reason" + PRESENT,
    ),
    "fct_access_point": (
        "financial_year, partner_id, point_id",
        "scope, name, point_type, easting, northing, coordinate_source, services, services_told, "
        "running_cost_pence, lease_break, lease_end, times_told" + PRESENT,
    ),
    "fct_access_overlap": (
        "financial_year, overlap_kind, partner_a, point_a, partner_b, point_b",
        "distance_metres, shared_services, shared_lgsl, joinable_services, cluster_id, "
        "cluster_points, avoidable_partner_id, avoidable_point_id, avoidable_cost_pence, "
        "avoidable_lease_break, avoidable_lease_end, cluster_avoidable_cost_pence, rank_in_year, "
        "walking_metres" + PRESENT,
    ),
    "fct_treatment_outcome": (
        "financial_year, partner_id, is_partnership, area, tier, substance, measure",
        "scope, state, clients, suppress_from, suppress_to, round_to" + PRESENT,
    ),
    "fct_treatment_value": (
        "financial_year",
        "spend_pence, spend_basis, spend_partners_expected, spend_partners_present, "
        "effective_clients, effective_state, effective_tier, cost_per_person_pence, "
        "person_refused_because, completions, completions_state, completion_tier, "
        "cost_per_completion_pence, completion_refused_because" + PRESENT,
    ),
    "fct_value_for_money": (
        "financial_year, service_key, measure, body_id",
        "peer_group, indicators_expected, indicators_present, score_sum_per_mille, "
        "score_per_mille, score_refused_because, price_basis, net_pence, population, "
        "population_key, net_per_head_pence, cost_refused_because, cost_peers, cost_rank, peers, "
        "quadrant, score_change_per_mille, net_per_head_change_pence, quadrant_before"
        + PRESENT
        + ", indicators_partners_expected, indicators_partners_present",
    ),
}


def expected(inputs: Inputs, lines: Lines) -> dict[str, access.Table]:
    """Every table as the oracle counts it."""
    counted = count(inputs, lines)
    contacts = access.contacts(inputs, lines)
    costs = access.unit_costs(inputs, contacts, counted)
    points = access_points.points(inputs, lines)
    return {
        "fct_access_channel": access.channels(inputs, contacts),
        "fct_access_unit_cost": costs,
        "fct_channel_shift": access.shifts(inputs, contacts, costs),
        "fct_access_point": access_points.point_table(inputs, points),
        "fct_access_overlap": access_points.overlaps(inputs, points),
        "fct_treatment_outcome": treatment.outcome_table(inputs, lines),
        "fct_treatment_value": treatment.value_table(inputs, lines, counted),
        "fct_value_for_money": value.value_table(inputs, lines),
    }


def differences(tables: dict[str, access.Table], warehouse: Warehouse) -> list[str]:
    """Every row of these tables in which the warehouse and the oracle differ, in words."""
    said = []
    for table, (keys, columns) in ((t, COLUMNS[t]) for t in tables):
        rows = warehouse.execute(f"SELECT {keys}, {columns} FROM {table}").fetchall()
        width = len(keys.split(", "))
        ours: dict[Any, Any] = tables[table]
        theirs = {r[:width]: r[width:] for r in rows}
        if len(theirs) != len(rows):
            said.append(f"{table}: {len(rows) - len(theirs)} rows twice")
        names = columns.split(", ")
        for key in sorted(ours.keys() | theirs.keys(), key=repr):
            mine, other = ours.get(key), theirs.get(key)
            if mine is None or other is None:
                said.append(f"{table} {key}: warehouse {other}, oracle {mine}")
            elif mine != other:
                cells = zip(names, other, mine, strict=True)
                what = ", ".join(f"{n} {t} not {o}" for n, t, o in cells if t != o)
                said.append(f"{table} {key}: {what}")
    return said
