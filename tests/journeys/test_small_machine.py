"""A machine that is smaller than the work: memory that spills, a disk that is nearly full."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.cli import run as runs
from orchestration.cli.run import NoRoomError, require_room


def test_a_run_that_spills_is_published(bad_day):
    """The audit holds the published lines against the receipts: none was lost on the way."""
    assert bad_day.first.json["status"] == "published"
    spilled = json.loads((bad_day.home.parent / "spills.json").read_text())
    assert any("storage" in name for name in spilled), "nothing was spilled: the test is moot"
    assert not any((bad_day.home / "warehouse").glob("spill/*"))


def test_a_run_for_which_memory_is_too_small_says_why(bad_day, tmp_path):
    shutil.copytree(bad_day.home, tmp_path / "home", symlinks=True)
    tiny = replace(bad_day, home=tmp_path / "home", settings={"TOTALPLACE_MEMORY": "40MB"})
    said = tiny("run", "--force", check=1).out.splitlines()[1]
    # Two are built at a time, so which of them needs too much first is not the same every time.
    named = r"Nothing was published: models: dbt (model|test) \w+ \(\S+\): Out of Memory Error: "
    assert re.match(named, said)
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
