"""Coordinates that lie outside the place as they stand, and inside it when read otherwise.

Asked of the accepted rows of a file together. A reading is offered where it lies where the row's
postcode is, or else inside the place; a coordinate without one is left to TP-345.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....contracts.feeds import Field
from ....display import display_safe
from ..findings import Finding, finding
from ..national_grid import on_the_grid_sql
from ..postcodes import squeezed_sql

if TYPE_CHECKING:
    from ..state import JudgingState

# A number that is no whole number of metres and may be degrees, kilometres or finer than a metre.
DECIMAL = r"[+-]?[0-9]{1,6}\.[0-9]{1,18} ?°? ?[NSEWnsew]?"
_NEAR, _SHOWN = 1_000, 3
_UNITS = {1: "", 1000: "in kilometres", 100: "in hundreds of metres", 10: "in tens of metres"}
_INSIDE = (
    "{0} BETWEEN getvariable('west') AND getvariable('east') "
    "AND {1} BETWEEN getvariable('south') AND getvariable('north')"
)


def may_be_read_otherwise(field: Field) -> str | None:
    """The shape of cells that are asked about here, though they are no whole metres."""
    return DECIMAL if field.listed in ("easting", "northing") else None


def coordinate_findings(state: JudgingState) -> Iterator[Finding]:
    """Coordinates that mean something else than they say, each way once."""
    if not (state.has_kept and {"easting", "northing"} <= state.match.positions.keys()):
        return
    _prepare(state)
    for code, which in (("TP-345", "true"), ("TP-366", "is_near")):
        state.con.execute(
            f"DELETE FROM fault WHERE code = '{code}' AND (coalesce(sheet, ''), source_row) IN "
            f"(SELECT coalesce(sheet, ''), source_row FROM meant WHERE {which})"
        )
    ways = state.con.execute(
        "SELECT way, count(*) FROM meant GROUP BY way ORDER BY min(source_row)"
    ).fetchall()
    for way, count in ways:
        yield _asked(state, way, count)
    for name in ("easting", "northing"):
        state.con.execute(
            f"INSERT INTO fault SELECT 'TP-345', '{name}', sheet, source_row, s_{name}, "
            f"{state.schema.judged_pence}, part FROM kept "
            f"WHERE regexp_full_match(trim(s_{name}), '{DECIMAL}') AND v_{name} IS NULL "
            "AND (coalesce(sheet, ''), source_row) NOT IN "
            "(SELECT coalesce(sheet, ''), source_row FROM meant)"
        )
    state.con.filled.add("fault")


def _prepare(state: JudgingState) -> None:
    """Makes the table ``meant``: each row in question with its likeliest reading, if it has one."""
    con = state.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE strange AS SELECT sheet, source_row, s_easting AS value, "
        f"s_northing, v_postcode, {state.schema.judged_pence} AS pence, "
        f"{_number('s_easting')} AS x, {_number('s_northing')} AS y, "
        "p.easting AS there_east, p.northing AS there_north "
        f"FROM kept LEFT JOIN postcodes AS p ON p.postcode = {squeezed_sql('v_postcode')} "
        "WHERE NOT coalesce(v_easting IS NOT NULL AND v_northing IS NOT NULL "
        f"AND coalesce({_INSIDE.format('v_easting', 'v_northing')}, true), false)"
    )
    near = f"sqrt(pow(east - there_east, 2) + pow(north - there_north, 2)) <= {_NEAR}"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE meant AS SELECT *, "
        f"coalesce({near}, false) AS is_near FROM ({_metres()} UNION ALL {_degrees()}) "
        f"WHERE coalesce({near}, false) OR {_INSIDE.format('east', 'north')} "
        "QUALIFY row_number() OVER (PARTITION BY sheet, source_row "
        "ORDER BY is_near DESC, turn) = 1"
    )


def _number(cell: str) -> str:
    """The number of a cell, west and south below nought; NULL where it is none."""
    bare = f"regexp_extract(translate({cell}, ',', ''), '^\\s*([+-]?[0-9]{{1,7}}(?:\\.[0-9]+)?)"
    west = f"regexp_matches({cell}, '[WwSs]\\s*$')"
    value = f"TRY_CAST(nullif({bare}\\s*°?\\s*[NSEWnsew]?\\s*$', 1), '') AS DOUBLE)"
    return f"CASE WHEN {west} THEN -abs({value}) ELSE {value} END"


def _metres() -> str:
    """Every reading as metres: another unit, the two exchanged, a sign that does not belong."""
    readings: list[str] = []
    for unit, words in _UNITS.items():
        for turned in (False, True):
            east, north = ("y", "x") if turned else ("x", "y")
            exchanged = "with easting and northing exchanged" if turned else ""
            way = " and ".join(filter(None, (exchanged, words)))
            turn = len(readings)
            readings.append(
                f"SELECT *, abs({east}) * {unit} AS east, abs({north}) * {unit} AS north, "
                f"{turn} AS turn, concat_ws(' and ', nullif('{way}', ''), CASE WHEN x < 0 OR y < 0 "
                "THEN 'without a minus sign' END) AS way FROM strange"
            )
    rounded = "SELECT * REPLACE (coalesce(nullif(way, ''), 'to the whole metre') AS way) FROM "
    return f"{rounded}({' UNION ALL '.join(readings)})"


def _degrees() -> str:
    """Readings as degrees, in either order; a longitude may have lost its minus sign."""
    places = []
    for turn, (latitude, longitude) in enumerate((("x", "y"), ("y", "x"))):
        for lost in (False, True):
            sign, words = ("-", " without its minus sign") if lost else ("", "")
            places.append(
                f"SELECT *, {latitude} AS latitude, {sign}{longitude} AS longitude, "
                f"{100 + 2 * turn + lost} AS turn, "
                f"'in degrees of latitude and longitude{words}' AS way FROM strange "
                f"WHERE {latitude} BETWEEN 49 AND 61 AND {longitude} BETWEEN -9 AND 9"
            )
    placed = on_the_grid_sql(f"({' UNION ALL '.join(places)})")
    return (
        "SELECT * EXCLUDE (latitude, longitude, grid_east, grid_north, turn, way), "
        f"round(grid_east) AS east, round(grid_north) AS north, turn, way FROM ({placed})"
    )


def _asked(state: JudgingState, way: str, count: int) -> Finding:
    rows = state.con.sql(
        "SELECT sheet, source_row, value, s_northing, pence, CAST(east AS BIGINT) AS east, "
        "CAST(north AS BIGINT) AS north, v_postcode AS postcode, is_near FROM meant "
        "WHERE way = ? ORDER BY sheet, source_row",
        params=[way],
    ).to_arrow_table()
    said = [_reading(row) for row in rows.slice(0, _SHOWN).to_pylist()]
    if count > _SHOWN:
        said.append(f"and {count - _SHOWN:,} more")
    heading = state.match.layout.columns["easting"].heading
    pence = [p for p in rows["pence"].to_pylist() if p is not None]
    return finding(
        "TP-384",
        count=count,
        amount_pence=sum(pence) if pence else None,
        field="easting",
        heading=display_safe(heading) or "",
        detail=way,
        rows="; ".join(said),
        cells=state.cells("easting", rows.select(["sheet", "source_row", "value"])),
    )


def _reading(row: dict[str, object]) -> str:
    where = f"row {row['source_row']:,}: {display_safe(str(row['value']))}, "
    where += f"{display_safe(str(row['s_northing']))} is easting {row['east']}, "
    where += f"northing {row['north']}"
    if row["is_near"]:
        return f"{where}, where its postcode {display_safe(str(row['postcode']))} is"
    return f"{where}, inside the place"
