"""dbt's process may die of what it does; the run is told so in words."""

import dataclasses
import os
import shutil
import signal

import pytest

from orchestration.warehouse.dbt import BuildError, Dbt


def test_a_process_that_is_killed_is_said_with_where_its_log_is(settings):
    with Dbt(settings) as dbt:
        dbt.start()
        os.kill(dbt._process.pid, signal.SIGKILL)
        with pytest.raises(
            BuildError, match=r"ended with -9 .* memory runs out \(the log: .*dbt\."
        ):
            dbt._ask("build")


def test_a_project_that_cannot_be_read_says_so(settings, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(settings.dbt_project, project, ignore=shutil.ignore_patterns("target"))
    (project / "models" / "marts" / "fct_issue.sql").write_text(
        "select * from {{ ref('nothing') }}"
    )
    with (
        Dbt(dataclasses.replace(settings, dbt_project=project)) as dbt,
        pytest.raises(
            BuildError, match=r"could not read the project: .*fct_issue.*nothing.*parse\.log"
        ),
    ):
        dbt.parsed()


def test_a_fault_of_ours_in_the_process_is_said_and_not_only_a_process_gone(settings):
    project = settings.home / "project"
    shutil.copytree(settings.dbt_project, project, ignore=shutil.ignore_patterns("target"))
    with Dbt(dataclasses.replace(settings, dbt_project=project)) as dbt:
        dbt._folder.mkdir(parents=True)
        (dbt._folder / "partial_parse.msgpack").write_bytes(b"no reading at all")
        with pytest.raises(BuildError, match=r"dbt's process failed: \w+"):
            dbt._ask("build")
