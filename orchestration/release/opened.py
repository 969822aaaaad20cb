"""A release folder opened to be read: nothing outside it is needed.

The recipes in a manifest are SQL, and a folder may come from another machine: a connection reads
the release's own DuckDB file and can open no other. What is asked of it belongs in other modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..publish.content import attach, tables_of
from ..publish.lineage import MACROS, Recipe, recipe_of
from ..publish.manifest import DATABASE, FILE_NAME, Manifest
from ..publish.store import ReleaseError


@dataclass(frozen=True)
class Opened:
    """A release, its column types by table, and a connection that has its tables as ``release``."""

    manifest: Manifest
    tables: dict[str, dict[str, str]]
    connection: duckdb.DuckDBPyConnection

    def recipe(self, table: str, figure: str) -> Recipe | None:
        """What a figure of a table is made of; ``None`` if the release does not say."""
        return recipe_of(self.manifest.tables[table].trace, figure)


@contextmanager
def opened(folder: Path, *, may_write: Path | None = None) -> Iterator[Opened]:
    """The release in ``folder``; the connection may write the one file ``may_write``. Raises
    ``ReleaseError`` if its manifest or its DuckDB file is missing or damaged."""
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{folder / FILE_NAME} is missing or damaged") from error
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        try:
            attach(connection, folder / DATABASE, "release")
        except (OSError, duckdb.Error) as error:
            raise ReleaseError(f"{folder / DATABASE} is missing or damaged") from error
        if may_write is not None:
            # A file that is there already is replaced by way of this one.
            beside = may_write.with_name(f"tmp_{may_write.name}")
            connection.execute("SET allowed_paths = ?", [[str(may_write), str(beside)]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for macro in MACROS:
            connection.execute(macro)
        yield Opened(manifest, tables_of(connection, "release"), connection)
