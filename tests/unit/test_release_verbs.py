"""The verbs about releases as a person uses them: what they print, and their exit codes."""

import json
import re
import shutil

import pytest

from orchestration.cli.last_screen import summary_text
from orchestration.cli.main import main
from orchestration.cli.summary import summarise
from orchestration.intake.ledger.ledger import Ledger
from tests.unit.release_world import build, rewrite, two_releases

WHY = ["--reason", "birch was counted twice", "--name", "A. Nalyst"]
AT = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"


@pytest.fixture
def home(tmp_path):
    build(tmp_path / "build.duckdb")
    return tmp_path


def said(capsys, home, *arguments):
    code = main([*arguments, "--home", str(home)])
    out, err = capsys.readouterr()
    return code, out + err


def test_rolled_back_pinned_and_on_again(home, capsys):
    first, second = two_releases(home)

    code, text = said(capsys, home, "rollback", first, *WHY)
    assert code == 0
    assert re.fullmatch(
        rf"Readers see release {first}\.\n"
        rf"Release {first} was pinned by A\. Nalyst at {AT} \(birch was counted twice\); release "
        rf"{second} waits\. Readers see the newest again with: totalplace unpin "
        r'--reason "…" --name "…"\n',
        text,
    )
    assert said(capsys, home, "unpin", "--reason", "put right", "--name", "B. Oard") == (
        0,
        f"Readers see release {second}.\n",
    )


def test_the_list_says_what_is_current_pinned_and_waiting(home, capsys):
    first, second = two_releases(home)
    said(capsys, home, "rollback", first, *WHY)

    _, text = said(capsys, home, "releases")
    rows = [re.split(r"  +", line.strip())[:4] for line in text.splitlines()[2:4]]
    assert rows == [
        [first, "2025-06-02 12:00", "real", "current, pinned"],
        [second, "2025-06-02 13:00", "real", "waiting"],
    ]
    assert "pinned by A. Nalyst" in text
    listed = json.loads(said(capsys, home, "releases", "--json")[1])
    assert [(r["current"], r["pinned"], r["waiting"]) for r in listed] == [
        (True, True, False),
        (False, False, True),
    ]


def test_a_release_that_is_not_there_moves_nothing(home, capsys):
    first, second = two_releases(home)
    assert said(capsys, home, "rollback", "2020-01-01-x", *WHY) == (
        1,
        f"totalplace: There is no release 2020-01-01-x; releases are: {first}, {second}.\n",
    )
    with pytest.raises(SystemExit, match="2"):
        main(["rollback", first, "--home", str(home)])


def test_verify_is_right_or_names_the_file(home, capsys):
    first, second = two_releases(home)
    code, text = said(capsys, home, "verify")
    assert code == 0
    assert text.startswith(f"Release {second} is as it was published: 13 files with ")

    rewrite(home / "published" / first / "csv" / "dim_partner.csv", "nothing")
    code, text = said(capsys, home, "verify", first)
    assert code == 1
    assert f"Release {first} is not as it was published" in text
    assert "  csv/dim_partner.csv is not the file in the manifest" in text

    answer = json.loads(said(capsys, home, "verify", first, "--json")[1])
    assert (answer["right"], len(answer["problems"])) == (False, 1)


def test_verify_takes_the_path_of_a_copy(home, capsys, monkeypatch):
    first, _ = two_releases(home)
    shutil.copytree(home / "published" / first, home / "copy")
    (home / "empty").mkdir()
    monkeypatch.chdir(home)

    assert said(capsys, home, "verify", "copy")[0] == 0
    code, text = said(capsys, home / "another", "verify", str(home / "copy"))
    assert (code, "Nothing here has it to compare" in text) == (0, True)
    assert said(capsys, home, "verify", "empty") == (
        1,
        f"totalplace: {home / 'empty'} is not a release: it has no manifest.json.\n",
    )
    assert said(capsys, home, "verify", "none")[0] == 2


def test_status_and_the_last_screen_say_who_pinned_what_and_why(settings, capsys):
    build(settings.home / "build.duckdb")
    first, second = two_releases(settings.home)
    Ledger(settings.ledger).close()
    said(capsys, settings.home, "rollback", first, *WHY)

    found = summarise(settings, None)
    assert (found["pin"]["name"], found["pin"]["waiting"]) == ("A. Nalyst", second)
    assert f"release {second} waits, and readers see the pinned one" in found["gaps"]
    assert f"Release {first} was pinned by A. Nalyst at " in summary_text(found)

    assert (
        f"Release {first} was pinned by A. Nalyst at " in said(capsys, settings.home, "status")[1]
    )
    (nobody,) = [
        row
        for row in json.loads(said(capsys, settings.home, "status", "--json")[1])
        if row["partner_id"] is None
    ]
    assert nobody["pin"]["reason"] == "birch was counted twice"


def test_a_pinned_release_whose_folder_is_gone_is_said(home, capsys):
    first, _ = two_releases(home)
    said(capsys, home, "rollback", first, *WHY)
    shutil.rmtree(home / "published" / first)

    text = said(capsys, home, "releases")[1]
    assert "but its folder was removed and readers see nothing" in text
