"""One line that stands in a file again and again, where no other line does.

Identical lines are data: in real files without numbers of their own one line stands up to 135
times, beside others that are repeated nearly as often. What earlier files of the body had is usual.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ....display import pounds
from ...read.source import int64s, numbers_of
from ..findings import Finding, finding
from .drift import threshold
from .same_lines import Rows, SameLines


def repeated_line(lines: SameLines, pence: int, rows: Rows) -> tuple[int, Finding | None, bool]:
    """How often the line stands that is repeated most, the question about it, if it stands alone in
    that, and whether it is asked without any earlier file. ``pence`` is of all accepted lines."""
    known = lines.sorted_lines()
    if not len(known):
        return 0, None, False
    ends = np.flatnonzero(known[1:] != known[:-1])
    runs = np.diff(ends, prepend=-1, append=len(known) - 1)
    copies = int(runs.max())
    least = threshold("repeated_line.least")
    if copies < least or len(runs) < least:
        return copies, None, False
    second = int(np.partition(runs, -2)[-2])
    if second > threshold("repeated_line.second") * copies:
        return copies, None, False
    line = known[int(np.append(ends, len(known) - 1)[int(runs.argmax())])]
    table, gross = _cells(lines, line)
    each = table["pence"][0].as_py()
    more = each * (copies - 1)
    kind = "numbered" if lines.numbered else "not_numbered"
    bounds = threshold(f"repeated_line.{kind}")
    if abs(more) <= bounds["least_pence"] * gross:
        return copies, None, False  # vouchers and fees of one day are of one amount
    asks = copies > bounds["lines"] * len(known) or abs(more) > bounds["pence"] * gross
    return (
        copies,
        finding(
            "TP-423",
            count=copies,
            amount_pence=more,
            detail=f"a line of {pounds(each)}, each time with the same date, payee and number",
            rows=f"{pounds(pence)} as sent, {pounds(pence - more)} if it counts once",
            cells=rows(table),
        ),
        asks,
    )


def _cells(lines: SameLines, line: Any) -> tuple[pa.Table, int]:
    """The rows of one line with their pence, and what all lines come to without their signs."""
    found: dict[str, list[Any]] = {"sheet": [], "source_row": [], "pence": []}
    gross = 0
    for sheet, part in lines.parts:
        part = part.filter(part["line"].is_valid()).filter(part["pence"].is_valid())
        flat = {n: part[n].combine_chunks() for n in ("line", "source_row", "pence")}
        there = np.flatnonzero(numbers_of(flat["line"], "uint64") == line)
        money = numbers_of(flat["pence"], "int64")
        gross += int(np.abs(money).sum())
        found["sheet"] += [sheet] * len(there)
        found["source_row"] += numbers_of(flat["source_row"], "int64")[there].tolist()
        found["pence"] += money[there].tolist()
    table = pa.table(
        {
            "sheet": pa.array(found["sheet"], pa.string()),
            "source_row": int64s(np.array(found["source_row"], "int64")),
            "value": pa.nulls(len(found["sheet"]), pa.string()),
            "pence": int64s(np.array(found["pence"], "int64")),
        }
    )
    return table, gross
