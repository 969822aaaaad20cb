"""Where the models are built: in DuckDB on this machine, or by Spark (``TOTALPLACE_ENGINE``).

Whichever it is, a build begins from the same Parquet files and ends with every table in the build
file, so that nothing before or after a build asks which engine made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ..settings import Settings
from .readings import Unread

# By table, its columns that are never empty; looked up by an engine that has to ask.
NeverEmpty = Callable[[], Mapping[str, Sequence[str]]]


class EngineError(Exception):
    """An engine that cannot be used as it is set; the message says why and what to do."""


class Engine(Protocol):
    """How dbt's process prepares a build and what it does after it."""

    target: str  # of dbt's profiles.yml

    def require(self, settings: Settings) -> None:
        """Raises ``EngineError`` if a build cannot begin: nothing has been done by then."""

    def install(self) -> None:
        """Makes dbt able to speak to it, in dbt's process and before dbt is asked anything."""

    def begin(
        self, settings: Settings, inputs: Path, wanted: Sequence[Unread] | None = None
    ) -> None:
        """Makes the sources readable to dbt, before it builds anything: raw lines, of spend only
        those that are ``wanted`` where that is said, and the tables of the folder ``inputs``."""

    def finish(self, settings: Settings, never_empty: NeverEmpty) -> None:
        """Puts what was built into the build file."""


def clear(settings: Settings) -> None:
    """Removes the build file of an earlier build."""
    for left in settings.build_room.glob("build.duckdb*"):
        left.unlink()
