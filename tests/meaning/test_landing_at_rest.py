"""A file is taken when it is whole and at rest; half an upload and debris are left alone."""

import dataclasses
import os
import threading
import time
from contextlib import closing
from types import SimpleNamespace

import pytest

from orchestration.contracts.load import load_partners
from orchestration.intake import at_rest
from orchestration.intake.at_rest import settled, still_written
from orchestration.intake.landing import Delivery, discover, left_alone
from orchestration.intake.ledger.ledger import Ledger
from orchestration.settings import CHECKOUT
from tests.shared import collect_new

PARTNERS = load_partners(CHECKOUT / "data" / "partners")
BODY = ("leicestershire_county_council", "spend")
HEAD = "PAYMENT DATE,DEPARTMENT,SUPPLIER NAME,PAY GROUP,ACCOUNT DESCRIPTION,NET AMOUNT\n"
LINE = "02-Apr-24,Public Health (P),Turning Point,TRADE,Substance misuse treatment,1000.10\n"
UPLOAD = "an upload that has not ended; it is taken when it has its own name"


def put(settings, name, text=HEAD + LINE):
    path = settings.landing.joinpath(*BODY, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def receipts(settings):
    with closing(Ledger(settings.ledger)) as ledger:
        return ledger.receipts()


@pytest.fixture
def waits(monkeypatch):
    """How long was waited for a file to be at rest, in seconds; nobody waits."""
    found = []
    clock = SimpleNamespace(sleep=found.append, time=time.time)
    monkeypatch.setattr(at_rest, "time", clock)
    return found


@pytest.mark.parametrize(
    "name",
    [
        *("may.csv.filepart", "may.csv.part", "may.csv.PARTIAL", "may.csv.crdownload"),
        *("may.csv.tmp", "~$may.xlsx", ".~lock.may.csv#", "Thumbs.db", "desktop.ini", ".DS_Store"),
        *("._may.csv", "may.csv~", "~WRL0001.tmp", ".may.csv.Xy12Zz", "may.csv.part.1"),
    ],
)
def test_what_is_no_delivery_is_left_alone_and_listed(settings, name):
    put(settings, name)
    put(settings, "payments-april-2024.csv")
    assert [d.path.name for d in discover(settings.landing, PARTNERS)] == [
        "payments-april-2024.csv"
    ]
    (left,) = left_alone(settings.landing, PARTNERS)
    assert left.place == f"{'/'.join(BODY)}/{name}"
    assert left.reason


@pytest.mark.parametrize(
    "name", ["part.csv", "payments.tmp.csv", "partial april.csv", "download.xlsx", "temp-april.csv"]
)
def test_a_name_that_only_sounds_like_it_is_a_delivery(settings, name):
    put(settings, name)
    assert [d.path.name for d in discover(settings.landing, PARTNERS)] == [name]
    assert left_alone(settings.landing, PARTNERS) == []


def test_half_an_upload_becomes_nothing_until_it_has_its_own_name(settings):
    """Input: half of May under WinSCP's name. Verdict: none, no receipt; then the whole counts."""
    half = put(settings, "payments-may-2024.csv.filepart")
    assert collect_new(settings, PARTNERS, *BODY) == []
    assert [left.reason for left in left_alone(settings.landing, PARTNERS)] == [UPLOAD]
    half.rename(half.with_suffix(""))
    (receipt,) = collect_new(settings, PARTNERS, *BODY)
    assert (receipt.file_name, receipt.verdict) == ("payments-may-2024.csv", "accepted")
    assert left_alone(settings.landing, PARTNERS) == []


def test_a_folder_of_debris_is_listed_once(settings):
    for name in ("__MACOSX/a.csv", "__MACOSX/b.csv"):
        path = settings.landing.joinpath(*BODY, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (left,) = left_alone(settings.landing, PARTNERS)
    assert left.place.endswith("spend/__MACOSX/")


def test_a_file_at_rest_is_not_waited_for(tmp_path, waits):
    path = tmp_path / "a.csv"
    path.write_text("a")
    os.utime(path, (1, 1))
    delivery = Delivery(path, "a.csv", *BODY)
    assert settled([delivery], 60) == ([delivery], [])
    assert waits == []


def test_a_file_just_written_is_looked_at_again_when_it_has_been_quiet(tmp_path):
    still, growing = (Delivery(tmp_path / n, n, *BODY) for n in ("still.csv", "growing.csv"))
    still.path.write_text("a")
    growing.path.write_text("a")
    writer = threading.Timer(0.2, lambda: growing.path.write_text("ab"))
    writer.start()
    assert settled([still, growing], 0.6) == ([still], [growing])
    writer.join()


def test_a_clock_ahead_of_ours_is_waited_for_no_longer(tmp_path, waits):
    path = tmp_path / "a.csv"
    path.write_text("a")
    os.utime(path, (time.time() + 9_999, time.time() + 9_999))
    delivery = Delivery(path, "a.csv", *BODY)
    assert settled([delivery], 0.2) == ([delivery], [])
    assert waits == [0.2]


def test_a_file_that_changes_while_it_is_read_has_no_receipt_and_comes_with_the_next_run(
    settings, monkeypatch, capsys
):
    path = put(settings, "payments-april-2024.csv")
    judged = at_rest.prepare

    def prepare(*arguments, **options):
        outcome = judged(*arguments, **options)
        with path.open("a") as more:
            more.write(LINE)
        return outcome

    monkeypatch.setattr(at_rest, "prepare", prepare)
    assert collect_new(settings, PARTNERS, *BODY) == []
    place = f"{'/'.join(BODY)}/payments-april-2024.csv"
    assert f"{place} is still being written: the next run takes it" in capsys.readouterr().err
    assert still_written(settings, receipts(settings)) == [place]
    assert not list(settings.warehouse.glob("judge-*"))
    monkeypatch.setattr(at_rest, "prepare", judged)
    (receipt,) = collect_new(settings, PARTNERS, *BODY)
    assert receipt.rows_accepted == 2
    assert still_written(settings, receipts(settings)) == []


def test_a_file_taken_away_is_not_waited_for_any_more(settings):
    path = put(settings, "payments-april-2024.csv")
    at_rest.note_still_written(settings, f"{'/'.join(BODY)}/payments-april-2024.csv")
    assert len(still_written(settings, [])) == 1
    path.unlink()
    assert still_written(settings, []) == []


def test_the_quiet_time_is_a_setting(settings, monkeypatch):
    for text, seconds in {"2.5": 2.5, "0": 0, "": 5, "soon": 5, "-1": 5}.items():
        monkeypatch.setenv("TOTALPLACE_QUIET_SECONDS", text)
        assert type(settings).from_environment(settings.home).quiet_seconds == seconds


def test_a_run_waits_for_quiet(settings, waits):
    path = put(settings, "payments-april-2024.csv")
    os.utime(path, (time.time() + 9_999, time.time() + 9_999))
    quiet = dataclasses.replace(settings, quiet_seconds=0.5)
    assert len(collect_new(quiet, PARTNERS, *BODY)) == 1
    assert waits == [0.5]
