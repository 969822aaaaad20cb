"""Each key of a file against its own earlier value: the figures of a saving, a site, an agreement.

Compared are the lines in force of the periods before. What asks: a factor that a unit or a period
would make (10, 100, 1,000, 12), another order of magnitude, a change above what the feed declares
(``Field.moves``), an answer that is another one (``Field.steady``), a part that is another share of
its whole, sums that run on from year to year, a baseline that moved, a saving that stopped and is
claimed again, and a site that was gone and is back. A file as a whole belongs to ``whole_before``,
other bodies' lines to ``same_saving``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ..contracts.feeds import FEEDS, FeedSchema, Field
from ..contracts.layout import Layout
from ..display import display_safe, pounds
from ..sql import private_cursor
from .judge.findings import Cell, Finding, finding

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
# A number, such as that of an indicator, is compared in its four decimal places.
_PLACES = 10_000
# A part of so many that is another share of them by so much: a quarter of all contacts.
_LEAST_WHOLE, _OTHER_SHARE = 1_000, 0.25
# Savings that run on: at least three of them, and two in three of all.
_LEAST_RUNNING, _RUNNING_SHARE = 3, 2 / 3
_SHOWN = 5


def history_findings(
    feed: str, layout: Layout, now: Path, earlier: Sequence[Path], *, shares: bool = True
) -> Iterator[Finding]:
    """What asks of a file's lines beside those of the periods before it, the latest first;
    ``shares``: whether a number below 1 may be asked about, as it has not been beside its file."""
    schema = FEEDS[feed]
    if not schema.key or not earlier or not now.is_file():
        return
    with private_cursor() as con:
        if value := schema.compared_field:
            _compare(con, schema, value, (now, *earlier), shares=shares)
            yield from _of_values(con, schema, layout, value, (now, *earlier))
        for field in schema.fields:
            if field.steady and field.name in layout.columns:
                yield from _not_steady(con, schema, layout, field, (now, earlier[0]))
            if field.part_of and {field.name, field.part_of} <= layout.columns.keys():
                yield from _other_shares(con, schema, layout, field, (now, earlier[0]))


def _of_values(
    con: duckdb.DuckDBPyConnection,
    schema: FeedSchema,
    layout: Layout,
    value: str,
    files: Sequence[Path],
) -> Iterator[Finding]:
    """What asks of the value that each key has; the latest of the ``files`` first."""
    now, *earlier = files
    yield from _factors(con, schema, layout, value)
    if schema.name == "savings":
        running = list(_running(con, layout, len(earlier[:2])))
        yield from running
        yield from _baselines(con, layout, now, earlier[0])
        yield from _stopped(con, layout, now, earlier)
        if running:  # which speaks of the same figures
            return
    yield from _moved(con, schema, layout, value)
    if schema.name == "access_points" and len(earlier) > 1:
        yield from _returned(con, layout)


def _by_key(schema: FeedSchema, value: str) -> str:
    """Each key, without its year or month, with its value, whether a change of it was to be
    expected, and its row with the highest."""
    moves = schema.field(value).moves
    unless = moves.unless.format(**{n: n for n in schema.names}) if moves else "true"
    places = f" * {_PLACES}" if _is_number(schema, value) else ""
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


def key_sql(schema: FeedSchema, without: str = "") -> str:
    """What a row is known by, without its year or month and a field, and the same to be read."""
    left_out = (schema.year_field, schema.date_field, without)
    names = [n for n in schema.key if n not in left_out]
    parts = ", ".join(f"coalesce(lower(trim(CAST({n} AS VARCHAR))), '')" for n in names)
    words = ", ".join(f"CAST({n} AS VARCHAR)" for n in names)
    return f"concat_ws('|', {parts}) AS key, any_value(concat_ws(', ', {words})) AS name"


def _is_number(schema: FeedSchema, value: str) -> bool:
    return schema.field(value).type == "number"


def _compare(
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
    if _is_number(schema, value):
        least = f"least(value, earlier) >= {_LEAST_NUMBER * _PLACES}"
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


def _far_least(schema: FeedSchema, value: str, shares: bool) -> str:
    """Which values are asked about though they are near a factor only."""
    if schema.money_field:
        return f"greatest(value, earlier) >= {_LEAST_PENCE}"
    fits = (
        f"coalesce(value BETWEEN aim / {_FITS} AND aim * {_FITS} AND (earlier_aim IS NULL OR "
        f"aim BETWEEN earlier_aim / {_OTHER_AIM} AND earlier_aim * {_OTHER_AIM}), false)"
    )
    least = "" if shares else f" AND least(value, earlier) >= {_LEAST_NUMBER * _PLACES}"
    return f"greatest(value, earlier) >= {_FAR_LEAST * _PLACES}{least} AND NOT {fits}"


def _factors(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, layout: Layout, value: str
) -> Iterator[Finding]:
    for factor, (of_money, of_others) in _FACTORS.items():
        found = _asked(con, f"factor = {factor}")
        if found:
            words = of_money if schema.money_field else of_others
            yield finding(
                "TP-363",
                **_figures(layout, value, found, _difference(schema, found)),
                detail=f"{'about ' if any(r[5] for r in found) else ''}{factor:,}",
                rows=f"{_said(schema, value, found)}. It looks like {words}.",
            )


def _moved(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, layout: Layout, value: str
) -> Iterator[Finding]:
    """Figures that changed by more than is usual; a factor, or a frozen figure, is asked before."""
    moves = schema.field(value).moves
    found = _asked(con, "moved AND factor IS NULL")
    if moves and found:
        yield finding(
            "TP-377",
            **_figures(layout, value, found, _difference(schema, found)),
            detail=f"{_MOVES} in 100 and by more than {amount_words(schema, value, moves.least)}",
            rows=_said(schema, value, found),
            hint=f"Smaller changes are not asked about: {moves.why}.",
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


def _figures(
    layout: Layout, name: str, found: Sequence[tuple[Any, ...]], pence: int | None
) -> dict[str, Any]:
    """What a finding has of the cells of a field: rows whose fourth and fifth are sheet and row."""
    heading = display_safe(layout.columns[name].heading) or ""
    return {
        "count": len(found),
        "amount_pence": pence,
        "field": name,
        "heading": heading,
        "cells": [Cell(r[3], r[4], "", heading, None) for r in found],
    }


def _difference(schema: FeedSchema, found: Sequence[tuple[Any, ...]]) -> int | None:
    return sum(r[1] - r[2] for r in found) if schema.money_field else None


def _said(schema: FeedSchema, value: str, found: Sequence[tuple[Any, ...]]) -> str:
    def words(amount: int) -> str:
        return amount_words(schema, value, amount)

    return listed(f"{display_safe(r[0])}: {words(r[1])}, {words(r[2])} before" for r in found)


def listed(texts: Iterable[str]) -> str:
    """The first of some texts, and how many there are more."""
    all_of_them = list(texts)
    more = len(all_of_them) - _SHOWN
    return "; ".join([*all_of_them[:_SHOWN], *([f"and {more:,} more"] if more > 0 else [])])


def _beside(
    con: duckdb.DuckDBPyConnection, query: str, files: Sequence[Path], columns: str, differ: str
) -> list[tuple[Any, ...]]:
    """Name, ``columns``, sheet and row of the keys that ``differ`` between two files, of each of
    which ``query`` gives a row a key: ``n`` is now, ``b`` before. ``files`` are these, and those
    that ``differ`` reads."""
    rows: list[tuple[Any, ...]] = con.execute(
        f"SELECT n.name, {columns}, n.sheet, n.source_row FROM ({query}) AS n "
        f"JOIN ({query}) AS b USING (key) WHERE {differ} ORDER BY n.sheet, n.source_row",
        [str(path) for path in files],
    ).fetchall()
    return rows


def _not_steady(
    con: duckdb.DuckDBPyConnection,
    schema: FeedSchema,
    layout: Layout,
    field: Field,
    files: Sequence[Path],
) -> Iterator[Finding]:
    """Answers that are the same in every period, and are other ones than in the one before.

    A free text, such as a body's name, may be spelt otherwise: it is another answer where both
    are given in both periods.
    """
    name = field.name
    query = (
        f"SELECT {key_sql(schema, without=name)}, CAST(any_value({name}) AS VARCHAR) AS answer, "
        "arg_min(sheet, source_row) AS sheet, min(source_row) AS source_row "
        f"FROM read_parquet(?) WHERE {name} IS NOT NULL GROUP BY 1 "
        f"HAVING count(DISTINCT {name}) = 1"
    )
    differ = "lower(trim(n.answer)) <> lower(trim(b.answer))"
    parameters = list(files)
    if field.type == "text" and not field.values:
        given = f"(SELECT lower(trim({name})) FROM read_parquet(?))"
        differ += f" AND lower(trim(n.answer)) IN {given} AND lower(trim(b.answer)) IN {given}"
        parameters += reversed(files)
    rows = _beside(con, query, parameters, "n.answer, b.answer", differ)
    if rows:
        answers = [[_as_said(field, answer) for answer in row[1:3]] for row in rows]
        yield finding(
            "TP-399",
            **_figures(layout, name, rows, None),
            rows=listed(
                f"{display_safe(row[0])}: {display_safe(now)}, {display_safe(before)} before"
                for row, (now, before) in zip(rows, answers, strict=True)
            ),
        )


def _as_said(field: Field, answer: str) -> str:
    """An answer as people would write it."""
    if field.type == "flag":
        return {"true": "yes", "false": "no"}[answer]
    if field.type == "share":
        return answer.rstrip("0").rstrip(".")
    return answer.replace("_", " ") if field.values else answer


def _other_shares(
    con: duckdb.DuckDBPyConnection,
    schema: FeedSchema,
    layout: Layout,
    field: Field,
    files: Sequence[Path],
) -> Iterator[Finding]:
    """Parts that are another share of their whole than in the period before."""
    query = (
        f"SELECT {key_sql(schema)}, CAST(sum({field.name}) AS BIGINT) AS part, "
        f"CAST(sum({field.part_of}) AS BIGINT) AS whole, "
        "arg_min(sheet, source_row) AS sheet, min(source_row) AS source_row "
        f"FROM read_parquet(?) WHERE {field.name} IS NOT NULL AND {field.part_of} IS NOT NULL "
        f"GROUP BY 1 HAVING whole >= {_LEAST_WHOLE}"
    )
    shares = "round(100 * n.part / n.whole), round(100 * b.part / b.whole)"
    differ = f"abs(n.part / n.whole - b.part / b.whole) >= {_OTHER_SHARE}"
    rows = _beside(con, query, files, shares, differ)
    if rows:
        yield finding(
            "TP-400",
            **_figures(layout, field.name, rows, None),
            detail=f"'{display_safe(layout.columns[str(field.part_of)].heading)}'",
            rows=listed(
                f"{display_safe(r[0])}: {r[1]:.0f} in 100, {r[2]:.0f} before" for r in rows
            ),
        )


def _running(con: duckdb.DuckDBPyConnection, layout: Layout, years: int) -> Iterator[Finding]:
    """In-year figures that are sums of the years so far: each rises by what it began with."""
    grows = "abs(n.value - 2 * b.value) <= 0.02 * b.value"
    source = "now AS n JOIN before_0 AS b USING (key)"
    if years > 1:
        source += " JOIN before_1 AS a USING (key)"
        grows = "abs((n.value - b.value) - (b.value - a.value)) <= 0.02 * b.value AND "
        grows += "b.value > a.value AND n.value > b.value"
    known, running, as_read, in_year = con.execute(
        f"SELECT count(*), count(*) FILTER ({grows}), sum(n.value) FILTER ({grows})::BIGINT, "
        f"sum(n.value - b.value) FILTER ({grows})::BIGINT FROM {source} "
        "WHERE n.value > 0 AND b.value > 0"
    ).fetchall()[0]
    if running >= _LEAST_RUNNING and running >= _RUNNING_SHARE * known:
        yield finding(
            "TP-364",
            count=running,
            amount_pence=as_read - in_year,
            field="actual_pence",
            heading=display_safe(layout.columns["actual_pence"].heading) or "",
            detail=f"{pounds(as_read)} as they stand, {pounds(in_year)} if they are sums so far",
        )


def _baselines(
    con: duckdb.DuckDBPyConnection, layout: Layout, now: Path, before: Path
) -> Iterator[Finding]:
    """Baselines that are not what they were when they were frozen, under the same version."""
    rows = con.execute(
        "SELECT n.initiative_id, b.baseline_pence, n.baseline_pence, n.sheet, n.source_row "
        "FROM read_parquet(?) AS n JOIN read_parquet(?) AS b "
        "ON lower(trim(n.initiative_id)) = lower(trim(b.initiative_id)) "
        "AND n.baseline_version IS NOT DISTINCT FROM b.baseline_version "
        "AND n.baseline_pence <> b.baseline_pence ORDER BY n.source_row",
        [str(now), str(before)],
    ).fetchall()
    if not rows:
        return
    said = "; ".join(
        f"{display_safe(r[0])}: {pounds(r[2])}, {pounds(r[1])} when it was frozen"
        for r in rows[:_SHOWN]
    )
    yield finding(
        "TP-365",
        **_figures(layout, "baseline_pence", rows, sum(r[2] - r[1] for r in rows)),
        detail=said,
    )


def _stopped(
    con: duckdb.DuckDBPyConnection, layout: Layout, now: Path, earlier: Sequence[Path]
) -> Iterator[Finding]:
    """Savings claimed in a year after the one in which their initiative stopped."""
    rows = con.execute(
        "WITH past AS (SELECT lower(trim(initiative_id)) AS key, "
        "arg_max(status, financial_year) AS status, max(financial_year) AS year, "
        "CAST(arg_max(actual_pence, financial_year) AS BIGINT) AS actual_pence "
        "FROM read_parquet(?, union_by_name = true) WHERE status IS NOT NULL GROUP BY 1) "
        "SELECT n.initiative_id, n.actual_pence, past.actual_pence, n.sheet, n.source_row, "
        "past.year FROM read_parquet(?) AS n JOIN past ON lower(trim(n.initiative_id)) = past.key "
        "WHERE past.status = 'stopped' AND n.financial_year > past.year AND n.actual_pence > 0 "
        "ORDER BY n.sheet, n.source_row",
        [[str(path) for path in earlier], str(now)],
    ).fetchall()
    if not rows:
        return
    yield finding(
        "TP-378",
        **_figures(layout, "actual_pence", rows, sum(r[1] for r in rows)),
        detail="; ".join(
            f"{display_safe(r[0])}: {pounds(r[1])}, stopped in {r[5]} with {pounds(r[2] or 0)}"
            for r in rows[:_SHOWN]
        ),
    )


def _returned(con: duckdb.DuckDBPyConnection, layout: Layout) -> Iterator[Finding]:
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
        **_figures(layout, "point_id", rows, sum(r[1] for r in rows)),
        detail="; ".join(
            f"{display_safe(r[0])}: {pounds(r[1])}, {pounds(r[2])} when it was last there"
            for r in rows[:_SHOWN]
        ),
    )


def amount_words(schema: FeedSchema, value: str, amount: int) -> str:
    """A value as it is compared, in words."""
    if schema.money_field:
        return pounds(amount)
    if _is_number(schema, value):
        return f"{Decimal(amount) / _PLACES:,.4f}".rstrip("0").rstrip(".")
    return f"{amount:,}"
