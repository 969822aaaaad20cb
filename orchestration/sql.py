"""How SQL is written and where it runs: literals, and DuckDB within the memory that it may use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Memory:
    """How much memory DuckDB may use (``1500MB``), and the folder to which it spills beyond."""

    limit: str
    spill: Path

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


def literal(value: object) -> str:
    """``value`` as an SQL string literal: a path or a contract's word, which are no parameters."""
    return "'" + str(value).replace("'", "''") + "'"
