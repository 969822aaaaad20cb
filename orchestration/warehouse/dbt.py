"""dbt's manifest: parsed anew whenever a file of the dbt project has changed.

Dagster needs it to know the models as assets. Parsing takes five seconds in a process of its own,
so it can be started before Dagster is imported and waited for afterwards.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ..settings import Settings


def prepare_manifest(settings: Settings) -> Callable[[], Path]:
    """Starts parsing if it is needed; the function returned waits and gives the manifest's path.

    Raises ``RuntimeError`` with dbt's own words if the project cannot be read.
    """
    manifest = settings.dbt_target / "manifest.json"
    stamp = settings.dbt_target / "project.sha256"
    digest = _project_digest(settings.dbt_project)
    if manifest.exists() and stamp.exists() and stamp.read_text() == digest:
        return lambda: manifest
    settings.prepare()
    settings.export_for_dbt()
    command = [dbt_program(), "parse", "--project-dir", str(settings.dbt_project)]
    command += ["--profiles-dir", str(settings.dbt_project)]
    command += ["--target-path", str(settings.dbt_target), "--log-path", str(settings.dbt_target)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait() -> Path:
        said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"dbt could not read the project:\n{said}")
        stamp.write_text(digest)
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
