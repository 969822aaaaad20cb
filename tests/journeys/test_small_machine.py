"""A machine that is smaller than the work: memory that spills, a disk that is nearly full."""

import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.cli import run as runs
from orchestration.cli.run import NoRoomError, require_room
from tests.journeys.program import Program

# Below this the joins of one model of the samples do not run at all, whatever their lines.
SMALL = "160MB"


class Spills:
    """The files that stand in the spill folder of a home, while it lasts."""

    def __init__(self, home):
        self.folder, self.seen, self.done = home / "warehouse" / "spill", set(), threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.done.wait(0.02):
            if self.folder.is_dir():
                self.seen |= {path.name for path in self.folder.iterdir()}

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Lines of one partner that do not fit into ``SMALL``."""
    folder = tmp_path_factory.mktemp("many")
    whole = Program(folder / "home", folder / "none")
    whole("sample", "--lines", 800_000, "--out", folder / "sample", check=0)
    largest = max((folder / "sample").glob("*/spend"), key=bytes_of)
    landing = folder / "landing"
    shutil.copytree(largest, landing / largest.parent.name / "spend")
    return Program(folder / "home", landing)


def bytes_of(folder):
    return sum(path.stat().st_size for path in folder.iterdir())


def test_a_run_that_spills_is_published_and_one_that_cannot_says_why(many, monkeypatch):
    """The audit holds the published lines against the receipts: none was lost on the way."""
    monkeypatch.setenv("TOTALPLACE_MEMORY", SMALL)
    with Spills(many.home) as spills:
        assert many("run", "--json", check=3).json["status"] == "published"
    assert any("storage" in name for name in spills.seen), "nothing was spilled: the test is moot"
    assert not any((many.home / "warehouse").glob("spill/*"))

    monkeypatch.setenv("TOTALPLACE_MEMORY", "40MB")
    said = many("run", "--force", check=1).out.splitlines()[1]
    assert said.startswith("Nothing was published: models: dbt model ")
    assert ".sql): Out of Memory Error: " in said
    assert said.endswith("Give it more memory: TOTALPLACE_MEMORY=4GB (it was 40MB).")
    log = said.partition("(in full: ")[2].partition(")")[0]
    assert "Out of Memory" in Path(log).read_text()


def free(monkeypatch, size):
    monkeypatch.setattr(runs.shutil, "disk_usage", lambda _: SimpleNamespace(free=size))


def test_a_disk_with_too_little_room_is_noticed_before_anything_is_done(settings, monkeypatch):
    free(monkeypatch, 5 << 20)
    with pytest.raises(NoRoomError, match=r"0\.0 GB free .* may need 0\.2 GB\. Free some, or use"):
        require_room(settings)


def test_room_is_asked_for_by_what_there_is_to_do(settings, monkeypatch):
    file = settings.landing / "body" / "spend" / "a.csv"
    file.parent.mkdir(parents=True)
    with file.open("wb") as sparse:
        sparse.truncate(1 << 30)
    free(monkeypatch, (200 << 20) + (2 << 30))
    with pytest.raises(NoRoomError, match=r"may need 3\.4 GB"):
        require_room(settings)
    file.unlink()
    require_room(settings)
