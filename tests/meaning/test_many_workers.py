"""Files are judged by as many workers as there are, and booked once, as one worker would."""

import dataclasses
import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from orchestration.contracts.load import load_partners
from orchestration.intake.collect import clear_left, collect, folders_of
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.many_workers import Task, in_turn
from orchestration.settings import CHECKOUT, Settings

HEAD = "Date,Supplier,Account,Amount\n"
MONTHS = ("april", "may", "june", "july", "august", "september", "october", "november")


@pytest.fixture(scope="module")
def agreed(tmp_path_factory):
    """A folder with the contract of one partner."""
    folder = tmp_path_factory.mktemp("agreed")
    shutil.copy(CHECKOUT / "tests/rules/contract.yml", folder)
    return folder


@pytest.fixture
def home(settings, agreed):
    return dataclasses.replace(settings, partners=agreed)


@pytest.fixture
def either(either_ledger, agreed):
    """A home, once with each kind of ledger."""
    return dataclasses.replace(either_ledger, partners=agreed)


def drop(settings, name, amount, month=4):
    path = settings.landing / "contract" / "spend" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + f"02/{month:02}/2024,Anytown Care Ltd,Care,{amount}\n")


def drop_a_year(settings):
    """Eight months, a correction of April, the same bytes twice, and a file without its columns."""
    for number, month in enumerate(MONTHS):
        drop(settings, f"payments-{month}-2024.csv", f"{number + 1}.00", number + 4)
    drop(settings, "payments-april-2024-corrected.csv", "9.00")
    drop(settings, "payments-may-2024-again.csv", "2.00", 5)
    (settings.landing / "contract" / "spend" / "payments-june-2024-x.csv").write_text("nothing\n")


def collect_all(settings):
    """The receipts of one worker, which is this process."""
    partners = load_partners(settings.partners)
    return [r for mine in collect(settings, partners, folders_of(partners)).values() for r in mine]


def booked(settings):
    """Every receipt, without the moment in which it was received."""
    with closing(Ledger(settings.ledger)) as ledger:
        return [dataclasses.replace(r, received_at="") for r in ledger.receipts()]


def environment(settings):
    return os.environ | {
        "TOTALPLACE_HOME": str(settings.home),
        "TOTALPLACE_PARTNERS": str(settings.partners),
        "TOTALPLACE_DATABASE_URL": settings.database_url,
        "TOTALPLACE_QUIET_SECONDS": "0",
    }


def test_two_workers_make_the_receipts_that_one_would(either, agreed, tmp_path):
    """Input: eleven files. Receipts of two workers: those of one, number by number."""
    alone = dataclasses.replace(Settings.from_environment(tmp_path / "alone"), partners=agreed)
    for one in (either, alone):
        drop_a_year(one)
    command = [sys.executable, "-m", "orchestration.cli.main", "collect"]
    told = {"cwd": CHECKOUT, "env": environment(either), "stdout": subprocess.DEVNULL}
    workers = [subprocess.Popen(command, **told) for _ in range(2)]
    assert {worker.wait() for worker in workers} <= {0, 3}  # 3: one of its files is refused
    collect_all(alone)
    assert len(booked(either)) == 11
    assert booked(either) == booked(alone)


# A worker that judges one file, named by its second argument, only once a third file is there.
SLOW = """
import sys, time
from pathlib import Path
from orchestration.contracts.load import load_partners
from orchestration.intake import collect as module
from orchestration.settings import Settings
name, go = sys.argv[1], Path(sys.argv[2])
judge = module.prepare_at_rest
def slowly(settings, partners, delivery, *rest):
    if delivery.path.name == name:
        print(name, flush=True)
        while not go.exists():
            time.sleep(0.02)
    return judge(settings, partners, delivery, *rest)
module.prepare_at_rest = slowly
settings = Settings.from_environment()
partners = load_partners(settings.partners)
module.collect(settings, partners, module.folders_of(partners))
"""


def at_work_on(settings, name, go):
    """Another worker, which has begun with a file."""
    command = [sys.executable, "-c", SLOW, name, str(go)]
    worker = subprocess.Popen(
        command, cwd=CHECKOUT, env=environment(settings), stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout.readline() == f"{name}\n"
    return worker


def test_what_a_killed_worker_had_in_hand_is_taken_by_another(either, tmp_path):
    drop_a_year(either)
    worker = at_work_on(either, "payments-may-2024.csv", tmp_path / "never")
    worker.kill()
    worker.communicate()
    before = len(booked(either))
    clear_left(either)
    assert not list(either.warehouse.glob("judge-*"))
    assert len(collect_all(either)) == 11 - before
    found = booked(either)
    assert [r.seq for r in found] == list(range(1, 12))
    assert sorted(r.pence_accepted for r in found if r.status == "in_force") == [
        *(200, 300, 400, 500, 600, 700, 800),
        900,
    ]


def test_a_correction_waits_until_what_it_corrects_is_booked_by_another(home, tmp_path):
    """Input: April under work elsewhere for half a second, and its correction here."""
    drop(home, "payments-april-2024.csv", "1.00")
    go = tmp_path / "go"
    worker = at_work_on(home, "payments-april-2024.csv", go)
    drop(home, "payments-april-2024-corrected.csv", "2.00")
    threading.Timer(0.5, go.touch).start()
    (mine,) = collect_all(home)
    worker.communicate()
    assert (mine.seq, mine.pence_accepted, mine.replaces) == (2, 200, 1)
    assert [r.status for r in booked(home)] == ["superseded", "in_force"]


def test_the_folder_of_a_worker_at_work_is_not_cleared_away(home, tmp_path):
    drop(home, "payments-april-2024.csv", "1.00")
    go = tmp_path / "go"
    worker = at_work_on(home, "payments-april-2024.csv", go)
    (home.warehouse / "judge-left").mkdir()
    clear_left(home)
    assert [path.name == "judge-left" for path in home.warehouse.glob("judge-*")] == [False]
    go.touch()
    worker.communicate()
    assert [r.pence_accepted for r in booked(home)] == [100]


def a_task(name, prepare, *, done=False):
    return Task(name, folder=name, bytes=1, prepare=prepare, is_done=lambda: done)


def in_hand(settings, *tasks):
    with closing(Ledger(settings.ledger)) as ledger:
        return [(task.name, outcome) for task, outcome in in_turn(ledger, tasks)]


def test_tasks_come_in_order_whichever_is_ready_first(home):
    """Input: a first task that is ready only after the second."""
    second_is_ready = threading.Event()
    first = a_task("first", lambda: second_is_ready.wait(30))
    second = a_task("second", second_is_ready.set)
    made = [(name, outcome.result()) for name, outcome in in_hand(home, first, second)]
    assert made == [("first", True), ("second", None)]


def test_a_task_that_another_worker_has_done_is_not_prepared(home):
    done, left = a_task("done", None, done=True), a_task("left", lambda: 1)
    assert [(name, made.result()) for name, made in in_hand(home, done, left)] == [("left", 1)]


def test_what_fails_is_told_in_its_turn_and_the_next_one_comes(home):
    broken, sound = a_task("broken", lambda: 1 / 0), a_task("sound", lambda: 2)
    (_, failed), (_, made) = in_hand(home, broken, sound)
    with pytest.raises(ZeroDivisionError):
        failed.result()
    assert made.result() == 2
