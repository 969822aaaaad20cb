"""Months of a longer period that are not like the others: one in thousands of pounds, one with the
other sign, one without a line.

A workbook with a sheet a month is compared sheet by sheet, any other file by the dates of its
lines. Only months inside the period are compared, for of late lines there are few of any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ....contracts.periods import Period, months_of, named
from ....display import display_safe, pounds
from ...read.source import int64s, numbers_of
from ..findings import Finding, finding
from .drift import threshold
from .same_lines import SameLines

if TYPE_CHECKING:
    from ..state import JudgingState

# By how many times the middle amount of a month differs, with the reading that makes it fit.
_READINGS = {
    1_000_000: ("they are in millions", "the others are in millions"),
    1_000: ("they are in thousands", "the others are in thousands"),
    100: ("the others are in pence", "they are in pence"),
}
_NEAR = 3.3
_SHOWN = 3


@dataclass(frozen=True)
class _Lines:
    """The dated lines of a file as columns: the number of their sheet, their month as a number, row
    and pence, of which none is 0."""

    sheets: Sequence[str | None]
    sheet: Any
    month: Any
    row: Any
    pence: Any


@dataclass(frozen=True)
class _Parts:
    """The months of a file: their key, lines, pence, and of their amounts without a sign the
    quarters, and the share that is below 0."""

    key: Any
    lines: Any
    pence: Any
    low: Any
    middle: Any
    high: Any
    below: Any


def unlike_months(state: JudgingState) -> Iterator[Finding]:
    """What is asked of the months of a file for a longer period."""
    period, day = state.judgement.period, state.schema.date_field
    if period is None or period.kind == "month" or not day or day not in state.match.positions:
        return
    lines = _dated(state.same_lines)
    by_sheet = lines is not None and _a_sheet_a_month(lines)
    if lines is not None:
        yield from _of_another_size(state, period, lines, by_sheet)
    yield from _without_a_line(state, period, day, by_sheet)


def _dated(lines: SameLines) -> _Lines | None:
    """The dated lines that are compared; ``None`` where the feed's lines are no payments."""
    found: list[tuple[Any, ...]] = []
    for number, (_, part) in enumerate(lines.parts):
        known = part.drop_null()
        if known.num_rows:
            flat = {n: known[n].combine_chunks() for n in ("source_row", "pence", "day")}
            days = numbers_of(flat["day"]).astype("datetime64[D]")
            found.append(
                (
                    np.full(known.num_rows, number),
                    days.astype("datetime64[M]").astype("int64"),
                    numbers_of(flat["source_row"], "int64"),
                    numbers_of(flat["pence"], "int64"),
                )
            )
    if not found:
        return None
    numbers, month, row, pence = (np.concatenate(columns) for columns in zip(*found, strict=True))
    names = [name for name, _ in lines.parts]
    sheets = list(dict.fromkeys(names))
    sheet = np.array([sheets.index(name) for name in names])[numbers]
    some = pence != 0
    return _Lines(sheets, sheet[some], month[some], row[some], pence[some])


def _a_sheet_a_month(lines: _Lines) -> bool:
    """Whether nearly every sheet holds one month, of which no two are the same but for a slip."""
    if len(lines.sheets) < threshold("months.least_parts"):
        return False
    fullest, own, sizes = _fullest(lines)
    mostly = own >= threshold("months.of_a_sheet") * sizes
    return bool(mostly.all() and len(set(fullest.tolist())) >= len(fullest) - 1)


def _fullest(lines: _Lines) -> tuple[Any, Any, Any]:
    """Of each sheet its fullest month, how many lines that has, and how many the sheet has."""
    base = int(lines.month.min())
    span = int(lines.month.max()) - base + 1
    counts = np.zeros((len(lines.sheets), span), dtype="int64")
    np.add.at(counts, (lines.sheet, lines.month - base), 1)
    counts = counts[counts.sum(axis=1) > 0]
    return counts.argmax(axis=1) + base, counts.max(axis=1), counts.sum(axis=1)


def _parts(key: Any, pence: Any) -> _Parts | None:
    """The parts of which there are lines enough to be compared; ``None`` if they are too few."""
    size = np.abs(pence)
    order = np.lexsort((size, key))
    key, pence, size = key[order], pence[order], size[order]
    keys, start, lines = np.unique(key, return_index=True, return_counts=True)
    parts = _Parts(
        keys,
        lines,
        np.add.reduceat(pence, start),
        size[start + lines // 4],
        size[start + lines // 2],
        size[start + 3 * lines // 4],
        np.add.reduceat((pence < 0).astype("int64"), start) / lines,
    )
    few = threshold("months.share_of_usual") * np.median(lines)
    enough = (lines >= threshold("months.least_lines")) & (lines >= few)
    if enough.sum() < threshold("months.least_parts"):
        return None
    return _Parts(*(getattr(parts, name)[enough] for name in _Parts.__dataclass_fields__))


def _of_another_size(
    state: JudgingState, period: Period, lines: _Lines, by_sheet: bool
) -> Iterator[Finding]:
    """Months of which the amounts are of another order of magnitude, or mostly of another sign."""
    key, pence = (lines.sheet if by_sheet else lines.month), lines.pence
    inside = (lines.month >= _number(period.start)) & (lines.month <= _number(period.end))
    if not inside.any():
        return
    parts = _parts(key[inside], pence[inside])
    if parts is None:
        return
    low, middle, high = (_usual(n) for n in (parts.low, parts.middle, parts.high))
    factor = threshold("months.factor")
    small = (parts.middle * factor <= middle) & (parts.high < low)
    large = (parts.middle >= middle * factor) & (parts.low > high)
    if (other := small | large).any():
        times = middle / parts.middle[other]
        reading = _reading(times)
        said = [
            f"the middle one of {_name(lines, by_sheet, key)} is {pounds(int(amount))}"
            for key, amount in zip(parts.key[other], parts.middle[other], strict=True)
        ]
        detail = f"{_listed(said)}, where {pounds(int(middle))} is usual in the others"
        read = _read_otherwise(parts, other, *reading) if reading else None
        yield _asked(state, lines, key, parts.key[other], detail, read)
    usual = np.sort(parts.below)[(len(parts.below) - 1) // 2]
    turned = (parts.below >= threshold("months.turned")) & (parts.pence < 0)
    if turned.any() and usual <= threshold("months.usually_below"):
        said = [
            f"{share:.0%} in {_name(lines, by_sheet, key)} are below 0"
            for key, share in zip(parts.key[turned], parts.below[turned], strict=True)
        ]
        rest = parts.below[~turned]
        detail = f"{_listed(said)}, where at most {rest.max():.0%} are in the others"
        otherwise = (-2 * int(parts.pence[turned].sum()), "their signs are turned round")
        yield _asked(state, lines, key, parts.key[turned], detail, otherwise)


def _usual(numbers: Any) -> int:
    """The middle one of the months; of two groups of them the larger amounts, since a file in
    thousands has the smaller ones."""
    return int(np.sort(numbers)[len(numbers) // 2])


def _reading(times: Any) -> tuple[int, str, bool] | None:
    """The factor, its words and whether the months are the smaller ones, if one reading fits all
    of them: ``times`` is how many times the usual amount is theirs."""
    for smaller in (True, False):
        ratio = times if smaller else 1 / times
        for factor, (they, others) in _READINGS.items():
            if ((ratio > factor / _NEAR) & (ratio < factor * _NEAR)).all():
                return factor, they if smaller else others, smaller
    return None


def _read_otherwise(
    parts: _Parts, other: Any, factor: int, words: str, smaller: bool
) -> tuple[int, str]:
    """By how much the file's £ are others if the reading is right, and its words."""
    theirs, rest = int(parts.pence[other].sum()), int(parts.pence[~other].sum())
    if factor == 100:
        return -((rest if smaller else theirs) * 99 // 100), words
    return (factor - 1) * (theirs if smaller else rest), words


def _asked(
    state: JudgingState,
    lines: _Lines,
    key: Any,
    keys: Any,
    detail: str,
    read: tuple[int, str] | None,
) -> Finding:
    """The question, with the cells of the months that it is about."""
    name = str(state.schema.money_field)
    there = np.isin(key, keys)
    rows, sheets = lines.row[there], lines.sheet[there]
    table = pa.table(
        {
            "sheet": pa.array([lines.sheets[n] for n in sheets.tolist()], pa.string()),
            "source_row": int64s(rows),
            "value": pa.nulls(len(rows), pa.string()),
        }
    )
    whole = state.judgement.pence_accepted
    both = f"{pounds(whole)} as sent"
    if read:
        both += f", {pounds(whole + read[0])} if {read[1]}"
    return finding(
        "TP-413",
        count=len(rows),
        amount_pence=int(lines.pence[there].sum()),
        field=name,
        heading=state.place(name, lines.sheets[0]).heading,
        detail=detail,
        rows=both,
        cells=state.cells(name, table),
    )


def _without_a_line(
    state: JudgingState, period: Period, day: str, by_sheet: bool
) -> Iterator[Finding]:
    """Months before the last one without a line, where the others have many; months after it."""
    if state.match.layout.coverage != "whole":
        return
    counted = state.judgement.by_month
    began = state.request.life[0]
    months = [m.label for m in months_of(period) if began is None or m.end >= began]
    lines = {month: counted.lines.get(month, 0) for month in months}
    there = [month for month, number in lines.items() if number]
    # Of a quarter two months are all that are left.
    if len(there) < (2 if period.kind == "quarter" else threshold("months.least_full")):
        return
    last = months.index(there[-1])
    if months[last + 1 :] and counted.last:
        yield finding("TP-415", detail=f"{counted.last:%d/%m/%Y}", rows=f"{period.end:%d/%m/%Y}")
    lacking = [month for month in months[:last] if not lines[month]]
    if not lacking:
        return
    numbers = sorted(lines[month] for month in there)
    usual = numbers[len(numbers) // 2]
    steady = usual >= threshold("months.full") or 2 * numbers[0] >= usual
    is_full = steady and numbers[0] >= threshold("months.least_lines")
    if not (by_sheet or is_full or state.schema.key):
        return
    if 2 * state.judgement.rows_set_aside >= usual * len(lacking):
        return  # rows set aside may be theirs, of which something is said already
    fullest = max(there, key=lines.__getitem__)
    each = "1 line" if numbers[-1] == 1 else f"{_span([f'{n:,}' for n in numbers])} lines"
    hint = f"The other months hold {each} each."
    if state.judgement.money:
        pence = sorted(counted.pence[month] for month in there)
        hint = f"The other months come to {_span([*map(pounds, pence)])} each."
    if lines[fullest] >= threshold("months.twice") * usual:
        hint += (
            f" {fullest} has {lines[fullest]:,} lines, as many as two months, and may hold both."
        )
    yield finding(
        "TP-414",
        count=len(lacking),
        field=day,
        heading=state.place(day, next(iter(state.matches))).heading,
        detail=_listed(lacking),
        rows=f"{period.label}, one {named(period.kind)}",
        hint=hint,
    )


def _span(ordered: Sequence[str]) -> str:
    return ordered[0] if ordered[0] == ordered[-1] else f"{ordered[0]} to {ordered[-1]}"


def _number(day: date) -> int:
    """A month as the number that numpy has for it."""
    return (day.year - 1970) * 12 + day.month - 1


def _name(lines: _Lines, by_sheet: bool, key: int) -> str:
    """A sheet or a month as a person calls it."""
    if by_sheet:
        return f"sheet '{display_safe(lines.sheets[key])}'"
    return f"{1970 + key // 12}-{key % 12 + 1:02d}"


def _listed(said: Sequence[str]) -> str:
    more = len(said) - _SHOWN
    shown = [*said[:_SHOWN], *([f"{more:,} more"] if more > 0 else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
