"""Headings over two rows: a group heading, merged over several columns, and what stands below it.

Here belongs how two rows become one; which of them are headings is decided in ``layout``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

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
