"""The doctor: silent on a sound home, one plain line on each thing that is wrong, and no touch."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple

import pytest

from orchestration import doctor
from orchestration.cli.main import main
from orchestration.contracts.load import load_partner
from orchestration.doctor import home, installation
from orchestration.intake.submit import submit
from orchestration.publish.manifest import Manifest, SealedFile
from orchestration.settings import CHECKOUT, Settings

pytestmark = pytest.mark.long

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
TEXT = "Date,Supplier,Account,Amount\n02/04/2024,Anytown Care Ltd,Care,1.00\n"


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A home with one delivery in force and one release."""
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    shutil.copy(CHECKOUT / "tests/rules/contract.yml", contracts)
    monkeypatch.setenv("TOTALPLACE_PARTNERS", str(contracts))
    made = Settings.from_environment(home=tmp_path / "home")
    (tmp_path / "payments-april-2024.csv").write_text(TEXT)
    submit(made, PARTNER, tmp_path / "payments-april-2024.csv", "spend")
    folder = made.published / "2024-05-01"
    folder.mkdir()
    (folder / "figures.csv").write_text("1\n")
    Manifest(
        release_id=folder.name,
        created_at="",
        content_hash="",
        synthetic=False,
        rules_version="",
        previous=None,
        years=[],
        submissions=[],
        tables={},
        files={"figures.csv": SealedFile(bytes=2, sha256="")},
    ).write(folder)
    (made.published / "current").symlink_to(folder.name)
    return made


def told(settings):
    return {c.name: c for c in doctor.examine(settings)}


def test_a_sound_home_is_well_and_left_as_it_was(settings):
    def state():
        return {p: p.lstat().st_mtime_ns for p in settings.home.rglob("*")}

    before = state()
    found = doctor.examine(settings)
    assert {c.name: c.message for c in found if c.level == "FAULT"} == {}
    assert state() == before
    assert len(found) == 13


def test_no_home_yet_is_well_and_is_not_made(settings, tmp_path):
    found = doctor.examine(Settings.from_environment(home=tmp_path / "later"))
    assert doctor.is_healthy(found)
    assert not (tmp_path / "later").exists()


def cut(path, size=1):
    path.write_bytes(path.read_bytes()[:size])


def in_ledger(settings, statement):
    with sqlite3.connect(settings.ledger) as db:
        db.execute(statement)


def refusing(folder, scandir):
    def scan(path="."):
        if str(path) == str(folder):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    return scan


HARM = {
    "a contract": ("Contracts", lambda s: (s.partners / "b.yml").write_text("id: [")),
    "no contract": ("Contracts", lambda s: (s.partners / "contract.yml").unlink()),
    "the ledger's bytes": ("Ledger", lambda s: s.ledger.write_bytes(b"x" * 9000)),
    "accepted lines": ("In force", lambda s: shutil.rmtree(s.raw / "spend")),
    "a kept file": ("Kept files", lambda s: cut(next(s.originals.iterdir()))),
    "the pointer": ("Release", lambda s: shutil.rmtree(s.published / "2024-05-01")),
    "a manifest": ("Release", lambda s: cut(s.published / "current/manifest.json")),
    "a published file": ("Release", lambda s: (s.published / "current/figures.csv").unlink()),
    "a closed folder": ("Landing", lambda s: (s.landing / "a" / "b").mkdir(parents=True)),
    "the clock": (
        "Clock",
        lambda s: in_ledger(s, "UPDATE receipt SET received_at = '2999-01-01T00:00:00+00:00'"),
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_each_harm_is_a_fault_with_its_remedy(settings, harm, monkeypatch):
    name, do = HARM[harm]
    do(settings)
    if harm == "a closed folder":  # root may read all, so the refusal is played
        monkeypatch.setattr(home.os, "scandir", refusing(settings.landing / "a" / "b", os.scandir))
    found = told(settings)
    assert found[name].level == "FAULT"
    assert found[name].fix
    assert "could not be carried out" not in found[name].message


def test_what_can_wait_is_a_warning(settings, monkeypatch):
    in_ledger(settings, "ALTER TABLE receipt ADD COLUMN of_tomorrow TEXT")
    (settings.landing / "someone").mkdir()
    (settings.landing / "someone" / "x.csv").write_text("a")
    next(settings.originals.iterdir()).unlink()
    monkeypatch.setattr(installation, "network_is_cut", lambda: False)
    monkeypatch.setattr(installation.metadata, "version", lambda name: "0.0.1")
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(home.shutil, "disk_usage", lambda path: usage(2 << 30))
    warned = {n for n, c in told(settings).items() if c.level == "WARNING" and c.fix}
    assert warned == {"Packages", "Opening files", "Disk", "Landing", "Ledger", "In force"}
    assert doctor.is_healthy(doctor.examine(settings))


def test_an_upload_that_never_ended_is_a_warning(settings):
    part = settings.landing / PARTNER.id / "spend" / ".may.csv.part"
    part.write_text("x")
    assert told(settings)["Landing"].level == "OK"
    os.utime(part, (0, 0))
    assert "uploads under way for over a day" in told(settings)["Landing"].message


def test_what_the_machine_lacks_is_a_fault(settings, monkeypatch):
    def none(name):
        raise installation.metadata.PackageNotFoundError(name)

    def full(**_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(installation.metadata, "version", none)
    monkeypatch.setattr(installation.sys, "version_info", (3, 14, 0))
    monkeypatch.setattr(home.tempfile, "TemporaryFile", full)
    faults = {n for n, c in told(settings).items() if c.level == "FAULT"}
    assert faults == {"Python", "Packages", "Home"}


def test_a_run_at_work_and_an_older_ledger_are_told_and_are_well(settings):
    holder = (
        "import fcntl, sys; f = open(sys.argv[1], 'a+'); fcntl.flock(f, fcntl.LOCK_EX); "
        "f.write('process 77'); f.flush(); print(flush=True); input()"
    )
    command = [sys.executable, "-c", holder, str(settings.warehouse / "run.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as held:
        held.stdout.readline()
        assert "a run is at work (process 77)" in told(settings)["Runs"].message
        held.communicate(b"\n")
    assert told(settings)["Runs"].message == "no run is at work"
    in_ledger(settings, "ALTER TABLE receipt DROP COLUMN manifest_sha256")
    in_ledger(settings, "PRAGMA user_version = 0")
    older = told(settings)["Ledger"]
    assert older.level == "OK"
    assert "older version" in older.message


def test_a_check_that_breaks_stops_no_other(settings, monkeypatch):
    monkeypatch.setattr(doctor, "_CHECKS", (("One", lambda s: 1 / 0), *doctor._CHECKS[-1:]))
    one, clock = doctor.examine(settings)
    assert (one.level, clock.level) == ("FAULT", "OK")
    assert "ZeroDivisionError" in one.message


def test_the_verb_answers_people_and_machines(settings, capsys):
    assert main(["doctor", "--home", str(settings.home)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "13 checks: 0 at fault, 0 with a warning."
    settings.ledger.write_bytes(b"x" * 9000)
    assert main(["doctor", "--home", str(settings.home), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert not answer["healthy"]
    assert {"name", "level", "message", "fix"} == set(answer["checks"][0])
