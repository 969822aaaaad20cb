"""The integrity of the files: what must hold of a candidate's bytes before anyone reads them.

Rules about the data are dbt's or Great Expectations' (see CONTRIBUTING).
Each check re-reads the candidate from disk and returns a sentence for every fault, none if there
is none; its docstring is the sentence for a check that passed. Judging belongs in ``audit``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import duckdb

from ..display import runs_sql
from ..sql import literal
from .added_up import not_added_up
from .candidate import SHEET_ROWS, Candidate, csv_of
from .content import (
    IS_SYNTHETIC,
    RELEASE_ID,
    TableContent,
    attach,
    content_hash,
    inexact,
    name,
    scalars,
)
from .csv_copy import as_in_csv
from .manifest import DATABASE, Manifest, broken_seals
from .parts import parquet_sql
from .restatement import TABLE as RESTATEMENT
from .restatement import replays

Measures = Mapping[str, object]


@dataclass(frozen=True)
class Evidence:
    """What the checks look at: the candidate, and a connection with its database attached as
    ``release`` (read-only) and the columns found in it by table."""

    candidate: Candidate
    connection: duckdb.DuckDBPyConnection
    tables: dict[str, dict[str, str]]

    @property
    def manifest(self) -> Manifest:
        return self.candidate.manifest

    def first(self, query: str) -> tuple[object, ...]:
        return scalars(self.connection, query)

    def copies(self, table: str) -> dict[str, str]:
        """The copies of a table as SQL relations, by kind of file."""
        folder, columns = self.candidate.folder, {**self.tables[table], RELEASE_ID: "VARCHAR"}
        types = ", ".join(f"{literal(c)}: {literal(kind)}" for c, kind in columns.items())
        found = {
            "DuckDB": f"release.main.{name(table)}",
            "Parquet": parquet_sql(folder, table),
        }
        if self.manifest.tables[table].rows <= SHEET_ROWS:
            found["CSV"] = (
                f"read_csv({literal(csv_of(folder, table))}, columns = {{{types}}}, "
                "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
                "nullstr = '', allow_quoted_nulls = false)"
            )
        return found

    @cached_property
    def measured(self) -> dict[str, dict[str, Measures]]:
        """What was measured of each table's copies, by table and kind of file; every copy is read
        once for all that is asked of it."""
        return {table: _measured(self, table) for table in self.tables}


Check = Callable[[Evidence], list[str]]


def files_are_sealed(evidence: Evidence) -> list[str]:
    """Every file of the release is there, unaltered, and there is no other."""
    if Manifest.read(evidence.candidate.folder) != evidence.manifest:
        return ["manifest.json on disk is not the manifest of this candidate"]
    return broken_seals(evidence.candidate.folder, evidence.manifest)


def promised_tables_are_there(evidence: Evidence) -> list[str]:
    """Every table a release promises is in it."""
    return [
        f"{table} is missing: a release must hold it, run the build again"
        for table in evidence.candidate.promised
        if table not in evidence.tables
    ]


def something_is_published(evidence: Evidence) -> list[str]:
    """There are submissions in force, tables, and rows in them."""
    if not evidence.manifest.submissions:
        return ["no submission is in force: there is nothing to publish"]
    if not any(table.rows for table in evidence.manifest.tables.values()):
        return ["every table is empty: nothing was checked"]
    return []


def content_is_the_manifests(evidence: Evidence) -> list[str]:
    """The sealed Parquet files give the content hash in the manifest, and DuckDB has their rows."""
    manifest = evidence.manifest
    if set(evidence.tables) != set(manifest.tables):
        return ["the DuckDB file does not hold the tables in the manifest"]
    problems = []
    for table, promised in manifest.tables.items():
        sealed = manifest.sealed_content(table)
        (rows,) = evidence.first(f"SELECT count(*) FROM release.main.{name(table)}")
        if sealed != promised.content_sha256 or rows != promised.rows:
            problems.append(
                f"{table} holds {rows} rows with other content than the {promised.rows} rows in "
                "the manifest"
            )
    contents = {
        n: TableContent(t.columns, t.rows, t.content_sha256) for n, t in manifest.tables.items()
    }
    if not problems and content_hash(contents) != manifest.content_hash:
        problems.append("the content hash is not the one in the manifest")
    return problems


def copies_agree(evidence: Evidence) -> list[str]:
    """DuckDB, Parquet and any CSV hold the same rows, the same pence and the same cells, and no
    text in the CSV runs in a spreadsheet."""
    problems = []
    for table, copies in evidence.measured.items():
        theirs = copies["DuckDB"]
        for kind, mine in copies.items():
            # In CSV a text that might run has an apostrophe before it.
            wanted = {**theirs, "cells": theirs["inert"]} if kind == "CSV" else theirs
            problems += [
                f"{table}: {label} in the {kind} copy are {value}, in DuckDB {wanted[label]}"
                for label, value in mine.items()
                if label not in _OF_ITSELF and value != wanted[label]
            ]
            if kind == "CSV" and mine["runs"]:
                said = f"{mine['runs']} rows of the CSV copy hold text that a spreadsheet runs"
                problems.append(f"{table}: {said}")
    return problems


# What is measured of a copy and compared with no other.
_OF_ITSELF = ("runs", "other ids", "inert")


def _measured(evidence: Evidence, table: str) -> dict[str, Measures]:
    """Rows, pence and cells of each copy of a table, and what only some kinds have."""
    columns, wanted = evidence.tables[table], literal(evidence.manifest.release_id)
    others = f"count(*) FILTER (WHERE {RELEASE_ID} IS DISTINCT FROM {wanted})"
    exact = {"cells": _hashed(name(column) for column in columns)}
    inert = _hashed(as_in_csv(column, kind) for column, kind in columns.items())
    runs = f"count(*) FILTER (WHERE {_runs_in_a_spreadsheet(columns)})"
    copies = evidence.copies(table)
    more = {
        "DuckDB": {"other ids": others} | ({"inert": inert} if "CSV" in copies else {}),
        "Parquet": {},  # the same content is the same file in every release
        "CSV": {"other ids": others, "runs": runs},
    }
    money = [column for column in columns if column.endswith("_pence")]
    found: dict[str, Measures] = {}
    for kind, copy in copies.items():
        measures = {
            "rows": "count(*)",
            **{column: f"coalesce(sum({name(column)}), 0)::VARCHAR" for column in money},
            **exact,
            **more[kind],
        }
        values = evidence.first(f"SELECT {', '.join(measures.values())} FROM {copy}")
        found[kind] = dict(zip(measures, values, strict=True))
    return found


def _hashed(cells: Iterable[str]) -> str:
    """A hash of cells over all rows. ``hash`` may change between DuckDB versions, but here it only
    compares copies in one process, and it is ten times faster than one that may not change."""
    return f"coalesce(sum(hash({', '.join(cells)})), 0)::VARCHAR"


def _runs_in_a_spreadsheet(columns: Mapping[str, str]) -> str:
    texts = [column for column, kind in columns.items() if kind == "VARCHAR"]
    runs = (f"coalesce({runs_sql(name(column))}, false)" for column in texts)
    return " OR ".join(runs) or "false"


def types_are_exact(evidence: Evidence) -> list[str]:
    """Money is BIGINT pence and no column is of a type that one of the copies would round."""
    return [
        f"{table}.{column}: cast it in the model (money to BIGINT pence, lists to text)"
        for table, columns in evidence.tables.items()
        for column in inexact(columns)
    ]


def one_release_id(evidence: Evidence) -> list[str]:
    """Every row of every table in DuckDB and CSV carries the id of this release."""
    return [
        f"{table}: {mine['other ids']} rows of the {kind} copy carry another id"
        for table, copies in evidence.measured.items()
        for kind, mine in copies.items()
        if mine.get("other ids")
    ]


def synthetic_and_real_never_meet(evidence: Evidence) -> list[str]:
    """All submissions and lines are real, or all are synthetic."""
    submissions = evidence.manifest.submissions
    made_up = [s for s in submissions if s.synthetic]
    if made_up and len(made_up) < len(submissions):
        real = next(s for s in submissions if not s.synthetic)
        return [
            f"synthetic and real submissions are both in force ({len(made_up)} synthetic, such "
            f"as {made_up[0].file_name}; {len(submissions) - len(made_up)} real, such as "
            f"{real.file_name}), and their money must never meet. Withdraw one kind (totalplace "
            f"withdraw {made_up[0].receipt_id} --reason ...) or keep them apart with --home"
        ]
    flag = str(evidence.manifest.synthetic).lower()
    problems = []
    for table, columns in evidence.tables.items():
        if IS_SYNTHETIC in columns:
            # Findings on files that are refused or withdrawn stay listed; they carry no money.
            counted = "in_force AND " if "in_force" in columns else ""
            (others,) = evidence.first(
                f"SELECT count(*) FROM release.main.{name(table)} "
                f"WHERE {counted}{IS_SYNTHETIC} IS DISTINCT FROM {flag}"
            )
            if others:
                problems.append(f"{table}: {others} rows have not {IS_SYNTHETIC} = {flag}")
    return problems


def lines_are_the_receipts(evidence: Evidence) -> list[str]:
    """Every spend submission counts once: its lines and pence are those of its receipt."""
    counted = {
        str(submission): (lines, int(pence))
        for submission, lines, pence in evidence.connection.execute(
            "SELECT submission_id, count(*), coalesce(sum(amount_pence), 0) "
            "FROM release.main.fct_spend_line GROUP BY submission_id"
        ).fetchall()
    }
    receipts = {
        s.submission_id: (s.rows_accepted, s.pence_accepted)
        for s in evidence.manifest.submissions
        if s.feed == "spend"
    }
    problems = []
    for submission in sorted(counted.keys() | receipts.keys()):
        lines, pence = counted.get(submission, (0, 0))
        if submission not in receipts:
            problems.append(f"{lines} lines of {submission} are counted, but it is not in force")
        elif (lines, pence) != receipts[submission]:
            rows, money = receipts[submission]
            problems.append(
                f"{submission} counts {lines} lines and {pence} pence, "
                f"its receipt says {rows} and {money}"
            )
    return problems


def every_figure_adds_up(evidence: Evidence) -> list[str]:
    """Every figure in pence says what it is made of, and comes to it again, to the penny."""
    recipes = {table: t.trace for table, t in evidence.manifest.tables.items()}
    return not_added_up(evidence.connection, evidence.tables, recipes)


def restatement_replays(evidence: Evidence) -> list[str]:
    """Applied to the release before, the rows of the restatement give this one."""
    manifest = evidence.manifest
    if RESTATEMENT not in evidence.tables or manifest.previous is None:
        return []
    folder = evidence.candidate.published / manifest.previous.release_id
    attach(evidence.connection, folder / DATABASE, "before")
    try:
        return replays(evidence.connection, Manifest.read(folder), manifest)
    finally:
        evidence.connection.execute("DETACH before")


CHECKS: tuple[Check, ...] = (
    files_are_sealed,
    promised_tables_are_there,
    something_is_published,
    types_are_exact,
    content_is_the_manifests,
    copies_agree,
    one_release_id,
    synthetic_and_real_never_meet,
    lines_are_the_receipts,
    every_figure_adds_up,
    restatement_replays,
)
