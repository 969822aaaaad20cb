"""The engines there are, and which one a home's settings name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..settings import DUCKDB, Settings
from .engine import Engine, NeverEmpty, clear
from .inputs import make_source_views
from .readings import Unread


class DuckDb:
    """The build file itself: sources are views in it, and models become its tables."""

    target = "build"

    def require(self, settings: Settings) -> None:
        """It is part of this program."""

    def install(self) -> None:
        """dbt-duckdb is used as it is."""

    def begin(
        self, settings: Settings, inputs: Path, wanted: Sequence[Unread] | None = None
    ) -> None:
        """A new build file with a view of each source."""
        clear(settings)
        with settings.memory.connect(settings.build_db) as connection:
            make_source_views(connection, settings.raw, inputs, wanted=wanted)

    def finish(self, settings: Settings, never_empty: NeverEmpty) -> None:
        """The tables are where they belong, and the file has refused what is empty."""


def engine_of(settings: Settings) -> Engine:
    """The engine that ``settings`` name. Spark's is imported only when it is asked for."""
    if settings.engine == DUCKDB:
        return DuckDb()
    from .spark.engine import Spark

    return Spark(settings.engine)
