"""What the expectations found in a candidate's tables joins the issues it publishes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import duckdb

from expectations.issues import issues
from expectations.result import ExpectationResult

from ..contracts.feeds import FEEDS
from ..sql import literal
from .candidate import STORAGE_VERSION, Candidate, copy_table
from .content import TableContent, content_hash, table_content
from .manifest import FILE_NAME, PublishedTable, seal

TABLE = "fct_issue"
_COLUMNS = "source, feed, code, level, message, fix, row_count, in_force, synthetic"


def with_issues(candidate: Candidate, results: Iterable[ExpectationResult]) -> Candidate:
    """The candidate with every result that did not pass as a row of its issues, sealed anew.

    Its id stays that of what the build made, from which these rows follow. Without such results,
    or without a table of issues, it is the same candidate.
    """
    results = list(results)
    lines = issues([r for r in results if r.table in FEEDS], "TP-190", "TP-191")
    tables = issues([r for r in results if r.table not in FEEDS], "TP-310", "TP-311")
    found = [*((issue.table, *issue[1:]) for issue in lines), *((None, *i[1:]) for i in tables)]
    if not found or TABLE not in candidate.manifest.tables:
        return candidate
    manifest = candidate.manifest
    rows = [("expectations", *issue, True, manifest.synthetic) for issue in found]
    files = [f"parquet/{TABLE}.parquet", f"csv/{TABLE}.csv", candidate.database.name]
    paths = [candidate.folder / file for file in (*files, FILE_NAME)]
    for path in paths:
        path.chmod(0o644)
    content = _rewritten(candidate, rows)
    published = manifest.tables | {
        TABLE: PublishedTable(
            columns=dict(content.columns), rows=content.rows, content_sha256=content.digest
        )
    }
    contents = {n: TableContent(t.columns, t.rows, t.content_sha256) for n, t in published.items()}
    update = {
        "tables": published,
        "content_hash": content_hash(contents),
        "build_hash": manifest.content_hash,
        "files": manifest.files | seal(candidate.folder, files),
    }
    candidate = replace(candidate, manifest=manifest.model_copy(update=update))
    candidate.manifest.write(candidate.folder)
    for path in paths:
        path.chmod(0o444)
    return candidate


def _rewritten(candidate: Candidate, rows: Sequence[tuple[object, ...]]) -> TableContent:
    """Makes the three copies of the issues again, with ``rows`` among them."""
    columns = candidate.manifest.tables[TABLE].columns
    marks = ", ".join("?" for _ in rows[0])
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS build")
        connection.execute(
            f"ATTACH {literal(candidate.database)} AS target "
            f"(STORAGE_VERSION {literal(STORAGE_VERSION)})"
        )
        connection.execute(
            f"CREATE TABLE build.main.{TABLE} AS "
            f"SELECT {', '.join(columns)} FROM target.main.{TABLE}; DROP TABLE target.main.{TABLE}"
        )
        connection.executemany(
            f"INSERT INTO build.main.{TABLE} ({_COLUMNS}) VALUES ({marks})", rows
        )
        content = table_content(connection, f"build.main.{TABLE}", columns)
        release_id = candidate.manifest.release_id
        copy_table(connection, candidate.folder, TABLE, content, release_id)
        connection.execute("DETACH target")
    return content
