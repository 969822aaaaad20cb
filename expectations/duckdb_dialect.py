"""The SQLAlchemy dialect ``duckdb+buffered://``, through which Great Expectations reads DuckDB.

Great Expectations reads a result after it has given the connection back to the pool, and DuckDB
drops a pending result on the rollback that follows. Fetching every (small) result at once, when
the statement has run, is all it takes; nothing inside Great Expectations is touched.
"""

from __future__ import annotations

from typing import Any

from duckdb_engine import Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

_Context: Any = Dialect.execution_ctx_cls


class BufferedContext(_Context):  # type: ignore[misc]
    """Runs a statement and fetches its rows before anyone can roll back."""

    def post_exec(self) -> None:
        super().post_exec()
        if self.cursor is not None and self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor)


class BufferedDialect(Dialect):  # type: ignore[misc]
    """DuckDB's dialect with results fetched at once."""

    execution_ctx_cls = BufferedContext
    supports_statement_cache = True


def register() -> None:
    """Makes ``duckdb+buffered://`` known to SQLAlchemy; may be called again."""
    registry.register("duckdb.buffered", __name__, "BufferedDialect")
