"""Every run of a home takes the same lock, from wherever it was begun, or waits in words."""

import threading
import time

import dagster as dg
import duckdb
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator

from orchestration.assets import one_at_a_time as module
from orchestration.assets.one_at_a_time import one_at_a_time
from orchestration.assets.reading import READINGS
from orchestration.cli.main import main
from orchestration.publish.outcome import Outcome
from orchestration.trouble import unexpected
from orchestration.warehouse import turn
from orchestration.warehouse.by_hand import main as dbt_by_hand
from orchestration.warehouse.turn import BusyError, exclusive

WHOLE = "whole"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(turn, "LOOK_SECONDS", 0.05)


def job_of(settings, seen, name=WHOLE):
    """A job of one step, run by our executor, that says what it saw."""

    @dg.op
    def step():
        try:
            with exclusive(settings):
                seen.append("the lock was free")
        except BusyError:
            seen.append("at work")

    @dg.job(name=name, executor_def=one_at_a_time(settings, {}, WHOLE))
    def job():
        step()

    return job


def launched(settings, job, tags=None, assets=None):
    """Runs a job as Dagster's daemon and UI do: through the job's own executor."""
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(job, tags=tags or {}, asset_selection=assets)
        list(execute_run_iterator(InMemoryJob(job), run, instance))
        logs = [entry.user_message for entry in instance.all_logs(run.run_id)]
        return instance.get_run_by_id(run.run_id).status.value, logs


def test_a_run_of_the_ui_holds_the_lock_that_the_command_line_takes(settings):
    seen = []
    assert launched(settings, job_of(settings, seen))[0] == "SUCCESS"
    assert seen == ["at work"]
    with exclusive(settings):
        pass


def test_a_worker_that_reads_a_body_waits_for_no_run(settings):
    @dg.asset(key=READINGS)
    def readings():
        pass

    definitions = dg.Definitions(
        assets=[readings],
        executor=one_at_a_time(settings, {}, WHOLE),
        jobs=[dg.define_asset_job("of_a_body")],
    )
    job = definitions.resolve_job_def("of_a_body")
    (settings.warehouse / "judge-abc").mkdir()  # in which the run that holds the home judges
    with exclusive(settings):
        assert launched(settings, job, assets=frozenset({READINGS}))[0] == "SUCCESS"
    assert (settings.warehouse / "judge-abc").exists()


def test_it_waits_its_turn_and_says_for_whom(settings):
    seen, logs = [], []
    with exclusive(settings):
        waiting = threading.Thread(
            target=lambda: logs.extend(launched(settings, job_of(settings, seen))[1])
        )
        waiting.start()
        time.sleep(1)
        assert seen == []
    waiting.join(120)
    assert seen == ["at work"]
    assert any(
        "Another run is at work on" in text and "This one waits its turn." in text for text in logs
    )


def test_a_run_of_the_sensor_or_a_schedule_with_nothing_new_does_nothing(settings, monkeypatch):
    kept = Outcome("unchanged", "2024-06-01-0")
    monkeypatch.setattr(module, "up_to_date", lambda *_: kept)
    for tag in ("dagster/sensor_name", "dagster/schedule_name"):
        seen = []
        status, logs = launched(settings, job_of(settings, seen), {tag: "landing"})
        assert (status, seen) == ("SUCCESS", [])
        assert any("Nothing has changed since the run before" in text for text in logs)
    launched(settings, job_of(settings, seen := []))
    assert seen == ["at work"]  # who asks by hand gets a run


def test_a_run_clears_what_a_killed_one_left_only_when_it_is_its_turn(settings):
    """No run deletes the folders in which another judges."""
    work = settings.warehouse / "judge-abc"
    work.mkdir()
    with exclusive(settings):
        waiting = threading.Thread(target=lambda: launched(settings, job_of(settings, [])))
        waiting.start()
        time.sleep(1)
        assert work.exists()
    waiting.join(120)
    assert not work.exists()


def test_a_part_of_the_whole_leaves_the_last_outcome(settings):
    """Only a run from landing to release may come to another outcome."""
    Outcome("published", "2024-06-01-0", [], "inputs", "landing").write(settings)
    launched(settings, job_of(settings, [], name="part"))
    assert Outcome.read(settings).landing == "landing"
    launched(settings, job_of(settings, []))
    assert Outcome.read(settings) is None


def test_dbt_by_hand_does_not_touch_the_build_of_a_run(settings, monkeypatch, capsys):
    monkeypatch.setenv("TOTALPLACE_HOME", str(settings.home))
    with exclusive(settings):
        assert dbt_by_hand(["build"]) == 1
    assert "Another run is at work on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "IO Error: Could not set lock on file 'x'",
            "another program has a file of this home open",
        ),
        (
            "The ledger in the PostgreSQL database x at db:5432 cannot be used: it is gone",
            "the database that has the receipts cannot be used",
        ),
        ("IO Error: No files found that match 'x'", "something that this home should hold is not"),
        ("Invalid Input Error: No magic bytes found", "a file of this home is damaged"),
        ("Binder Error: column y", "it is a fault of the program or of its installation"),
    ],
)
def test_an_error_of_the_engine_is_said_in_words_with_its_log(settings, message, said):
    text = unexpected(settings, duckdb.Error(message), "while x")
    log = settings.warehouse / "failure.log"
    assert text.startswith(f"while x: {said}")
    assert f"(in full: {log})" in text
    assert message in log.read_text()


def test_no_verb_answers_with_an_exception_of_the_engine(settings, monkeypatch, capsys):
    def fails(*_):
        duckdb.sql("SELECT nothing FROM nowhere")

    monkeypatch.setattr("orchestration.publish.release.list_releases", fails)
    assert main(["releases", "--home", str(settings.home)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("totalplace: The program could not go on: ")
    assert "failure.log" in said
    assert "Traceback" not in said


def test_dbt_by_hand_without_a_build_says_how_one_is_made(settings, monkeypatch, capsys):
    monkeypatch.setenv("TOTALPLACE_HOME", str(settings.home))
    assert dbt_by_hand(["build"]) == 1
    said = (
        f"totalplace: {settings.home} has no build yet: `totalplace run` makes one (`make run`)\n"
    )
    assert capsys.readouterr().err == said
