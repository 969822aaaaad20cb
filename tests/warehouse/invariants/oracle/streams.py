"""Whose money a body's spend on drugs and alcohol is: the streams that its own return reports.

What it passes on is taken out of grants first and out of its own resources last; what the return
does not cover is unknown. What is left in the place is shared over the streams, row by row.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.warehouse.invariants.oracle.arithmetic import shared_out
from tests.warehouse.invariants.oracle.elimination import Amounts, Cell
from tests.warehouse.invariants.oracle.facts import Funding
from tests.warehouse.invariants.oracle.names import Master, core
from tests.warehouse.invariants.oracle.transfers import is_source

THEME, COUNTED = "drug_alcohol", ("in_scope", "outside_place")
# In the order in which what is passed on is taken out.
STREAMS = ("grant", "pooled_treatment_budget", "s256", "s75", "recharge", "own_resources")
UNKNOWN = "unknown"

# year, body, scope, service, delivery -> net, then the streams in alphabetical order
Funded = dict[tuple[str, ...], list[tuple[int, ...]]]
ALL = sorted([*STREAMS, UNKNOWN])


def funded(cells: dict[Cell, Amounts], rows: list[Funding], master: Master) -> Funded:
    """Every row of drug and alcohol spend and its streams, a list where only the payee differs."""
    mine = {c: a for c, a in cells.items() if c.theme == THEME and c.scope in COUNTED}
    nets: Counter[tuple[str, ...]] = Counter()
    spent: dict[tuple[str, str], list[Amounts]] = defaultdict(list)
    for c, amounts in mine.items():
        payee = c.provider or core(c.provider_name)
        nets[c.year, c.body, c.scope, c.service, c.delivery, payee] += amounts.in_scope_net
        spent[c.year, c.body].append(amounts)
    weights = {
        (year, body): _weights(_reported(year, body, rows, master), amounts)
        for (year, body), amounts in spent.items()
    }
    found: Funded = defaultdict(list)
    for (year, body, *rest, _), net in nets.items():
        sign = -1 if net < 0 else 1
        shares = shared_out(abs(net), [weights[year, body][stream] for stream in ALL])
        found[year, body, *rest].append((net, *(sign * share for share in shares)))
    return {key: sorted(several) for key, several in found.items()}


def _reported(year: str, body: str, rows: list[Funding], master: Master) -> Counter[str]:
    """What the body's return says it got for the theme, by stream."""
    got: Counter[str] = Counter()
    for row in rows:
        ours = (row.year, row.body, row.theme) == (year, body, THEME)
        if ours and is_source(row, body, master):
            got[row.flow] += row.pence
    return got


def _weights(got: Counter[str], spent: list[Amounts]) -> Counter[str]:
    """How much of the body's net spend on the theme each stream pays for."""
    passed_on = max(0, sum(a.eliminated for a in spent))
    weights: Counter[str] = Counter()
    for stream in STREAMS:
        there = max(0, got[stream])
        weights[stream] = max(0, there - passed_on)
        passed_on = max(0, passed_on - there)
    known = sum(weights.values())
    # A penny where nothing is reported, so that a credit has a stream as well.
    weights[UNKNOWN] = max(0 if known else 1, sum(a.net for a in spent) - known)
    return weights
