"""Labels that stand once for the rows below them: filled down where agreed, else named.

Here belongs what an empty cell below a label means. Group headings above columns belong to
``heading_rows``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from .layout import Match

if TYPE_CHECKING:
    from .state import JudgingState

_SPACE = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"
_LEAST = 2


def columns_to_fill(match: Match) -> list[int]:
    """The columns of the file whose empty cells take the label above them."""
    made = match.spread.fields if match.spread else ()
    there = [n for n in match.positions if n not in made]
    return [match.positions[n] for n in there if match.layout.columns[n].fill_down]


def fill_down(
    con: duckdb.DuckDBPyConnection, cells: pa.Table, above: dict[int, str], columns: list[int]
) -> tuple[pa.Table, int]:
    """The rows with their empty labels filled, and how many cells were; ``above`` are the last
    labels of the rows before, and are replaced. An empty row stays empty.

    ``cells`` has ``source_row`` and ``c0 …``, in the order of the rows.
    """
    names = [n for n in cells.column_names if n != "source_row"]
    row = ", ".join(f"trim({n}, {_SPACE})" for n in names)
    con.register("label_rows", cells)
    made, given = [], []
    for name in names:
        if int(name[1:]) not in columns:
            made.append(name)
            continue
        given.append(above.get(int(name[1:]), ""))
        last = f"last_value(nullif(trim({name}, {_SPACE}), '') IGNORE NULLS) OVER up_to_here"
        made.append(
            f"CASE WHEN trim({name}, {_SPACE}) = '' AND concat({row}) <> '' "
            f"THEN coalesce({last}, CAST(? AS VARCHAR)) ELSE {name} END AS {name}"
        )
    filled = con.sql(
        f"SELECT source_row, {', '.join(made)} FROM label_rows "
        "WINDOW up_to_here AS (ORDER BY source_row ROWS UNBOUNDED PRECEDING) ORDER BY source_row",
        params=given,
    ).to_arrow_table()
    con.register("filled_rows", filled)
    count = 0
    for index in columns:
        changed, last_label = con.execute(
            f"SELECT count(*) FILTER (trim(l.c{index}, {_SPACE}) = '' "
            f"AND f.c{index} <> l.c{index}), "
            f"last(f.c{index} ORDER BY source_row) FILTER (trim(f.c{index}, {_SPACE}) <> '') "
            "FROM filled_rows AS f JOIN label_rows AS l USING (source_row)"
        ).fetchall()[0]
        count += changed
        above[index] = last_label or above.get(index, "")
    con.unregister("label_rows")
    con.unregister("filled_rows")
    return filled, count


def name_blank_labels(state: JudgingState) -> None:
    """Calls rows without a label by what they are, where every label stands once and rows without
    one stand below it."""
    if not (state.has_kept and "fault" in state.con.filled):
        return
    for name in state.schema.key:
        field = state.schema.field(name)
        if field.type != "text" or not field.required or name not in state.match.positions:
            continue
        empty, first, fullest, labels, rows = state.con.execute(
            "SELECT (SELECT count(*) FROM fault WHERE code = 'TP-026' AND field = ?), "
            "(SELECT min(source_row) FROM fault WHERE code = 'TP-026' AND field = ?), "
            f"min(source_row), count(DISTINCT lower(s_{name})), count(*) FROM kept",
            [name, name],
        ).fetchall()[0]
        if empty >= _LEAST and rows and first > fullest and labels == rows:
            state.con.execute(
                "UPDATE fault SET code = 'TP-396' WHERE code = 'TP-026' AND field = ?", [name]
            )
