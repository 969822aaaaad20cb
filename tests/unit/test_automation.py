"""The landing sensor and the deadline schedules launch the job that ``totalplace run`` executes."""

import os
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from orchestration.assets import submissions
from orchestration.assets.automation import (
    JOB,
    deadline_crons,
    deadline_schedules,
    landing_sensor,
    main_job,
)
from orchestration.assets.reading import READINGS
from orchestration.contracts.load import load_partners
from orchestration.definitions import build_definitions
from orchestration.intake.landing import discover
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.receive import receive
from orchestration.settings import CHECKOUT

SAMPLES = CHECKOUT / "data" / "samples"


@pytest.fixture
def partners():
    return load_partners(CHECKOUT / "data" / "partners")


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def look(settings, partners, instance):
    context = dg.build_sensor_context(instance=instance)
    return landing_sensor(settings, partners)(context)


def drop(settings, number):
    path = sorted(p for p in SAMPLES.rglob("*.csv") if p.parent.name == "spend")[number]
    target = settings.landing / path.relative_to(SAMPLES)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, target)


def started(instance, request):
    """The run that a request asks for."""
    return instance.create_run_for_job(_tiny_job(), tags=request.tags)


def test_folders_are_collected_in_one_order_whatever_steps_they_are_cut_into(
    settings, partners, instance, monkeypatch
):
    for number in (0, 24, 25, 96):  # files of two bodies
        drop(settings, number)

    def received(folders_a_step):
        monkeypatch.setattr(submissions, "_A_STEP", folders_a_step)
        shutil.rmtree(settings.warehouse, ignore_errors=True)
        settings.prepare()
        steps = submissions.submissions_assets(settings, partners)
        assert dg.materialize(steps, instance=instance).success
        with closing(Ledger(settings.ledger)) as ledger:
            return len(steps), [r.landing_path for r in ledger.receipts()]

    of_one, of_many = received(100), received(3)
    assert of_one[0] == 1 < of_many[0]
    assert of_one[1] == of_many[1]
    assert len(of_one[1]) == 4


def test_an_empty_landing_starts_nothing(settings, partners, instance):
    assert isinstance(look(settings, partners, instance), dg.SkipReason)


def test_a_run_is_asked_for_once_for_each_state_of_landing(settings, partners, instance):
    drop(settings, 0)
    first = look(settings, partners, instance)
    started(instance, first)
    assert isinstance(look(settings, partners, instance), dg.SkipReason)
    drop(settings, 1)
    second = look(settings, partners, instance)
    assert second.run_key != first.run_key


def test_a_file_written_again_with_as_many_bytes_asks_for_a_run(settings, partners, instance):
    folder = settings.landing / "leicester_city_council" / "spend"
    folder.mkdir(parents=True)
    (folder / "april.csv").write_text("a,1.00")
    started(instance, look(settings, partners, instance))
    (folder / "april.csv").write_text("a,9.00")
    os.utime(folder / "april.csv", ns=(1, 1))
    assert isinstance(look(settings, partners, instance), dg.RunRequest)


def test_the_sensor_opens_no_file(settings, partners, instance, monkeypatch):
    drop(settings, 0)
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("a file was opened"))
    assert isinstance(look(settings, partners, instance), dg.RunRequest)


def test_a_run_that_failed_is_asked_for_again(settings, partners, instance):
    drop(settings, 0)
    request = look(settings, partners, instance)
    run = started(instance, request)
    assert isinstance(look(settings, partners, instance), dg.SkipReason)
    instance.report_run_failed(run)
    assert look(settings, partners, instance).run_key == f"{request.run_key}-2"


def test_a_run_that_booked_nothing_is_asked_for_again(settings, partners, instance):
    """A file that was still being written is left by a run, which ends well all the same."""
    drop(settings, 0)
    request = look(settings, partners, instance)
    finish(instance, started(instance, request))
    assert look(settings, partners, instance).run_key == f"{request.run_key}-2"


def test_a_run_that_booked_all_is_not_asked_for_again(settings, partners, instance):
    drop(settings, 0)
    finish(instance, started(instance, look(settings, partners, instance)))
    (delivery,) = discover(settings.landing, partners)
    with closing(Ledger(settings.ledger)) as ledger:
        receive(settings, ledger, partners, delivery)
    assert isinstance(look(settings, partners, instance), dg.SkipReason)


def finish(instance, run):
    event = dg.DagsterEvent(
        event_type_value=dg.DagsterEventType.RUN_SUCCESS.value, job_name=run.job_name
    )
    instance.report_dagster_event(event, run.run_id)


def _tiny_job():
    @dg.op
    def nothing():
        pass

    @dg.job
    def tiny():
        nothing()

    return tiny


def test_several_deadlines_on_one_morning_ask_for_one_run(partners):
    (schedule,) = deadline_schedules(partners)
    crons = schedule.cron_schedule
    deadlines = {(f.cadence, f.due_days) for p in partners.values() for f in p.feeds.values()}
    assert {cron for cadence, days in deadlines for cron in deadline_crons(cadence, days)} == set(
        crons
    )
    assert len(crons) == len(set(crons)) > 10
    moment = datetime(2025, 5, 31, 6, tzinfo=ZoneInfo("Europe/London"))
    context = dg.build_schedule_context(scheduled_execution_time=moment)
    assert len(schedule.evaluate_tick(context).run_requests) == 1
    assert schedule.job_name == JOB == main_job().name


def test_a_deadline_is_the_morning_after_the_days_the_contract_gives():
    assert deadline_crons("financial_year", 60) == ["0 6 31 5 *"]
    assert deadline_crons("quarter", 45)[0] == "0 6 15 8 *"
    april = deadline_crons("month", 30)[0]
    assert april == "0 6 31 5 *"


def test_a_body_that_sends_spend_is_a_partition_of_its_own_which_the_main_job_leaves_alone(
    settings, partners
):
    definitions = build_definitions(settings, partners)
    readings = definitions.resolve_asset_graph().get(READINGS)
    bodies = [partner.id for partner in partners.values() if "spend" in partner.feeds]
    assert readings.partitions_def.get_partition_keys() == bodies
    job = definitions.resolve_job_def(JOB)
    assert READINGS not in job.asset_layer.selected_asset_keys
    assert job.partitions_def is None


def test_the_graph_has_an_asset_per_contract_and_rooms_as_groups(settings, partners):
    graph = build_definitions(settings, partners).resolve_asset_graph()
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    for partner in partners.values():
        for feed in partner.feeds:
            assert f"{partner.id}/{feed}" in keys
    groups = {graph.get(key).group_name for key in graph.materializable_asset_keys}
    assert groups == {*("landing", "raw", "staging", "intermediate", "marts", "published")}
    release = dg.AssetKey(["published", "release"])
    parents = {key.to_user_string() for key in graph.get(release).parent_keys}
    assert "fct_spend_line" in parents
    assert len(graph.asset_check_keys) > 30
