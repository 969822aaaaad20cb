"""A bad day: killed runs, refused files, strangers, synthetic and real money in one home."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from orchestration.settings import CHECKOUT
from tests.journeys.program import Program, after_one_run, program_over
from tests.shared import made_once

SAMPLES = CHECKOUT / "data" / "samples"
PARTNER = min(path.name for path in SAMPLES.iterdir())


def lay_out(landing):
    """One year of one partner, a page that is no data, a file without a heading, a stranger's."""
    folder = landing / PARTNER / "spend"
    folder.mkdir(parents=True)
    for path in sorted((SAMPLES / PARTNER / "spend").glob("*2008-09*")):
        shutil.copy(path, folder)
    first = first_file(landing)
    (folder / "SYNTHETIC-page-2009-10-q2.csv").write_text("<html>sign in</html>")
    text = first.read_text(encoding="utf-8-sig").replace("Amount", "Sum", 1)
    (folder / "SYNTHETIC-payments-2009-10-q1.csv").write_text(text)
    stranger = landing / "another_body" / "spend"
    stranger.mkdir(parents=True)
    shutil.copy(first, stranger)


def first_file(landing):
    return min((landing / PARTNER / "spend").glob("*2008-09*"))


@pytest.fixture(scope="module")
def bad_day(tmp_path_factory):
    """A home after one run over what was laid out, and what that run answered."""

    def make(folder):
        lay_out(folder / "landing")
        after_one_run(folder / "home", folder / "landing", "--json")

    folder = made_once(tmp_path_factory, "bad_day", make)
    return program_over(folder / "home", folder / "landing")


@pytest.fixture
def small(tmp_path):
    """The same landing folder, before any run."""
    lay_out(tmp_path / "landing")
    return Program(tmp_path / "home", tmp_path / "landing")


@pytest.fixture
def after_a_run(small, bad_day):
    """The same after one run, to be changed."""
    shutil.copytree(bad_day.home, small.home, symlinks=True)
    return small


def content(program):
    import json

    return json.loads((program.current / "manifest.json").read_text())["content_hash"]


def test_a_run_killed_half_way_and_started_again_ends_in_the_same_content(small, bad_day):
    env = os.environ | {
        "TOTALPLACE_HOME": str(small.home),
        "TOTALPLACE_LANDING": str(small.landing),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli.main", "run"],
        cwd=CHECKOUT,
        env=env,
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
    assert not small.current.exists()
    small("run", check=3)
    assert content(small) == content(bad_day)


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
    small = after_a_run
    published = content(small)
    first = first_file(small.landing)
    real = first.read_text(encoding="utf-8-sig").replace("2008-", "2009-")
    first.with_name("payments-2009-10-q1.csv").write_text(real)
    answer = small("run", check=1)
    assert "Nothing was published" in answer.out
    assert "synthetic" in answer.out.lower()
    assert content(small) == published


def test_a_second_run_at_the_same_time_is_told_who_is_at_work(small):
    from orchestration.cli.run import BusyError, exclusive
    from orchestration.settings import Settings

    settings = Settings.from_environment(home=small.home)
    with (
        exclusive(settings),
        pytest.raises(BusyError, match="Another run is at work"),
        exclusive(settings),
    ):
        pass


def test_usage_errors_exit_with_2_and_say_what_is_known(small):
    assert small("check", "nowhere.csv", "--partner", "x", "--feed", "spend").code == 2
    assert "Known: " in small("check", "nowhere.csv", "--partner", "x", "--feed", "spend").err
    assert small("fly").code == 2
