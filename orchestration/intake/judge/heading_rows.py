"""Headings that do not stand once above their cells: over two rows, or beside their columns.

Here belongs how such rows become one row of headings, each above its cells; which rows are headings
is decided in ``layout``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...contracts.layout import CellsStand

# Group headings stand near the top; below, rows are data.
_DEEPEST = 20


def joined_rows(head: list[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each row with the one above it as one row of headings, and the number of the lower one."""
    for number, (upper, lower) in enumerate(pairwise(head[:_DEEPEST]), 2):
        if any(upper) and any(lower):
            yield number, joined(upper, lower)


def joined(upper: list[str], lower: list[str]) -> list[str]:
    """One heading a column: the group heading, which a merged cell leaves to its first column, and
    the words below it, such as Budget Gross."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    made, group = [], ""
    for top, bottom in zip(above, below, strict=True):
        group = top.strip() or (group if bottom.strip() else "")
        made.append(f"{group} {bottom.strip()}".strip())
    return made


def above_their_cells(
    row: list[str], keys: list[str], stand: CellsStand, from_key: str | None
) -> list[str]:
    """The headings of ``row``, whose keys are ``keys``, each above its cells.

    ``from_key`` is of the first heading that does not stand so, ``None`` for all of them. The row
    as it is where that heading is not there, or too near the edge for a cell to its left.
    """
    first = keys.index(from_key) if from_key in keys else None
    if from_key is None:
        first = next((i for i, key in enumerate(keys) if key), None)
    if first is None or (stand.to_the == "left" and first < stand.columns):
        return row
    if stand.to_the == "left":
        return [*row[: first - stand.columns], *row[first:]]
    return [*row[:first], *[""] * stand.columns, *row[first:]]
