"""Where the data begin on a sheet without headings, whose columns a contract knows by position.

Here belongs what makes a row of such a sheet a line: its date and its amount stand where the
contract says. What becomes of the columns is ``layout``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...contracts.layout import DATE_STYLES, Layout
from ...contracts.schema import FeedSchema

_AMOUNT = r"[-(£ ]*[0-9][0-9,]*(?:\.[0-9]*)?[-) ]*"


def rows_above_data(head: list[list[str]], schema: FeedSchema, layout: Layout) -> int | None:
    """How many rows stand above the first line; ``None`` if most rows below are no lines."""
    wanted = dict(_shapes(schema, layout))
    fits = [
        all(re.fullmatch(shape, _cell(row, index)) for index, shape in wanted.items())
        for row in head
    ]
    if not wanted or True not in fits:
        return None
    first = fits.index(True)
    filled = [fit for row, fit in zip(head[first:], fits[first:], strict=True) if any(row)]
    return first if 2 * sum(filled) >= len(filled) else None


def width_of(head: list[list[str]], layout: Layout) -> int:
    """How many columns the sheet has, as far as its first rows and the contract tell."""
    filled = [index for row in head for index, cell in enumerate(row) if cell.strip()]
    placed = [column.index for column in layout.columns.values() if column.index is not None]
    return max([*filled, *placed]) + 1


def _shapes(schema: FeedSchema, layout: Layout) -> Iterator[tuple[int, str]]:
    for name in (schema.date_field, schema.money_field):
        column = layout.columns.get(name or "")
        if column and column.index is not None:
            styles = "|".join(DATE_STYLES[style][0] for style in column.formats)
            yield column.index, styles if name == schema.date_field else _AMOUNT


def _cell(row: list[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""
