"""Cells that are missing or cannot be read as what the contract says they are.

A cell that its row must have costs the row. Any other costs itself: it counts as empty, and is
asked about where the count changes with it (``Field.touches``).
"""

from __future__ import annotations

from collections.abc import Callable

from .. import marks
from ..batch import At, RowRule
from ..signed_amounts import SIGNED_TWICE, TWO_AMOUNTS, UNKNOWN_KIND
from .coordinates import may_be_read_otherwise
from .time_labels import shapes_of


def _empty(at: At) -> str:
    return f"{at.text} IS NULL"


def _unreadable(at: At) -> str:
    return f"{at.text} IS NOT NULL AND {at.value} IS NULL"


def _unreadable_otherwise(at: At) -> str:
    """Not readable, and of no shape that is asked about as something else."""
    shapes = shapes_of(at)
    if shape := may_be_read_otherwise(at.field):
        shapes.append(f"regexp_full_match({at.text}, '{shape}')")
    return " AND NOT ".join([_unreadable(at), *shapes])


def _is_money_field(at: At) -> bool:
    return at.field.name == at.schema.money_field


def _has_letters(at: At) -> bool:
    return at.field.type == "money" and at.column.has_letters


def _in_two_columns(at: At) -> bool:
    return _has_letters(at) and at.column.credits_under is not None


def _left_as(shape: str) -> Callable[[At], str]:
    """Not readable, and of a shape in which a row is left that is not one amount."""
    return lambda at: f"{_unreadable(at)} AND regexp_full_match({at.text}, '{shape}')"


def _is_no_amount(at: At) -> str:
    """Not readable, and of no shape that another rule speaks of."""
    if not at.column.has_letters:
        return _unreadable(at)
    shapes = "|".join((TWO_AMOUNTS, UNKNOWN_KIND, SIGNED_TWICE))
    return f"{_unreadable(at)} AND NOT regexp_full_match({at.text}, '{shapes}')"


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


def _counts(at: At) -> bool:
    """Whether the count changes with the cell."""
    return bool(at.field.touches or at.field.needed)


def _costs_itself(at: At) -> bool:
    """Whether an unreadable cell leaves its row; of service codes another rule speaks."""
    return at.is_typed and not at.costs_row and at.field.listed != "services"


def _may_say_none(at: At) -> bool:
    """Whether the cell may say that there is no value, and its row stay."""
    lacking = at.is_typed and not at.costs_row
    return lacking or (at.field.marked and not at.field.required)


def _says_something_else(at: At) -> str:
    """Unreadable, and no mark either: of a mark another rule speaks."""
    known = [marks.is_not_available_sql(at.column, at.text)]
    if at.field.marked:
        known.append(marks.is_suppressed_sql(at.column, at.text))
        known.append(marks.is_dash_sql(at.column, at.text))
    return f"{_unreadable_otherwise(at)} AND NOT ({' OR '.join(known)})"


def _is_not_available(at: At) -> str:
    return f"{at.value} IS NULL AND {marks.is_not_available_sql(at.column, at.text)}"


def _unreadable_at_cost(at: At) -> str:
    """Unreadable in a field that a row must have; a suppressed count is one that it has."""
    if not at.field.marked:
        return _unreadable_otherwise(at)
    also = [marks.is_suppressed_sql(at.column, at.text)]
    if not at.field.required:
        also.append(marks.is_not_available_sql(at.column, at.text))
        also.append(marks.is_dash_sql(at.column, at.text))
    return f"{_unreadable(at)} AND NOT ({' OR '.join(also)})"


def _costs(kind: Callable[[At], bool]) -> Callable[[At], bool]:
    return lambda at: at.costs_row and kind(at)


RULES = (
    RowRule(
        "TP-020",
        lambda at: at.field.required and _is_money_field(at) and not _in_two_columns(at),
        _empty,
    ),
    RowRule("TP-036", lambda at: at.field.required and _in_two_columns(at), _empty),
    RowRule("TP-026", lambda at: at.field.required and not _is_money_field(at), _empty),
    RowRule("TP-022", _undated_is_set_aside, _empty),
    RowRule("TP-021", _costs(lambda at: at.field.type == "money"), _is_no_amount),
    RowRule("TP-035", _costs(_in_two_columns), _left_as(TWO_AMOUNTS)),
    RowRule("TP-037", _costs(lambda at: at.column.kinds is not None), _left_as(UNKNOWN_KIND)),
    RowRule("TP-038", _costs(_has_letters), _left_as(SIGNED_TWICE)),
    RowRule("TP-023", _costs(lambda at: at.field.type == "date"), _unreadable_otherwise),
    RowRule("TP-027", _costs(_is_listed), _unreadable),
    RowRule("TP-028", _costs(_is_other_kind), _unreadable_at_cost),
    # Of a field that a row may lack: the row stays, and its cell is empty.
    RowRule(
        "TP-370",
        lambda at: _costs_itself(at) and _counts(at),
        _says_something_else,
        effect="note",
    ),
    RowRule("TP-371", _may_say_none, _is_not_available, effect="note"),
    RowRule("TP-388", lambda at: at.field.places, _empty, effect="note"),
    RowRule(
        "TP-371",
        lambda at: _costs_itself(at) and not _counts(at),
        _says_something_else,
        effect="note",
    ),
    RowRule(
        "TP-373",
        lambda at: at.field.marked,
        lambda at: f"{at.value} IS NULL AND {marks.is_suppressed_sql(at.column, at.text)}",
        effect="note",
    ),
    RowRule(
        "TP-374",
        lambda at: at.field.marked,
        lambda at: f"{at.value} IS NOT NULL AND {marks.is_provisional_sql(at.text)}",
        effect="note",
    ),
    RowRule(
        "TP-375",
        lambda at: at.field.marked and not at.field.required,
        lambda at: marks.is_dash_sql(at.column, at.text),
        effect="note",
    ),
)
