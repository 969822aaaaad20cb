"""Lines whose labels stand one column to the left, among others that stand below their headings.

Their dates and amounts stand where they should, so that they count; what they are for is read from
the wrong cells. A code shows it: some lines have it below its heading and all others to the left of
it, and these end a cell earlier. So it is asked only where the last column is filled in part, of a
part of the lines first, and of all of them only where that part says so.

Here belong only lines of spend that were accepted and that no contract realigns; lines that were
set aside are of ``beside``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ....display import display_safe
from ..batch import ACCEPTED, Batch

if TYPE_CHECKING:
    from ..state import JudgingState

_LOOKED_AT = 1_000
_LEAST = 5
# Of a hundred lines so many have the code in one of the two columns; and so many of those below
# their headings fill a last column that so many of the others leave empty.
_CODED, _ENDING = 98, 90
# A column with fewer in a hundred is as good as empty, with more than the rest as good as full.
_EMPTY = 2


def note_moved_labels(state: JudgingState, batch: Batch) -> None:
    """Notes accepted lines of the batch in ``cells`` whose labels stand one column to the left."""
    if not _may_have_moved(batch):
        return
    for code, shape in _codes(batch):
        if not _ends_earlier(batch, code, shape):
            continue
        state.moved_from = state.moved_from or display_safe(batch.match.headings[code]) or ""
        found = batch.planned.table(
            "SELECT sheet, source_row, CAST(NULL AS VARCHAR) AS value, "
            f"{batch.schema.judged_pence} AS amount, CAST(NULL AS INTEGER) AS part FROM cells "
            f"WHERE {ACCEPTED} AND {_shape(code - 1)} = ? AND {_shape(code)} <> ?",
            [shape, shape],
        )
        batch.keep_faults("TP-034", "", found)
        return


def _may_have_moved(batch: Batch) -> bool:
    match, rows = batch.match, batch.cells.num_rows
    if not batch.schema.line_key or match.layout.realign or match.spread or match.width < 3:
        return False
    for column in range(match.width - 1, 0, -1):
        cells = pc.binary_length(batch.cells[f"w{column}"]).cast(pa.bool_())
        filled = sum(part.true_count for part in cells.chunks)
        if 100 * filled > _EMPTY * rows:
            return bool(100 * (rows - filled) > _EMPTY * rows)
    return False


def moved_place(lines: pa.Table, heading: str) -> str:
    """Where the labels of ``lines`` (sheet, source_row) stand, and from which row on; ``heading``
    is of the code that shows it."""
    sheet, row = lines["sheet"][0].as_py(), lines["source_row"][0].as_py()
    where = f" of sheet '{display_safe(sheet)}'" if sheet else ""
    place = f"one column to the left of their headings, at least from '{heading}' on"
    return f"{place}, from row {row:,}{where} on"


def _shape(column: int) -> str:
    """What a cell looks like: K123 and AB99 are A9."""
    letters = f"regexp_replace(w{column}, '[A-Za-z]+', 'A', 'g')"
    return f"regexp_replace({letters}, '[0-9]+', '9', 'g')"


def _looked_at(batch: Batch) -> str:
    """The shapes of the cells of some of the accepted lines, ``g0 …``."""
    step = max(1, batch.cells.num_rows // _LOOKED_AT)
    shapes = ", ".join(f"{_shape(i)} AS g{i}" for i in range(batch.match.width))
    some = f" AND source_row % {step} = 0" if step > 1 else ""
    return f"(SELECT {shapes} FROM cells WHERE {ACCEPTED}{some})"


def _codes(batch: Batch) -> Iterator[tuple[int, str]]:
    """Columns whose code some lines have there and all others to the left, with its shape."""
    lines = batch.planned.table(f"FROM {_looked_at(batch)}")
    shapes = [_counted(column) for column in lines.columns]
    for i in range(1, batch.match.width):
        coded = {shape: n for shape, n in shapes[i].items() if "9" in shape}
        shape = max(coded, key=coded.__getitem__, default="")
        if min(coded.get(shape, 0), shapes[i - 1].get(shape, 0)) < _LEAST:
            continue
        here, left = (pc.equal(column, shape) for column in (lines[i], lines[i - 1]))
        straight, moved = _rows(pc.and_not(here, left)), _rows(pc.and_not(left, here))
        both = 100 * (straight + moved) >= _CODED * lines.num_rows
        if both and min(straight, moved) >= _LEAST:
            yield i, shape


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    """How often each shape stands in a column, in the order in which they first do."""
    found = pc.value_counts(column)
    return dict(zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True))


def _rows(condition: pa.ChunkedArray) -> int:
    return sum(part.true_count for part in condition.chunks)


def _ends_earlier(batch: Batch, code: int, shape: str) -> bool:
    """Whether the last column that lines fill, where the code stands below its heading, is empty
    in the others."""
    columns = range(code, batch.match.width)
    filled = ", ".join(
        f"count(*) FILTER (below AND g{i} <> ''), count(*) FILTER (NOT below AND g{i} = '')"
        for i in columns
    )
    marked = f"(SELECT *, g{code} = ? AS below FROM {_looked_at(batch)})"
    query = f"SELECT count(*) FILTER (below), count(*) FILTER (NOT below), {filled} FROM {marked}"
    straight, moved, *said = batch.planned.rows(query, [shape])[0]
    last = max(i for i, n in enumerate(said[::2]) if 100 * n >= _ENDING * straight)
    return bool(100 * said[1::2][last] >= _ENDING * moved)
