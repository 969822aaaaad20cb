"""A file that ends long before its period, beside earlier ones that did not.

Asked of payments where at least six earlier files of the same length of period tell how many lines
there are and how late the last of them is dated, and the file lies outside all of them in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ...contracts.feeds import FeedSchema
from ...contracts.periods import Period
from ..judge.findings import Finding, finding
from ..judge.judgement import Judgement
from ..judge.rules.drift import threshold
from ..ledger.receipt import Receipt


def cut_short_findings(
    schema: FeedSchema, result: Judgement, earlier: Sequence[Receipt]
) -> Iterator[Finding]:
    """What asks of a file, by the date of its last line, beside ``earlier`` ones."""
    period, last = result.period, result.by_month.last
    if period is None or last is None or not schema.line_key:
        return
    days = [
        _not_reached(r.period_start, r.period_end, r.last_date)
        for r in earlier
        if r.period_start and r.period_end and r.last_date and r.rows_accepted
    ]
    lines = [r.rows_accepted for r in earlier if r.rows_accepted]
    if len(days) < threshold("cut_short.least_files") or len(days) < len(lines):
        return
    now = _not_reached(period.start, period.end, last)
    few = result.rows_accepted < threshold("cut_short.lines") * min(lines)
    # Of a file that lacks a third of its period, fewer lines than ever before are enough.
    short = result.rows_accepted < min(lines) and now >= threshold("cut_short.much")
    if now > max(days) and (few or (short and max(days) <= threshold("cut_short.usual"))):
        yield finding("TP-161", detail=_words(period, result.rows_accepted, last, lines))


def _not_reached(start: date, end: date, last: date) -> float:
    """The share of a period that is left after its last line."""
    return max(0, (end - last).days) / ((end - start).days + 1)


def _words(period: Period, lines: int, last: date, before: Sequence[int]) -> str:
    return (
        f"{lines:,} lines, of which the last is dated {last:%d/%m/%Y}. The period ends on "
        f"{period.end:%d/%m/%Y}. {len(before)} earlier files lie between {min(before):,} and "
        f"{max(before):,} lines, and each has later days"
    )
