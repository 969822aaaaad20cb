"""The release: a candidate is built, audited as a whole, and one pointer is swapped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial

import dagster as dg

from ..contracts.model import Partner
from ..intake.receive import rules_version
from ..progress import stage
from ..publish.manifest import ReleaseInputs
from ..publish.release import publish_release
from ..settings import Settings
from ..warehouse.dbt import TEST_RECORD, published_tables, unpassed_tests
from .expectations import mart_results

RELEASE = dg.AssetKey(["published", "release"])
OUTCOME = "outcome.json"


def release_asset(
    settings: Settings, partners: Mapping[str, Partner], upstream: list[dg.AssetKey]
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
        manifest = settings.dbt_target / "manifest.json"
        outcome = publish_release(
            settings.build_db,
            settings.published,
            published_tables(manifest),
            ReleaseInputs.from_parquet(settings.inputs / "submissions.parquet", rules_version()),
            judge=mart_results,
            tested=partial(
                unpassed_tests, settings.build_db, manifest, settings.warehouse / TEST_RECORD
            ),
        )
        stopped = [{"check": f.check, "message": f.message} for f in outcome.refusals]
        (settings.warehouse / OUTCOME).write_text(
            json.dumps(
                {"status": outcome.status, "release_id": outcome.release_id, "refusals": stopped}
            )
        )
        yield dg.MaterializeResult(
            metadata={"status": outcome.status, "release": outcome.release_id or "none"},
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
