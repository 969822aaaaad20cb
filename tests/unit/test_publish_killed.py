"""Dying on the way: readers see the old release or the new one, whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from orchestration import analyst
from orchestration.publish import (
    Manifest,
    ReleaseError,
    ReleaseInputs,
    audit,
    current_release,
    discard,
    publish,
    sweep,
)
from orchestration.publish.store import swap_pointer
from tests.unit.release_world import (
    INPUTS,
    LINES,
    TRACES,
    build,
    candidate_in,
    publish_in,
    two_releases,
    visible,
)

pytestmark = pytest.mark.long


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb")
    return tmp_path


def amounts_now(home: Path) -> list[int]:
    frame = analyst.load("current", "fct_spend_line", home=home)
    return [int(pence) for pence in frame["amount_pence"]]


KILLED_PUBLISH = """
import os, signal, sys
from pathlib import Path
from tests.unit import release_world as example

home, step, when = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
calls, replace = 0, os.replace

def dying(source, target):
    global calls
    calls += 1
    if calls == step and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    replace(source, target)
    if calls == step and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)

os.replace = dying
inputs = example.ReleaseInputs(example.INPUTS.submissions[:1], "rules-1", example.TRACES)
example.publish_in(home, inputs)
"""


@pytest.mark.parametrize(
    ("step", "when", "seen"),
    [
        (1, "before", [12_345, -45, 9_007_199_254_740_993]),  # the folder has no release name yet
        (1, "after", [12_345, -45, 9_007_199_254_740_993]),  # named, but not pointed at
        (2, "before", [12_345, -45, 9_007_199_254_740_993]),  # the next pointer lies ready
        (2, "after", [12_345, -45]),  # swapped
    ],
)
def test_killed_at_any_rename_readers_see_the_old_or_the_new(
    home: Path, step: int, when: str, seen: list[int]
) -> None:
    first = publish_in(home)
    build(home / "build.duckdb", LINES[:2])
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED_PUBLISH, str(home), str(step), when]
    died = subprocess.run(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    assert died.returncode == -signal.SIGKILL

    assert amounts_now(home) == seen
    sweep(home / "published")
    current = current_release(home / "published")
    assert current is not None
    wanted = {".lock", "current", "releases.jsonl", first.release_id, current.name}
    assert set(visible(home)) - {".current-next"} == wanted

    publish_in(home, ReleaseInputs(INPUTS.submissions[:1], "rules-1", TRACES))
    assert amounts_now(home) == [12_345, -45]
    assert len(visible(home)) == 5


def test_a_failed_swap_leaves_neither_debris_nor_an_unread_release(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish_in(home)
    build(home / "build.duckdb", LINES[:2])

    def full_disk(published: Path, release_id: str) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("orchestration.publish.release.swap_pointer", full_disk)
    with pytest.raises(OSError, match="No space"):
        publish_in(home, ReleaseInputs(INPUTS.submissions[:1], "rules-1", TRACES))

    assert visible(home) == [".lock", first.release_id, "current", "releases.jsonl"]


def test_sweep_leaves_a_living_process_its_candidate(home: Path) -> None:
    candidate = candidate_in(home)

    assert sweep(home / "published") == []
    assert candidate.folder.is_dir()

    discard(candidate)
    assert visible(home) == [".lock"]


def test_a_reader_keeps_the_release_it_opened(home: Path) -> None:
    first = publish_in(home)
    with duckdb.connect(str(first.path / "totalplace.duckdb"), read_only=True) as reader:
        build(home / "build.duckdb", LINES[:2])
        publish_in(home, ReleaseInputs(INPUTS.submissions[:1], "rules-1", TRACES))

        seen = reader.execute("SELECT DISTINCT release_id FROM fct_spend_line").fetchall()

    assert seen == [(first.release_id,)]


def test_two_hundred_swaps_under_readers_show_whole_releases_only(home: Path) -> None:
    first, second = two_releases(home)
    published, wrong, done = home / "published", [], threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                folder = current_release(published)
                if folder is None or Manifest.read(folder).release_id != folder.name:
                    wrong.append(folder)
            except OSError as error:  # for which a thread would end and nobody would hear of it
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(200):
        swap_pointer(published, (first, second)[number % 2])
    done.set()
    for reader in readers:
        reader.join()

    assert wrong == []


def test_of_two_publishers_the_slower_is_refused(home: Path) -> None:
    slow = candidate_in(home)
    findings = audit(slow)
    publish_in(home)

    with pytest.raises(ReleaseError, match="published meanwhile"):
        publish(slow, findings)
