"""The map of access points inside the outlines of the areas, and the list that stands for it."""

from __future__ import annotations

from ..content import Basis, Figure, Missing, Table
from ..facts import Facts
from ..rows import Row
from ..words import counted, heading, years


def points(facts: Facts) -> Figure:
    """Every point of access of the last year, with what it costs."""
    rows = facts.published.rows("fct_access_point", order="financial_year, body_id, name")
    last = max(years(rows), default="")
    shown = [row for row in rows if row.text("financial_year") == last]
    cells = [_point(facts, row) for row in shown]
    return Figure(
        "points",
        f"{counted(len(shown), 'point')} of access in {last}"
        if shown
        else "No body has sent its points of access",
        "Where the public reaches services, what it costs to run a year",
        Basis.of(shown) if shown else Basis(("fct_access_point",), "", ""),
        Table(
            f"Points of access, {last}",
            ("Point", "Body", "Kind", "Postcode", "District", "#Hours a week", "#£ a year"),
            cells,
            sortable=True,
        ),
    )


def _point(facts: Facts, row: Row) -> tuple[object, ...]:
    hours = row.values["hours_a_week"]
    return (
        row.text("name"),
        facts.name(row),
        heading(row["point_type"]),
        row.text("postcode") or Missing("–"),
        row.text("district") or Missing("–"),
        Missing("–") if hours is None else f"{float(str(hours)):g}",
        row.money("running_cost_pence", "whole") or Missing("not known"),
    )
