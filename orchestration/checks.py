"""Great Expectations' verdicts as asset checks, and as results the release's audit can weigh.

Great Expectations takes seconds to import, so it is imported only inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from .assets.warehouse import IN_FORCE
from .contracts.feeds import FEEDS
from .intake.ledger import Ledger
from .progress import say
from .settings import Settings

if TYPE_CHECKING:
    from expectations.run import ExpectationResult


def raw_checks(settings: Settings) -> dg.AssetChecksDefinition:
    """One check a feed on the raw lines in force; a critical failure stops the run's build."""
    specs = [
        dg.AssetCheckSpec(
            f"{feed}_lines",
            asset=IN_FORCE,
            blocking=True,
            description=f"The expectations on the raw {feed} lines in force.",
        )
        for feed in FEEDS
    ]

    @dg.multi_asset_check(specs=specs, name="raw_expectations")
    def raw_expectations() -> Iterator[dg.AssetCheckResult]:
        from expectations.run import validate_raw

        say("  asking the expectations on raw lines")
        ledger = Ledger(settings.ledger)
        in_force = [r.submission_id for r in ledger.receipts() if r.status == "in_force"]
        ledger.close()
        results = validate_raw(settings.raw, FEEDS, submissions=in_force)
        for feed in FEEDS:
            yield _as_check(f"{feed}_lines", [r for r in results if r.table == feed])

    return raw_expectations


def mart_results(database: Path) -> list[ExpectationResult]:
    """What the expectations say of a candidate's DuckDB file."""
    from expectations.mart_suites import MARTS
    from expectations.run import validate
    from expectations.suites import PERSONAL_COLUMNS

    return validate(database, MARTS, personal_columns=PERSONAL_COLUMNS)


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
