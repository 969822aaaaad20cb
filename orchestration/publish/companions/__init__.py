"""The files of a release beside its data: what the data mean, how they were made, how to open them.

Each is written from the dictionary, the manifest or the tables of the draft, and holds no rule of
its own. What the data are belongs in ``candidate``; what the dictionary says, in ``dictionary``.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from ..dictionary import Dictionary
from ..manifest import Manifest, ReleaseInputs
from ..workbook import write_workbook
from .comments import comment
from .csvw import write_csvw
from .datapackage import write_datapackage
from .headline_tables import write_headline_tables
from .method import write_method
from .page import write_page
from .readme import write_readme

__all__ = ["comment", "write_companions", "write_datapackage"]


def write_companions(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    dictionary: Dictionary,
    inputs: ReleaseInputs,
) -> None:
    """Writes all of them into ``folder`` from the tables attached as ``target``, but for the
    comments in that file, and ``datapackage.json``, which needs the seals of the files of data."""
    limit = inputs.workbook_rows
    write_workbook(connection, folder, manifest, dictionary, limit=limit)
    write_headline_tables(connection, folder, manifest, dictionary, limit=limit)
    write_method(connection, folder, manifest, inputs.method)
    write_page(folder, dictionary)
    write_readme(folder, dictionary, manifest)
    write_csvw(folder, dictionary)
