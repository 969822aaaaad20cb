"""Codes, postcodes and coordinates against public lists; counts against what they may be.

What cannot be true sets the row aside, by a condition that ``conform`` puts into its mask; what a
newer list might know, or a body outside the place explain, only asks for a word.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ....contracts.feeds import FeedSchema, Field
from ..layout import Match
from ..reference import Reference, postcodes_sql, usual

_OUTWARD = r"[A-Z][0-9]{1,2}|[A-Z][A-HK-Y][0-9]{1,2}|[A-Z][0-9][A-Z]|[A-Z][A-HK-Y][0-9][A-Z]"
_POSTCODE = rf"(?:{_OUTWARD})[0-9][ABD-HJLNP-UW-Z]{{2}}"
# Code-Point Open comes by area, whole: the smallest, Shetland, has some 700 postcodes. A list with
# fewer, like the one that is shipped, cannot say that a postcode does not exist.
_WHOLE_AREA = 500


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


def faults_in(field: Field) -> Iterator[tuple[str, str, str | None]]:
    """The rules a field is under that set a row aside: code, condition, another field it needs.

    Conditions look at the trimmed text ``t_<field>`` and the typed value ``v_<field>``.
    """
    text, value = f"t_{field.name}", f"v_{field.name}"
    known = "list_contains(getvariable('services'), {})"
    if field.listed == "service":
        yield "TP-340", f"NOT {known.format(value)}", None
    if field.listed == "services":
        number = "CASE WHEN regexp_full_match(code, '[0-9]{1,9}') THEN CAST(code AS BIGINT) END"
        strange = f"code <> '' AND NOT coalesce({known.format(number)}, false)"
        codes = f"regexp_split_to_array({text}, '[;,\\s]+')"
        yield "TP-340", f"len(list_filter({codes}, lambda code: {strange})) > 0", None
    if field.least is not None:
        yield "TP-341", f"{value} < {field.least}", None
    if field.part_of:
        yield "TP-342", f"{value} > v_{field.part_of}", field.part_of
    if field.before:
        yield "TP-330", f"{value} >= v_{field.before}", field.before
    if field.reason:
        yield "TP-331", f"{value} < 0 AND t_{field.reason} IS NULL", None
    if field.above_zero:
        yield "TP-332", f"{value} <= 0", None
    if field.listed == "postcode":
        yield "TP-343", f"NOT regexp_full_match({_squeezed(text)}, '{_POSTCODE}')", None


def keep_unlisted(con: duckdb.DuckDBPyConnection, schema: FeedSchema, match: Match) -> None:
    """Adds accepted cells that no list knows, or that lie outside the place, to ``fault``."""
    for field in schema.fields:
        value = f"v_{field.name}"
        if field.listed is None or field.name not in match.positions:
            continue
        area = f"regexp_extract({_squeezed(value)}, '^[A-Z]+')"
        whole = (
            "SELECT regexp_extract(postcode, '^[A-Z]+') FROM postcodes GROUP BY 1 "
            f"HAVING count(*) >= {_WHOLE_AREA}"
        )
        doubts = {
            "postcode": (
                "TP-344",
                f"{area} IN ({whole}) "
                f"AND {_squeezed(value)} NOT IN (SELECT postcode FROM postcodes)",
            ),
            "easting": ("TP-345", _outside(value, "west", "east")),
            "northing": ("TP-345", _outside(value, "south", "north")),
        }
        if field.listed in doubts:
            code, condition = doubts[field.listed]
            con.execute(
                f"INSERT INTO fault SELECT ?, ?, sheet, source_row, s_{field.name}, "
                f"{schema.judged_pence} FROM judged WHERE kind = 'data' AND mask = 0 "
                f"AND {condition}",
                [code, field.name],
            )


def _squeezed(text: str) -> str:
    return f"upper(regexp_replace({text}, '\\s', '', 'g'))"


def _outside(value: str, least: str, most: str) -> str:
    return f"{value} NOT BETWEEN getvariable('{least}') AND getvariable('{most}')"
