"""The map of access points inside the outlines of the areas, and the list that stands for it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from .. import figures
from ..content import Basis, Figure, Missing, Picture, Table
from ..facts import Facts
from ..rows import Row
from ..svg import SERIES, svg
from ..words import counted, heading, listed, titled

WALKING = "within_walking_distance"
# An area of less than this part of the map has no room for its name.
_NARROWEST = 5


def points(facts: Facts) -> Figure:
    """Every point of access of the last year: where it is and what it costs."""
    rows = facts.published.rows("fct_access_point", order="financial_year, body_id, name")
    last = facts.leading_year(rows)
    shown = [row for row in rows if row.text("financial_year") == last]
    outlines = facts.published.rows("dim_area_outline", order="area_code, ring_no, point_no")
    areas = {row.text("area_code"): row.text("area_name") for row in outlines}
    ranks = _ranks(facts, last)
    cells = [_point(facts, row, areas, ranks) for row in shown]
    located = [row for row in shown if row.values["easting"] is not None]
    bodies = sorted({facts.name(row) for row in located})
    alt = (
        f"Map of {counted(len(located), 'point')} of access of {listed(bodies)} inside the "
        f"outlines of {listed(areas.values())}. Numbers mark the points in walking "
        "distance of each other, by what could be avoided."
    )
    drawn = bool(located and outlines) and len(bodies) <= len(SERIES)
    return Figure(
        "points",
        f"{counted(len(shown), 'point')} of access in {last}, "
        f"{len(located)} of them with a place on the map"
        if shown
        else "No body has sent its points of access",
        "Where the public reaches services, and what each point costs to run a year",
        Basis.of(shown, "dim_area_outline") if shown else Basis(("fct_access_point",), "", ""),
        Table(
            titled("Points of access", last),
            (
                "Point",
                "Body",
                "Kind",
                "=Postcode",
                "District",
                "#Hours a week",
                "#£ a year",
                "#Overlap",
            ),
            cells,
            sortable=True,
        ),
        _drawn(facts, located, outlines, ranks, bodies, alt) if drawn else None,
        alt,
        "A number marks points in walking distance of each other: their rank among the overlaps."
        if ranks
        else "",
    )


def _ranks(facts: Facts, year: str) -> dict[tuple[str, str], int]:
    """The rank of the cluster that a point in walking distance of another belongs to."""
    clusters = facts.published.rows("v_access_cluster", "financial_year = ?", [year])
    rank = {row.text("cluster_id"): row.count("rank_in_year") for row in clusters}
    pairs = facts.published.rows(
        "fct_access_overlap", "financial_year = ? AND overlap_kind = ?", [year, WALKING]
    )
    return {
        (row.text(f"body_{side}_id"), row.text(f"point_{side}_id")): rank[row.text("cluster_id")]
        for row in pairs
        for side in ("a", "b")
        if row.text("cluster_id") in rank
    }


def _key(row: Row) -> tuple[str, str]:
    return row.text("body_id"), row.text("point_id")


def _drawn(
    facts: Facts,
    rows: list[Row],
    outlines: list[Row],
    ranks: dict[tuple[str, str], int],
    bodies: list[str],
    alt: str,
) -> Picture:
    lines = [
        {
            "x": row.count("easting"),
            "y": row.count("northing"),
            "ring": f"{row['area_code']} {row['ring_no']}",
            "place": row.count("point_no"),
        }
        for row in outlines
    ]
    marks = [
        {
            "x": row.count("easting"),
            "y": row.count("northing"),
            "series": facts.name(row),
            "rank": "",
        }
        for row in rows
    ]
    # Points of a cluster lie on top of each other: the first of them has its number.
    numbered = {ranks.get(_key(row)): mark for row, mark in zip(rows, marks, strict=True)}
    for rank, mark in numbered.items():
        mark["rank"] = str(rank or "")
    return svg(figures.area_map(lines, marks, _names(outlines), bodies), "points", alt)


def _names(outlines: list[Row]) -> list[dict[str, Any]]:
    """The name of each area that is wide enough for it, in the middle of its outline."""
    named = []
    all_x = [row.count("easting") for row in outlines]
    widest = (max(all_x) - min(all_x)) / _NARROWEST
    for name, of_area in groupby(outlines, key=lambda row: row.text("area_name")):
        area = list(of_area)
        spots = [[row.count(axis) for row in area] for axis in ("easting", "northing")]
        x, y = ((min(spot) + max(spot)) / 2 for spot in spots)
        if max(spots[0]) - min(spots[0]) > widest:
            named.append({"name": name, "x": x, "y": y})
    return named


def _point(
    facts: Facts, row: Row, areas: dict[str, str], ranks: dict[tuple[str, str], int]
) -> tuple[object, ...]:
    hours = row.values["hours_a_week"]
    district = row.text("district")
    return (
        row.text("name"),
        facts.name(row),
        heading(row["point_type"]),
        row.text("postcode") or Missing("–"),
        areas.get(district, district) or Missing("–"),
        Missing("–") if hours is None else f"{float(str(hours)):g}",
        row.money("running_cost_pence", "whole") or Missing("not known"),
        ranks.get(_key(row)) or Missing("–"),
    )
