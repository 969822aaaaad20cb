"""Expectations that were not met, as issues an analyst can read: worded by the rule catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .catalogue import Level, catalogue
from .result import ExpectationResult

_LEVELS: dict[str, Level] = {
    "critical": "must_fix",
    "warning": "please_explain",
    "info": "information",
}


class Issue(NamedTuple):
    """One expectation that was not met, or that could not be asked."""

    table: str
    code: str
    level: Level
    message: str
    fix: str
    row_count: int


def issues(results: Iterable[ExpectationResult], failed: str, unasked: str) -> list[Issue]:
    """What did not pass, in order; ``failed`` and ``unasked`` are the codes of the two rules.

    That a rule could not run is never told as a fault of the data: it has a code of its own.
    """
    found = []
    for result in results:
        if result.outcome != "passed":
            rule = catalogue()[failed if result.outcome == "failed" else unasked]
            level = _LEVELS[result.severity] if result.outcome == "failed" else rule.level
            message = rule.message.format(detail=result.description, heading=result.table)
            count = result.unexpected_count or 0
            found.append(Issue(result.table, rule.code, level, message, rule.fix, count))
    return found
