"""dbt's process may die of what it does; the run is told so in words."""

import dataclasses
import os
import shutil
import signal
from contextlib import closing

import pytest

from orchestration.intake.ledger.ledger import Ledger
from orchestration.warehouse.dbt import BuildError, Dbt
from orchestration.warehouse.inputs import write_inputs

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
            list(dbt._ask("build"))


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
            list(dbt._ask("build"))


def test_each_model_is_told_of_when_it_has_ended_and_the_first_fault_ends_the_build(small):
    marts = small.dbt_project / "models" / "marts"
    (marts / "fct_issue.sql").write_text("select 1 as one")
    (marts / "fct_last.sql").write_text("select one / 'x' as no from {{ ref('fct_issue') }}")
    (marts / "marts.yml").write_text(
        "models: [{name: fct_issue, config: {contract: {enforced: false}}}, "
        "{name: fct_last, config: {contract: {enforced: false}}}]"
    )
    small.prepare()
    with closing(Ledger(small.ledger)) as ledger:
        write_inputs(small, ledger, {})
    ended = []
    with Dbt(small) as dbt, pytest.raises(BuildError, match="fct_last"):
        for node in dbt.build():
            ended.append((node.unique_id, node.status))
    assert ended == [
        ("model.totalplace.fct_issue", "success"),
        ("model.totalplace.fct_last", "error"),
    ]
