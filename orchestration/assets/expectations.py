"""Great Expectations' verdicts as asset checks, and as results the release's audit can weigh.

Great Expectations takes seven seconds to import, so it lives in a process of its own that is
started while files are still being judged, and is asked when its turn comes.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from ..contracts.feeds import FEEDS
from ..intake.ledger.ledger import Ledger
from ..progress import stage
from ..settings import Settings
from ..warehouse.inputs import write_expectations
from .warehouse import IN_FORCE

if TYPE_CHECKING:
    from expectations.result import ExpectationResult


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
        stage("Checking expectations on raw lines")
        ledger = Ledger(settings.ledger)
        in_force = [r.submission_id for r in ledger.receipts() if r.status == "in_force"]
        ledger.close()
        results = _expectations().submit(_raw_results, settings.raw, in_force).result()
        write_expectations(settings, results)
        for feed in FEEDS:
            yield _as_check(f"{feed}_lines", [r for r in results if r.table == feed])

    return raw_expectations


def mart_results(database: Path) -> list[ExpectationResult]:
    """What the expectations say of a candidate's DuckDB file."""
    return _expectations().submit(_mart_results, database).result()


def warm_up() -> None:
    """Has Great Expectations imported on the other core."""
    _expectations().submit(import_module, "great_expectations")


def cool_down() -> None:
    """Ends the process of the expectations, if there is one."""
    if _expectations.cache_info().currsize:
        _expectations().shutdown()
        _expectations.cache_clear()
        gc.collect()  # frees the pool's semaphores now, not when Python goes down


@cache
def _expectations() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_leave_at_once)


def _leave_at_once() -> None:
    """At its end the process just stops: it has nothing to save, and going down in order takes
    two seconds and has DuckDB's bindings report "leaks"."""
    Finalize(None, os._exit, args=(0,), exitpriority=-100)


def _raw_results(raw: Path, in_force: list[str]) -> list[ExpectationResult]:
    from expectations.run import validate_raw

    return validate_raw(raw, FEEDS, submissions=in_force)


def _mart_results(database: Path) -> list[ExpectationResult]:
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
