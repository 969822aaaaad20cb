"""What a key says of itself beside what it said before: answers that never change by themselves,
and parts of a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from ...contracts.feeds import FeedSchema, Field
from ...contracts.layout import Layout
from ...display import display_safe
from ...sql import literal
from ..judge.findings import Finding, finding
from .keys import figures, key_sql, listed, row_key

# A part of so many that is another share of them by so much: a quarter of all contacts.
_LEAST_WHOLE, _OTHER_SHARE = 1_000, 0.25


def not_steady(
    con: duckdb.DuckDBPyConnection,
    schema: FeedSchema,
    layout: Layout,
    now: Path,
    before: Path,
) -> Iterator[Finding]:
    """Answers that are the same in every period, and are other ones than in the one before.

    A free text, such as a body's name, may be spelt otherwise: it is another answer where both
    are given in both periods.
    """
    fields = [f for f in schema.fields if f.steady and f.name in layout.columns]
    if not fields:
        return
    for name, path in (("said_now", now), ("said_before", before)):
        con.execute(f"CREATE TEMP TABLE {name} AS {_said_sql(schema, fields)}", [str(path)])
    one = (
        "SELECT field, key, any_value(name) AS name, any_value(answer) AS answer, "
        "arg_min(sheet, source_row) AS sheet, min(source_row) AS source_row FROM {said} "
        "GROUP BY field, key HAVING count(DISTINCT answer) = 1"
    )
    found = con.execute(
        "SELECT n.field, n.name, n.answer, b.answer, n.sheet, n.source_row "
        f"FROM ({one.format(said='said_now')}) AS n "
        f"JOIN ({one.format(said='said_before')}) AS b USING (field, key) "
        "WHERE lower(trim(n.answer)) <> lower(trim(b.answer)) "
        "ORDER BY n.sheet, n.source_row"
    ).fetchall()
    for field in fields:
        rows = [row[1:] for row in found if row[0] == field.name]
        if field.type == "text" and not field.values:
            rows = _among_others(con, field, rows)
        if rows:
            yield finding(
                "TP-399",
                **figures(layout, field.name, rows, None),
                rows=listed(
                    f"{display_safe(name)}: {display_safe(_as_said(field, new))}, "
                    f"{display_safe(_as_said(field, old))} before"
                    for name, new, old, *_ in rows
                ),
            )


def _said_sql(schema: FeedSchema, fields: Sequence[Field]) -> str:
    """Every answer of every row, by what the row is known by without it: one reading of the file
    for all fields, each of which took a query of its own."""
    answers = ", ".join(
        f"{{'field': {literal(f.name)}, 'key': {key}, 'name': {name}, "
        f"'answer': CAST({f.name} AS VARCHAR)}}"
        for f in fields
        for key, name in [row_key(schema, without=f.name)]
    )
    return (
        "FROM (SELECT sheet, source_row, UNNEST([" + answers + "], recursive := true) "
        "FROM read_parquet(?)) WHERE answer IS NOT NULL"
    )


def _among_others(
    con: duckdb.DuckDBPyConnection, field: Field, rows: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """The rows of which both answers are given by any row of either file."""
    if not rows:
        return []
    given = {
        answer
        for (answer,) in con.execute(
            "SELECT lower(trim(answer)) FROM said_now WHERE field = $1 INTERSECT "
            "SELECT lower(trim(answer)) FROM said_before WHERE field = $1",
            [field.name],
        ).fetchall()
    }
    return [row for row in rows if {a.strip(" ").lower() for a in row[1:3]} <= given]


def _as_said(field: Field, answer: str) -> str:
    """An answer as people would write it."""
    if field.type == "flag":
        return {"true": "yes", "false": "no"}[answer]
    if field.type == "share":
        return answer.rstrip("0").rstrip(".")
    return answer.replace("_", " ") if field.values else answer


def other_shares(
    con: duckdb.DuckDBPyConnection,
    schema: FeedSchema,
    layout: Layout,
    field: Field,
    now: Path,
    before: Path,
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
    rows = con.execute(
        f"SELECT n.name, {shares}, n.sheet, n.source_row FROM ({query}) AS n "
        f"JOIN ({query}) AS b USING (key) WHERE {differ} ORDER BY n.sheet, n.source_row",
        [str(now), str(before)],
    ).fetchall()
    if rows:
        yield finding(
            "TP-400",
            **figures(layout, field.name, rows, None),
            detail=f"'{display_safe(layout.columns[str(field.part_of)].heading)}'",
            rows=listed(
                f"{display_safe(r[0])}: {r[1]:.0f} in 100, {r[2]:.0f} before" for r in rows
            ),
        )
