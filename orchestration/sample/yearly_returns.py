"""Returns whose rows stand in the story as they are: contacts, access points, treatment and others.

Here belongs how such a row becomes the lines of a year; how the files look belongs to ``render``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from ..contracts.base import Strict
from ..contracts.feeds import FeedSchema
from ..contracts.periods import months_of, of_year
from .render import Sheet, as_table
from .texts import Style

Row = dict[str, Any]
_NOT_FIELDS = {"sheet", "until"}


class YearlyReturn(Strict):
    """One yearly return: ``rows`` by canonical field, ``same`` what is the same in all of them.

    A value may be a mapping by financial year; a row is left out of a year of which its mappings
    say nothing, and of years after ``until``. Integers of a return ``by_month`` are spread over
    twelve lines. Rows go to the ``sheet`` they name. Money is in pence.
    """

    years: list[str]
    file_name: str
    style: Style
    by_month: bool = False
    same: Row = Field(default_factory=dict)
    rows: list[Row]


def yearly_return_sheets(returned: YearlyReturn, schema: FeedSchema, year: str) -> list[Sheet]:
    """The sheets of a year's file, none in a year without a return.

    ``ValueError`` if a row names a field that the feed does not have.
    """
    known = {*schema.names, *_NOT_FIELDS}
    sheets: dict[str, list[Row]] = {}
    for row in returned.rows if year in returned.years else ():
        whole = returned.same | row
        if unknown := sorted(set(whole) - known):
            raise ValueError(f"the story has {unknown[0]!r}, which is no field of {schema.name}")
        if line := _of_year(whole, year):
            lines = _by_month(line, schema, year) if returned.by_month else [line]
            sheets.setdefault(whole.get("sheet", "Sheet1"), []).extend(lines)
    return [Sheet(as_table(rows, schema), name=name) for name, rows in sheets.items()]


def _of_year(row: Row, year: str) -> Row | None:
    """The row as it is in a year, or ``None`` where it has nothing to say of it."""
    yearly = [v for v in row.values() if isinstance(v, dict)]
    if year > row.get("until", year) or (yearly and not any(year in v for v in yearly)):
        return None
    said = {k: v.get(year) if isinstance(v, dict) else v for k, v in row.items()}
    return {"financial_year": year} | {k: v for k, v in said.items() if k not in _NOT_FIELDS}


def _by_month(row: Row, schema: FeedSchema, year: str) -> Iterator[Row]:
    counts = {f.name for f in schema.fields if f.type == "integer" and not f.listed}
    for number, month in enumerate(months_of(of_year(year))):
        spread = {}
        for name in counts & set(row):
            if row[name] is not None:
                each, over = divmod(row[name], 12)
                spread[name] = each + (number < over)
        yield row | spread | {schema.date_field or "": month.start}
