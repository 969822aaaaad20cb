"""dbt-spark, given the project's SQL: what dbt sends is said in Spark's words on its way.

dbt loads the adapter of ``type: spark`` as the plugin of ``dbt.adapters.spark``; ``install`` puts
this one in its place, for this process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import dbt.adapters.spark as dbt_spark
from dbt.adapters.base import AdapterPlugin
from dbt.include import spark as macros

from .dialect import spark_sql

# What holds a query or values of the project. The rest is Spark's own, as dbt-spark writes it.
_OURS = re.compile(
    r"\s*(/\*.*?\*/\s*|--[^\n]*\n\s*)*(select|with|insert|create\s+(or\s+replace\s+)?(table|view))\b",
    re.IGNORECASE | re.DOTALL,
)


class Credentials(dbt_spark.SparkCredentials):
    """Those of dbt-spark, with errors on: dbt-spark 1.11 turns ANSI mode off, and a sum beyond 64
    bits, a division by nought and a cast that fails then give a wrong number or NULL."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.server_side_parameters["spark.sql.ansi.enabled"] = "true"


class ConnectionManager(dbt_spark.SparkConnectionManager):
    """Every statement that dbt runs passes through here."""

    def add_query(
        self, sql: str, auto_begin: bool = True, bindings: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """As dbt-spark's, in Spark's SQL. The values of a seed become literals, exactly: dbt-spark
        makes numbers floats, NULL the text 'None', and does not quote."""
        if bindings is not None:
            sql = with_literals(sql, bindings)
        if _OURS.match(sql):
            sql = spark_sql(sql)
        return super().add_query(sql, auto_begin, None, *args, **kwargs)


def with_literals(sql: str, values: Iterable[Any]) -> str:
    """A statement with ``%s`` for each of its values, with the values as literals of DuckDB."""
    first, *pieces = sql.split("%s")
    return first + "".join(
        _literal(value) + piece for value, piece in zip(values, pieces, strict=True)
    )


def _literal(value: Any) -> str:
    """A value of a seed in DuckDB's SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | Decimal):
        return str(value)
    if isinstance(value, str | date):
        return "'" + str(value).replace("'", "''") + "'"
    raise TypeError(f"a seed holds a {type(value).__name__}, which has no exact literal")


class SparkAdapter(dbt_spark.SparkAdapter):
    """dbt-spark's adapter over these connections. By its name dbt finds the adapter's version."""

    ConnectionManager = ConnectionManager


def install() -> None:
    """Makes this the adapter that dbt knows as ``spark``."""
    dbt_spark.Plugin = AdapterPlugin(
        adapter=SparkAdapter, credentials=Credentials, include_path=macros.PACKAGE_PATH
    )
