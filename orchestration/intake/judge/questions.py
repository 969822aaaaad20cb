"""What is asked of a file as a whole, once it has been read: is it of the time it says, does the
same money stand in it twice, are its months alike? Gathers what the rules need and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from ...contracts.layout import EXCHANGED
from ...contracts.periods import Period, periods_in_name
from .findings import Finding, finding
from .rules.exchanged_dates import days_from_1904, exchanged_days
from .rules.repeated_line import repeated_line
from .rules.same_lines import same_lines_findings
from .rules.unlike_months import unlike_months
from .rules.wrong_time import NONE_OUTSIDE, far_ahead, out_of_time, outside, too_short, wrong_period
from .state import JudgingState

# Questions about the dates of a file, which say why a month may have no line.
_OF_ANOTHER_TIME = ("TP-074", "TP-075", "TP-080", "TP-085", "TP-086")


def ask_about_time(state: JudgingState) -> None:
    """Whether the file is of the time it says: its name, its dates, the life of its body."""
    if (period := state.judgement.period) is None:
        return
    found = list(_of_the_name(state))
    request, name = state.request, state.schema.date_field
    first = state.dates.first
    begins = request.feed.layouts[0].valid_from
    found += out_of_time(period, first, request.life, begins, date.today())
    if name and name in state.match.positions:
        found += _of_the_dates(state, period, name)
    state.judgement.findings += found


def ask_about_repeats(state: JudgingState) -> None:
    """Whether lines stand in the file twice."""
    result, lines = state.judgement, state.same_lines
    rows = partial(state.cells, "")
    found = same_lines_findings(lines, state.con, result.pence_accepted, rows)
    result.findings += found
    if lines.parts and not lines.is_too_long:
        copies, asked, at_once = repeated_line(lines, result.pence_accepted, rows)
        result.profile.most_alike = copies
        if asked and not found:
            (result.findings if at_once else result.if_unusual).append(asked)


def ask_about_months(state: JudgingState) -> None:
    """Whether the months of a longer period are like each other, where its dates are right."""
    if not any(f.code in _OF_ANOTHER_TIME for f in state.judgement.findings):
        state.judgement.findings += unlike_months(state)


def _of_the_name(state: JudgingState) -> Iterator[Finding]:
    """A name with two periods in it, where nobody named the period."""
    request = state.request
    if request.period is None:
        patterns, cadence = request.feed.period_in_file_name, request.feed.cadence
        said = periods_in_name(request.file_name, patterns, cadence)
        if len(said) > 1:
            yield finding("TP-084", detail=" and ".join(said), rows=said[0])


def _of_the_dates(state: JudgingState, period: Period, name: str) -> Iterator[Finding]:
    """Dates that seem read wrongly; if none do, the periods they lie in."""
    result, counts, column = state.judgement, state.dates, state.match.layout.columns[name]
    if not (counts.first and counts.last):
        return
    found = NONE_OUTSIDE
    inside = period.start <= counts.first <= counts.last <= period.end
    if "dated" in state.con.filled and not (inside and period.kind == "month"):
        found = outside(state.con, period)
    result.months_outside = found.months
    cells = state.cells(name, found.cells)
    is_1904 = any(r.code == "TP-115" for r in state.opened.remarks)
    asked = days_from_1904(state.con, counts, column.heading, period, is_1904=is_1904)
    if asked is None and EXCHANGED not in column.formats:
        place = (name, column.heading)
        asked = exchanged_days(state.con, counts, state.stated, place, cells)
    if asked is None:
        lines = result.rows_accepted - found.undated[0]
        pence = result.pence_accepted - found.undated[1]
        own = (lines - found.lines, pence - found.pence if result.money else None)
        asked = wrong_period(found, period, own, column.heading, cells)
        whole = state.match.layout.coverage == "whole" and not found.undated[0]
        if asked is None and whole and state.schema.line_key:
            asked = too_short(period, lines, pence, counts.first, counts.last)
    if asked is None and found.lines and counts.last > period.end:
        cells_of = partial(state.cells, name)
        if ahead := far_ahead(state.con, period, date.today(), column.heading, cells_of):
            yield ahead
    if asked:
        # The same dates, of which the information says that they may be right.
        result.findings = [f for f in result.findings if f.code != "TP-025"]
        yield asked
