"""How the dates and amounts of a column are written: styles, the order of day and month, marks.

The styles are those that a contract may name, and a cell is read by the very SQL that will judge
it. Here belongs what the cells of a chosen column prove; which column it is was decided before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb

from ..contracts.layout import DATE_STYLES, EXCHANGED, MONTH_STYLES, Column
from ..display import SERIAL, display_safe
from ..intake.judge import unit_words
from ..intake.judge.parse import date_sql, number_text_sql
from ..intake.judge.parse import money_sql as amount_sql
from .facts import LETTERS, TRAILING_MINUS
from .tables import Table

# Styles that read the same cells with day and month in the other order.
_OTHER_ORDER = {"dd/mm/yyyy": "mm/dd/yyyy", "dd/mm/yy": "mm/dd/yy"}
# Of a style with so small a share of the cells, they are slips and no way of writing.
_FEW = 0.002
_NOT_A_VALUE = r"(?i)n/?a|n\.a\.|nil|none|null|not applicable|tbc|unknown|#n/a|#value!|#ref!"


@dataclass(frozen=True)
class DateStyles:
    """The styles of a column of dates, in the order in which they are tried; ``said`` are the
    doubts with what the cells showed, ``unread`` is how many filled cells no style reads."""

    formats: list[str]
    said: list[str] = field(default_factory=list)
    unread: int = 0


@dataclass(frozen=True)
class AmountStyle:
    """How amounts are written: the keys of a column that say so, and the doubts."""

    keys: dict[str, object]
    said: list[str] = field(default_factory=list)


def cells_sql(places: Sequence[tuple[Table, int]]) -> str:
    """The filled cells of one column over several tables, as ``t``."""
    return " UNION ALL ".join(
        f"SELECT w{index} AS t FROM {table.relation} WHERE w{index} <> ''"
        for table, index in places
    )


def date_styles(
    con: duckdb.DuckDBPyConnection,
    places: Sequence[tuple[Table, int]],
    stated: tuple[date, date] | None,
) -> DateStyles:
    """The styles of a column of dates. ``stated`` is the span that the file's name or titles
    state, which may settle the order of day and month."""
    cells = cells_sql(places)
    styles = [s for s in DATE_STYLES if s != EXCHANGED]
    counts = ", ".join(f"count({date_sql('t', [s])})" for s in styles)
    (total, *found) = con.execute(f"SELECT count(*), {counts} FROM ({cells})").fetchall()[0]
    by_style = dict(zip(styles, found, strict=True))
    said: list[str] = []
    for first, second in _OTHER_ORDER.items():
        if by_style[first] or by_style[second]:
            said += _settle(con, cells, first, second, by_style, stated)
    if _is_exchanged(con, cells, by_style):
        by_style[EXCHANGED] = by_style.pop("yyyy-mm-dd")
        said.append(
            "cells that Excel keeps as dates all have a day up to 12, and those written as text "
            "have none: Excel took the month for the day, and yyyy-dd-mm puts it right"
        )
    formats = _enough(con, cells, by_style, total)
    if not formats:
        return DateStyles([], said, int(total))
    read = con.execute(f"SELECT count({date_sql('t', formats)}) FROM ({cells})").fetchall()[0][0]
    return DateStyles(formats, said, total - int(read))


def _settle(
    con: duckdb.DuckDBPyConnection,
    cells: str,
    first: str,
    second: str,
    by_style: dict[str, int],
    stated: tuple[date, date] | None,
) -> list[str]:
    """Leaves one order of day and month in ``by_style``; the doubts, where days do not prove it."""
    day_first, month_first = date_sql("t", [first]), date_sql("t", [second])
    proofs = con.execute(
        f"SELECT count(*) FILTER ({day_first} IS NOT NULL AND {month_first} IS NULL), "
        f"count(*) FILTER ({month_first} IS NOT NULL AND {day_first} IS NULL), "
        f"count(*) FILTER ({month_first} IS NOT NULL AND {day_first} IS NOT NULL), "
        f"count(DISTINCT date_trunc('month', {day_first})), "
        f"count(DISTINCT date_trunc('month', {month_first})), "
        f"count(*) FILTER ({day_first} BETWEEN $from AND $to), "
        f"count(*) FILTER ({month_first} BETWEEN $from AND $to) FROM ({cells})",
        {"from": stated[0] if stated else None, "to": stated[1] if stated else None},
    ).fetchall()[0]
    days, months, open_, spread_days, spread_months, in_days, in_months = map(int, proofs)
    if days and months and min(days, months) > _FEW * (days + months + open_):
        return [
            f"{days:,} dates can only be {first} and {months:,} only {second}: both are written, "
            f"and {open_:,} could be either; they are read as {first}"
        ]
    if days != months:
        by_style.pop(second if days > months else first)
        return []
    if stated and in_days != in_months:
        by_style.pop(second if in_days > in_months else first)
        return []
    kept, lost = (second, first) if spread_months < spread_days / 2 else (first, second)
    by_style.pop(lost)
    return [
        f"no date has a day over 12, so {kept} and {lost} both read them; {kept} was taken: it "
        f"gives {min(spread_days, spread_months) if kept == second else spread_days} months and "
        f"the other {spread_days if kept == second else spread_months}"
    ]


def _is_exchanged(con: duckdb.DuckDBPyConnection, cells: str, by_style: dict[str, int]) -> bool:
    """Whether a program kept as dates what it could read with the month first, and the rest as
    text: every day of a text is over 12, and none of a date."""
    texts, dates = by_style.get("dd/mm/yyyy", 0), by_style.get("yyyy-mm-dd", 0)
    if not texts or not dates:
        return False
    text, exchanged = date_sql("t", ["dd/mm/yyyy"]), date_sql("t", [EXCHANGED])
    plain = date_sql("t", ["yyyy-mm-dd"])
    shown = con.execute(
        f"SELECT count(*) FILTER (day({text}) <= 12), "
        f"count(*) FILTER ({plain} IS NOT NULL AND {exchanged} IS NULL), "
        f"count(DISTINCT date_trunc('month', {plain})), "
        f"count(DISTINCT date_trunc('month', {exchanged})) FROM ({cells})"
    ).fetchall()[0]
    early, late, months, exchanged_months = map(int, shown)
    return not early and not late and exchanged_months < months


def _enough(
    con: duckdb.DuckDBPyConnection, cells: str, by_style: dict[str, int], total: int
) -> list[str]:
    """The styles, the commonest first, that each read cells which none before it reads. Labels of
    months and numbers of days count only where hardly anything else is read."""
    left = [s for s in by_style if by_style[s] > _FEW * total or by_style[s] > 20]
    plain = [s for s in left if s not in MONTH_STYLES and s != SERIAL]
    if sum(by_style[s] for s in plain) >= 0.5 * total:
        left = [s for s in left if s not in MONTH_STYLES]
    formats: list[str] = []
    read = 0
    for style in sorted(left, key=lambda s: (-by_style[s], s == SERIAL)):
        value = date_sql("t", [*formats, style])
        (more,) = con.execute(f"SELECT count({value}) FROM ({cells})").fetchall()[0]
        if more > read:
            formats, read = [*formats, style], int(more)
    return formats


def amount_style(
    con: duckdb.DuckDBPyConnection, places: Sequence[tuple[Table, int]], heading: str
) -> AmountStyle:
    """How the amounts of a column are written: unit, sign, a minus behind, marks for no amount."""
    cells = cells_sql(places)
    keys: dict[str, object] = {}
    said: list[str] = []
    (trailing, letters, credits_) = con.execute(
        "SELECT count(*) FILTER (regexp_full_match(t, $trailing)), "
        "count(*) FILTER (regexp_full_match(t, $letters)), "
        "count(*) FILTER (regexp_full_match(t, $letters) AND regexp_matches(t, '[Cc][Rr]')) "
        f"FROM ({cells})",
        {"trailing": TRAILING_MINUS, "letters": LETTERS},
    ).fetchall()[0]
    if letters:
        keys["cr_dr"] = True
    elif trailing:
        keys["trailing_minus"] = True
    number = number_text_sql(Column.model_validate({"heading": heading, **keys}), "t")
    value = amount_sql(number)
    counts = con.execute(
        f"SELECT count(*), count({value}), "
        f"count(*) FILTER ({value} < 0), count(*) FILTER ({value} > 0) FROM ({cells})"
    ).fetchall()[0]
    total, read, below, above = map(int, counts)
    if letters and below > 4 * above:
        said.append(
            f"{credits_:,} of {total:,} amounts are CR, which is read as a credit: if it is what "
            "the body paid, the file cannot be read as it is"
        )
    if unit := unit_words.unit_stated(heading, "money"):
        keys["unit"] = unit
        said.append(f"the heading states {unit_words.WORDS[unit]}")
    if below > 4 * above and not letters:
        keys["sign"] = "reversed"
        said.append(
            f"{below:,} amounts are below nought and {above:,} above: payments seem to be written "
            "as negative, so signs are reversed"
        )
    if read < total and (marks := no_values(con, cells, value)):
        keys["marks"] = marks
    return AmountStyle(keys, said)


def no_values(con: duckdb.DuckDBPyConnection, cells: str, value: str) -> dict[str, str]:
    """The words that stand in cells in the place of a value, each as a mark of a contract."""
    rows = con.execute(
        f"SELECT t FROM ({cells}) WHERE {value} IS NULL AND regexp_full_match(t, $words) "
        "GROUP BY t ORDER BY count(*) DESC, t LIMIT 8",
        {"words": _NOT_A_VALUE},
    ).fetchall()
    return {display_safe(text) or "": "not_available" for (text,) in rows}
