"""Where the public reaches services, and which points of different bodies could be one."""

from __future__ import annotations

import re
from itertools import combinations
from math import isqrt
from typing import Any, NamedTuple

from tests.oracle.facts import Inputs, Lines
from tests.oracle.feed_years import in_place, number, presence, rows_in_force

PLACES = {"service_point", "reception", "kiosk"}
Table = dict[tuple[Any, ...], tuple[Any, ...]]


class Point(NamedTuple):
    """A point as its body tells it, with where it is and what it offers."""

    year: str
    body: str
    id: str
    name: str
    kind: str
    at: tuple[int, int] | None
    coordinate_source: str
    services: frozenset[int] | None
    cost: int | None
    lease_break: Any
    lease_end: Any
    times: int

    @property
    def key(self) -> str:
        return f"{self.body}/{self.id}"


def points(inputs: Inputs, lines: Lines) -> list[Point]:
    """Every point of a year; of one told twice, the first telling."""
    by_postcode = {
        str(p["postcode"]): (int(str(p["easting"])), int(str(p["northing"])))
        for p in inputs["postcodes"]
    }
    order = {str(s["submission_id"]): int(str(s["seq"])) for s in inputs["submissions"]}
    told = sorted(
        rows_in_force(inputs, lines, "access_points"),
        key=lambda r: (
            order[str(r[1]["submission_id"])], str(r[1].get("sheet") or ""),
            int(str(r[1]["source_row"])),
        ),
    )  # fmt: skip
    found: dict[tuple[str, str, str], Point] = {}
    for body, row, _ in told:
        where = (str(row["financial_year"]), body, str(row["point_id"]))
        if where in found:
            found[where] = found[where]._replace(times=found[where].times + 1)
            continue
        easting, northing = number(row, "easting"), number(row, "northing")
        postcode = re.sub("[^A-Z0-9]", "", str(row.get("postcode") or "").upper())
        given = None if easting is None or northing is None else (easting, northing)
        at = given or by_postcode.get(postcode)
        parts = re.split("[;,]", str(row.get("lgsl_codes") or ""))
        codes = frozenset(int(p) for p in parts if re.fullmatch(r"\s*\d+\s*", p))
        found[where] = Point(
            *where, str(row["name"]), str(row["point_type"]), at,
            "given" if given else "postcode" if at else "none", codes or None,
            number(row, "running_cost_pence"), row.get("lease_break"), row.get("lease_end"), 1,
        )  # fmt: skip
    return list(found.values())


def point_table(inputs: Inputs, found: list[Point]) -> Table:
    """Every point as it is published."""
    return {
        (p.year, p.body, p.id): (
            "in_scope" if p.body in in_place(inputs) else "outside_place", p.name, p.kind,
            *(p.at or (None, None)), p.coordinate_source,
            "; ".join(map(str, sorted(p.services))) if p.services else None,
            len(p.services) if p.services else None, p.cost, p.lease_break, p.lease_end, p.times,
            *presence(inputs, "access_points", p.year),
        )
        for p in found
    }  # fmt: skip


def overlaps(inputs: Inputs, found: list[Point]) -> Table:
    """Pairs of different bodies' points that could be joined, the dearest to keep apart first."""
    walk = int(str(inputs["access_settings"][0]["walking_metres"]))
    mine = [p for p in found if p.body in in_place(inputs)]
    pairs: list[tuple[str, Point, Point]] = []
    for one, other in combinations(sorted(mine, key=lambda p: (p.body, p.id)), 2):
        if one.year == other.year and one.body != other.body:
            kind = _kind(one, other, walk)
            if kind:
                pairs.append((kind, one, other))
    clusters = _clusters(pairs)
    rows = []
    for kind, one, other in pairs:
        cluster = clusters[one.year, kind, one.key]
        both = one.services & other.services if one.services and other.services else None
        either = one.services | other.services if one.services and other.services else None
        known = one.cost is not None and other.cost is not None
        spare = min(one, other, key=lambda p: p.cost or 0) if known else None
        costs = [p.cost for p in cluster]
        rows.append((
            kind, one, other,
            (
                _distance(one, other) if kind == "within_walking_distance" else None,
                len(both) if both is not None else None,
                "; ".join(map(str, sorted(both))) if both else None,
                len(either - both) if either is not None and both is not None else None,
                min(p.key for p in cluster), len(cluster),
                spare and spare.body, spare and spare.id, spare.cost if spare else None,
                spare and spare.lease_break, spare and spare.lease_end,
                None if None in costs else sum(c or 0 for c in costs) - max(c or 0 for c in costs),
            ),
        ))  # fmt: skip
    table: Table = {}
    for year in {one.year for _, one, *_ in rows}:
        of_year = [r for r in rows if r[1].year == year]
        of_year.sort(key=lambda r: (*map(_last, (r[3][8], r[3][1])), _first(r[3][0]),
                                    r[1].body, r[1].id, r[2].body, r[2].id))  # fmt: skip
        for rank, (kind, one, other, figures) in enumerate(of_year, 1):
            table[year, kind, one.body, one.id, other.body, other.id] = (
                *figures, rank, walk, *presence(inputs, "access_points", year),
            )  # fmt: skip
    return table


def _kind(one: Point, other: Point, walk: int) -> str | None:
    if one.kind == other.kind and one.kind in ("contact_centre", "website"):
        return one.kind
    if {one.kind, other.kind} <= PLACES and one.at and other.at:
        east, north = one.at[0] - other.at[0], one.at[1] - other.at[1]
        return "within_walking_distance" if east**2 + north**2 <= walk**2 else None
    return None


def _distance(one: Point, other: Point) -> int:
    assert one.at and other.at
    square = (one.at[0] - other.at[0]) ** 2 + (one.at[1] - other.at[1]) ** 2
    root = isqrt(square)
    return root + 1 if square > root * root + root else root


def _clusters(pairs: list[tuple[str, Point, Point]]) -> dict[tuple[str, str, str], list[Point]]:
    """The points that hang together by pairs, for each of them."""
    found: dict[tuple[str, str, str], list[Point]] = {}
    for kind, one, other in pairs:
        a = found.get((one.year, kind, one.key), [one])
        b = found.get((one.year, kind, other.key), [other])
        joined = list({p.key: p for p in [*a, *b]}.values())
        for point in joined:
            found[one.year, kind, point.key] = joined
    return found


def _last(value: Any) -> tuple[bool, int]:
    """Largest first, what is not known last."""
    return (value is None, -(value or 0))


def _first(value: Any) -> tuple[bool, int]:
    """Smallest first, what is not known last."""
    return (value is None, value or 0)
