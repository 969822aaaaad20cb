"""The planted faults: what the story's list does to the lines and the rows of a file.

Here belongs how a fault is made; which faults there are, and where, is data in the story.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import numpy as np

from ..contracts.periods import Period, of_day
from .lines import Lines, pay_days
from .story import Fault

# Two keys too many: an amount typed in pence where pounds were asked for.
_KEYED_IN_PENCE = 100


@dataclass(frozen=True)
class Planted:
    """A file's lines with its faults in them, and what the renderer has to do."""

    lines: Lines
    omit: tuple[str, ...] = ()
    total: bool = False
    blank_after: tuple[int, ...] = ()
    replaced: dict[tuple[str, int], str] = field(default_factory=dict)


def plant(
    lines: Lines, faults: Sequence[Fault], period: Period, pay_weekdays: Sequence[int]
) -> tuple[Planted, Lines]:
    """The file as it is first sent, and the lines as they truly are.

    A file too short for its faults (few lines were asked for) goes without them.
    """
    truth, planted = lines, Planted(lines)
    drawn = np.flatnonzero(~lines.fixed)
    for fault in faults:
        wanted = [*fault.rows, *(row for row, _, _ in fault.cells)]
        if wanted and max(wanted) >= len(drawn):
            continue
        rows = drawn[np.array(fault.rows, dtype=int)]
        if fault.kind == "corrected":
            pence = planted.lines.pence.copy()
            pence[rows] *= _KEYED_IN_PENCE
            planted = replace(planted, lines=replace(planted.lines, pence=pence))
        elif fault.kind == "dates_before_period":
            truth = _dated_before(truth, rows, period, pay_weekdays)
            planted = replace(planted, lines=truth)
        elif fault.kind == "rows_set_aside":
            cells = {(name, int(drawn[row])): text for row, name, text in fault.cells}
            planted = replace(planted, replaced=planted.replaced | cells)
        elif fault.kind == "missing_column" and fault.omit:
            planted = replace(planted, omit=(fault.omit,))
        elif fault.kind == "totals_line":
            planted = replace(planted, total=True)
        elif fault.kind == "blank_rows":
            planted = replace(planted, blank_after=tuple(int(row) for row in rows))
    return planted, truth


def _dated_before(
    lines: Lines, rows: np.ndarray[Any, Any], period: Period, pay_weekdays: Sequence[int]
) -> Lines:
    """Lines paid on the last pay day of the month before, which came too late for its file."""
    before = of_day(period.start - timedelta(1), "month")
    day = lines.day.copy()
    day[rows] = np.datetime64(pay_days(before, pay_weekdays)[-1])
    return replace(lines, day=day)
