"""A check that takes long: a page says so and looks again by itself, and nothing is lost by it."""

import threading

import pytest

from orchestration.desk.pages import send as module
from tests.faulty_file import faulty_file

from .desk_world import APRIL, GOOD, Browser, desk_of, words


@pytest.fixture
def slow(tmp_path, monkeypatch):
    """A desk without patience, of which a check goes on when ``set``."""
    desk, go = desk_of(tmp_path), threading.Event()
    desk.patience = 0
    dry_run = module.dry_run

    def waits(*arguments):
        assert go.wait(60)
        return dry_run(*arguments)

    monkeypatch.setattr(module, "dry_run", waits)
    yield desk, go
    go.set()


def test_a_long_check_has_a_page_that_looks_again_by_itself(slow):
    desk, go = slow
    sam = Browser(desk).signed_in("Sam Steward")
    where = sam.check((APRIL, GOOD)).headers["location"]
    page = sam.get(where)
    assert page.headers["refresh"] == "2"
    assert "is being checked" in words(page)
    assert sam.post(where + "/submit").headers["location"] == where
    number = where.rpartition("/")[2]
    go.set()
    desk.checks.wait([number], 60)
    done = sam.get(where)
    assert "refresh" not in done.headers
    assert "It can be submitted" in words(done)


def test_of_several_files_each_says_whether_it_is_done(slow):
    desk, _ = slow
    sam = Browser(desk).signed_in("Sam Steward")
    page = words(sam.check((APRIL, GOOD), ("payments-may-2024.csv", GOOD)))
    assert page.count("Being checked: open it") == 2


def test_a_check_that_a_restart_cut_short_is_said(slow):
    desk, _ = slow
    sam = Browser(desk).signed_in("Sam Steward")
    where = sam.check((APRIL, GOOD)).headers["location"]
    desk.checks = type(desk.checks)()  # as a desk that was started again
    page = sam.get(where)
    assert "refresh" not in page.headers
    assert "The check was cut short, which is no fault of the file." in words(page)


def test_who_signs_out_during_a_check_leaves_no_file(slow):
    desk, go = slow
    sam = Browser(desk).signed_in("Sam Steward")
    number = sam.check((APRIL, GOOD)).headers["location"].rpartition("/")[2]
    sam.post("/sign-out")
    go.set()
    desk.checks.wait([number], 60)
    assert [p for p in desk.places.rooms.rglob("*") if p.is_file()] == []
    assert not desk.places.log.exists()


def test_faults_of_many_kinds_are_counted_to_the_last(tmp_path):
    sam = Browser(desk_of(tmp_path)).signed_in("Sam Steward")
    page = words(sam.get(sam.check((APRIL, faulty_file(4_000, 120))).headers["location"]))
    assert "4,001 rows in the file = 3,900 held + 100 set aside + 1 non-data row" in page
