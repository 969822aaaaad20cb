"""Years and months written in ways that are not read, each named by a rule of its own.

What Excel made of a year, a year cut short, and the labels that people give to months: what they
mean is offered, never taken.
"""

from __future__ import annotations

from collections.abc import Callable

from ....sql import literal
from ..batch import At, RowRule

# What Excel makes of 2010-11 in a column of years: Nov-10, 01/11/2010, 2010-11-01.
_DATE_FOR_YEAR = (
    r"(?:19|20)\d\d-\d\d-\d\d(?: 00:00:00)?|\d{1,2}/\d{1,2}/(?:\d\d|\d{4})"
    r"|[A-Za-z]{3}-(?:\d\d|\d{4})|[345]\d{4}"
)
_SHORT_YEAR = r"[Ff][Yy] ?\d\d|\d\d[-/]\d\d|(?:19|20)\d\d"
# How people label a month; which month Nov-10 or P01 is must be agreed.
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_MONTH_LABEL = (
    rf"(?i){_MONTH}\.?(?:[ /-]*(?:\d\d|\d{{4}}))?|\d{{4}}(?:-| ?M)\d\d|\d\d/\d{{4}}"
    r"|\d{4}[-/]\d\d ?P\d\d|Q[1-4](?: \d{4}[-/]\d\d)?|\d{4}[-/]\d\d ?Q[1-4]"
)


def _is_year(at: At) -> bool:
    return at.field.type == "year"


def _is_month(at: At) -> bool:
    return at.field.of_month


# What a cell at fault may be, and the rule that says so.
_SHAPES: tuple[tuple[str, Callable[[At], bool], str], ...] = (
    ("TP-393", _is_year, _DATE_FOR_YEAR),
    ("TP-394", _is_year, _SHORT_YEAR),
    ("TP-395", _is_month, _MONTH_LABEL),
)


def _of_shape(code: str, applies: Callable[[At], bool], shape: str) -> RowRule:
    return RowRule(
        code,
        applies,
        lambda at: f"{at.text} IS NOT NULL AND {at.value} IS NULL AND {_has(at, shape)}",
    )


def shapes_of(at: At) -> list[str]:
    """SQL for each shape of a field's cells that is named here."""
    return [_has(at, shape) for _, applies, shape in _SHAPES if applies(at)]


def _has(at: At, shape: str) -> str:
    return f"regexp_full_match({at.text}, {literal(shape)})"


RULES = tuple(_of_shape(*shape) for shape in _SHAPES)
