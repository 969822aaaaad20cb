"""A file as a whole beside the one of the period before: the same figures again, or much gone.

Both are compared by the key of their feed. Figures that are all the same are those of the year
before under another year. Keys that are gone with nothing in their place are a part of a file.
What ended by what its own row said is not gone: a saving that stopped, a site whose lease ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ...contracts.feeds import FEEDS, FeedSchema
from ...contracts.layout import Layout
from ...display import display_safe, pounds
from ...sql import private_cursor
from ..judge.findings import Finding, finding
from ..judge.judgement import Judgement
from ..judge.rules.drift import threshold
from .keys import amount_words, key_sql, listed

# Running costs of a site may stand still for years.
_MAY_STAND_STILL = ("access_points",)
# What the row of the period before says of its end; ``{end}`` is the last day of this period.
_ENDED = {
    "savings": "status = 'stopped' OR NOT recurrent",
    "access_points": "lease_end <= DATE '{end}' OR lease_break <= DATE '{end}'",
}


@dataclass(frozen=True)
class Beside:
    """What is compared: the lines of a file and of the one before it, which ``receipt`` booked for
    a period up to ``end``."""

    now: Path
    before: Path
    receipt: str
    end: date | None


def whole_findings(
    feed: str, files: Beside, result: Judgement, layout: Layout
) -> Iterator[Finding]:
    """What asks of a file as a whole."""
    schema, period = FEEDS[feed], result.period
    value = schema.compared_field
    if not (period and schema.key and value and files.now.is_file()):
        return
    with private_cursor() as con:
        for name, path in (("now", files.now), ("before", files.before)):
            con.execute(
                f"CREATE TEMP TABLE {name} AS SELECT {_by_key(schema, value, period.end)}",
                [str(path)],
            )
        if feed not in _MAY_STAND_STILL:
            yield from _same_again(con, layout, value, files.receipt)
        # Of what replaces a file that counts, the difference says what is gone; and in years
        # between, much may have ended.
        follows = files.end == period.start - timedelta(days=1)
        if result.replaces is None and follows:
            yield from _gone(con, schema, layout, value, result)


def _by_key(schema: FeedSchema, value: str, end: date) -> str:
    """Each key and month with its value, all its figures, its rows, and whether it ended."""
    month = f"month({schema.date_field})" if schema.date_field else "0"
    figures = [
        f.name
        for f in schema.fields
        if f.type in ("money", "integer", "number") and f.name not in schema.key
    ]
    # A whole number, as all figures of the other feeds are.
    places = " * 10000" if schema.field(value).type == "number" else ""
    ended = _ENDED.get(schema.name, "false").format(end=end.isoformat())
    kind = "CAST(measure AS VARCHAR)" if schema.name == "budgets" else "''"
    return (
        f"{key_sql(schema)}, {month} AS month, any_value({kind}) AS kind, "
        f"CAST(coalesce(sum({value}), 0){places} AS BIGINT) AS value, "
        f"[{', '.join(f'CAST(sum({n}) AS DECIMAL(38, 4))' for n in figures)}] AS figures, "
        f"count(*) AS rows, bool_or(coalesce({ended}, false)) AS ended "
        "FROM read_parquet(?) GROUP BY ALL"
    )


def _same_again(
    con: duckdb.DuckDBPyConnection, layout: Layout, value: str, receipt: str
) -> Iterator[Finding]:
    """Figures that are all those of the period before: several, of which some are no round ones."""
    both, other, unround = con.execute(
        "SELECT count(*), count(*) FILTER (n.figures IS DISTINCT FROM b.figures), "
        # Of more than two digits that are not 0.
        "count(DISTINCT n.value) FILTER (n.value % "
        "CAST(power(10, greatest(length(CAST(abs(n.value) AS VARCHAR)) - 2, 0)) AS BIGINT) <> 0) "
        "FROM now AS n JOIN before AS b USING (key, month) WHERE n.value <> 0 OR b.value <> 0"
    ).fetchall()[0]
    enough = both >= threshold("same_again.least_rows")
    if enough and not other and unround >= threshold("same_again.least_unround"):
        heading = display_safe(layout.columns[value].heading) or ""
        yield finding("TP-407", count=both, field=value, heading=heading, detail=receipt)


def _gone(
    con: duckdb.DuckDBPyConnection,
    schema: FeedSchema,
    layout: Layout,
    value: str,
    result: Judgement,
) -> Iterator[Finding]:
    """Keys that are gone with much of what the period before held, and nothing in their place."""
    # Numbers of indicators do not add up: their rows are counted.
    weight = "rows" if schema.field(value).type == "number" else "abs(value)"
    con.execute(
        "CREATE TEMP TABLE gone AS SELECT key, any_value(name) AS name, "
        f"CAST(sum({weight}) AS BIGINT) AS weight, CAST(sum(value) AS BIGINT) AS value, "
        "CAST(sum(rows) AS BIGINT) AS rows FROM before ANTI JOIN now USING (key) "
        # A budget may come before there is an outturn.
        "WHERE NOT ended AND kind IN (SELECT kind FROM now) GROUP BY 1 HAVING sum(rows) > 0"
    )
    rows, weight_gone = _one(con, "SELECT sum(rows), sum(weight) FROM gone")
    (new,) = _one(con, f"SELECT sum({weight}) FROM now ANTI JOIN before USING (key)")
    whole, of_rows = _one(con, f"SELECT sum({weight}), sum(rows) FROM before")
    lacking = weight_gone - new
    enough = rows >= threshold("gone.least_rows") and of_rows >= threshold("gone.least_of_rows")
    much = enough and lacking >= threshold("gone.share") * whole
    # An amount that nobody can read is as much as it was in the period before.
    unknown = 0 < rows <= result.rows_unpriced and lacking > layout.max_set_aside_share * whole
    if not whole or not (much or unknown):
        return
    found: list[tuple[Any, ...]] = con.execute(
        "SELECT name, value, weight FROM gone ORDER BY weight DESC, name"
    ).fetchall()
    is_number = weight == "rows"
    unread = "The amount of rows set aside cannot be read, and may be theirs."
    yield finding(
        "TP-408",
        count=rows,
        amount_pence=sum(r[1] for r in found) if schema.money_field else None,
        field=value,
        heading=display_safe(layout.columns[value].heading) or "",
        rows=listed(
            f"{display_safe(r[0])}"
            + ("" if is_number else f" ({amount_words(schema, value, r[1])})")
            for r in found
        ),
        detail=_share_words(schema, rows, weight_gone, whole, is_number),
        hint=unread if result.rows_unpriced else "",
    )


def _share_words(schema: FeedSchema, rows: int, gone: int, whole: int, is_number: bool) -> str:
    """What is gone of what there was, in words."""
    they = "It" if rows == 1 else "They"
    if is_number:
        return f"That is {gone:,} of {whole:,} rows."
    if schema.money_field:
        return f"{they} came to {pounds(gone)} of {pounds(whole)}."
    return f"{they} counted {gone:,} of {whole:,}."


def _one(con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return tuple(int(n or 0) for n in con.execute(query).fetchall()[0])
