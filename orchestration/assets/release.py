"""The release: a candidate is built, audited as a whole, and one pointer is swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import dagster as dg

from ..intake.ledger.fingerprints import rules_version
from ..progress import stage
from ..publish.companions.method import method_pages
from ..publish.differing import TABLE as RECONCILIATION
from ..publish.differing import differing_years
from ..publish.made_from import MadeFrom
from ..publish.manifest import ReleaseInputs
from ..publish.meanings import Conventions, shape_of
from ..publish.outcome import INPUTS_KEY, Outcome, Refusal
from ..publish.release import publish_release
from ..report import release_report
from ..settings import Settings
from ..warehouse.build_record import TEST_RECORD, unpassed_tests
from ..warehouse.dbt import Parsed
from .beside import begin
from .expectations import Expectations

RELEASE = dg.AssetKey(["published", "release"])


def release_asset(
    settings: Settings,
    parsed: Parsed,
    expectations: Expectations,
    upstream: list[dg.AssetKey],
) -> dg.AssetsDefinition:
    """Publishes what the marts hold, if every check holds on the very bytes to be read."""

    @dg.asset(
        key=RELEASE,
        deps=upstream,
        group_name="published",
        kinds={"duckdb", "parquet", "csv"},
        description="The immutable release that analysts read; readers see the old or the new.",
        check_specs=[
            dg.AssetCheckSpec(
                "audit", asset=RELEASE, description="The candidate passed every check on its bytes."
            )
        ],
    )
    def release() -> Iterator[dg.MaterializeResult[None]]:
        stage("Auditing and publishing")
        record = settings.warehouse / TEST_RECORD
        made_from = _inputs(settings, parsed)
        outcome = publish_release(
            settings.build_db,
            settings.published,
            parsed.published,
            made_from,
            judge=expectations.of_release,
            tested=partial(unpassed_tests, settings.build_db, parsed.nodes("test"), record),
            report=lambda folder: begin(release_report, folder).result(),
            memory=settings.memory,
        )
        stopped = [Refusal(check=f.check, message=f.message) for f in outcome.refusals]
        if any(refusal["message"].startswith(RECONCILIATION) for refusal in stopped):
            said = differing_years(settings.build_db)
            stopped += [Refusal(check="expectations", message=text) for text in said]
        # What was refused may pass when it is tried again: nothing relies on it.
        inputs = "" if stopped else (settings.warehouse / INPUTS_KEY).read_text()
        Outcome(outcome.status, outcome.release_id, stopped, inputs, waiting=outcome.waiting).write(
            settings
        )
        yield dg.MaterializeResult(
            metadata={
                "status": outcome.status,
                "release": outcome.release_id or "none",
                "waiting": outcome.waiting or "none",
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name="audit",
                    passed=outcome.status != "refused",
                    metadata={
                        "checks": len(outcome.findings),
                        "refused by": ", ".join(s["check"] for s in stopped) or "none",
                    },
                )
            ],
        )

    return release


def _inputs(settings: Settings, parsed: Parsed) -> ReleaseInputs:
    """What the release of this run is made from."""
    conventions = Conventions.read(settings.dbt_project)
    inputs = ReleaseInputs.from_parquet(
        settings.inputs / "submissions.parquet",
        rules_version(),
        parsed.traces,
        MadeFrom.of(settings),
        {table: shape_of(parsed.declared(table), conventions) for table in parsed.published},
    )
    return replace(
        inputs, workbook_rows=settings.workbook_rows, method=method_pages(settings.method)
    )
