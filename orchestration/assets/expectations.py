"""Great Expectations' verdicts as asset checks, and as results the release's audit can weigh.

They are asked in the process beside, where Great Expectations is imported while files are still
being judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import duckdb

from ..contracts.feeds import FEEDS
from ..settings import Settings
from ..sql import Memory, literal
from .beside import begin

IN_FORCE = dg.AssetKey(["raw", "in_force"])

if TYPE_CHECKING:
    from expectations.result import ExpectationResult


class Expectations:
    """What Great Expectations says of one run: asked beside the build, answered at the gate."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._raw: Future[list[ExpectationResult]] | None = None
        self._spend = True

    def ask_raw(self) -> None:
        """Begins to ask of the raw lines in force, while dbt builds."""
        settings = self._settings
        submissions = literal(settings.inputs / "submissions.parquet")
        rows = duckdb.sql(
            f"SELECT submission_id, feed FROM {submissions} WHERE in_force"
        ).fetchall()
        self._spend = any(feed == "spend" for _, feed in rows)
        in_force = [str(submission) for submission, _ in rows]
        self._raw = begin(_raw_results, settings.raw, in_force, settings.memory, spend=self._spend)

    def raw(self) -> list[ExpectationResult]:
        """What they say of the raw lines in force."""
        if self._raw is None:
            self.ask_raw()
        assert self._raw
        return self._raw.result()

    def of_release(self, files: Mapping[str, Path]) -> list[ExpectationResult]:
        """What they say of the raw lines, and of a release's tables, by their Parquet."""
        raw = self.raw()
        marts = begin(_mart_results, dict(files), self._settings.memory, spend=self._spend)
        return [*raw, *marts.result()]


def raw_checks(
    expectations: Expectations, upstream: Sequence[dg.AssetKey]
) -> dg.AssetChecksDefinition:
    """One check a feed on the raw lines in force. They are shown here; the release's audit asks
    the same results again, and a critical failure stops it there."""
    specs = [
        dg.AssetCheckSpec(
            f"{feed}_lines",
            asset=IN_FORCE,
            additional_deps=list(upstream),
            description=f"The expectations on the raw {feed} lines in force.",
        )
        for feed in FEEDS
    ]

    @dg.multi_asset_check(specs=specs, name="raw_expectations")
    def raw_expectations() -> Iterator[dg.AssetCheckResult]:
        results = expectations.raw()
        for feed in FEEDS:
            yield _as_check(f"{feed}_lines", [r for r in results if r.table == feed])

    return raw_expectations


def _raw_results(
    raw: Path, in_force: list[str], memory: Memory, *, spend: bool
) -> list[ExpectationResult]:
    from expectations.run import validate_raw
    from expectations.suite import without_spend
    from expectations.suites import RAW

    suites = RAW if spend else without_spend(RAW)
    return validate_raw(raw, FEEDS, submissions=in_force, suites=suites, memory=memory)


def _mart_results(
    files: dict[str, Path], memory: Memory, *, spend: bool
) -> list[ExpectationResult]:
    from expectations.mart_suites import MARTS
    from expectations.run import validate_files
    from expectations.suite import without_spend
    from expectations.suites import PERSONAL_COLUMNS

    suites = MARTS if spend else without_spend(MARTS)
    return validate_files(files, suites, personal_columns=PERSONAL_COLUMNS, memory=memory)


def _as_check(name: str, results: Iterable[ExpectationResult]) -> dg.AssetCheckResult:
    results = list(results)
    bad = [r for r in results if r.outcome != "passed"]
    critical = [r for r in bad if r.severity == "critical"]
    return dg.AssetCheckResult(
        check_name=name,
        passed=bool(results) and not bad,
        severity=dg.AssetCheckSeverity.ERROR
        if critical or not results
        else dg.AssetCheckSeverity.WARN,
        metadata={
            "expectations": len(results),
            "failed": "; ".join(r.description for r in bad if r.outcome == "failed") or "none",
            "could not run": "; ".join(r.description for r in bad if r.outcome == "could_not_run")
            or "none",
        },
    )
