"""The lines of files behind a figure: with file, sheet, Excel row, SHA-256 and receipt.

What stands in a line is what the release publishes of it: payees as they are shown there, and no
count of people. Which lines they are is found by ``trace``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ..publish.content import name
from ..publish.csv_copy import write_csv
from .opened import Opened
from .trace import Step, Trace

SUBMISSIONS, ASIDE, SPEND = "fct_submission", "fct_set_aside_line", "fct_spend_line"
# What every listed line has, with its type; the amount is in pence, or a count of contacts.
COLUMNS = {
    "step": "VARCHAR",
    "receipt_id": "VARCHAR",
    "file_name": "VARCHAR",
    "sheet": "VARCHAR",
    "source_row": "BIGINT",
    "amount": "BIGINT",
    "unit": "VARCHAR",
    "share": "DECIMAL(9,8)",
    "body_id": "VARCHAR",
    "about": "VARCHAR",
    "payee": "VARCHAR",
    "file_sha256": "VARCHAR",
}


@dataclass(frozen=True)
class Behind:
    """What a step of lines rests on: how many files, and the rows of the same bodies, feeds and
    years that were set aside and count in no figure (``unpriced`` have no amount to read)."""

    files: int
    rows_set_aside: int
    pence_set_aside: int
    unpriced: int


def top_lines(trace: Trace, step: Step, limit: int) -> list[dict[str, Any]]:
    """The largest lines of a step, the largest first, at most ``limit``."""
    release = trace.release
    largest = (
        f"SELECT rowid AS row_no FROM release.main.{name(step.table)} WHERE rowid IN (SELECT "
        f"row_no FROM {step.nodes}) ORDER BY abs({name(step.column)}) DESC NULLS LAST, rowid "
        f"LIMIT {int(limit)}"
    )
    query = lines_sql(release, step, f"({largest})")
    found = release.connection.execute(
        f"SELECT * FROM ({query}) ORDER BY abs(amount) DESC NULLS LAST, file_name, source_row"
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def files_behind(trace: Trace, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The files in force that the lines of these steps are in, by receipt: a row of
    ``fct_submission`` each."""
    if not steps:
        return []
    query = f"SELECT * FROM ({_files_sql(steps)}) ORDER BY receipt_id"
    found = trace.release.connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def behind(trace: Trace, steps: Sequence[Step]) -> Behind:
    """What the lines of all these steps rest on."""
    release = trace.release
    if not steps:
        return Behind(0, 0, 0, 0)
    found = release.connection.execute(
        f"WITH used AS ({_files_sql(steps)}) SELECT (SELECT count(*) FROM used), count(*), "
        "coalesce(sum(amount_pence), 0)::HUGEINT, count(*) FILTER (amount_pence IS NULL) "
        f"FROM ({_aside_sql('used')})"
    ).fetchone()
    return Behind(*map(int, found or (0, 0, 0, 0)))


def _files_sql(steps: Sequence[Step]) -> str:
    """The files in force that the lines of these steps are in."""
    used = " UNION ".join(
        f"SELECT submission_id FROM release.main.{name(step.table)} "
        f"WHERE rowid IN (SELECT row_no FROM {step.nodes})"
        for step in steps
    )
    return (
        f"SELECT * FROM release.main.{SUBMISSIONS} "
        f"WHERE in_force AND submission_id IN (SELECT submission_id FROM ({used}))"
    )


def _aside_sql(files: str) -> str:
    """The rows set aside in the files of the same bodies, feeds and years."""
    return (
        f"SELECT * FROM release.main.{ASIDE} AS aside WHERE EXISTS (SELECT 1 FROM {files} AS f "
        "WHERE f.body_id = aside.body_id AND f.feed = aside.feed "
        "AND f.financial_year IS NOT DISTINCT FROM aside.financial_year)"
    )


def _aside_lines_sql(steps: Sequence[Step]) -> str:
    """The same rows as ``COLUMNS``; they are no part of the figure."""
    return (
        "SELECT 'set aside, in no figure', aside.receipt_id, aside.file_name, aside.sheet, "
        "aside.source_row, aside.amount_pence, 'pence', NULL, aside.body_id, aside.codes, NULL, "
        f"s.file_sha256 FROM ({_aside_sql(f'({_files_sql(steps)})')}) AS aside "
        f"JOIN release.main.{SUBMISSIONS} AS s USING (receipt_id)"
    )


def lines_sql(release: Opened, step: Step, rows: str) -> str:
    """A query of ``COLUMNS`` for the lines of a step whose row numbers are in ``rows``."""
    has = release.tables[step.table].__contains__
    # A part of a line is found in its file by the line that it is a part of.
    of_line = "" if has("source_row") else "line"
    line = of_line or "part"
    joins = f" LEFT JOIN release.main.{SPEND} AS line USING (submission_id, line_id)"
    payee = f"{line}.supplier_name" if of_line or has("supplier_name") else "NULL"
    about = "part.service_code" if has("service_code") else "NULL"
    if has("subject"):
        about = "concat_ws(' ', part.measure, part.subject)"
    return (
        f"SELECT '{step.path or step.label}' AS step, s.receipt_id, s.file_name, {line}.sheet, "
        f"{line}.source_row, CAST(part.{name(step.column)} AS BIGINT) AS amount, "
        f"'{'pence' if step.column.endswith('pence') else step.column}' AS unit, "
        f"{'part.share' if has('share') else 'NULL'}::DECIMAL(9,8) AS share, "
        f"part.body_id, {about}::VARCHAR AS about, {payee}::VARCHAR AS payee, s.file_sha256 "
        f"FROM (SELECT rowid AS row_no, * FROM release.main.{name(step.table)} WHERE rowid IN "
        f"(SELECT row_no FROM {rows})) AS part{joins if of_line else ''} "
        f"LEFT JOIN release.main.{SUBMISSIONS} AS s "
        f"ON s.submission_id = part.submission_id AND s.in_force"
    )


def all_lines(trace: Trace) -> duckdb.DuckDBPyRelation:
    """Every line of every step, and the rows set aside, with ``COLUMNS``, ordered."""
    connection, steps = trace.release.connection, trace.line_steps()
    queries = [lines_sql(trace.release, step, step.nodes) for step in steps]
    if steps and ASIDE in trace.release.tables:
        queries.append(_aside_lines_sql(steps))
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {column}" for column, kind in COLUMNS.items())
    union = " UNION ALL ".join(queries) or f"SELECT {nothing} WHERE false"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE lines_behind AS {union}")
    return connection.sql(
        "SELECT * FROM lines_behind ORDER BY step, file_name, sheet NULLS FIRST, source_row"
    )


def write_lines(trace: Trace, out: Path) -> int:
    """Writes ``all_lines`` as CSV that no spreadsheet runs; how many there are. The connection must
    be allowed to write ``out``."""
    lines = all_lines(trace)
    write_csv(trace.release.connection, f"({lines.sql_query()})", COLUMNS, out)
    found = trace.release.connection.execute("SELECT count(*) FROM lines_behind").fetchone()
    return int(found[0]) if found else 0
