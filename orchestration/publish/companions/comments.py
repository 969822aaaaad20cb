"""Comments on the tables and columns of the DuckDB file, which a client shows beside them."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from ...sql import literal
from ..content import name
from ..dictionary import Dictionary


def comment(
    connection: duckdb.DuckDBPyConnection,
    dictionary: Dictionary,
    database: str,
    only: Collection[str] | None = None,
) -> None:
    """Says of every table and column of an attached ``database`` what it means, or ``only`` of
    some tables."""
    said = ["BEGIN"]
    for table in dictionary.tables:
        if only is not None and table.name not in only:
            continue
        relation = f"{name(database)}.main.{name(table.name)}"
        said.append(f"COMMENT ON TABLE {relation} IS {literal(table.about)}")
        for entry in table.entries:
            text = literal(entry.in_full)
            said.append(f"COMMENT ON COLUMN {relation}.{name(entry.name)} IS {text}")
    connection.execute("; ".join([*said, "COMMIT"]))


def tables_in(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """The tables of an attached database that have a comment, each with the columns that have."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = ? "
        "AND schema_name = 'main' AND comment IS NOT NULL ORDER BY table_name, column_index",
        [database],
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found
