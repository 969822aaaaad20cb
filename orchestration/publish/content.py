"""The logical content of a DuckDB file: which tables, which rows, and one hash over them all.

The hash says whether two builds hold the same figures, whatever the order of rows or the layout
of files. It is made of parts that do not change between DuckDB versions: a row is written out as
text (text as ``length:value`` in UTF-8 bytes, other values as DuckDB prints them, NULL as ``-``,
joined by commas), each row's MD5 is cut into two 64-bit halves, the halves are added up over the
table, and SHA-256 closes over names, types, row counts and sums. Adding makes the order of rows
irrelevant and counts duplicates; a million rows of 23 columns take about one second on two cores.
It compares content and is no seal: the seal on each file is its SHA-256 in the manifest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..hashing import sha256_text
from ..sql import literal

RELEASE_ID = "release_id"
# Types that DuckDB, Parquet and CSV all carry exactly. HUGEINT, which sum() returns, becomes a
# float in Parquet; DOUBLE sums depend on the order of rows; lists have no exact CSV form.
_EXACT = re.compile(
    r"BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT)|VARCHAR|DATE|TIMESTAMP|DECIMAL\(\d+,\d+\)"
)


@dataclass(frozen=True)
class TableContent:
    """One table without its release id: column types in order, row count, hash of the rows."""

    columns: Mapping[str, str]
    rows: int
    digest: str


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
    """Every table of an attached file's main schema, by name, each with its column types in
    order (the release id is not content and left out)."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT c.table_name, c.column_name, c.data_type FROM duckdb_columns() c "
        "JOIN duckdb_tables() t USING (database_name, schema_name, table_name) "
        "WHERE c.database_name = ? AND c.schema_name = 'main' "
        "ORDER BY c.table_name, c.column_index",
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


def table_content(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Mapping[str, str]
) -> TableContent:
    """Row count and order-independent hash of ``relation`` (a table name or table function)."""
    parts = [
        f"coalesce(strlen({name(c)}) || ':' || {name(c)}, '-')"
        if kind == "VARCHAR"
        else f"coalesce(CAST({name(c)} AS VARCHAR), '-')"
        for c, kind in columns.items()
    ]
    rows, upper, lower = scalars(
        connection,
        "SELECT count(*), coalesce(sum(md5_number_upper(line)), 0), "
        "coalesce(sum(md5_number_lower(line)), 0) "
        f"FROM (SELECT concat_ws(',', {', '.join(parts)}) AS line FROM {relation})",
    )
    return TableContent(
        columns, int(str(rows)), _sha256([list(columns.items()), rows, upper, lower])
    )


def read_content(database: Path, promised: Collection[str] = ()) -> dict[str, TableContent]:
    """The content of every mart in a DuckDB file, by name: its ``fct_`` and ``dim_`` tables, and
    the ``promised`` ones whatever they are called."""
    with duckdb.connect() as connection:
        attach(connection, database, "source")
        return {
            table: table_content(connection, f"source.main.{name(table)}", columns)
            for table, columns in tables_of(connection, "source").items()
            if table.startswith(("fct_", "dim_")) or table in promised
        }


def content_hash(tables: Mapping[str, TableContent]) -> str:
    """One SHA-256 over the content of all tables, 64 hexadecimal digits."""
    return _sha256([[table, tables[table].digest] for table in sorted(tables)])


def _sha256(parts: object) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return sha256_text(text)
