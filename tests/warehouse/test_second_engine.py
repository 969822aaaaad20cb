"""SQL and types that another engine than DuckDB can read without an error that nobody sees."""

from __future__ import annotations

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from tests.warehouse.compiled import Compiled


def test_every_stored_type_has_a_parquet_type(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A HUGEINT would be written as a DOUBLE, and joins on it would find nothing."""
    found = warehouse.execute(
        """SELECT table_name, column_name, data_type FROM duckdb_columns()
        WHERE NOT internal AND regexp_matches(data_type, 'HUGEINT|DOUBLE|FLOAT')"""
    ).fetchall()
    assert found == []


@pytest.fixture(scope="module")
def queries(compiled: Compiled) -> dict[str, exp.Expression]:
    """Every model's compiled query, parsed."""
    return {
        name: sqlglot.parse_one(node["compiled_code"], read="duckdb")
        for name, node in compiled.nodes.items()
        if node["resource_type"] == "model"
    }


def test_every_row_number_has_an_order(queries: dict[str, exp.Expression]) -> None:
    unordered = [
        name
        for name, query in queries.items()
        for window in query.find_all(exp.Window)
        if isinstance(window.this, exp.RowNumber) and not window.args.get("order")
    ]
    assert unordered == []
