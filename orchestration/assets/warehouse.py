"""The build: what is in force becomes tables, and dbt combines them.

The build file is made anew in every run from raw lines and the ledger alone, so that a run killed
half way leaves nothing that the next run could trip over.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from ..contracts.model import Partner
from ..contracts.usable import edited_since
from ..intake.ledger.ledger import Ledger
from ..progress import stage, warn
from ..publish.made_from import MadeFrom
from ..publish.outcome import INPUTS_KEY, inputs_key
from ..publish.parts import body_digests, kept_parts
from ..settings import DUCKDB, Settings
from ..warehouse.build_record import TEST_RECORD, record_tests
from ..warehouse.dbt import Dbt, Parsed
from ..warehouse.inputs import Known, write_inputs
from ..warehouse.readings import keep_readings, kept_readings
from ..warehouse.workers import read_by_workers
from .expectations import IN_FORCE, Expectations


def in_force_asset(
    settings: Settings, partners: Mapping[str, Partner], upstream: Sequence[dg.AssetKey]
) -> dg.AssetsDefinition:
    """The ledger and the contracts as the tables the build may read."""

    @dg.asset(
        key=IN_FORCE,
        deps=list(upstream),
        group_name="raw",
        kinds={"parquet"},
        description="What is in force: receipts, findings and contracts, as typed tables.",
    )
    def in_force() -> dg.MaterializeResult[None]:
        # Before the ledger is read: what is booked meanwhile is then another state of it.
        key, known = inputs_key(settings), _known(settings)
        if edited := edited_since(partners, settings.partners, settings.place):
            # What is made by the agreement before must not be known by the one after.
            warn(f"{', '.join(edited)}: changed during this run, which goes by the earlier text")
            key, known = "", Known()
        (settings.warehouse / INPUTS_KEY).write_text(key)
        ledger = Ledger(settings.ledger)
        try:
            write_inputs(settings, ledger, partners, known)
            receipts = [r for r in ledger.receipts() if r.status == "in_force"]
        finally:
            ledger.close()
        return dg.MaterializeResult(
            metadata={
                "submissions": len(receipts),
                "rows": sum(r.rows_accepted for r in receipts),
                "pence": sum(r.pence_accepted for r in receipts),
            }
        )

    return in_force


def _known(settings: Settings) -> Known:
    """What the build may take over from the newest release; what is damaged there is named. A build
    on Spark takes nothing over: its keys of parts are not DuckDB's."""
    if settings.engine != DUCKDB:
        return Known()
    digests = body_digests(MadeFrom.of(settings))
    if settings.builds_everything:
        return Known(digests=digests)
    kept, problems = kept_parts(settings.published)
    readings = kept_readings(settings.read_lines).values()
    whole = [reading.key for reading in readings if reading.is_whole]
    if len(whole) < len(readings):
        problems.append(
            f"{settings.read_lines}: {len(readings) - len(whole)} of the kept readings are "
            "damaged or half written; their lines are read again"
        )
    for problem in problems:
        warn(problem)
    return Known(kept, digests, whole)


Node = Mapping[str, Any]
# What a run reports on: what it read and what it publishes. A report costs 15 ms of a run, and the
# models between are drawn as they depend on each other without one.
REPORTED = ("staging", "marts")


def models_asset(
    settings: Settings, dbt: Dbt, expectations: Expectations, needed: Collection[str]
) -> tuple[dg.AssetsDefinition, list[dg.AssetSpec]]:
    """Every dbt model and test, built in one step: an asset for each model that is reported on or
    ``needed`` by a later step, a check for each test; and the nodes between, for the picture."""
    parsed = dbt.parsed()
    nodes = parsed.nodes("model", "seed")
    tests = _tests(parsed, nodes)
    specs = {key: _spec(node, nodes) for key, node in nodes.items()}
    reported = {
        key: spec
        for key, spec in specs.items()
        if spec.group_name in REPORTED or nodes[key]["name"] in needed
    }

    @dg.multi_asset(
        specs=list(reported.values()),
        check_specs=list(tests.values()),
        name="models",
    )
    def models() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        expectations.ask_raw()
        read_by_workers(settings)
        stage("Combining with dbt")
        for result in dbt.build():
            if result.status == "warn":
                warn(f"{result.unique_id.split('.')[2]}: {result.message}")
            spec = reported.get(result.unique_id)
            if spec and result.status == "success":
                seconds = round(result.seconds, 2)
                yield dg.MaterializeResult(spec.key, metadata={"seconds": seconds})
            if check := tests.get(result.unique_id):
                yield dg.AssetCheckResult(
                    passed=result.status == "pass",
                    asset_key=check.asset_key,
                    check_name=check.name,
                    severity=dg.AssetCheckSeverity.WARN,
                )
        keep_readings(settings.build_db, settings.inputs, settings.read_lines, settings.memory)
        record_tests(settings.dbt_target / "run", settings.warehouse / TEST_RECORD)

    return models, [spec for key, spec in specs.items() if key not in reported]


def _spec(node: Node, nodes: Mapping[str, Node]) -> dg.AssetSpec:
    """A model or seed in the group of its room: staging, intermediate, marts, seeds."""
    above = node["depends_on"].get("nodes", [])
    reads_sources = any(key.startswith("source.") for key in above)
    return dg.AssetSpec(
        str(node["name"]),
        deps=[
            *(str(nodes[key]["name"]) for key in above if key in nodes),
            *([IN_FORCE] if reads_sources else []),
        ],
        group_name="seeds" if node["resource_type"] == "seed" else node["fqn"][1],
        description=str(node["description"]),
        kinds={"dbt", "duckdb"},
    )


def _tests(parsed: Parsed, nodes: Mapping[str, Node]) -> dict[str, dg.AssetCheckSpec]:
    """A check for each test of an asset that is reported on."""
    specs = {}
    for key, test in parsed.nodes("test").items():
        read = [test.get("attached_node"), *test["depends_on"]["nodes"]]
        on = [str(nodes[n]["name"]) for n in read if n in nodes and nodes[n]["fqn"][1] in REPORTED]
        if on:
            specs[key] = dg.AssetCheckSpec(test["name"], asset=on[0])
    return specs
