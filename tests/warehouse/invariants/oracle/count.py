"""The count, from a world's rows to the figures that are published: plain Python, no database.

Written from the rules, not from the models, so that the two can be compared to the penny.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.warehouse.invariants.oracle import flows as flowing
from tests.warehouse.invariants.oracle import pools as pooled
from tests.warehouse.invariants.oracle import streams, trend, views
from tests.warehouse.invariants.oracle.elimination import Amounts, Cell, cells
from tests.warehouse.invariants.oracle.facts import (
    Funding,
    Inputs,
    Lines,
    Part,
    funding,
    parts,
    year_of,
)
from tests.warehouse.invariants.oracle.names import Master
from tests.warehouse.invariants.oracle.transfers import Key, Pair, matched

# financial year, body, scope, theme, service, basis, accounting
Place = tuple[str, str, str, str, str, str, str]


@dataclass
class Count:
    """Every figure of a world."""

    cells: dict[Cell, Amounts]
    place_spend: dict[Place, Amounts]
    transfers: dict[Key, Pair]
    pools: dict[tuple[str, str, str], pooled.Balance]
    bodies: dict[tuple[str, str], views.BodyYear]
    place: dict[str, views.PlaceYear]
    flows: dict[flowing.Agreement, flowing.Sides]
    streams: streams.Funded
    trend: dict[tuple[str, str], trend.ThemeYear]
    elsewhere: dict[tuple[str, str], Counter[str]]  # year and body -> pence by the year dated


def count(inputs: Inputs, lines: Lines) -> Count:
    """Count a world's rows."""
    return count_parts(inputs, parts(inputs, lines), funding(inputs, lines))


def count_parts(inputs: Inputs, spent: list[Part], flows: list[Funding]) -> Count:
    """Count what has been classified before: parts of lines, and rows of funding returns."""
    master = Master(inputs)
    transfers = matched(inputs, spent, flows, master)
    found = cells(inputs, spent, transfers)
    pool_years = pooled.pool_years(inputs, flows, master)
    bodies = views.body_years(inputs, spent, flows, master, transfers.pairs, pool_years)
    place = views.place_years(inputs, _nets(inputs, found), transfers.pairs, bodies)
    for year, both in place.items():
        # The views differ by what is named and by nothing else, whatever was submitted.
        assert both.difference == (
            both.unexplained + both.one_sided + both.in_transit - both.pool_change
        ), f"{year}: the two views do not reconcile: {both}"  # fmt: skip
    reported = flowing.agreements(flows, master, group(inputs))
    spend = _place_spend(found)
    return Count(
        cells=found,
        place_spend=spend,
        transfers=transfers.pairs,
        pools=pooled.balances(pool_years),
        bodies=bodies,
        place=place,
        flows=reported | flowing.payments(transfers.pairs, reported),
        streams=streams.funded(found, flows, master),
        trend=trend.trend(inputs, spend),
        elsewhere=_elsewhere(spent),
    )


def group(inputs: Inputs) -> set[str]:
    """The bodies of the place."""
    return {str(p["partner_id"]) for p in inputs["partners"] if p["in_place"]}


def _elsewhere(spent: list[Part]) -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for part in spent:
        if part.day and year_of(part.day) != part.year:
            years = found.setdefault((part.year, part.body), Counter())
            years[year_of(part.day)] += part.pence
    return found


def _nets(inputs: Inputs, found: dict[Cell, Amounts]) -> dict[str, int]:
    ours = group(inputs)
    nets: Counter[str] = Counter()
    for cell, amounts in found.items():
        if cell.body in ours and cell.scope != "income":
            nets[cell.year] += amounts.net
    return dict(nets)


def _place_spend(found: dict[Cell, Amounts]) -> dict[Place, Amounts]:
    table: dict[Place, Amounts] = {}
    for c, amounts in found.items():
        where = (c.year, c.body, c.scope, c.theme, c.service, c.basis, c.accounting)
        table.setdefault(where, Amounts()).add(amounts)
    return table
