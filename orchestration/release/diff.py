"""What is different between two releases, from their folders alone.

Where the later one follows the earlier, this is its own table of changes; of any other two the same
comparison is made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..publish.change_words import Restated
from ..publish.content import attach
from ..publish.csv_copy import write_csv
from ..publish.manifest import DATABASE, FILE_NAME, Manifest
from ..publish.restatement import COLUMNS, insert_differences
from ..publish.store import ReleaseError


@dataclass(frozen=True)
class Diff:
    """The two releases, every figure that differs, and short names of bodies by id."""

    before: Manifest
    after: Manifest
    rows: list[Restated]
    bodies: dict[str, str]


def diff(before: Path, after: Path, csv: Path | None = None) -> Diff:
    """Compares two release folders; writes every row into ``csv`` too, if that is given. Raises
    ``ReleaseError`` if one of them cannot be read."""
    old, new = _manifest(before), _manifest(after)
    with duckdb.connect() as con:
        for folder, alias in ((before, "before"), (after, "after")):
            try:
                attach(con, folder / DATABASE, alias)
            except (OSError, duckdb.Error) as error:
                raise ReleaseError(f"{folder / DATABASE} is missing or damaged") from error
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        con.execute(f"CREATE TEMP TABLE restated ({columns})")
        insert_differences(con, old, new, "before", "after", "restated")
        if csv is not None:
            write_csv(con, "(FROM restated ORDER BY ALL)", COLUMNS, csv)
        rows = [Restated(*r) for r in con.execute("FROM restated ORDER BY ALL").fetchall()]
        names = con.execute("SELECT body_id, short_name FROM after.main.dim_partner").fetchall()
    return Diff(old, new, rows, dict(names))


def before_it(folder: Path) -> Path | None:
    """The folder of the release before one, if it has one and it lies beside it."""
    manifest = _manifest(folder)
    if manifest.previous is None:
        return None
    earlier = folder.parent / manifest.previous.release_id
    return earlier if earlier.is_dir() else None


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.read(folder)
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{folder / FILE_NAME} is missing or damaged") from error
