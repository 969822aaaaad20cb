"""The audit: may this candidate be published? Asked of the very bytes, read back from disk.

The checks themselves are in ``checks`` and ``form_checks``; here they are run and judged. A check
that crashes is a check that did not pass, and is reported apart ("could not run"). What other tools
found out about the candidate (Great Expectations) comes in as plain results and is judged here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from expectations.result import ExpectationResult, Outcome

from .candidate import Candidate
from .checks import CHECKS, Check, Evidence, files_are_sealed
from .content import attach, tables_of
from .form_checks import FORM_CHECKS

Severity = Literal["critical", "warning", "info"]
EVERY: tuple[Check, ...] = (*CHECKS, *FORM_CHECKS)
# What may be asked while pages are still being written.
OF_DATA = tuple(check for check in EVERY if check is not files_are_sealed)


@dataclass(frozen=True)
class AuditFinding:
    """What one check found. Only a critical finding that did not pass stops a release."""

    check: str
    outcome: Outcome
    severity: Severity
    message: str


def audit(
    candidate: Candidate,
    judgements: Iterable[ExpectationResult] | None = None,
    *,
    checks: Sequence[Check] = EVERY,
) -> list[AuditFinding]:
    """Every check's findings, the passed ones too, in a fixed order.

    ``judgements`` are results already computed on the candidate's DuckDB file (``None``: no other
    tool was asked; an empty list: it was asked and checked nothing, which fails). An audit that
    checks nothing fails.
    """
    findings: list[AuditFinding] = []
    with candidate.memory.connect() as connection:
        tables: dict[str, dict[str, str]] = {}

        def open_candidate(_: Evidence) -> list[str]:
            """The candidate's DuckDB file can be opened and holds tables."""
            attach(connection, candidate.database, "release")
            tables.update(tables_of(connection, "release"))
            return [] if tables else ["the candidate holds no table: nothing was checked"]

        evidence = Evidence(candidate, connection, tables)
        for check in (open_candidate, *checks):
            findings += run_check(check.__name__, check.__doc__ or "", partial(check, evidence))
    if not checks:
        findings.append(AuditFinding("audit", "failed", "critical", "there was nothing to check"))
    return findings + _judged(judgements)


def run_check(check: str, passed: str, run: Callable[[], list[str]]) -> list[AuditFinding]:
    """One finding per fault that ``run`` reports, a passed one saying ``passed`` if there is
    none, or that the check could not run and why."""
    try:
        problems = run()
    except Exception as error:
        # A DuckDB message may quote a cell ("Could not convert string ..."): the kind of error
        # is enough to find the cause, and no cell leaves the raw room through a message.
        message = f"the check could not run ({type(error).__name__}), so nothing is published"
        return [AuditFinding(check, "could_not_run", "critical", message)]
    if problems:
        return [AuditFinding(check, "failed", "critical", problem) for problem in problems]
    return [AuditFinding(check, "passed", "info", " ".join(passed.split()))]


def refusals(findings: Sequence[AuditFinding]) -> list[AuditFinding]:
    """The findings that stop a release; having no finding at all is one."""
    if not findings:
        return [AuditFinding("audit", "failed", "critical", "nothing was checked")]
    return [f for f in findings if f.outcome != "passed" and f.severity == "critical"]


def _judged(judgements: Iterable[ExpectationResult] | None) -> list[AuditFinding]:
    if judgements is None:
        return []
    results = list(judgements)
    if not results:
        return [
            AuditFinding("expectations", "failed", "critical", "no expectation was checked at all")
        ]
    findings = []
    for result in results:
        outcome: Outcome = "could_not_run"
        if result.outcome in ("passed", "failed"):
            outcome = "passed" if result.outcome == "passed" else "failed"
        severity: Severity = "critical"
        if result.severity in ("warning", "info"):
            severity = "warning" if result.severity == "warning" else "info"
        message = f"{result.table}: {result.description}"
        if outcome == "failed" and result.unexpected_count:
            rows = "row is" if result.unexpected_count == 1 else "rows are"
            message += f" ({result.unexpected_count} {rows} otherwise)"
        if outcome == "could_not_run":
            message += " (the check could not run)"
        findings.append(AuditFinding("expectations", outcome, severity, message))
    return findings
