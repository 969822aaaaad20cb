"""Value for money: how well bodies do beside others, and for what a head, in whole numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.oracle.arithmetic import rounded
from tests.oracle.facts import Inputs, Lines, Row, after
from tests.oracle.feed_years import feed_year, presence, rows_in_force
from tests.oracle.names import Master, folded

DRIVER = "resident population"
EVERYTHING = "All services"
Table = dict[tuple[Any, ...], tuple[Any, ...]]
# year, service group (folded), measure, body
Key = tuple[str, str, str, str]


@dataclass
class Figure:
    """A body's performance and cost in a service and year."""

    peer_group: str | None = None
    expected: int = 0
    present: int = 0
    points: int | None = None
    scored: str | None = None  # the indicators it is scored by
    score: int | None = None
    score_reason: str | None = None
    basis: str | None = None
    net: int | None = None
    people: int | None = None
    key: str | None = None
    per_head: int | None = None
    cost_reason: str | None = None
    cost_peers: int | None = None
    cost_rank: int | None = None
    peers: int | None = None
    quadrant: str | None = None


def value_table(inputs: Inputs, lines: Lines) -> Table:
    """Every body's figures, its place among its peers, and what changed in a year."""
    figures = _figures(inputs, lines)
    _among_peers(figures)
    table: Table = {}
    for (year, group, measure, body), f in figures.items():
        before = figures.get((after(year, -1), group, measure, body))
        like_score = before and before.score is not None and before.scored == f.scored
        like_cost = before and before.per_head is not None and before.basis == f.basis
        table[year, group, measure, body] = (
            f.peer_group, f.expected, f.present, f.points, f.score, f.score_reason, f.basis,
            f.net, f.people, f.key, f.per_head, f.cost_reason, f.cost_peers, f.cost_rank, f.peers,
            f.quadrant,
            f.score - before.score if f.score is not None and before and like_score
            and before.score is not None else None,
            f.per_head - before.per_head if f.per_head is not None and before and like_cost
            and before.per_head is not None else None,
            before.quadrant if before else None,
            *presence(inputs, "budgets", year), *presence(inputs, "indicators", year),
        )  # fmt: skip
    return table


def _figures(inputs: Inputs, lines: Lines) -> dict[Key, Figure]:
    scores = _scores(inputs, lines)
    costs = _costs(inputs, lines)
    measures = defaultdict(set)
    for year, group, measure, _ in costs:
        measures[year, group].add(measure)
    found: dict[Key, Figure] = {}
    peers = _peer_groups(inputs, lines)
    for (year, group, body), f in scores.items():
        for measure in measures[year, group] or {"not_told"}:
            found[year, group, measure, body] = Figure(**vars(f))
    for where, cost in costs.items():
        year, group, measure, body = where
        f = found.setdefault(where, Figure(score_reason="no_indicators"))
        for name in ("basis", "net", "people", "key", "per_head", "cost_reason"):
            setattr(f, name, getattr(cost, name))
    for (year, _, _, body), f in found.items():
        f.peer_group = peers.get((year, body))
        if f.net is None and f.cost_reason is None:
            f.cost_reason = "no_budget"
    return found


def _among_peers(figures: dict[Key, Figure]) -> None:
    """Rank of the cost a head, and the side of the average on which score and cost lie."""
    sets: dict[Any, list[Figure]] = defaultdict(list)
    for (year, group, measure, _), f in figures.items():
        sets[year, group, measure, f.basis, f.peer_group, f.key].append(f)
    for fs in sets.values():
        costed = [f for f in fs if f.per_head is not None]
        both = [f for f in costed if f.score is not None]
        for f in costed:
            f.cost_peers = len(costed)
            f.cost_rank = 1 + sum((o.per_head or 0) < (f.per_head or 0) for o in costed)
        for f in both:
            f.peers = len(both)
            if len(both) > 1:
                good = (f.score or 0) * len(both) >= sum(o.score or 0 for o in both)
                cheap = (f.per_head or 0) * len(both) <= sum(o.per_head or 0 for o in both)
                f.quadrant = f"{'better' if good else 'worse'}_{'cheaper' if cheap else 'dearer'}"


def _told(inputs: Inputs, lines: Lines, feed: str) -> list[tuple[str, str, str, Row]]:
    """Year, body meant, body that tells, row: on itself a body is heard before any other."""
    master = Master(inputs)
    rows = [
        (str(row["financial_year"]), _body(master, row, teller), teller, row)
        for teller, row, _ in rows_in_force(inputs, lines, feed)
    ]
    tellers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for year, body, teller, _ in rows:
        tellers[year, body].add(teller)
    heard = {k: k[1] if k[1] in who else min(who) for k, who in tellers.items()}
    return [r for r in rows if heard[r[0], r[1]] == r[2]]


def _body(master: Master, row: Row, teller: str) -> str:
    named = str(row.get("body") or "")
    if not folded(named):
        return teller
    return master.party(named, str(row["financial_year"])) or folded(named)


def _group(row: Row) -> str:
    return folded(str(row.get("service_group") or EVERYTHING))


def _peer_groups(inputs: Inputs, lines: Lines) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for year, body, _, row in _told(inputs, lines, "indicators"):
        if row.get("peer_group") is not None:
            name = str(row["peer_group"])
            found[year, body] = min(name, found.get((year, body), name))
    return found


def _scores(inputs: Inputs, lines: Lines) -> dict[tuple[str, str, str], Figure]:
    peers = _peer_groups(inputs, lines)
    values: dict[tuple[str, str, str, str], set[Decimal | None]] = defaultdict(set)
    ways: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    tellers: dict[tuple[str, str, str], str] = {}
    for year, body, teller, row in _told(inputs, lines, "indicators"):
        indicator, group = str(row["indicator_id"]), _group(row)
        value = row.get("value")
        values[year, group, indicator, body].add(None if value is None else Decimal(str(value)))
        ways[year, group, indicator].add(str(row["polarity"]))
        tellers[year, group, body] = teller
    # What can be compared: one value a body, one way that is better, and somebody to compare with.
    fields: dict[Any, dict[str, Decimal]] = defaultdict(dict)
    for (year, group, indicator, body), told in values.items():
        (value,) = told if len(told) == 1 else (None,)
        if value is not None and len(ways[year, group, indicator]) == 1:
            fields[year, group, peers.get((year, body)), indicator][body] = value
    points: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    asked: dict[Any, set[str]] = defaultdict(set)
    for (year, group, peer, indicator), field in fields.items():
        if len(field) < 2:
            continue
        asked[year, group, peer].add(indicator)
        (way,) = ways[year, group, indicator]
        sign = 1 if way == "higher_is_better" else -1
        for body, value in field.items():
            worse = sum(sign * other < sign * value for other in field.values())
            like = sum(other == value for other in field.values()) - 1
            points[year, group, body][indicator] = rounded(
                1000, 2 * worse + like, 2 * (len(field) - 1)
            )
    found = {}
    for (year, group, body), teller in tellers.items():
        mine = points[year, group, body]
        expected = asked[year, group, peers.get((year, body))]
        f = Figure(expected=len(expected), present=len(mine))
        f.points = sum(mine.values()) if mine else None
        f.scored = ",".join(sorted(mine)) or None
        if not expected:
            f.score_reason = "no_comparable_indicator"
        elif len(mine) < len(expected):
            f.score_reason = "indicators_missing"
        elif feed_year(inputs, "indicators", teller, year).has_hole:
            f.score_reason = "indicators_incomplete"
        else:
            f.score = rounded(f.points or 0, 1, len(mine))
        found[year, group, body] = f
    return found


def _costs(inputs: Inputs, lines: Lines) -> dict[Key, Figure]:
    sums: dict[Key, list[tuple[str, Row]]] = defaultdict(list)
    for year, body, teller, row in _told(inputs, lines, "budgets"):
        sums[year, _group(row), str(row["measure"]), body].append((teller, row))
    found = {}
    for (year, group, measure, body), rows in sums.items():
        bases = {r.get("price_basis") for _, r in rows}
        f = Figure(net=sum(int(str(r["net_pence"])) for _, r in rows))
        f.key, f.people = _people(inputs, body, year)
        if len(bases) > 1:
            f.cost_reason = "mixed_price_basis"
        else:
            f.basis = next((str(b) for b in bases if b is not None), None)
        if f.cost_reason is None and feed_year(inputs, "budgets", rows[0][0], year).has_hole:
            f.cost_reason = "budget_incomplete"
        if f.cost_reason is None and not f.people:
            f.cost_reason = "no_population"
        if f.cost_reason is None and f.people and f.net is not None:
            f.per_head = rounded(f.net, 1, f.people)
        found[year, group, measure, body] = f
    return found


def _people(inputs: Inputs, body: str, year: str) -> tuple[str | None, int | None]:
    """The residents of the body's area by the key of the nearest year, and which key that is."""
    area = next(
        (o.get("gss_code") for o in inputs["organisations"] if o["organisation_id"] == body), None
    )
    keys = [
        (abs(int(str(k["key_year"])) - int(year[:4])), str(k["key_year"]), str(k["key_id"]),
         int(str(k["area_count"])))
        for k in inputs["apportionment_keys"]
        if area is not None and k["area"] == area and k["driver"] == DRIVER
    ]  # fmt: skip
    if not keys:
        return None, None
    _, _, key, people = min(keys)
    return key, people
