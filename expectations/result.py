"""What an expectation came to: plain values that the core may hold, without Great Expectations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["passed", "failed", "could_not_run"]


@dataclass(frozen=True)
class ExpectationResult:
    """What became of one expectation. Counts are of rows (``one_row_per``: of keys that occur
    more than once); ``None`` where the expectation counts nothing or could not run."""

    suite: str
    table: str
    expectation: str
    description: str
    severity: str
    outcome: Outcome
    unexpected_count: int | None
    element_count: int | None
