"""A file of another time than it says: of another month, of several, of the future, of a body that
did not exist. Each is a question; a few late dates are none (TP-025)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from ....contracts.periods import Period, named, of_day
from ....display import pounds
from ..findings import Cells, Finding, finding

# Of a real file, 40 lines in 100 were of other months, the fullest of them half as full as its own.
_AS_FULL, _OF_ITS_OWN = 0.6, 0.2
_LEAST_OF_ANOTHER, _LEAST_OF_ONE_MONTH = 2, 5
_MOST_SHOWN = 4
# The first date of a layout is often that of the first file somebody saw: the months just before
# it may look the same.
_JUST_BEFORE = timedelta(days=92)
# Payments are dated some days ahead of the run that makes them.
_A_MONTH_AHEAD, _YEAR = timedelta(days=31), timedelta(days=366)

CellsOf = Callable[[pa.Table], Cells]


@dataclass(frozen=True)
class Outside:
    """Lines dated outside the period of a file, by the periods of its length that they lie in;
    ``months`` are the months of them, and the rest lines without a date."""

    by_period: dict[Period, tuple[int, int]]
    months: tuple[str, ...]
    undated: tuple[int, int]
    cells: pa.Table

    @property
    def lines(self) -> int:
        return sum(lines for lines, _ in self.by_period.values())

    @property
    def pence(self) -> int:
        return sum(pence for _, pence in self.by_period.values())


NONE_OUTSIDE = Outside(
    {},
    (),
    (0, 0),
    pa.Table.from_arrays(
        [pa.nulls(0, pa.string()), pa.nulls(0, pa.int64()), pa.nulls(0, pa.string())],
        names=["sheet", "source_row", "value"],
    ),
)


def outside(con: duckdb.DuckDBPyConnection, period: Period) -> Outside:
    """The accepted lines dated outside ``period``, from the table ``dated``."""
    rows = con.execute(
        "SELECT date_trunc('month', day)::DATE, count(*), coalesce(sum(amount), 0)::BIGINT "
        "FROM dated WHERE coalesce(day NOT BETWEEN ? AND ?, true) GROUP BY 1 ORDER BY 1",
        [period.start, period.end],
    ).fetchall()
    by_period: dict[Period, tuple[int, int]] = {}
    undated = (0, 0)
    for month, lines, pence in rows:
        if month is None:
            undated = (lines, pence)
            continue
        other = of_day(month, period.kind)
        had = by_period.get(other, (0, 0))
        by_period[other] = (had[0] + lines, had[1] + pence)
    cells = con.sql(
        "SELECT sheet, source_row, raw AS value, part FROM dated WHERE day NOT BETWEEN ? AND ? "
        "ORDER BY sheet, source_row",
        params=[period.start, period.end],
    ).to_arrow_table()
    months = tuple(f"{month:%Y-%m}" for month, *_ in rows if month)
    return Outside(by_period, months, undated, cells)


def wrong_period(
    found: Outside, period: Period, own: tuple[int, int | None], heading: str, cells: Cells
) -> Finding | None:
    """Lines of several periods, or most lines of another one. ``own`` are the lines and pence
    dated inside ``period``, without pence in a feed without money; ``cells`` are of the dates
    outside it."""
    if not found.lines:
        return None
    lines, money = own[0] + found.lines, own[1] is not None
    fullest = max(n for n, _ in found.by_period.values())
    ordered = sorted(found.by_period.items(), key=lambda item: (-item[1][0], item[0]))
    shown = [
        f"{p.label} ({_lines(n, pence if money else None)})"
        for p, (n, pence) in ordered[:_MOST_SHOWN]
    ]
    if len(ordered) > _MOST_SHOWN:
        shown.append(f"{len(ordered) - _MOST_SHOWN:,} more")
    others = ", ".join(shown)
    mine = f"{period.label} ({_lines(*own)})"
    several = own[0] >= lines * _OF_ITS_OWN and fullest >= own[0] * _AS_FULL
    if several and fullest >= _LEAST_OF_ANOTHER:
        code, detail = "TP-074", f"{mine} and {others}"
    elif found.lines > own[0]:
        code, detail = "TP-080", f"{found.lines:,} of {lines:,} lines are of {others}"
    else:
        return None
    return finding(
        code,
        count=found.lines,
        amount_pence=found.pence if money else None,
        heading=heading,
        cells=cells,
        detail=detail,
        rows=f"{period.label}, one {named(period.kind)}" if code == "TP-074" else period.label,
    )


def too_short(period: Period, lines: int, pence: int, first: date, last: date) -> Finding | None:
    """All lines of a longer period in one month of it."""
    if period.kind == "month" or lines < _LEAST_OF_ONE_MONTH:
        return None
    month = of_day(first, "month")
    if month != of_day(last, "month"):
        return None
    return finding(
        "TP-075",
        count=lines,
        amount_pence=pence,
        detail=f"{_lines(lines, pence)} dated in {month.label}",
        rows=f"{period.label}, one {named(period.kind)}",
    )


def out_of_time(
    period: Period,
    first: date | None,
    life: tuple[date | None, date | None],
    layout_begins: date,
    today: date,
) -> Iterator[Finding]:
    """A period or every date in the future, a period outside the life of the body, or well before
    the first agreed layout."""
    if first and first > today:
        yield finding("TP-081", detail=f"the first date is {first:%d/%m/%Y}", rows=_day(today))
    elif period.start > today:
        detail = f"it is for {period.label}, which begins on {_day(period.start)}"
        yield finding("TP-081", detail=detail, rows=_day(today))
    began, ended = life
    if began and period.end < began:
        yield finding("TP-082", detail=f"began on {_day(began)}", rows=period.label)
    elif ended and period.start > ended:
        yield finding("TP-082", detail=f"ended on {_day(ended)}", rows=period.label)
    elif period.end + _JUST_BEFORE < layout_begins:
        yield finding("TP-083", detail=_day(layout_begins), rows=period.label)


def far_ahead(
    con: duckdb.DuckDBPyConnection, period: Period, today: date, heading: str, cells: CellsOf
) -> Finding | None:
    """Some lines dated a month and more after today, or more than a year after the period."""
    last = min(max(today, period.end) + _A_MONTH_AHEAD, period.end + _YEAR)
    found = con.sql(
        "SELECT sheet, source_row, raw AS value, part, day, amount FROM dated WHERE day > ? "
        "ORDER BY sheet, source_row",
        params=[last],
    ).to_arrow_table()
    if not found.num_rows:
        return None
    days = found["day"].to_pylist()
    pence = sum(n or 0 for n in found["amount"].to_pylist())
    shown = list(dict.fromkeys(f"{day:%d/%m/%Y}" for day in days))
    more = f" and {len(shown) - _MOST_SHOWN:,} more" if len(shown) > _MOST_SHOWN else ""
    return finding(
        "TP-424",
        count=found.num_rows,
        amount_pence=pence,
        heading=heading,
        detail=", ".join(shown[:_MOST_SHOWN]) + more,
        rows=period.label,
        cells=cells(found.select(["sheet", "source_row", "value", "part"])),
    )


def _lines(lines: int, pence: int | None) -> str:
    number = f"{lines:,} {'line' if lines == 1 else 'lines'}"
    return number if pence is None else f"{number}, {pounds(pence)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
