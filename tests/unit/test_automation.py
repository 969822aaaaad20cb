"""The landing sensor and the deadline schedules launch the job that ``totalplace run`` executes."""

import shutil
from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from orchestration.assets.automation import (
    JOB,
    deadline_crons,
    deadline_schedules,
    landing_sensor,
    main_job,
)
from orchestration.contracts.load import load_partners
from orchestration.definitions import build_definitions
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.receive import discover, is_new, receive
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


def book(settings, partners):
    ledger = Ledger(settings.ledger)
    for delivery in discover(settings.landing, partners):
        if is_new(ledger, delivery):
            receive(settings, ledger, partners, delivery)


def test_an_empty_landing_starts_nothing(settings, partners, instance):
    assert isinstance(look(settings, partners, instance), dg.SkipReason)


def test_a_new_file_asks_for_a_run_under_its_receipts_number(settings, partners, instance):
    drop(settings, 0)
    assert look(settings, partners, instance).run_key == "R-000001"
    book(settings, partners)
    assert isinstance(look(settings, partners, instance), dg.SkipReason)
    drop(settings, 1)
    assert look(settings, partners, instance).run_key == "R-000002"


def test_a_run_that_failed_before_it_booked_anything_is_asked_for_again(
    settings, partners, instance
):
    drop(settings, 0)
    tags = look(settings, partners, instance).tags
    run = instance.create_run_for_job(_tiny_job(), tags=tags)
    assert isinstance(look(settings, partners, instance), dg.SkipReason)
    instance.report_run_failed(run)
    assert look(settings, partners, instance).run_key == "R-000001-2"


def _tiny_job():
    @dg.op
    def nothing():
        pass

    @dg.job
    def tiny():
        nothing()

    return tiny


def test_there_is_one_schedule_per_feed_deadline_and_each_asks_for_the_job(partners):
    schedules = deadline_schedules(partners)
    deadlines = {
        (name, feed.cadence, feed.due_days)
        for partner in partners.values()
        for name, feed in partner.feeds.items()
    }
    assert len(schedules) == len(deadlines) >= 5
    for schedule in schedules:
        moment = datetime(2025, 6, 1, 6, tzinfo=ZoneInfo("Europe/London"))
        context = dg.build_schedule_context(scheduled_execution_time=moment)
        assert schedule.evaluate_tick(context).run_requests
        assert schedule.job_name == JOB == main_job().name


def test_a_deadline_is_the_morning_after_the_days_the_contract_gives():
    assert deadline_crons("financial_year", 60) == ["0 6 31 5 *"]
    assert deadline_crons("quarter", 45)[0] == "0 6 15 8 *"
    april = deadline_crons("month", 30)[0]
    assert april == "0 6 31 5 *"


def test_the_graph_has_an_asset_per_contract_and_rooms_as_groups(settings, partners):
    graph = build_definitions(settings, partners).resolve_asset_graph()
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    for partner in partners.values():
        for feed in partner.feeds:
            assert f"{partner.id}/{feed}" in keys
    groups = {graph.get(key).group_name for key in graph.materializable_asset_keys}
    assert groups == {*("landing", "raw", "seeds", "staging", "intermediate", "marts", "published")}
    release = dg.AssetKey(["published", "release"])
    parents = {key.to_user_string() for key in graph.get(release).parent_keys}
    assert "fct_spend_line" in parents
    assert len(graph.asset_check_keys) > 30
