"""The value of each key beside its own earlier one: by a factor, moved further than usual, or back
after a period without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from ...contracts.feeds import FeedSchema
from ...contracts.layout import Layout
from ...display import display_safe, pounds
from ..judge.findings import Finding, finding
from .keys import PLACES, SHOWN, amount_words, figures, is_number, key_sql, listed

# Factors by which a figure is out when its unit or its period is another one, within 2 in 100; of
# money, and of what is no money.
_FACTORS = {
    10: ("a digit too many or too few",) * 2,
    100: ("pence for pounds, or pounds for pence", "two digits too many or too few"),
    1000: ("thousands for pounds, or pounds for thousands", "thousands for single ones"),
    12: ("a month for a year, or a year for a month",) * 2,
}
_NEAR = 0.02
# What no year's movement explains, though it is no exact factor: money in thousands, or an
# indicator of another order of magnitude, within 40 in 100 of it. Below 20 one more is too much.
_FAR_FACTORS = {"money": (1000,), "number": (10, 100, 1000)}
_FAR_NEAR, _FAR_LEAST = 1.4, 20
# A number that fits its target, within 2.5 times, unless that is of another order of magnitude too.
_FITS, _OTHER_AIM = 2.5, 5
# In 100, of the value in the period before.
_MOVES = 15
# Below these a factor of ten is one invoice, or one person, more or less. A number below 1 may be
# a share, about which the file itself is asked.
_LEAST_PENCE, _LEAST_COUNT, _LEAST_NUMBER = 1_000_000, 100, 1


def compare(
    con: duckdb.DuckDBPyConnection,
    schema: FeedSchema,
    value: str,
    files: Sequence[Path],
    *,
    shares: bool,
) -> None:
    """Makes the table ``compared``: each key of both periods, with the factor between its values
    where it is one of a unit or a period, and whether it moved further than its feed declares."""
    for name, path in zip(("now", "before_0", "before_1"), files, strict=False):
        con.execute(f"CREATE TEMP TABLE {name} AS SELECT {_by_key(schema, value)}", [str(path)])
    least = f"greatest(value, earlier) >= {_LEAST_PENCE if schema.money_field else _LEAST_COUNT}"
    if is_number(schema, value):
        least = f"least(value, earlier) >= {_LEAST_NUMBER * PLACES}"
    moves = schema.field(value).moves
    factors = ", ".join(map(str, _FACTORS))
    con.execute(
        "CREATE TEMP TABLE compared AS SELECT *, coalesce(exact, about) AS factor, "
        "exact IS NULL AS is_about FROM (SELECT *, "
        f"CASE WHEN ratio > 0 AND {least} THEN list_filter([{factors}], "
        f"lambda factor: abs(ratio / factor - 1) <= {_NEAR})[1] END AS exact, "
        f"CASE WHEN ratio > 0 AND {_far_least(schema, value, shares)} THEN "
        f"list_filter({[*_FAR_FACTORS.get(schema.field(value).type, ())]}::INTEGER[], "
        f"lambda factor: ratio BETWEEN factor / {_FAR_NEAR} AND factor * {_FAR_NEAR})[1] END "
        "AS about, NOT expected AND earlier > 0 "
        f"AND abs(value - earlier) * 100 > {_MOVES} * earlier "
        f"AND abs(value - earlier) > {moves.least if moves else 0} AS moved "
        "FROM (SELECT n.*, b.value AS earlier, b.aim AS earlier_aim, "
        "CASE WHEN n.value > 0 AND b.value > 0 "
        "THEN greatest(n.value, b.value) / least(n.value, b.value) END AS ratio "
        "FROM now AS n JOIN before_0 AS b USING (key)))"
    )


def _by_key(schema: FeedSchema, value: str) -> str:
    """Each key, without its year or month, with its value, whether a change of it was to be
    expected, and its row with the highest."""
    moves = schema.field(value).moves
    unless = moves.unless.format(**{n: n for n in schema.names}) if moves else "true"
    places = f" * {PLACES}" if is_number(schema, value) else ""
    aim = schema.field(value).aim
    return (
        f"{key_sql(schema)}, CAST(sum({value}){places} AS BIGINT) AS value, "
        f"CAST({f'sum({aim}){places}' if aim else 'NULL'} AS BIGINT) AS aim, "
        f"bool_or(coalesce({unless}, false)) AS expected, "
        # Of a series, the row that has most of it.
        f"arg_max(sheet, {{'value': {value}, 'row': -source_row}}) AS sheet, "
        f"arg_max(source_row, {{'value': {value}, 'row': -source_row}}) AS source_row "
        f"FROM read_parquet(?) WHERE {value} IS NOT NULL GROUP BY 1"
    )


def _far_least(schema: FeedSchema, value: str, shares: bool) -> str:
    """Which values are asked about though they are near a factor only."""
    if schema.money_field:
        return f"greatest(value, earlier) >= {_LEAST_PENCE}"
    fits = (
        f"coalesce(value BETWEEN aim / {_FITS} AND aim * {_FITS} AND (earlier_aim IS NULL OR "
        f"aim BETWEEN earlier_aim / {_OTHER_AIM} AND earlier_aim * {_OTHER_AIM}), false)"
    )
    least = "" if shares else f" AND least(value, earlier) >= {_LEAST_NUMBER * PLACES}"
    return f"greatest(value, earlier) >= {_FAR_LEAST * PLACES}{least} AND NOT {fits}"


def factors(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, layout: Layout, value: str
) -> Iterator[Finding]:
    """Figures that are out by what a unit or a period would make."""
    for factor, (of_money, of_others) in _FACTORS.items():
        found = _asked(con, f"factor = {factor}")
        if found:
            words = of_money if schema.money_field else of_others
            yield finding(
                "TP-363",
                **figures(layout, value, found, _difference(schema, found)),
                detail=f"{'about ' if any(r[5] for r in found) else ''}{factor:,}",
                rows=f"{_said(schema, value, found)}. It looks like {words}.",
            )


def moved(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, layout: Layout, value: str
) -> Iterator[Finding]:
    """Figures that changed by more than is usual; a factor, or a frozen figure, is asked before."""
    moves = schema.field(value).moves
    found = _asked(con, "moved AND factor IS NULL")
    if moves and found:
        yield finding(
            "TP-377",
            **figures(layout, value, found, _difference(schema, found)),
            detail=f"{_MOVES} in 100 and by more than {amount_words(schema, value, moves.least)}",
            rows=_said(schema, value, found),
            hint=f"Smaller changes are not asked about: {moves.why}.",
        )


def returned(con: duckdb.DuckDBPyConnection, layout: Layout) -> Iterator[Finding]:
    """Sites with a cost that were there two periods ago, not in the last one, and are again."""
    rows = con.execute(
        "SELECT n.name, n.value, a.value, n.sheet, n.source_row "
        "FROM now AS n JOIN before_1 AS a USING (key) ANTI JOIN before_0 USING (key) "
        "ORDER BY n.sheet, n.source_row"
    ).fetchall()
    if not rows:
        return
    yield finding(
        "TP-385",
        **figures(layout, "point_id", rows, sum(r[1] for r in rows)),
        detail="; ".join(
            f"{display_safe(r[0])}: {pounds(r[1])}, {pounds(r[2])} when it was last there"
            for r in rows[:SHOWN]
        ),
    )


def _asked(con: duckdb.DuckDBPyConnection, condition: str) -> list[tuple[Any, ...]]:
    """Name, value, earlier value, sheet and row of the keys that are asked about, and whether
    their factor is one about."""
    query = (
        "SELECT name, value, earlier, sheet, source_row, is_about FROM compared "
        f"WHERE {condition} ORDER BY sheet, source_row"
    )
    rows: list[tuple[Any, ...]] = con.execute(query).fetchall()
    return rows


def _difference(schema: FeedSchema, found: Sequence[tuple[Any, ...]]) -> int | None:
    return sum(r[1] - r[2] for r in found) if schema.money_field else None


def _said(schema: FeedSchema, value: str, found: Sequence[tuple[Any, ...]]) -> str:
    def words(amount: int) -> str:
        return amount_words(schema, value, amount)

    return listed(f"{display_safe(r[0])}: {words(r[1])}, {words(r[2])} before" for r in found)
