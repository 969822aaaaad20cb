"""The content of a release: which tables, which rows, and one hash over them all.

A table's content is the bytes of its Parquet file: rows in one order, without the release id, as
one version of DuckDB writes them with any number of threads (tried with 1, 2 and 4: the same
bytes). So the hash that names a release is also the seal on what it holds, and the same content is
the same file in every release. An upgrade of DuckDB may write other bytes for the same rows and so
make a new release; to hash every row as text instead took 75 s for ten million lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ..hashing import sha256_text
from ..sql import literal

RELEASE_ID = "release_id"
IS_SYNTHETIC = "is_synthetic"
# Types that DuckDB, Parquet and CSV all carry exactly. HUGEINT, which sum() returns, becomes a
# float in Parquet; DOUBLE sums depend on the order of rows; lists have no exact CSV form.
_EXACT = re.compile(
    r"BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT)|VARCHAR|DATE|TIMESTAMP|DECIMAL\(\d+,\d+\)"
)


@dataclass(frozen=True)
class PartContent:
    """One part of a long table: whose and of which year, the key of all that it is made from,
    rows, SHA-256 of its Parquet; whether it was made now or taken over from a release."""

    body_id: str
    financial_year: str
    key: str
    rows: int
    digest: str
    is_made: bool = False


@dataclass(frozen=True)
class TableContent:
    """One table without its release id: column types in order, rows, SHA-256 of its Parquet, and
    its parts by name if it is published in parts (then one hash over theirs)."""

    columns: Mapping[str, str]
    rows: int
    digest: str
    parts: Mapping[str, PartContent] = field(default_factory=dict)


def digest_of_parts(parts: Mapping[str, PartContent]) -> str:
    """One SHA-256 over the parts of a table."""
    return _sha256([[part, parts[part].digest] for part in sorted(parts)])


def name(identifier: str) -> str:
    """``identifier`` as a quoted SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def scalars(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    """The first row of a query that always has one."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)


def attach(connection: duckdb.DuckDBPyConnection, database: Path, alias: str) -> None:
    """Attaches a DuckDB file read-only; ``FileNotFoundError`` if it is not there."""
    if not database.is_file():
        raise FileNotFoundError(f"{database} does not exist: build the tables first")
    connection.execute(f"ATTACH {literal(database)} AS {name(alias)} (READ_ONLY)")


def tables_of(connection: duckdb.DuckDBPyConnection, alias: str) -> dict[str, dict[str, str]]:
    """Every table and view of an attached file's main schema, by name, each with its columns' types
    in order (the release id is not content and left out)."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name = 'main' AND NOT internal "
        "ORDER BY table_name, column_index",
        [alias],
    ).fetchall():
        columns = found.setdefault(table, {})
        if column != RELEASE_ID:
            columns[column] = kind
    return found


def inexact(columns: Mapping[str, str]) -> list[str]:
    """The columns whose type cannot be published exactly, as ``name TYPE``: anything but whole
    numbers, text, dates, booleans and decimals, and money that is not BIGINT pence."""
    return [
        f"{column} {kind}"
        for column, kind in columns.items()
        if not _EXACT.fullmatch(kind) or (column.endswith("_pence") and kind != "BIGINT")
    ]


def content_hash(tables: Mapping[str, TableContent]) -> str:
    """One SHA-256 over the content of all tables, 64 hexadecimal digits."""
    return _sha256([[t, list(tables[t].columns.items()), tables[t].digest] for t in sorted(tables)])


def _sha256(parts: object) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return sha256_text(text)
