"""Pooled budgets (rule 4): spent once, in the host; what is left is carried forward, not saved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.warehouse.invariants.oracle.arithmetic import shared_out
from tests.warehouse.invariants.oracle.facts import Funding, Inputs
from tests.warehouse.invariants.oracle.names import Master


@dataclass
class PoolYear:
    """What went into and out of a pool in a year."""

    contributed: Counter[str] = field(default_factory=Counter)
    drawn: int = 0

    @property
    def change(self) -> int:
        return sum(self.contributed.values()) - self.drawn


@dataclass
class Balance:
    """A funder's share of a pool: both sums since the pool began."""

    contributed_in_year: int
    spent_in_year: int
    contributed: int
    spent: int

    @property
    def carried_forward(self) -> int:
        return self.contributed - self.spent


PoolKey = tuple[str, str]  # financial year, pool


def pool_years(inputs: Inputs, rows: list[Funding], master: Master) -> dict[PoolKey, PoolYear]:
    """Contributions and drawings as the host tells them.

    Where the host reports nothing of a contributor, the contributor's own report stands.
    """
    hosts = {str(p["pool_id"]): str(p["host_id"]) for p in inputs["pools"]}
    found: dict[PoolKey, PoolYear] = {}
    reported_by_host: set[tuple[str, str, str]] = set()
    late: list[tuple[str, str, str, int]] = []
    for row in rows:
        if row.pool not in hosts:
            continue
        host = hosts[row.pool]
        payer = master.party(row.payer, row.year) or "unknown"
        payee = master.party(row.payee, row.year)
        pool = (row.year, row.pool)
        if row.body == host and payer == host and row.flow != "own_resources":
            found.setdefault(pool, PoolYear()).drawn += row.pence
        elif payee == host and row.body == host:
            reported_by_host.add((*pool, payer))
            found.setdefault(pool, PoolYear()).contributed[payer] += row.pence
        elif payee == host and row.body == payer:
            late.append((*pool, payer, row.pence))
    for year, name, payer, pence in late:
        if (year, name, payer) not in reported_by_host:
            found.setdefault((year, name), PoolYear()).contributed[payer] += pence
    return found


def balances(years: dict[PoolKey, PoolYear]) -> dict[tuple[str, str, str], Balance]:
    """By year, pool and funder: spending since the start in proportion to contributions."""
    found: dict[tuple[str, str, str], Balance] = {}
    for pool in sorted({name for _, name in years}):
        contributed: Counter[str] = Counter()
        spent, before = 0, dict.fromkeys(contributed, 0)
        for year in sorted(y for y, name in years if name == pool):
            this = years[year, pool]
            contributed.update(this.contributed)
            spent += this.drawn
            funders = sorted(contributed)
            shares = shared_out(spent, [contributed[f] for f in funders])
            for funder, share in zip(funders, shares, strict=True):
                found[year, pool, funder] = Balance(
                    contributed_in_year=this.contributed[funder],
                    spent_in_year=share - before.get(funder, 0),
                    contributed=contributed[funder],
                    spent=share,
                )
            before = dict(zip(funders, shares, strict=True))
    return found
