"""A bad day: killed runs, refused files, strangers, synthetic and real money in one home."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from orchestration.settings import CHECKOUT
from tests.journeys.program import Program
from tests.shared import made_once

SAMPLES = CHECKOUT / "data" / "samples"


@pytest.fixture(scope="module")
def untroubled(tmp_path_factory):
    """A home with one year of one partner after one run, and its landing folder."""

    def make(folder):
        partner = sorted(p.name for p in SAMPLES.iterdir())[0]
        landing = folder / "landing" / partner / "spend"
        landing.mkdir(parents=True)
        for path in sorted((SAMPLES / partner / "spend").glob("*2008-09*")):
            shutil.copy(path, landing)
        Program(folder / "home", folder / "landing")("run", check=3)

    folder = made_once(tmp_path_factory, "untroubled", make)
    return Program(folder / "home", folder / "landing")


@pytest.fixture
def small(tmp_path, untroubled):
    """The same landing folder, before any run."""
    shutil.copytree(untroubled.landing, tmp_path / "landing")
    return Program(tmp_path / "home", tmp_path / "landing")


@pytest.fixture
def after_a_run(small, untroubled):
    """The same after one run, to be changed."""
    shutil.copytree(untroubled.home, small.home, symlinks=True)
    return small


def content(program):
    import json

    return json.loads((program.current / "manifest.json").read_text())["content_hash"]


def test_a_run_killed_half_way_and_started_again_ends_in_the_same_content(small, untroubled):
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
    assert content(small) == content(untroubled)


def test_bad_input_gets_one_message_a_cause_and_stops_nobody_else(small):
    (partner,) = [p for p in small.landing.iterdir() if p.is_dir()]
    first = next((partner / "spend").iterdir())
    (partner / "spend" / "SYNTHETIC-page-2009-10-q2.csv").write_text("<html>sign in</html>")
    text = first.read_text(encoding="utf-8-sig").replace("Amount", "Sum", 1)
    (partner / "spend" / "SYNTHETIC-payments-2009-10-q1.csv").write_text(text)
    stranger = small.landing / "another_body" / "spend"
    stranger.mkdir(parents=True)
    shutil.copy(first, stranger)
    answer = small("run", "--json", check=3).json
    assert answer["status"] == "published"
    told = {n["file_name"]: n["reason"] for n in answer["not_counted"] if n["verdict"] == "refused"}
    assert told == {
        "SYNTHETIC-page-2009-10-q2.csv": "This looks like a login page, not a data file. "
        "We expected a CSV file or an Excel workbook (.xlsx).",
        "SYNTHETIC-payments-2009-10-q1.csv": "The heading 'Amount' is missing.",
        first.name: "The folder 'another_body/spend' belongs to no known partner and feed.",
    }
    for receipt in small("receipts", "--json").json:
        stored = [small.home / "quarantine" / "files", small.home / "raw" / "originals"]
        assert any((folder / receipt["sha256"]).exists() for folder in stored)


def test_synthetic_and_real_money_never_meet(after_a_run):
    small = after_a_run
    published = content(small)
    (partner,) = [p for p in small.landing.iterdir() if p.is_dir()]
    first = next((partner / "spend").iterdir())
    real = first.read_text(encoding="utf-8-sig").replace("2008-", "2009-")
    (partner / "spend" / "payments-2009-10-q1.csv").write_text(real)
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
