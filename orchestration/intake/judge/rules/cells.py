"""Cells that are missing or cannot be read as what the contract says they are."""

from __future__ import annotations

from collections.abc import Callable

from ....sql import literal
from ..batch import At, RowRule


def _empty(at: At) -> str:
    return f"{at.text} IS NULL"


def _unreadable(at: At) -> str:
    return f"{at.text} IS NOT NULL AND {at.value} IS NULL"


def _is_money_field(at: At) -> bool:
    return at.field.name == at.schema.money_field


def _is_listed(at: At) -> bool:
    """Whether only agreed codes may stand in the cell."""
    return at.field.type not in ("money", "date") and bool(at.field.values or at.column.codes)


def _undated_is_set_aside(at: At) -> bool:
    return (
        not at.field.required
        and at.field.name == at.schema.date_field
        and at.layout.undated == "set_aside"
    )


def _is_other_kind(at: At) -> bool:
    return at.field.type not in ("money", "date", "text") and not _is_listed(at)


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
    return RowRule(code, applies, lambda at: f"{_unreadable(at)} AND {_has(at, shape)}")


def _of_no_shape(at: At) -> str:
    """Cells that cannot be read and are nothing that a rule of its own names."""
    named = [f" AND NOT {_has(at, shape)}" for _, applies, shape in _SHAPES if applies(at)]
    return f"{_unreadable(at)}{''.join(named)}"


def _has(at: At, shape: str) -> str:
    return f"regexp_full_match({at.text}, {literal(shape)})"


RULES = (
    RowRule("TP-020", lambda at: at.field.required and _is_money_field(at), _empty),
    RowRule("TP-026", lambda at: at.field.required and not _is_money_field(at), _empty),
    RowRule("TP-022", _undated_is_set_aside, _empty),
    RowRule("TP-021", lambda at: at.field.type == "money", _unreadable),
    RowRule("TP-023", lambda at: at.field.type == "date", _of_no_shape),
    RowRule("TP-027", _is_listed, _unreadable),
    RowRule("TP-028", _is_other_kind, _of_no_shape),
    *(_of_shape(*shape) for shape in _SHAPES),
)
