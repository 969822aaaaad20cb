"""A table of a release as CSV, whatever its length: made when somebody asks for it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ..sql import literal
from .content import RELEASE_ID
from .csv_copy import write_csv
from .manifest import Manifest
from .parts import parquet_sql
from .store import ReleaseError


def export_csv(release: Path, table: str, out: Path) -> int:
    """Writes ``table`` of a release folder to ``out``, as the release's own CSV files are written:
    UTF-8 with its mark, text that might run made inert, pence as whole numbers, the release id
    last. Returns the rows; ``ReleaseError`` if the release has no such table."""
    manifest = Manifest.read(release)
    if table not in manifest.tables:
        known = ", ".join(sorted(manifest.tables))
        raise ReleaseError(
            f"release {release.name} has no table '{table}'; its tables are: {known}"
        )
    file = parquet_sql(release, table)
    source = f"(SELECT *, {literal(manifest.release_id)} AS {RELEASE_ID} FROM {file})"
    columns = {**manifest.tables[table].columns, RELEASE_ID: "VARCHAR"}
    with duckdb.connect() as connection:
        write_csv(connection, source, columns, out)
    return manifest.tables[table].rows
