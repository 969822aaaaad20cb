"""A table as CSV that is safe to open in a spreadsheet: UTF-8 that says so, no text that runs.

The exact text of every cell is in Parquet and in DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ..display import inert_sql
from ..sql import literal
from .content import name

# Without it Excel takes UTF-8 for the code page of the machine. Before the first heading it is the
# first thing in the file.
_BYTE_ORDER_MARK = "\ufeff"


def write_csv(
    connection: duckdb.DuckDBPyConnection, source: str, columns: Mapping[str, str], out: Path
) -> int:
    """Writes the columns of ``source`` (their types by name, in order) to ``out``; the rows."""
    marks = [_BYTE_ORDER_MARK, *("" for _ in columns)]
    cells = ", ".join(
        f"{as_in_csv(column, kind)} AS {name(mark + column)}"
        for mark, (column, kind) in zip(marks, columns.items(), strict=False)
    )
    row = connection.execute(
        f"COPY (SELECT {cells} FROM {source}) TO {literal(out)} (FORMAT csv, HEADER)"
    ).fetchone()
    return int(row[0]) if row else 0


def as_in_csv(column: str, kind: str) -> str:
    """A column as SQL that gives what its cells are in CSV: text that might run is inert, and a
    financial year is written FY2011-12, for a spreadsheet takes 2011-12 for December 2011."""
    if kind != "VARCHAR":
        return name(column)
    # CASE asks the pattern only of what is as long as a year.
    is_year = f"regexp_full_match({name(column)}, '[0-9]{{4}}-[0-9]{{2}}')"
    is_year = f"CASE WHEN strlen({name(column)}) = 7 THEN {is_year} ELSE false END"
    return f"CASE WHEN {is_year} THEN 'FY' || {name(column)} ELSE {inert_sql(name(column))} END"
