"""Three workers read bodies ahead of the build, and one of them is killed: the release is, byte for
byte, the one that a run without workers makes."""

import os
import shutil
import signal

import duckdb
import pytest

from orchestration.cli.console import ExitCode
from orchestration.cli.run import run
from orchestration.publish.manifest import Manifest
from orchestration.settings import Settings
from orchestration.warehouse import workers
from orchestration.warehouse.dbt import Dbt

KILLED = "run/3"


class KilledWorker(Dbt):
    """dbt for a worker; that of one is killed before it reads."""

    def read(self, *arguments):
        if self._settings.worker == KILLED:
            os.kill(self._process.pid, signal.SIGKILL)
        super().read(*arguments)


@pytest.fixture
def with_workers(westmarsh_home, tmp_path, monkeypatch):
    """A home of the same receipts in which nothing was read or published yet, with workers for
    however few lines."""
    home = tmp_path / "home"
    shutil.copytree(westmarsh_home.home, home, symlinks=True)
    for made in (home / "published", home / "warehouse" / "read"):
        shutil.rmtree(made)
    for name, value in westmarsh_home.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TOTALPLACE_WORKERS", "3")
    monkeypatch.setattr(workers, "WORTH_A_WORKER", 1)
    monkeypatch.setattr(workers, "Dbt", KilledWorker)
    return Settings.from_environment(home)


def test_the_release_is_the_same_whoever_reads(with_workers, westmarsh_home, capsys):
    assert run(with_workers) == ExitCode.DONE
    said = capsys.readouterr().err
    assert "Worker 3 failed, and the build reads its lines itself" in said
    assert "dbt's process ended with -9" in said
    assert "Worker 1" not in said
    assert "Worker 2" not in said
    with duckdb.connect(str(with_workers.build_db), read_only=True) as build:
        read = build.execute("SELECT DISTINCT partner_id FROM int_read_lines ORDER BY 1").fetchall()
    # Of the PCC, whose files are of calendar years, no reading is kept.
    assert read == [("nhs_eastwold_ccg",), ("westmarsh_pcc",)]
    before, after = (
        {name: file.sha256 for name, file in Manifest.read(release).files.items()}
        for release in (westmarsh_home.current, with_workers.published / "current")
    )
    tables = {name for name in before if name.startswith("parquet/")}
    assert len(tables) > 60
    assert {name: after[name] for name in tables} == {name: before[name] for name in tables}
    assert not [*with_workers.warehouse.glob("workers/run/*/build.duckdb")]
