"""Back to an earlier release, held there, and on again; what is written down of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.publish import (
    ReleaseError,
    ReleaseInputs,
    current_release,
    list_releases,
    rollback,
    sweep,
    unpin,
)
from orchestration.publish.journal import JOURNAL, read_journal, steering
from tests.unit.release_world import (
    INPUTS,
    LINES,
    NOON,
    TRACES,
    build,
    publish_in,
    rewrite,
    two_releases,
)

FEWER = ReleaseInputs(INPUTS.submissions[:1], "rules-1", TRACES)
BY = {"name": "A. Nalyst", "reason": "birch was counted twice"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb")
    return tmp_path


def seen(home: Path) -> str | None:
    current = current_release(home / "published")
    return current.name if current else None


def third(home: Path) -> str | None:
    """A run with other lines, an hour later; the release it made though another is pinned."""
    build(home / "build.duckdb", LINES[:1])
    inputs = ReleaseInputs((INPUTS.submissions[0].model_copy(update=ONE_LINE),), "rules-1", TRACES)
    outcome = publish_in(home, inputs, now=NOON.replace(hour=14))
    assert outcome.status == "waiting"
    return outcome.waiting


ONE_LINE = {"rows_accepted": 1, "pence_accepted": 12_345}


def test_going_back_is_one_swap_and_is_signed(home: Path) -> None:
    first, second = two_releases(home)

    stands = rollback(home / "published", first, **BY)

    assert seen(home) == first
    assert (stands.current, stands.newest, stands.waiting) == (first, second, second)
    assert stands.pin
    assert (stands.pin.name, stands.pin.reason) == ("A. Nalyst", "birch was counted twice")
    assert [
        (r.release_id, r.current, r.pinned, r.waiting) for r in list_releases(home / "published")
    ] == [(first, True, True, False), (second, False, False, True)]


def test_a_run_makes_a_release_and_readers_keep_the_pinned_one(home: Path) -> None:
    first, _ = two_releases(home)
    rollback(home / "published", first, **BY)

    made = third(home)

    assert seen(home) == first
    assert steering(home / "published").waiting == made


def test_what_a_run_under_a_pin_would_make_again_is_unchanged(home: Path) -> None:
    first, second = two_releases(home)
    rollback(home / "published", first, **BY)

    again = publish_in(home, FEWER, now=NOON.replace(day=3))

    assert (again.status, again.release_id, again.waiting) == ("unchanged", first, second)
    assert len(list_releases(home / "published")) == 2


def test_unpinned_readers_see_the_newest(home: Path) -> None:
    first, _ = two_releases(home)
    rollback(home / "published", first, **BY)
    made = third(home)

    stands = unpin(home / "published", name="B. Oard", reason="birch is corrected")

    assert seen(home) == made
    assert (stands.pin, stands.waiting) == (None, None)
    assert [e.what for e in read_journal(home / "published")[0]] == [
        "made",
        "made",
        "rolled back",
        "made",
        "unpinned",
    ]
    build(home / "build.duckdb")
    assert publish_in(home, now=NOON.replace(hour=15)).status == "published"


def test_a_step_back_can_be_stepped_back_from(home: Path) -> None:
    first, second = two_releases(home)
    rollback(home / "published", first, **BY)

    stands = rollback(home / "published", second, name="B. Oard", reason="it was right")

    assert seen(home) == second
    assert stands.pin
    assert (stands.pin.name, stands.waiting) == ("B. Oard", None)


def test_a_damaged_release_is_never_led_back_to(home: Path) -> None:
    first, second = two_releases(home)
    rewrite(home / "published" / first / "csv" / "dim_partner.csv", "nothing")

    with pytest.raises(ReleaseError, match=r"damaged \(csv/dim_partner.csv is not the file"):
        rollback(home / "published", first, **BY)
    assert seen(home) == second
    assert steering(home / "published").pin is None


def test_of_an_unknown_release_it_is_said_which_there_are(home: Path) -> None:
    first, second = two_releases(home)
    with pytest.raises(
        ReleaseError, match=f"no release 2020-01-01-x; releases are: {first}, {second}$"
    ):
        rollback(home / "published", "2020-01-01-x", **BY)
    with pytest.raises(ReleaseError, match=r"no release \.\./published; releases are: "):
        rollback(home / "published", "../published", **BY)


def test_of_a_removed_release_it_is_said_that_it_was_removed(home: Path) -> None:
    first, second = two_releases(home)
    (home / "published" / first).rename(home / "gone")

    with pytest.raises(
        ReleaseError, match=f"{first} of .* is no longer in .*; releases are: {second}"
    ):
        rollback(home / "published", first, **BY)
    assert seen(home) == second


def test_without_a_name_or_a_reason_nothing_moves(home: Path) -> None:
    first, second = two_releases(home)
    with pytest.raises(ReleaseError, match="the reason is empty"):
        rollback(home / "published", first, name="A. Nalyst", reason=" \n")
    assert seen(home) == second
    with pytest.raises(ReleaseError, match="no release is pinned"):
        unpin(home / "published", **BY)


def test_a_home_from_before_the_journal_is_written_down_first(home: Path) -> None:
    first, second = two_releases(home)
    (home / "published" / JOURNAL).unlink()

    rollback(home / "published", first, **BY)

    entries, problems = read_journal(home / "published")
    assert problems == []
    assert [(e.what, e.release_id) for e in entries] == [
        ("made", first),
        ("made", second),
        ("rolled back", first),
    ]


KILLED = """
import os, signal, sys
from pathlib import Path
from orchestration.publish import rollback, store

def dying(source, target):
    os.kill(os.getpid(), signal.SIGKILL)

os.replace = dying
rollback(Path(sys.argv[1]), sys.argv[2], name="A. Nalyst", reason="why")
"""


def test_a_step_back_that_was_killed_is_finished_by_the_next_run(home: Path) -> None:
    first, second = two_releases(home)
    root = Path(__file__).parents[2]
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(home / "published"), first],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert died.returncode == -signal.SIGKILL
    assert seen(home) == second

    sweep(home / "published")

    assert seen(home) == first


def test_a_line_that_a_power_cut_left_half_written_is_written_over(home: Path) -> None:
    first, _ = two_releases(home)
    with (home / "published" / JOURNAL).open("a") as file:
        file.write('{"number": 3, "at": "20')

    rollback(home / "published", first, **BY)

    entries, problems = read_journal(home / "published")
    assert (len(entries), problems) == (3, [])


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda lines: [lines[0].replace("made", "unpinned"), *lines[1:]], "line 2 of"),
        (lambda lines: lines[1:], "line 1 of"),
        (lambda lines: [lines[0], lines[2], lines[1]], "line 2 of"),
        (lambda lines: [lines[0], "{}", lines[2]], "line 2 of"),
    ],
    ids=["edited", "taken out", "moved", "overwritten"],
)
def test_an_edited_journal_names_the_line(home: Path, edit, named: str) -> None:  # type: ignore[no-untyped-def]
    first, _ = two_releases(home)
    rollback(home / "published", first, **BY)
    journal = home / "published" / JOURNAL
    journal.write_text("".join(f"{line}\n" for line in edit(journal.read_text().splitlines())))

    assert read_journal(home / "published")[1][0].startswith(named)
