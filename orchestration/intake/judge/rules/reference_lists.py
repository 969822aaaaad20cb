"""Codes, postcodes and coordinates against public lists; counts against what they may be.

What cannot be true sets the row aside, or where the row may lack it, is not read. What a newer list
might know, or a body outside the place might explain, is a question.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from ....contracts.feeds import FeedSchema
from .. import marks
from ..batch import At, RowRule
from ..listed import is_service_sql, strange_services_sql
from ..postcodes import squeezed_sql
from ..reference import Reference, postcodes_sql, usual

# Code-Point Open comes by area, whole: the smallest, Shetland, has some 700 postcodes. A list with
# fewer, like the one that is shipped, cannot say that a postcode does not exist.
_WHOLE_AREA = 500
# Metres. A postcode of the countryside covers less than a kilometre nearly everywhere.
_FAR = 1_000


def prepare(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, reference: Reference | None
) -> None:
    """Makes the lists known to the judgement's own connection, as far as the feed asks for them."""
    kinds = {field.listed for field in schema.fields}
    if kinds == {None}:
        return
    reference = reference or usual()
    con.execute("SET VARIABLE services = ?", [reference.services])
    box = reference.box
    for name in ("west", "east", "south", "north"):
        con.execute(f"SET VARIABLE {name} = ?", [getattr(box, name) if box else None])
    if "postcode" in kinds:
        query = postcodes_sql(reference.postcodes)
        con.execute(f"CREATE OR REPLACE TEMP VIEW postcodes AS {query}")


def _one_service_unknown(at: At) -> str:
    return f"{at.value} IS NOT NULL AND NOT {is_service_sql(at.value)}"


def _any_service_unknown(at: At) -> str:
    return f"len({strange_services_sql(at.text)}) > 0"


def _postcode_not_listed(at: At) -> str:
    """Within an area of which the whole list is at hand, a postcode that is not on it."""
    area = f"regexp_extract({squeezed_sql(at.value)}, '^[A-Z]+')"
    whole = (
        "SELECT regexp_extract(postcode, '^[A-Z]+') FROM postcodes GROUP BY 1 "
        f"HAVING count(*) >= {_WHOLE_AREA}"
    )
    listed = f"{squeezed_sql(at.value)} NOT IN (SELECT postcode FROM postcodes)"
    return f"{area} IN ({whole}) AND {listed}"


def _has_coordinates(at: At) -> bool:
    """A postcode beside which easting and northing stand."""
    return at.field.listed == "postcode" and {"easting", "northing"} <= at.layout.columns.keys()


def _far_from_postcode(at: At) -> str:
    """More than a kilometre from where the list has the postcode."""
    here = "SELECT {} FROM postcodes WHERE postcode = " + squeezed_sql(at.value)
    east, north = (f"(v_{axis} - ({here.format(axis)}))" for axis in ("easting", "northing"))
    return f"coalesce({east} * {east} + {north} * {north} > {_FAR} * {_FAR}, false)"


def _listed(kind: str) -> Callable[[At], bool]:
    return lambda at: at.field.listed == kind


RULES = (
    RowRule("TP-340", _listed("service"), _one_service_unknown),
    RowRule(
        "TP-340", lambda at: at.field.listed == "services" and at.costs_row, _any_service_unknown
    ),
    RowRule(
        "TP-372",
        lambda at: at.field.listed == "services" and not at.costs_row,
        lambda at: (
            f"{_any_service_unknown(at)} AND NOT {marks.is_not_available_sql(at.column, at.text)}"
        ),
        effect="note",
    ),
    RowRule(
        "TP-341",
        lambda at: at.field.least is not None and at.costs_row,
        lambda at: f"{at.value} < {at.field.least}",
    ),
    RowRule(
        "TP-342",
        lambda at: bool(at.field.part_of),
        lambda at: f"{at.value} > v_{at.field.part_of}",
        needs=lambda at: at.field.part_of,
    ),
    RowRule(
        "TP-330",
        lambda at: bool(at.field.before),
        lambda at: f"{at.value} >= v_{at.field.before}",
        needs=lambda at: at.field.before,
    ),
    RowRule(
        "TP-331",
        lambda at: bool(at.field.reason),
        lambda at: f"{at.value} < 0 AND t_{at.field.reason} IS NULL",
    ),
    RowRule("TP-332", lambda at: at.field.above_zero, lambda at: f"{at.value} <= 0"),
    RowRule(
        "TP-343",
        lambda at: at.field.listed == "postcode" and at.costs_row,
        lambda at: f"{at.text} IS NOT NULL AND {at.value} IS NULL",
    ),
    RowRule("TP-344", _listed("postcode"), _postcode_not_listed, effect="ask"),
    RowRule("TP-366", _has_coordinates, _far_from_postcode, effect="ask"),
    RowRule(
        "TP-345",
        _listed("easting"),
        lambda at: _outside(at.value, "west", "east"),
        effect="ask",
    ),
    RowRule(
        "TP-345",
        _listed("northing"),
        lambda at: _outside(at.value, "south", "north"),
        effect="ask",
    ),
)


def _outside(value: str, least: str, most: str) -> str:
    return f"{value} NOT BETWEEN getvariable('{least}') AND getvariable('{most}')"
