"""How the nodes of a build ended, and whether every test of it is known to have passed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

# Where a build's test results are kept, in the warehouse room.
TEST_RECORD = "dbt_tests.json"
# How dbt says that the nodes of a build ended, in the folder of the build.
RESULTS = "run_results.json"


@dataclass(frozen=True)
class NodeResult:
    """How one model, seed or test of a build ended (``success``, ``pass``, ``error``, ...)."""

    unique_id: str
    status: str
    message: str
    seconds: float


def results(target: Path) -> list[NodeResult]:
    """How every node of the build in ``target`` ended."""
    run = json.loads((target / RESULTS).read_text(encoding="utf-8"))
    return [
        NodeResult(r["unique_id"], r["status"], r["message"] or "", r["execution_time"])
        for r in run["results"]
    ]


def record_tests(target: Path, record: Path) -> None:
    """Keeps how each test of the build in ``target`` ended, with the build's id, which dbt left in
    its database."""
    run = json.loads((target / RESULTS).read_text(encoding="utf-8"))
    ended = {r.unique_id: r.status for r in results(target) if r.unique_id.startswith("test.")}
    kept = {"build": run["metadata"]["invocation_id"], "tests": ended}
    record.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def unpassed_tests(
    database: Path, wanted: Mapping[str, Mapping[str, Any]], record: Path
) -> list[str]:
    """Why this database is not known to have passed every dbt test; empty if it is.

    The record must be of the build that made the database, and hold each ``wanted`` test, by id.
    """
    if not record.is_file():
        return ["no result of dbt's tests is recorded for this build"]
    kept = json.loads(record.read_text(encoding="utf-8"))
    with duckdb.connect(str(database), read_only=True) as con:
        try:
            (build,) = con.execute("SELECT build FROM dbt_build").fetchall()[0]
        except (duckdb.CatalogException, IndexError):
            build = None
    if build != kept["build"]:
        return ["the recorded results of dbt's tests are of another build"]
    if not wanted:
        return ["dbt's manifest holds no test: nothing was checked"]
    ended = {key: kept["tests"].get(key, "was not run") for key in wanted}
    return [
        f"dbt test {wanted[key]['name']}: {status}"
        for key, status in sorted(ended.items())
        if status not in ("pass", "warn")
    ]
