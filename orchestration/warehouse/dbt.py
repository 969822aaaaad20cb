"""What dbt leaves in files: its manifest, parsed anew when the project changes, and its results.

Dagster needs it to know the models as assets. Parsing takes five seconds in a process of its own,
so it can be started before Dagster is imported and waited for afterwards.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from ..settings import Settings

# Where a build's test results are kept, in the warehouse room.
TEST_RECORD = "dbt_tests.json"


def prepare_manifest(settings: Settings) -> Callable[[], Path]:
    """Starts parsing if it is needed; the function returned waits and gives the manifest's path.

    Raises ``RuntimeError`` with dbt's own words if the project cannot be read.
    """
    manifest = settings.dbt_target / "manifest.json"
    stamp = settings.dbt_target / "project.sha256"
    place = f"{settings.dbt_project.resolve()}\n"
    parsed = stamp.read_text() if stamp.exists() else ""
    project = place + _project_digest(settings.dbt_project)
    if manifest.exists() and parsed == project:
        return lambda: manifest
    settings.prepare()
    if not parsed.startswith(place):
        # dbt keeps the folder of every seed it has read, and would look for them in the old one.
        (settings.dbt_target / "partial_parse.msgpack").unlink(missing_ok=True)
    settings.export_for_dbt()
    command = [dbt_program(), "parse", "--project-dir", str(settings.dbt_project)]
    command += ["--profiles-dir", str(settings.dbt_project)]
    command += ["--target-path", str(settings.dbt_target), "--log-path", str(settings.dbt_target)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait() -> Path:
        said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"dbt could not read the project:\n{said}")
        stamp.write_text(project)
        return manifest

    return wait


def dbt_program() -> str:
    """dbt beside this Python, whatever the PATH says."""
    return str(Path(sys.executable).with_name("dbt"))


def _project_digest(project: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        if path.is_file() and path.relative_to(project).parts[0] not in ("target", "logs"):
            digest.update(str(path.relative_to(project)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def published_tables(manifest: Path) -> tuple[str, ...]:
    """The tables a release promises: every mart, and the tables that Python adds to them."""
    parsed = json.loads(manifest.read_text(encoding="utf-8"))
    models = [
        node["name"]
        for node in parsed["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    made = [s["name"] for s in parsed["sources"].values() if s["meta"].get("published")]
    return tuple(sorted([*models, *made]))


def record_tests(target: Path, record: Path) -> None:
    """Keeps how each test of a build ended, with the build's id, which dbt left in its database."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    kept = {
        "build": results["metadata"]["invocation_id"],
        "tests": {
            r["unique_id"]: r["status"]
            for r in results["results"]
            if r["unique_id"].startswith("test.")
        },
    }
    record.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def unpassed_tests(database: Path, manifest: Path, record: Path) -> list[str]:
    """Why this database is not known to have passed every dbt test; empty if it is.

    The record must be of the build that made the database, and hold each test of the manifest.
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
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    wanted = {key: n["name"] for key, n in nodes.items() if n["resource_type"] == "test"}
    if not wanted:
        return ["dbt's manifest holds no test: nothing was checked"]
    ended = {key: kept["tests"].get(key, "was not run") for key in wanted}
    return [
        f"dbt test {wanted[key]}: {status}"
        for key, status in sorted(ended.items())
        if status not in ("pass", "warn")
    ]


def main(arguments: Sequence[str]) -> int:
    """Runs dbt by hand on the kept build of the home in the environment; dbt's exit code."""
    settings = Settings.from_environment()
    settings.prepare()
    settings.export_for_dbt()
    folder = str(settings.dbt_target / "by-hand")
    places = ["--project-dir", str(settings.dbt_project), "--profiles-dir"]
    places += [str(settings.dbt_project), "--target-path", folder, "--log-path", folder]
    split = 2 if arguments[0] == "docs" else 1
    return subprocess.call([dbt_program(), *arguments[:split], *places, *arguments[split:]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
