"""How SQL is written and where it runs: literals, and DuckDB within the memory that it may use."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Memory:
    """How much memory DuckDB may use (``1500MB``), and the folder to which it spills beyond."""

    limit: str
    spill: Path

    def share(self, among: int) -> Memory:
        """The part of each of so many processes beside each other."""
        found = re.fullmatch(r"\s*([0-9.]+)(.*)", self.limit)
        # What is no number is left for DuckDB to refuse.
        limit = f"{float(found[1]) / among:.2f}{found[2]}" if found else self.limit
        return self if among == 1 else replace(self, limit=limit)

    @property
    def bounds(self) -> dict[str, str]:
        """The same as DuckDB's configuration."""
        return {"memory_limit": self.limit, "temp_directory": str(self.spill)}

    def connect(
        self, database: Path | None = None, *, read_only: bool = False
    ) -> duckdb.DuckDBPyConnection:
        """A connection to a database file, or to a private one in memory, within these bounds."""
        import duckdb

        name = str(database) if database else ":memory:"
        return duckdb.connect(name, read_only=read_only, config=self.bounds)


def private_cursor(*, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A connection, with temporary tables of its own, to this process's one database in memory of
    so many threads: a new database would cost 20 ms a file. For few rows one thread is less work
    than two that wait for each other."""
    return _in_memory(threads).cursor()


@cache
def _in_memory(threads: int) -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect(config={"threads": threads, "autoinstall_known_extensions": False})


class ParsedOnce:
    """A connection that keeps how a statement was parsed: files of one layout ask the same ones,
    and parsing was a third of what a small file costs (9 ms a statement of 4,000 characters)."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, query: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(_parsed(query), parameters)

    def sql(self, query: str, **options: Any) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(_parsed(query), **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@lru_cache(2_000)
def _parsed(query: str) -> Any:
    import duckdb

    statements = duckdb.extract_statements(query)
    return statements[0] if len(statements) == 1 else query


def literal(value: object) -> str:
    """``value`` as an SQL string literal: a path or a contract's word, which are no parameters."""
    return "'" + str(value).replace("'", "''") + "'"
