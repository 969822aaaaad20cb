"""dbt's process may die of what it does; the run is told so in words."""

import dataclasses
import os
import shutil
import signal

import pytest

from orchestration.warehouse.dbt import BuildError, Dbt

pytestmark = pytest.mark.long


@pytest.fixture
def small(settings):
    """The same over a project of one model."""
    project = settings.home / "project"
    project.mkdir()
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(settings.dbt_project / name, project)
    model = project / "models" / "marts" / "fct_issue.sql"
    model.parent.mkdir(parents=True)
    model.write_text("select * from {{ ref('nothing') }}")
    return dataclasses.replace(settings, dbt_project=project)


def test_a_process_that_is_killed_is_said_with_where_its_log_is(settings):
    with Dbt(settings) as dbt:
        dbt.start()
        os.kill(dbt._process.pid, signal.SIGKILL)
        with pytest.raises(
            BuildError, match=r"ended with -9 .* memory runs out \(the log: .*dbt\."
        ):
            dbt._ask("build")


def test_a_project_that_cannot_be_read_says_so(small):
    with (
        Dbt(small) as dbt,
        pytest.raises(
            BuildError, match=r"could not read the project: .*fct_issue.*nothing.*parse\.log"
        ),
    ):
        dbt.parsed()


def test_a_fault_of_ours_in_the_process_is_said_and_not_only_a_process_gone(small):
    with Dbt(small) as dbt:
        dbt._folder.mkdir(parents=True)
        (dbt._folder / "partial_parse.msgpack").write_bytes(b"no reading at all")
        with pytest.raises(BuildError, match=r"dbt's process failed: \w+"):
            dbt._ask("build")
