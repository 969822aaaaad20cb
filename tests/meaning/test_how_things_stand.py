"""`totalplace status` and `summary` answer in words in whatever state the home is."""

import json
import shutil

import pytest

from orchestration.cli.main import main
from orchestration.intake.ledger.ledger import Ledger
from orchestration.publish.outcome import Outcome
from orchestration.settings import CHECKOUT, Settings
from tests.unit.release_world import build, publish_in

COUNTY = "leicestershire_county_council"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of which nothing is there but the contracts."""
    shutil.copytree(CHECKOUT / "data" / "partners", tmp_path / "partners")
    monkeypatch.setenv("TOTALPLACE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TOTALPLACE_PARTNERS", str(tmp_path / "partners"))
    return Settings.from_environment()


def empty(_):
    pass


def broken_contract(home):
    (home.partners / f"{COUNTY}.yml").write_text("id: [")


def no_contract(home):
    shutil.rmtree(home.partners)


def without_a_release(home):
    Ledger(home.ledger).close()
    Outcome("refused", None, [{"check": "x", "message": "it did not pass"}]).write(home)


def a_release_of_another_shape(home):
    """One made before there were headlines."""
    build(home.home / "build.duckdb")
    publish_in(home.home)


def a_damaged_release(home):
    a_release_of_another_shape(home)
    database = (home.published / "current" / "totalplace.duckdb").resolve()
    database.chmod(0o644)
    database.write_bytes(b"cut")


@pytest.mark.parametrize(
    "state",
    [
        empty,
        broken_contract,
        no_contract,
        without_a_release,
        a_release_of_another_shape,
        a_damaged_release,
    ],
)
@pytest.mark.parametrize("verb", ["status", "summary"])
def test_it_answers_in_every_state(home, state, verb, capsys):
    home.prepare()
    state(home)
    assert main([verb]) in (0, 3)
    assert capsys.readouterr().out.strip()
    assert main([verb, "--json"]) in (0, 3)
    json.loads(capsys.readouterr().out)


def test_an_empty_home_is_told_how_to_begin(home, capsys):
    assert main(["summary"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == (
        "Nothing has been published yet. Start with: totalplace run"
    )


def test_a_release_that_cannot_be_read_is_said(home, capsys):
    home.prepare()
    a_damaged_release(home)
    main(["summary"])
    assert "cannot be read: see `totalplace doctor`." in capsys.readouterr().out


def test_the_status_says_which_contract_cannot_be_used(home, capsys):
    broken_contract(home)
    assert main(["status"]) == 0
    said = capsys.readouterr().out
    assert f"{COUNTY}: its contract cannot be used: {COUNTY}.yml, line 2: " in said
    main(["status", "--json"])
    assert list(json.loads(capsys.readouterr().out)[-1]["contracts"]) == [COUNTY]
