"""A bad day: killed runs, refused files, strangers, synthetic and real money in one home."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from orchestration.settings import CHECKOUT
from tests.journeys.conftest import first_file


@pytest.fixture
def fresh(westmarsh_home, tmp_path):
    """The small place before any run."""
    return replace(westmarsh_home, home=tmp_path / "home")


@pytest.fixture
def after_a_run(westmarsh_home, tmp_path):
    """The small place after one run, to be changed."""
    shutil.copytree(westmarsh_home.home, tmp_path / "home", symlinks=True)
    shutil.copytree(westmarsh_home.landing, tmp_path / "landing")
    return replace(westmarsh_home, home=tmp_path / "home", landing=tmp_path / "landing")


def content(program):
    import json

    return json.loads((program.current / "manifest.json").read_text())["content_hash"]


def test_a_run_killed_half_way_and_started_again_ends_in_the_same_content(fresh, westmarsh_home):
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli.main", "run"],
        cwd=CHECKOUT,
        env=fresh.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in process.stderr:
        if "Combining with dbt" in line:
            break
    time.sleep(1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not fresh.current.exists()
    fresh("run", check=0)
    assert content(fresh) == content(westmarsh_home)


def test_bad_input_gets_one_message_a_cause_and_stops_nobody_else(bad_day):
    assert bad_day.first.code == 3, bad_day.first.err
    answer = bad_day.first.json
    assert answer["status"] == "published"
    told = {n["file_name"]: n["reason"] for n in answer["not_counted"] if n["verdict"] == "refused"}
    assert told == {
        "SYNTHETIC-page-2009-10-q2.csv": "This looks like a login page, not a data file. "
        "We expected a CSV file or an Excel workbook (.xlsx).",
        "SYNTHETIC-payments-2009-10-q1.csv": "The heading 'Amount' is missing.",
        first_file(
            bad_day.landing
        ).name: "The folder 'another_body/spend' belongs to no known partner and feed.",
    }
    for receipt in bad_day("receipts", "--json").json:
        stored = [bad_day.home / "quarantine" / "files", bad_day.home / "raw" / "originals"]
        assert any((folder / receipt["sha256"]).exists() for folder in stored)


def test_synthetic_and_real_money_never_meet(after_a_run):
    published = content(after_a_run)
    spend = after_a_run.landing / "westmarsh_pcc" / "spend"
    text = (spend / "SYNTHETIC-payments-2024.csv").read_text(encoding="utf-8")
    (spend / "payments-2025.csv").write_text(text.replace("2024", "2025"), encoding="utf-8")
    answer = after_a_run("run", check=1)
    assert "Nothing was published" in answer.out
    assert "synthetic" in answer.out.lower()
    assert content(after_a_run) == published


def test_a_second_run_at_the_same_time_is_told_who_is_at_work(fresh):
    from orchestration.cli.run import BusyError, exclusive
    from orchestration.settings import Settings

    settings = Settings.from_environment(home=fresh.home)
    with (
        exclusive(settings),
        pytest.raises(BusyError, match="Another run is at work"),
        exclusive(settings),
    ):
        pass


def test_usage_errors_exit_with_2_and_say_what_is_known(fresh):
    assert fresh("check", "nowhere.csv", "--partner", "x", "--feed", "spend").code == 2
    assert "Known: " in fresh("check", "nowhere.csv", "--partner", "x", "--feed", "spend").err
    assert fresh("fly").code == 2


def test_a_landing_folder_that_is_named_and_not_there_is_said_and_nothing_runs(fresh, tmp_path):
    nowhere = replace(fresh, landing=tmp_path / "not mounted")
    for verb in ("run", "collect"):
        answer = nowhere(verb, check=2)
        assert f"There is no folder {nowhere.landing}." in answer.err
    assert not nowhere.home.exists()
