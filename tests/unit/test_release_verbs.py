"""The verbs about releases as a person uses them: what they print, and their exit codes."""

import json
import re
import shutil

import pytest

from orchestration import analyst
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


def dated(home, *days):
    """The journal's entries as if they had been written at noon of these days."""
    path = home / "published" / "releases.jsonl"
    entries = map(json.loads, path.read_text().splitlines())
    made = [e | {"at": f"{day}T12:00:00+00:00"} for e, day in zip(entries, days, strict=True)]
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in made))


def test_what_readers_saw_on_a_day_is_one_question(home, capsys):
    first, second = two_releases(home)
    said(capsys, home, "rollback", first, *WHY)
    dated(home, "2025-06-02", "2025-06-05", "2025-06-09")

    seen = {
        day: json.loads(said(capsys, home, "releases", "--on", day, "--json")[1])["release_id"]
        for day in ("2025-06-02", "2025-06-04", "2025-06-05", "2025-06-08", "2025-06-09")
    }
    assert list(seen.values()) == [first, first, second, second, first]

    code, text = said(capsys, home, "releases", "--on", "2025-06-08")
    assert (code, text.splitlines()[1]) == (0, "Ask it with: totalplace sql 2025-06-08")
    assert text.startswith(f"On 2025-06-08 readers saw release {second}, made 2025-06-02 13:00 UTC")


def test_a_release_is_asked_compared_and_read_by_a_day(home, capsys):
    two_releases(home)
    dated(home, "2025-06-02", "2025-06-05")
    ask = ("-c", "SELECT count(*) FROM fct_spend_line", "--json")

    lines = [
        json.loads(said(capsys, home, "sql", day, *ask)[1])["answers"][0]["rows"]
        for day in ("2025-06-04", "2025-06-05")
    ]
    assert lines == [[[3]], [[2]]]
    assert len(analyst.load("2025-06-04", "fct_spend_line", home=home)) == 3
    code, text = said(capsys, home, "diff", "2025-06-04", "2025-06-05")
    assert (code, text.startswith("From release ")) == (0, True)


def test_a_question_in_the_place_of_a_release_is_told_how_it_is_asked(home, capsys):
    two_releases(home)
    assert said(capsys, home, "sql", "SELECT count(*) FROM fct_spend_line") == (
        2,
        "totalplace: That names no release. A question is asked by -c: totalplace sql -c SQL.\n",
    )


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2025-06-01", "there was no release yet on 2025-06-01."),
        ("2025-13-01", "'2025-13-01' is not a day: write for example 2026-11-01."),
        ("9999-01-01", "9999-01-01 is yet to come: the newest release is called current."),
    ],
)
def test_a_day_without_a_release_says_so(home, capsys, day, why):
    two_releases(home)
    dated(home, "2025-06-02", "2025-06-05")

    code, text = said(capsys, home, "releases", "--on", day)
    assert code == 2
    assert text.strip().endswith(why)


def test_a_release_that_was_removed_is_named_for_the_day_it_was_seen(home, capsys):
    first, _ = two_releases(home)
    dated(home, "2025-06-02", "2025-06-05")
    shutil.rmtree(home / "published" / first)

    code, text = said(capsys, home, "releases", "--on", "2025-06-03")
    assert code == 2
    assert f"Release {first} was current on 2025-06-03, but its folder was removed" in text


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
