"""The two consolidated views of a year, and why they differ where they do (rule 1).

Final spend: payments that leave the group and own delivery. Source: money brought in from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.warehouse.invariants.oracle.facts import Funding, Inputs, Part, Row, in_force, year_of
from tests.warehouse.invariants.oracle.names import Master
from tests.warehouse.invariants.oracle.pools import PoolKey, PoolYear
from tests.warehouse.invariants.oracle.transfers import Key, Pair, brought_in, is_source


@dataclass
class BodyYear:
    """What a body spent and where the money came from."""

    spend: int
    off_ledger: int  # transfers it paid that its spend file does not show
    pool_change: int
    own: int
    outside: int
    received: int
    unmatched_to_it: int  # what payers say they paid it and nobody else confirms
    has_source_rows: bool
    has_spend: bool

    @property
    def source(self) -> int:
        return self.own + self.outside

    @property
    def shortfall(self) -> int:
        return self.spend + self.off_ledger + self.pool_change - self.source - self.received

    @property
    def unexplained(self) -> int:
        return 0 if self.shortfall in (0, self.unmatched_to_it) else self.shortfall


@dataclass
class PlaceYear:
    """The two views of a year."""

    final_spend: int
    source: int
    pool_change: int
    in_transit: int
    shortfall: int
    received_only: int
    off_ledger_unmatched: int
    unexplained: int
    possible_double_count: int
    status: str

    @property
    def difference(self) -> int:
        return self.final_spend - self.source

    @property
    def one_sided(self) -> int:
        """What only one of two sides tells, and so only one of the two views holds."""
        explained = self.shortfall - self.unexplained
        return explained + self.received_only - self.off_ledger_unmatched


def body_years(
    inputs: Inputs,
    parts: list[Part],
    rows: list[Funding],
    master: Master,
    pairs: dict[Key, Pair],
    pools: dict[PoolKey, PoolYear],
) -> dict[tuple[str, str], BodyYear]:
    """Every body of the group in every year."""
    group = {str(p["partner_id"]) for p in inputs["partners"] if p["in_place"]}
    hosts = {str(p["pool_id"]): str(p["host_id"]) for p in inputs["pools"]}
    years = {x.year for x in (*parts, *rows)}
    found = {}
    for year in years:
        inside = {k: p for k, p in pairs.items() if k[0] == year and p.in_group}
        for body in group:
            lines = [p for p in parts if p.year == year and p.body == body]
            own, outside = brought_in(body, year, rows, parts, master, group)
            found[year, body] = BodyYear(
                spend=sum(p.pence for p in lines if not p.is_income),
                off_ledger=sum(
                    p.payer_pence for k, p in inside.items() if k[1] == body and not p.in_spend
                ),
                pool_change=sum(
                    p.change for (y, name), p in pools.items() if y == year and hosts[name] == body
                ),
                own=own,
                outside=outside,
                received=sum(p.payee_pence for k, p in inside.items() if k[2] == body),
                unmatched_to_it=sum(p.payer_unmatched for k, p in inside.items() if k[2] == body),
                has_source_rows=any(
                    r.year == year and r.body == body and is_source(r, body, master) for r in rows
                )
                or any(p.is_income for p in lines),
                has_spend=any(not p.is_income for p in lines),
            )
    return found


def place_years(
    inputs: Inputs,
    nets: dict[str, int],
    pairs: dict[Key, Pair],
    bodies: dict[tuple[str, str], BodyYear],
) -> dict[str, PlaceYear]:
    """Both views of every year; ``nets`` is the group's net spend, income left out."""
    found = {}
    for year in {y for y, _ in bodies}:
        ours = [b for (y, _), b in bodies.items() if y == year]
        inside = [p for k, p in pairs.items() if k[0] == year and p.in_group]
        if not any(b.has_source_rows for b in ours):
            status = "no_source_data"
        elif not whole(inputs, year) or any(b.has_spend and not b.has_source_rows for b in ours):
            status = "incomplete"
        elif all(b.unexplained == 0 for b in ours):
            status = "reconciled"
        else:
            status = "differs"
        found[year] = PlaceYear(
            final_spend=nets.get(year, 0),
            source=sum(b.source for b in ours),
            pool_change=sum(b.pool_change for b in ours),
            in_transit=sum(p.forward_in - p.forward + p.backward_in - p.backward for p in inside),
            shortfall=sum(b.shortfall for b in ours),
            received_only=sum(p.payee_unmatched for p in inside),
            off_ledger_unmatched=sum(p.payer_residual for p in inside if not p.in_spend),
            unexplained=sum(b.unexplained for b in ours),
            possible_double_count=sum(p.possible_double_count for p in inside),
            status=status,
        )
    return found


def whole(inputs: Inputs, year: str) -> bool:
    """Whether all spend and funding the group promised is there, and no row of it set aside."""
    group = {p["partner_id"] for p in inputs["partners"] if p["in_place"]}
    delivered = [
        s
        for feed in ("spend", "funding")
        for s in in_force(inputs, feed).values()
        if s["partner_id"] in group
    ]
    if any(s["rows_set_aside"] and year_of(_day(s, "period_start")) == year for s in delivered):
        return False
    return all(
        any(
            (s["partner_id"], s["feed"]) == (promised["partner_id"], promised["feed"])
            and s["coverage"] == "whole"
            and _day(s, "period_start") <= _day(promised, "period_start")
            and _day(promised, "period_end") <= _day(s, "period_end")
            for s in delivered
        )
        for promised in inputs["expected_periods"]
        if promised["financial_year"] == year
        and promised["partner_id"] in group
        and promised["feed"] in ("spend", "funding")
    )


def _day(row: Row, column: str) -> date:
    day = row[column]
    assert isinstance(day, date)
    return day
