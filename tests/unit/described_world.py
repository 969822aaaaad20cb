"""The tiny release of ``release_world`` with a view, and with every column described."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.publish import PublishOutcome
from orchestration.publish.lineage import Recipe
from orchestration.publish.meanings import Column, Shape
from tests.unit.release_world import INPUTS, PROMISED, TRACES, build, publish_in

NEVER = Column("Body.", never_empty=True)
SHAPES = {
    "v_spend": Shape(
        ("body_id",),
        ("spend",),
        "One row per body, in pounds.",
        {
            "body_id": replace(NEVER, refers_to=("dim_partner", "body_id")),
            "state": Column("State.", accepted=("whole", "missing"), never_empty=True),
            "spent_pounds": Column(
                "Spent.", unit="pounds", adds_up="yes", null_means="where nothing is reported"
            ),
            "spent_year": Column("Of which year.", unit="none (a year)", never_empty=True),
            "is_late": Column("Whether it is late.", null_means="where it is not known"),
            "why": Column("Why.", null_means="where it is spent", not_applicable=True),
        },
    ),
    "dim_partner": Shape(("body_id",), (), "One row per body.", {"body_id": NEVER}),
    "fct_place_spend": Shape(
        ("partner_id",),
        ("spend",),
        "One row per <b>body</b> & year.",
        {"gross_pence": Column("Gross; null at times.", "pence", "at times", adds_up="yes")},
    ),
}
METHOD = ("# The count: method\n\nSee [savings.md](savings.md).\n\n## 1. First\n", "# Savings\n")
SPENT = (Recipe(figures=("spent_pounds",), taken_from="a made-up view"),)
WORLD = replace(INPUTS, shapes=SHAPES, method=METHOD, traces=TRACES | {"v_spend": SPENT})


def build_described(path: Path) -> Path:
    """A build file with a view of two bodies, of which one has no figure."""
    build(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE v_spend AS SELECT * FROM (VALUES "
            "('alder', 'whole', 1234.50::DECIMAL(18,2), 2009::BIGINT, true, NULL::VARCHAR), "
            "('birch', 'missing', NULL, 2010, NULL, '=not yet')"
            ") AS v (body_id, state, spent_pounds, spent_year, is_late, why)"
        )
    return path


def publish_described(home: Path, **options: object) -> PublishOutcome:
    """A release of it in ``home``."""
    build_described(home / "build.duckdb")
    inputs = options.pop("inputs", WORLD)
    return publish_in(home, inputs, tables=(*PROMISED, "v_spend"), **options)  # type: ignore[arg-type]
