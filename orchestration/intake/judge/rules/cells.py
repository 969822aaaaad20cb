"""Cells that are missing or cannot be read as what the contract says they are."""

from __future__ import annotations

from ..batch import At, RowRule
from .coordinates import may_be_read_otherwise


def _empty(at: At) -> str:
    return f"{at.text} IS NULL"


def _unreadable(at: At) -> str:
    return f"{at.text} IS NOT NULL AND {at.value} IS NULL"


def _unreadable_otherwise(at: At) -> str:
    """Not readable, and of no shape that is asked about as something else."""
    shape = may_be_read_otherwise(at.field)
    otherwise = f" AND NOT regexp_full_match({at.text}, '{shape}')" if shape else ""
    return _unreadable(at) + otherwise


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


RULES = (
    RowRule("TP-020", lambda at: at.field.required and _is_money_field(at), _empty),
    RowRule("TP-026", lambda at: at.field.required and not _is_money_field(at), _empty),
    RowRule("TP-022", _undated_is_set_aside, _empty),
    RowRule("TP-021", lambda at: at.field.type == "money", _unreadable),
    RowRule("TP-023", lambda at: at.field.type == "date", _unreadable),
    RowRule("TP-027", _is_listed, _unreadable),
    RowRule("TP-028", _is_other_kind, _unreadable_otherwise),
)
