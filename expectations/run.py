"""Runs suites with Great Expectations, inside DuckDB, and gives plain results back.

Great Expectations takes seven seconds to import and can quote cells, so it is imported inside the
functions here, and nothing of its own leaves them: a result is a sentence, an outcome and counts,
never a value. "The expectation could not run" is kept apart from "the data failed it".
"""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration.sql import Memory, literal

from .result import ExpectationResult, Outcome
from .suite import NULL_KINDS, Expectation, Suite
from .suites import PERSONAL_COLUMNS, RAW

# Great Expectations looks whether there is a PySpark, which then speaks of pandas.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)

# So many lines are copied before they are asked about: each question would open every file again,
# which took half of the time over 250 small ones. More are read in place.
_FEW = 200_000
_WHOLE = "whole"
# Counts only: no example of an unexpected value is even fetched.
_COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}


def validate(
    database: Path,
    suites: Mapping[str, Suite],
    *,
    personal_columns: Collection[str],
    memory: Memory | None = None,
) -> list[ExpectationResult]:
    """Runs each table's suite on a DuckDB file, in the order given; the file is opened read-only
    and closed again.

    Of an empty table only the row count is asked, which passes only if the suite gives a reason
    why the table may be empty. Raises ``ValueError`` if there is no suite, if a suite holds no
    expectation, or if one looks into a column that may hold a person's name or words
    (``personal_columns``): there only presence may be asked. ``memory`` bounds DuckDB.
    """
    _require_askable(suites, frozenset(personal_columns))
    if not database.is_file():
        raise FileNotFoundError(f"{database} does not exist: build the tables first")
    rows = _row_counts(database, suites, memory)
    asked = {
        table: (suite.row_count, *(suite.expectations if rows[table] else ()))
        for table, suite in suites.items()
    }
    results = []
    there = [table for table, count in rows.items() if count is not None]
    with _quiet(), _datasource(database, there, memory) as datasource:
        for table, suite in suites.items():
            outcomes = _ask(datasource, table, asked[table])
            for expectation, (outcome, unexpected) in zip(asked[table], outcomes, strict=True):
                results.append(
                    ExpectationResult(
                        suite=suite.name,
                        table=table,
                        expectation=expectation.kind,
                        description=expectation.description,
                        severity=expectation.severity,
                        outcome=outcome,
                        unexpected_count=unexpected,
                        element_count=rows[table],
                    )
                )
    return results


def validate_raw(
    raw: Path,
    feeds: Iterable[str],
    *,
    submissions: Collection[str] | None = None,
    suites: Mapping[str, Suite] = RAW,
    personal_columns: Collection[str] = PERSONAL_COLUMNS,
    memory: Memory | None = None,
) -> list[ExpectationResult]:
    """Runs the suites of ``feeds`` on the accepted lines below ``raw``.

    ``submissions`` narrows it to these submission ids; by default every accepted line is looked
    at, superseded ones too. A feed without a single Parquet file could not be run.
    """
    wanted = {feed: suites[feed] for feed in feeds}
    there = [feed for feed in wanted if any((raw / feed).rglob("*.parquet"))]
    queries = {feed: _raw_sql(raw, feed, submissions) for feed in there}
    return _validate_queries(queries, wanted, personal_columns, memory)


def validate_files(
    files: Mapping[str, Path],
    suites: Mapping[str, Suite],
    *,
    personal_columns: Collection[str],
    memory: Memory | None = None,
) -> list[ExpectationResult]:
    """Runs each table's suite on its Parquet, a file or a folder of files, as ``validate`` does on
    a DuckDB file. A table without any could not be asked about."""
    found = {
        table: path / "*.parquet" if path.is_dir() else path
        for table, path in files.items()
        if table in suites
    }
    queries = {table: f"SELECT * FROM read_parquet({literal(at)})" for table, at in found.items()}
    return _validate_queries(queries, suites, personal_columns, memory)


def _validate_queries(
    queries: Mapping[str, str],
    suites: Mapping[str, Suite],
    personal_columns: Collection[str],
    memory: Memory | None,
) -> list[ExpectationResult]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "asked.duckdb"
        with duckdb.connect(str(database), config=_bounds(memory)) as connection:
            connection.begin()
            for table, query in queries.items():
                (rows,) = connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0]
                kind = "TABLE" if rows <= _FEW else "VIEW"
                connection.execute(f'CREATE {kind} "{table}" AS {query}')
            connection.commit()
        return validate(database, suites, personal_columns=personal_columns, memory=memory)


def _raw_sql(raw: Path, feed: str, submissions: Collection[str] | None) -> str:
    files = literal(raw / feed / "**" / "*.parquet")
    only = ""
    if submissions is not None:
        wanted = ", ".join(map(literal, submissions)) or "NULL"
        only = f"WHERE submission_id IN ({wanted})"  # DuckDB opens only the folders named here
    return (
        f"SELECT * FROM read_parquet({files}, hive_partitioning = true, "
        f"hive_types_autocast = false, union_by_name = true) {only}"
    )


def _require_askable(suites: Mapping[str, Suite], personal: frozenset[str]) -> None:
    if not suites:
        raise ValueError("no suite was given: nothing would be checked")
    for table, suite in suites.items():
        if not suite.expectations:
            raise ValueError(f"the suite of {table} is empty: nothing would be checked")
        for expectation in suite.expectations:
            looked_into = personal.intersection(expectation.columns)
            if looked_into and expectation.kind not in NULL_KINDS:
                raise ValueError(
                    f"the suite of {table} looks into {', '.join(sorted(looked_into))}, which "
                    f"may hold personal data ({expectation.kind}): only presence may be asked"
                )


def _row_counts(
    database: Path, suites: Mapping[str, Suite], memory: Memory | None
) -> dict[str, int | None]:
    """Rows of each table, ``None`` where it cannot be counted: the row count then reports that
    it could not run."""
    counts: dict[str, int | None] = {}
    with duckdb.connect(str(database), read_only=True, config=_bounds(memory)) as connection:
        for table in suites:
            try:
                row = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
                counts[table] = row[0] if row else None
            except duckdb.Error:
                counts[table] = None
    return counts


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Great Expectations' logging, which may quote cells, and its warnings to itself."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logger = logging.getLogger("great_expectations")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _bounds(memory: Memory | None) -> dict[str, str]:
    return memory.bounds if memory else {}


@contextmanager
def _datasource(database: Path, tables: Iterable[str], memory: Memory | None) -> Iterator[Any]:
    """The database with these tables as assets. All at once: after each that is added, Great
    Expectations writes the whole of its configuration, which took a third of all it computed."""
    import great_expectations as gx
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.datasource.fluent.sql_datasource import TableAsset
    from sqlalchemy.engine import URL

    from .duckdb_dialect import register

    register()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_sql(
        "release",
        connection_string=str(URL.create("duckdb+buffered", database=str(database.absolute()))),
        kwargs={"connect_args": {"read_only": True, "config": _bounds(memory)}},
        create_temp_table=False,
        assets=[
            TableAsset(name=t, table_name=t, batch_definitions=[BatchDefinition(name=_WHOLE)])
            for t in tables
        ],
    )
    try:
        yield source
    finally:
        # Both hold a connection; DuckDB refuses the file to others until each is closed.
        source.get_execution_engine().close()
        source.get_engine().dispose()


def _ask(
    datasource: Any, table: str, expectations: tuple[Expectation, ...]
) -> list[tuple[Outcome, int | None]]:
    """Outcome and unexpected rows of each expectation, in order."""
    import great_expectations as gx
    import great_expectations.expectations as kinds

    answers: list[tuple[Outcome, int | None]] = [("could_not_run", None)] * len(expectations)
    try:
        batch = datasource.get_asset(table).get_batch_definition(_WHOLE).get_batch()
        suite = gx.ExpectationSuite(name=table)
        for number, expectation in enumerate(expectations):
            kind = getattr(kinds, expectation.kind)
            suite.add_expectation(
                kind(
                    **expectation.arguments,
                    severity=expectation.severity,
                    meta={"number": number},
                )
            )
        results = batch.validate(suite, result_format=_COUNTS).results
    except Exception:
        # Said by the outcome; the message may quote a cell, so it goes no further.
        return answers
    for result in results:
        answers[result.expectation_config.meta["number"]] = _answer(result)
    return answers


def _answer(result: Any) -> tuple[Outcome, int | None]:
    # Either one flat {"raised_exception": bool, ...}, or one such record for each failed metric.
    info = result.exception_info or {}
    if info.get("raised_exception") or any(isinstance(v, dict) for v in info.values()):
        return "could_not_run", None
    counted = result.result.get("unexpected_count")
    if counted is None and "unexpected_rows" in result.expectation_config.type:
        counted = result.result.get("observed_value")
    return ("passed" if result.success else "failed"), None if counted is None else int(counted)
