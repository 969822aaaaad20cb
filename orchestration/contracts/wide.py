"""Tables whose headings are values: a column a month, a year, a channel or a substance.

Here belongs what a contract says of such a table and how one heading is taken apart; turning its
cells into lines belongs to ``intake.judge.wide``.

In a contract, where each filled cell becomes a line:

    columns:
      month_date: {heading: Month, formats: [mmm-yy]}
      channel: {heading: Channel}
      contacts: {heading: Contacts}
    wide:
      headings: [month_date]   # the fields that a heading is the value of, in any order
      cells: contacts          # or, by the word of the heading: {Gross: gross_pence, ...}

Every other column stays as it is. ``named`` lists the headings of a field that may be any text,
such as the name of a service. A total of the columns is named under ``ignored`` of the layout.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import permutations
from typing import Annotated

from pydantic import Field as Limits

from .base import Strict, Texts

# What may stand between the parts of a heading, such as Budget: 2010-11.
_BETWEEN = r"[\s:,;|/()\u2013-]*"
YEAR_HEADING = r"(?:19|2[01])\d\d[-/](?:\d{4}|\d\d)(?!\d)"
CELLS = "cells"


class Wide(Strict):
    """Which fields the headings are values of, and which field their cells are."""

    headings: Annotated[Texts, Limits(min_length=1, max_length=3)]
    """The fields that a heading is the value of, in any order. Example: `[month_date]`."""
    cells: str | dict[str, str]
    """The field the cells are; or by the word of the heading. Example: `contacts`."""
    named: list[str] = []
    """The headings of a field that may be any text. Example: `[Housing, Council Tax]`."""

    @property
    def cell_fields(self) -> list[str]:
        """The fields that cells of the table are."""
        return [self.cells] if isinstance(self.cells, str) else list(self.cells.values())

    @property
    def fields(self) -> list[str]:
        """The fields that have no column of their own."""
        return [*self.headings, *dict.fromkeys(self.cell_fields)]


def any_of(words: list[str]) -> str:
    """A pattern of one of the words, the longest first; spaces in them may be any."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, w.split())) for w in ordered if w.strip())


def taken_apart(heading: str, patterns: Mapping[str, str]) -> dict[str, str] | None:
    """The text of each part of a heading by its name, whatever their order; ``None`` if it is not
    made of exactly these parts."""
    text = " ".join(heading.replace("\u2013", "-").split())
    for order in permutations(patterns):
        whole = _BETWEEN.join(f"(?P<{name}>{patterns[name]})" for name in order)
        if match := re.fullmatch(whole, text, re.IGNORECASE):
            return match.groupdict()
    return None
