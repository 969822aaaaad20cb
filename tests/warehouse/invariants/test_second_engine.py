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


def _used_beside_itself(select: exp.Select) -> set[str]:
    """The aliases of a select that it uses again, and that are no column of what it reads."""
    made = {
        e.alias: e.this
        for e in select.expressions
        if isinstance(e, exp.Alias) and e.alias not in {c.name for c in e.find_all(exp.Column)}
    }
    where_used = [*select.expressions, *(select.args.get("windows") or [])]
    where_used += [select.args[k] for k in ("where", "having", "qualify") if select.args.get(k)]
    used = [column for part in where_used for column in part.find_all(exp.Column)]
    return {
        column.name
        for column in used
        if not column.table and column.find_ancestor(exp.Select) is select
    } & set(made)


def test_no_alias_is_used_in_the_select_that_makes_it(queries: dict[str, exp.Expression]) -> None:
    found = {
        name: aliases
        for name, query in queries.items()
        for select in query.find_all(exp.Select)
        if (aliases := _used_beside_itself(select))
    }
    assert found == {}


def test_an_alias_used_beside_itself_is_found() -> None:
    select = sqlglot.parse_one("SELECT a + 1 AS b, b * 2 AS c FROM t", read="duckdb")
    assert _used_beside_itself(select) == {"b"}
