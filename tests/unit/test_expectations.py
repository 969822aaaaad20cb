"""Great Expectations on DuckDB: what passes, what fails, what could not run, what is never said."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations.run import ExpectationResult, validate, validate_files, validate_raw
from expectations.suite import (
    Expectation,
    Suite,
    between,
    in_set,
    mostly_present,
    no_rows,
    not_null,
    one_row_per,
    unique,
    year_written,
)
from expectations.suites import MARTS, PERSONAL_COLUMNS, RAW
from orchestration.contracts.feeds import DUCKDB_TYPES, FEEDS, FeedSchema

ROWS = """
    (1, 'drug_alcohol', '2024-25', 'Jane Citizen'),
    (2, 'other',        '2024-26', NULL),
    (2, 'othr',         NULL,      'Turning Point')
"""


def table(path: Path, rows: str = ROWS) -> Path:
    """A file with one table ``t`` of columns number, theme, financial_year, payee."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE t (number BIGINT, theme VARCHAR, financial_year VARCHAR, payee VARCHAR)"
        )
        if rows:
            connection.execute(f"INSERT INTO t VALUES {rows}")
    return path


def suite(*expectations: Expectation, may_be_empty: str = "") -> dict[str, Suite]:
    return {"t": Suite("example", "t", expectations, may_be_empty)}


def outcomes(results: list[ExpectationResult]) -> list[tuple[str, str, int | None]]:
    return [(r.description, r.outcome, r.unexpected_count) for r in results]


def test_each_kind_of_expectation_passes_or_fails_with_its_count(tmp_path: Path) -> None:
    expectations = (
        not_null("number"),
        not_null("financial_year", "warning"),
        mostly_present("payee", 0.9),
        in_set("theme", ("drug_alcohol", "other")),
        between("number", 1, 2, "Every number is 1 or 2"),
        unique("number"),
        one_row_per("number"),
        no_rows("number > 1 AND theme = 'other'", "No other thing has a number above 1"),
        year_written(),
    )

    results = validate(table(tmp_path / "x.duckdb"), suite(*expectations), personal_columns=())

    assert outcomes(results) == [
        ("Has at least one row", "passed", None),
        ("Every row has a value under number", "passed", 0),
        ("Every row has a value under financial_year", "failed", 1),
        ("At least 90% of the rows have a value under payee", "failed", None),
        ("Every theme is one of: drug_alcohol, other", "failed", 1),
        ("Every number is 1 or 2", "passed", 0),
        ("No number occurs twice", "failed", 2),
        ("There is one row per number", "failed", 1),
        ("No other thing has a number above 1", "failed", 1),
        ("Every financial_year is written like 2024-25", "failed", 1),
    ]
    assert [r.severity for r in results][2:4] == ["warning", "warning"]
    assert {r.element_count for r in results} == {3}


def test_an_empty_table_fails_because_nothing_was_checked(tmp_path: Path) -> None:
    database = table(tmp_path / "x.duckdb", rows="")

    results = validate(database, suite(not_null("number")), personal_columns=())

    assert outcomes(results) == [("Has at least one row", "failed", None)]


def test_an_empty_table_passes_only_with_a_reason(tmp_path: Path) -> None:
    database = table(tmp_path / "x.duckdb", rows="")
    suites = suite(not_null("number"), may_be_empty="no file need have come yet")

    results = validate(database, suites, personal_columns=())

    assert outcomes(results) == [("May be empty: no file need have come yet", "passed", None)]


def test_no_suite_and_an_empty_suite_are_refused(tmp_path: Path) -> None:
    database = table(tmp_path / "x.duckdb")

    with pytest.raises(ValueError, match="no suite was given"):
        validate(database, {}, personal_columns=())
    with pytest.raises(ValueError, match="the suite of t is empty"):
        validate(database, suite(), personal_columns=())


def test_a_rule_that_cannot_run_is_not_a_fault_of_the_data(tmp_path: Path) -> None:
    expectations = (
        not_null("no_such_column"),
        no_rows("CAST(payee AS BIGINT) > 0", "No payee is a number"),
        not_null("number"),
    )

    results = validate(table(tmp_path / "x.duckdb"), suite(*expectations), personal_columns=())

    assert outcomes(results)[1:] == [
        ("Every row has a value under no_such_column", "could_not_run", None),
        ("No payee is a number", "could_not_run", None),
        ("Every row has a value under number", "passed", 0),
    ]


def test_a_table_that_is_not_there_could_not_be_checked(tmp_path: Path) -> None:
    database = table(tmp_path / "x.duckdb")
    missing = {"absent": replace(suite(not_null("number"))["t"], table="absent")}

    results = validate(database, {**suite(not_null("number")), **missing}, personal_columns=())

    assert [(r.table, r.outcome) for r in results] == [
        ("t", "passed"),
        ("t", "passed"),
        ("absent", "could_not_run"),
    ]


@pytest.mark.parametrize("few", [200_000, 0], ids=["copied", "read in place"])
def test_tables_of_a_release_are_asked_by_their_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """A file, or a folder of parts; a table without either could not be asked about."""
    monkeypatch.setattr("expectations.run._FEW", few)
    (tmp_path / "parts").mkdir()
    for file, rows in (("one", "(1), (1)"), ("parts/a", "(1)"), ("parts/b", "(1), (NULL)")):
        path = tmp_path / f"{file}.parquet"
        duckdb.sql(f"SELECT * FROM (VALUES {rows}) AS v(number)").write_parquet(str(path))
    suites = {t: Suite("example", t, (not_null("number"),)) for t in ("one", "parts", "absent")}
    files = {"one": tmp_path / "one.parquet", "parts": tmp_path / "parts", "unasked": tmp_path}

    results = validate_files(files, suites, personal_columns=())

    assert [(r.table, r.outcome, r.element_count, r.unexpected_count) for r in results] == [
        ("one", "passed", 2, None),
        ("one", "passed", 2, 0),
        ("parts", "passed", 3, None),
        ("parts", "failed", 3, 1),
        ("absent", "could_not_run", None, None),
    ]


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_no_cell_is_ever_said(
    tmp_path: Path, heard: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in a result, not in a log, not on the terminal; not even by a rule that crashes."""
    expectations = (
        in_set("payee", ("Turning Point",)),
        no_rows("payee LIKE 'Jane%'", "Nobody is called so"),
        no_rows("CAST(payee AS BIGINT) > 0", "No payee is a number"),
    )

    results = validate(table(tmp_path / "x.duckdb"), suite(*expectations), personal_columns=())

    said = repr(results) + heard.text + "".join(capfd.readouterr())
    assert [r.outcome for r in results] == ["passed", "failed", "failed", "could_not_run"]
    assert "Citizen" not in said


def test_of_a_personal_column_only_presence_may_be_asked(tmp_path: Path) -> None:
    database = table(tmp_path / "x.duckdb")

    validate(database, suite(mostly_present("payee", 0.5)), personal_columns={"payee"})
    with pytest.raises(ValueError, match=r"looks into payee.*only presence may be asked"):
        validate(database, suite(unique("payee")), personal_columns={"payee"})


def test_the_file_is_free_again_afterwards(tmp_path: Path) -> None:
    database = table(tmp_path / "x.duckdb")
    before = database.read_bytes()

    validate(database, suite(not_null("number")), personal_columns=())

    assert database.read_bytes() == before
    duckdb.connect(str(database)).close()  # to write: fails while anyone holds the file


# --- raw lines --------------------------------------------------------------------------------


def raw_file(raw: Path, feed: FeedSchema, submission: str, rows: list[dict[str, object]]) -> None:
    """Lines of one submission as they are stored, fields not given being empty."""
    folder = raw / feed.name / "partner_id=alder" / "period=2024-05" / f"submission_id={submission}"
    folder.mkdir(parents=True)
    types = {"submission_id": "VARCHAR", "file_sha256": "VARCHAR", "sheet": "VARCHAR"}
    types |= {"source_row": "BIGINT", **{f.name: DUCKDB_TYPES[f.type] for f in feed.fields}}
    types |= feed.beside
    with duckdb.connect() as connection:
        columns = ", ".join(f"{c} {kind}" for c, kind in types.items())
        connection.execute(f"CREATE TABLE lines ({columns})")
        for number, row in enumerate(rows, start=2):
            given = {"submission_id": submission, "file_sha256": "00", "source_row": number, **row}
            connection.execute(
                f"INSERT INTO lines ({', '.join(given)}) VALUES ({', '.join('?' * len(given))})",
                list(given.values()),
            )
        connection.sql("FROM lines").write_parquet(str(folder / "lines.parquet"))


def not_passed(results: list[ExpectationResult]) -> list[tuple[str, str, str]]:
    return [(r.table, r.outcome, r.description) for r in results if r.outcome != "passed"]


GOOD = {"line_date": "2024-05-03", "amount_pence": 1250, "supplier_name": "Turning Point"}


def test_raw_lines_are_judged_where_they_lie(tmp_path: Path) -> None:
    raw_file(tmp_path, FEEDS["spend"], "s1", [GOOD, GOOD])
    raw_file(tmp_path, FEEDS["savings"], "none", [])

    assert not_passed(validate_raw(tmp_path, ["spend", "savings"])) == []


def test_raw_lines_of_one_submission_can_be_judged_alone(tmp_path: Path) -> None:
    raw_file(tmp_path, FEEDS["spend"], "s1", [GOOD])
    raw_file(tmp_path, FEEDS["spend"], "s2", [{**GOOD, "amount_pence": None}])

    assert not_passed(validate_raw(tmp_path, ["spend"], submissions=["s1"])) == []
    assert not_passed(validate_raw(tmp_path, ["spend"], submissions=["s2"])) == [
        ("spend", "failed", "Every row has a value under amount_pence")
    ]


def test_faults_in_raw_lines_are_counted(tmp_path: Path) -> None:
    undated = {**GOOD, "line_date": None, "source_row": 9}
    raw_file(tmp_path, FEEDS["spend"], "s1", [{**GOOD, "source_row": 9}, undated])

    assert not_passed(validate_raw(tmp_path, ["spend"])) == [
        ("spend", "failed", "There is one row per submission_id, sheet, source_row"),
        ("spend", "failed", "At least 90% of the rows have a value under line_date"),
    ]


def test_a_feed_without_a_file_could_not_be_checked(tmp_path: Path) -> None:
    assert not_passed(validate_raw(tmp_path, ["spend"])) == [
        ("spend", "could_not_run", "Has at least one row")
    ]


# --- the suites themselves --------------------------------------------------------------------

EVERY_SUITE = [*RAW.values(), *MARTS.values()]


@pytest.mark.parametrize("each", EVERY_SUITE, ids=lambda s: f"{s.name}.{s.table}")
def test_every_expectation_says_something_of_its_own(each: Suite) -> None:
    wordings = [e.description for e in each.expectations]

    assert len(set(wordings)) == len(wordings)
    assert all(wording[0].isupper() and not wording.endswith(".") for wording in wordings)


def test_every_feed_has_a_suite_and_personal_columns_are_known() -> None:
    assert set(RAW) == set(FEEDS)
    assert {"supplier_name", "description_as_submitted"} <= PERSONAL_COLUMNS
    assert "amount_pence" not in PERSONAL_COLUMNS


def test_great_expectations_is_imported_only_when_it_runs() -> None:
    code = "import sys, expectations.run; sys.exit('great_expectations' in sys.modules)"
    root = Path(__file__).parents[2]

    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0
