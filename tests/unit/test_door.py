"""The analyst's door: what can be asked of a release, and every way out of it that is shut."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.store import ReleaseError
from orchestration.release.door import Door, DoorError, open_door
from orchestration.settings import CHECKOUT
from orchestration.sql import Memory
from tests.unit.release_world import build, publish_in

ENDLESS = "SELECT count(*) FROM range(100_000_000_000) WHERE random() > 2"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    build(home / "build.duckdb")
    publish_in(home)
    return home


@pytest.fixture
def door(home: Path) -> Iterator[Door]:
    with open_door(home / "published" / "current", Memory("200MB", home)) as door:
        yield door


def test_an_answer_is_exact(door: Door) -> None:
    (answer,) = door.ask(
        "SELECT sum(amount_pence) AS pence, 1.10 AS share, true AS yes, NULL AS nothing "
        "FROM fct_spend_line"
    )
    assert answer.columns == ("pence", "share", "yes", "nothing")
    assert answer.types[:3] == ("HUGEINT", "DECIMAL(3,2)", "BOOLEAN")
    assert answer.rows == ((9_007_199_254_753_293, "1.10", True, None),)


def test_statements_are_answered_one_by_one(door: Door) -> None:
    answers = door.ask("SELECT 1; SHOW TABLES; DESCRIBE dim_partner; FROM range(2)")
    assert [len(answer.rows) for answer in answers] == [1, 3, 7, 2]


def test_more_rows_than_asked_for_are_said(door: Door) -> None:
    (answer,) = door.ask("FROM range(5)", most=2)
    assert (answer.rows, answer.more) == (((0,), (1,)), True)
    (answer,) = door.ask("FROM range(2)", most=2)
    assert answer.more is False


def test_tables_and_columns_are_listed(door: Door) -> None:
    assert door.tables().rows == (("dim_partner", 2), ("fct_place_spend", 2), ("fct_spend_line", 3))
    assert door.describe("dim_partner").rows[2] == ("share", "DECIMAL(9,8)")
    with pytest.raises(
        DoorError, match=r"There is no table 'spend'\. The tables are: dim_partner, "
    ):
        door.describe("spend")


ONLY_READING = [
    "COPY dim_partner TO '{outside}'",
    "COPY dim_partner FROM '{file}'",
    "EXPORT DATABASE '{outside}'",
    "IMPORT DATABASE '{outside}'",
    "ATTACH '{outside}' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH other",
    "USE other",
    "INSTALL httpfs",
    "LOAD json",
    "LOAD '{outside}'",
    "SET memory_limit = '900GB'",
    "SET lock_configuration = false",
    "SET enable_external_access = true",
    "RESET memory_limit",
    "SET VARIABLE x = 1",
    "PRAGMA memory_limit = '900GB'",
    "PRAGMA database_size",
    "PRAGMA enable_profiling",
    "CALL enable_logging(storage = 'file', storage_path = '{outside}')",
    "CHECKPOINT",
    "VACUUM",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "CREATE SECRET mine (TYPE s3)",
    "INSERT INTO dim_partner SELECT * FROM dim_partner",
    "UPDATE dim_partner SET name = 'other'",
    "DELETE FROM dim_partner",
    "DROP TABLE dim_partner",
    "ALTER TABLE dim_partner DROP name",
    "PREPARE mine AS SELECT 1",
    "BEGIN",
    "EXPLAIN ANALYZE COPY dim_partner TO '{outside}'",
]


@pytest.mark.parametrize("attempt", ONLY_READING)
def test_a_statement_that_does_not_read_is_refused(
    door: Door, tmp_path: Path, attempt: str
) -> None:
    refused(door, attempt, tmp_path, attempt.split()[0] + " is not possible here: SELECT, DESCRIBE")


OPENING = [
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM read_duckdb('{file}', table_name = 'mine')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM glob('{file}')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM enable_profiling(save_location = '{outside}')",
    "SELECT * FROM json_execute_serialized_sql('{{}}')",
    "WITH hidden AS (FROM read_text('{file}')) FROM hidden",
    "SELECT (SELECT count(*) FROM read_text('{file}'))",
    "SELECT 1 UNION ALL SELECT length(content) FROM read_text('{file}')",
]


@pytest.mark.parametrize("attempt", OPENING)
def test_a_function_that_opens_or_sets_something_is_refused(
    door: Door, tmp_path: Path, attempt: str
) -> None:
    refused(
        door, attempt, tmp_path, r"[a-z_]+\(\) is not possible here: no file is opened but this"
    )


@pytest.mark.parametrize("attempt", ["FROM '{file}'", "FROM frame", "SELECT getenv('HOME')"])
def test_what_stands_outside_the_release_does_not_exist(
    door: Door, tmp_path: Path, attempt: str
) -> None:
    frame = duckdb.sql("SELECT 1 AS of_the_caller")
    assert frame
    refused(door, attempt, tmp_path, ".* does not exist|No file can be opened here")


def refused(door: Door, attempt: str, folder: Path, message: str) -> None:
    """The attempt gets one message, touches nothing, and the next question is answered."""
    (folder / "file.csv").write_text("canary\n")
    text = attempt.format(outside=folder / "outside", file=folder / "file.csv")
    before = (door.folder / "totalplace.duckdb").read_bytes()

    with pytest.raises(DoorError, match=message) as found:
        door.ask(text)

    assert "canary" not in str(found.value)
    assert [p.name for p in folder.iterdir()] == ["file.csv"]
    assert (door.folder / "totalplace.duckdb").read_bytes() == before
    assert door.ask("SELECT 1")[0].rows == ((1,),)


def engine_too(attempts: list[str]) -> list[str]:
    """Without those that DuckDB allows and that reach nothing outside the process."""
    harmless = ("LOAD json", "SET VARIABLE", "PRAGMA database_size", "CHECKPOINT", "VACUUM")
    harmless += ("CREATE TEMP", "PREPARE", "BEGIN", "SELECT * FROM query", "SELECT * FROM arrow")
    return [attempt for attempt in attempts if not attempt.startswith(harmless)]


@pytest.mark.parametrize("attempt", engine_too(ONLY_READING + OPENING))
def test_without_the_first_wall_the_engine_refuses_too(
    door: Door, tmp_path: Path, attempt: str
) -> None:
    (tmp_path / "file.csv").write_text("canary\n")
    with pytest.raises(duckdb.Error):
        door.connection.execute(
            attempt.format(outside=tmp_path / "outside", file=tmp_path / "file.csv")
        ).fetchall()
    assert [p.name for p in tmp_path.iterdir()] == ["file.csv"]


def test_what_takes_too_long_is_stopped(home: Path) -> None:
    with open_door(home / "published" / "current", Memory("200MB", home), seconds=0.2) as door:
        with pytest.raises(DoorError, match=r"stopped after 0\.2 seconds: ask for less"):
            door.ask(ENDLESS)
        assert door.ask("SELECT 1")[0].rows == ((1,),)


def test_what_needs_too_much_memory_is_refused(door: Door) -> None:
    with pytest.raises(DoorError, match="needs more than the 200MB of memory"):
        door.ask("SELECT length(string_agg(repeat('x', 1_000_000), '')) FROM range(1_000)")
    assert door.ask("SELECT 1")[0].rows == ((1,),)


def test_what_does_not_fit_spills_outside_the_release(door: Door) -> None:
    files = sorted(p.name for p in door.folder.iterdir())
    query = "SELECT md5(i::VARCHAR) AS a, random() AS b FROM range(2_000_000) r(i) ORDER BY b, a"
    (answer,) = door.ask(f"SELECT count(*) FROM ({query} LIMIT 1_900_000)")
    assert answer.rows == ((1_900_000,),)
    assert sorted(p.name for p in door.folder.iterdir()) == files


def test_a_file_is_exact_and_nothing_in_it_runs(door: Door, tmp_path: Path) -> None:
    out = tmp_path / "answer.csv"
    rows = door.write(
        """SELECT sum(amount_pence) AS pence, -5 AS n, 1.10 AS share, '=1+1' AS "=h", '' AS e,
        NULL AS z, 'a,b' AS q, '@x'::BLOB AS blob, ['-1'] AS list, 1 AS "PENCE"
        FROM fct_spend_line""",
        out,
    )
    assert rows == 1
    assert out.read_text(encoding="utf-8") == (
        "\ufeffpence,n,share,'=h,e,z,q,blob,list,PENCE_2\n"
        '9007199254753293,-5,1.10,\'=1+1,"",,"a,b",\'@x,[-1],1\n'
    )


def test_a_file_keeps_the_order_of_a_long_answer(door: Door, tmp_path: Path) -> None:
    out = tmp_path / "answer.csv"
    assert door.write("SELECT i FROM range(200_000) r(i) ORDER BY i DESC", out) == 200_000
    assert out.read_text().splitlines()[1:] == [str(i) for i in range(199_999, -1, -1)]


def test_a_file_that_is_not_finished_is_not_left(home: Path, tmp_path: Path) -> None:
    (tmp_path / "answer.csv").write_text("of yesterday")
    with (
        open_door(home / "published" / "current", Memory("200MB", home), seconds=0.2) as door,
        pytest.raises(DoorError, match="stopped after"),
    ):
        door.write("SELECT random() FROM range(100_000_000_000)", tmp_path / "answer.csv")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("answer.csv", "of yesterday")]


def test_a_file_takes_one_answer(door: Door, tmp_path: Path) -> None:
    with pytest.raises(DoorError, match="one answer, and these are 2 statements"):
        door.write("SELECT 1; SELECT 2", tmp_path / "answer.csv")
    with pytest.raises(DoorError, match="COPY is not possible here"):
        door.write("COPY dim_partner TO '/tmp/x'", tmp_path / "answer.csv")


def test_a_release_without_its_database_has_no_door(tmp_path: Path) -> None:
    with (
        pytest.raises(ReleaseError, match=r"totalplace\.duckdb is missing or damaged"),
        open_door(tmp_path, Memory("200MB", tmp_path)),
    ):
        pass


INTERRUPTED = f"""
import os, signal, sys, threading
from orchestration.cli.main import main
threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()
sys.exit(main(["sql", "--home", sys.argv[1], "--seconds", "50", "-c", "{ENDLESS}"]))
"""


def program(*arguments: object, text: str = "", code: str | None = None) -> tuple[int, str, str]:
    command = ["-c", code] if code else ["-m", "orchestration.cli.main", "sql", "--home"]
    done = subprocess.run(
        [sys.executable, *command, *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_person_stops_a_question(home: Path) -> None:
    code, _, said = program(home, code=INTERRUPTED)
    assert (code, said) == (1, "totalplace: The question was stopped.\n")


def test_memory_that_duckdb_does_not_count_is_bounded_by_the_process(home: Path) -> None:
    code, _, said = program(home, "-c", "SELECT length(repeat('x', 4_000_000_000))")
    assert code == 1
    assert said.startswith("totalplace: The question needs more than the 1500MB of memory")


def test_questions_at_the_prompt_go_over_lines_and_a_failed_one_ends_nothing(home: Path) -> None:
    typed = (
        ".describe dim_partner\nSELECT 1 AS\n  one;\nDROP TABLE dim_partner;\nSELECT 2 AS two;\n"
    )
    code, out, said = program(home, text=typed + ".quit\nSELECT 3;\n")
    assert code == 1
    assert [line.split() for line in out.splitlines()[:3]] == [
        ["partner_id", "VARCHAR"],
        ["name", "VARCHAR"],
        ["share", "DECIMAL(9,8)"],
    ]
    assert [line.strip() for line in out.splitlines()[7:] if "─" not in line] == [
        "one",
        "1",
        "(1 row)",
        "two",
        "2",
        "(1 row)",
    ]
    assert said.startswith("totalplace: DROP is not possible here")
