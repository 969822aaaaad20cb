"""Turns the cells of a wide table into lines: a line for each filled cell, or group of cells.

Here belongs which columns are values and how a batch is turned. What a contract may say of them is
in ``contracts.wide``; tables that no contract speaks of are named in ``shapes``.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from ...contracts.feeds import FeedSchema
from ...contracts.layout import DATE_STYLES, Layout
from ...contracts.wide import CELLS, YEAR_HEADING, any_of, taken_apart

_SPACE = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"
# No table has more columns of values than this; each is a branch of the statement.
MOST_COLUMNS = 400


@dataclass(frozen=True)
class Part:
    """Columns that make one line of a row: what their headings say, and where each field stands."""

    texts: dict[str, str]
    columns: dict[str, int]

    def column(self, field: str) -> int:
        """Where a field of the line stands: its cell, or the heading that says it."""
        return self.columns.get(field, min(self.columns.values()))


@dataclass(frozen=True)
class Spread:
    """The columns of a wide table that are values. ``fields`` are made of them, in this order."""

    fields: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def indexes(self) -> set[int]:
        """Every column that is a value."""
        return {i for part in self.parts for i in part.columns.values()}


def spread_columns(row: list[str], schema: FeedSchema, layout: Layout) -> Spread | None:
    """The columns of a heading row that the layout says are values; ``None`` if there are none."""
    wide = layout.wide
    if wide is None:
        return None
    patterns = {name: _pattern(name, schema, layout) for name in wide.headings}
    if not isinstance(wide.cells, str):
        patterns[CELLS] = any_of(list(wide.cells))
    fields = {} if isinstance(wide.cells, str) else _folded(wide.cells)
    found: dict[tuple[str, ...], Part] = {}
    for index, heading in enumerate(row):
        said = taken_apart(heading, patterns) if heading.strip() else None
        if said is None or len(found) >= MOST_COLUMNS:
            continue
        word = said.pop(CELLS, "")
        field = wide.cells if isinstance(wide.cells, str) else fields[_fold(word)]
        part = found.setdefault(tuple(map(_fold, said.values())), Part(said, {}))
        if field in part.columns:
            part = found.setdefault((*map(_fold, said.values()), str(index)), Part(said, {}))
        part.columns[field] = index
    return Spread(tuple(wide.fields), tuple(found.values())) if found else None


def _pattern(name: str, schema: FeedSchema, layout: Layout) -> str:
    field, column, named = schema.field(name), layout.columns[name], layout.wide
    if field.type == "year":
        return YEAR_HEADING
    if field.type == "date":
        return "|".join(DATE_STYLES[f][0] for f in column.formats)
    if named and named.named:
        return any_of(named.named)
    if field.values or column.codes:
        return any_of([*column.codes, *field.values])
    return r"[0-9]{1,5}"


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _folded(words: dict[str, str]) -> dict[str, str]:
    return {_fold(word): field for word, field in words.items()}


def as_lines(
    con: duckdb.DuckDBPyConnection, cells: pa.Table, spread: Spread, width: int
) -> tuple[pa.Table, int]:
    """The lines of a batch of rows, and how many of its rows have no filled cell.

    ``cells`` has ``source_row`` and ``c0 …`` of ``width`` columns. The lines have the same, cells
    that are values left empty, then a column for each field of ``spread`` and ``part``, the number
    of the columns that a line was made of. Lines of one part stand together, so that a total row
    still stands below what it adds up.
    """
    branches: list[str] = []
    given: list[str] = []
    stay = ", ".join(f"'' AS c{i}" if i in spread.indexes else f"c{i}" for i in range(width))
    for number, part in enumerate(spread.parts):
        made = []
        for index, name in enumerate(spread.fields, width):
            if name in part.texts:
                given.append(part.texts[name])
                made.append(f"CAST(? AS VARCHAR) AS c{index}")
            else:
                cell = f"c{part.columns[name]}" if name in part.columns else "''"
                made.append(f"{cell} AS c{index}")
        filled = ", ".join(f"trim(c{i}, {_SPACE})" for i in part.columns.values())
        branches.append(
            f"SELECT source_row, {stay}, {', '.join(made)}, {number} AS part FROM wide_rows "
            f"WHERE concat({filled}) <> ''"
        )
    con.register("wide_rows", cells)
    query = f"{' UNION ALL '.join(branches)} ORDER BY part, source_row"
    lines = con.sql(query, params=given).to_arrow_table()
    all_filled = " OR ".join(f"trim(c{i}, {_SPACE}) <> ''" for i in sorted(spread.indexes))
    unfilled = con.execute(f"SELECT count(*) FROM wide_rows WHERE NOT ({all_filled})").fetchall()
    con.unregister("wide_rows")
    return lines, int(unfilled[0][0])


def without_lines(cells: pa.Table, spread: Spread, width: int) -> pa.Table:
    """Rows that cannot be turned, with the columns that lines have."""
    empty = pa.nulls(cells.num_rows, pa.string()).fill_null("")
    for index in range(width, width + len(spread.fields)):
        cells = cells.append_column(f"c{index}", empty)
    return cells.append_column("part", pa.nulls(cells.num_rows, pa.int32()))
