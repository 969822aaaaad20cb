"""The build: what is in force becomes tables, and dbt combines them.

The build file is made anew in every run from raw lines and the ledger alone, so that a run killed
half way leaves nothing that the next run could trip over.
"""

import contextlib
import io
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import metadata
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from packaging.version import Version

from ..contracts.model import Partner
from ..intake.ledger.ledger import Ledger
from ..progress import say, stage, warn
from ..settings import Settings
from ..warehouse.dbt import TEST_RECORD, dbt_program, prepare_manifest, record_tests
from ..warehouse.inputs import write_inputs

IN_FORCE = dg.AssetKey(["raw", "in_force"])


class DbtProgress(io.TextIOBase):
    """What dbt prints, cut down to a line now and then, and every failure in full.

    dbt writes to standard output, which belongs to the answer of ``--json``.
    """

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if re.search(r"\b(FAIL|ERROR|WARN)\b(?!=)", line):
                warn(line.strip())
            elif (step := re.match(r"(\d+) of (\d+) (OK|PASS)", line)) and not int(step[1]) % 20:
                say(f"{step[1]} of {step[2]} models and tests")
        return len(text)


class Rooms(DagsterDbtTranslator):
    """Groups the models by the room they stand in: staging, intermediate, marts, seeds."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return str(dbt_resource_props["fqn"][1])


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
        ledger = Ledger(settings.ledger)
        try:
            write_inputs(settings, ledger, partners)
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


def models_asset(settings: Settings) -> dg.AssetsDefinition:
    """Every dbt model and test, run by ``dbt build`` on a fresh build file."""
    project = DbtProject(
        project_dir=settings.dbt_project,
        profiles_dir=settings.dbt_project,
        target_path=settings.dbt_target,
    )

    @dbt_assets(
        manifest=prepare_manifest(settings)(),
        project=project,
        # Every source table is made by the one asset that writes the build's inputs.
        dagster_dbt_translator=Rooms(
            DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)
        ),
    )
    def models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        stage("Combining with dbt")
        for left in settings.warehouse.glob("build.duckdb*"):
            left.unlink()
        settings.export_for_dbt()
        target = settings.dbt_target / "run"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        shutil.copy(settings.dbt_target / "partial_parse.msgpack", target)
        with contextlib.redirect_stdout(DbtProgress()):
            # Unit tests test the SQL, not the data: they run in the test suite.
            build = ["build", "--exclude-resource-type", "unit_test"]
            yield from dbt.cli(build, context=context, target_path=target).stream()
        record_tests(target, settings.warehouse / TEST_RECORD)

    return models


class InstalledDbt(DbtCliResource):
    """dbt beside this Python. Its version is known without asking ``dbt --version``, which takes
    two seconds, twice a run."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))


def dbt_resource(settings: Settings) -> DbtCliResource:
    """dbt as installed beside this Python, whatever the PATH says."""
    return InstalledDbt(
        project_dir=str(settings.dbt_project),
        profiles_dir=str(settings.dbt_project),
        dbt_executable=dbt_program(),
        global_config_flags=["--no-use-colors", "--log-path", str(settings.dbt_target)],
    )
