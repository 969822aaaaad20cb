"""What the expectations find in a release's tables is published with it, among its issues."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.result import ExpectationResult, Outcome
from orchestration.publish import Manifest, publish_release
from tests.unit.release_world import INPUTS, NOON, PROMISED, build


def result(description: str, outcome: Outcome, severity: str, count: int | None = None):
    return ExpectationResult(
        "marts", "fct_spend_line", "Kind", description, severity, outcome, count, 3
    )


PASSED = result("There are rows", "passed", "critical")
LATE = result("At least 90% of the rows have a value under line_date", "failed", "warning", 2)
UNASKED = result("No amount is odd", "could_not_run", "info")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb")
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE fct_issue (issue_id VARCHAR, source VARCHAR, feed VARCHAR, code VARCHAR, "
            "level VARCHAR, message VARCHAR, fix VARCHAR, row_count BIGINT, body_id VARCHAR, "
            "period_id VARCHAR, financial_year VARCHAR, in_force BOOLEAN, is_open BOOLEAN, "
            "is_synthetic BOOLEAN)"
        )
        connection.execute(
            "INSERT INTO fct_issue VALUES ('R-1-1', 'judge', 'spend', 'TP-021', 'set_aside', 'm', "
            "'f', 1, 'alder', '2024-M05', '2024-25', true, false, false)"
        )
    return tmp_path


def published(home: Path, *judged: ExpectationResult, **options):
    tables = [*PROMISED, "fct_issue"]
    options = {"now": NOON, "judge": lambda database: judged} | options
    return publish_release(home / "build.duckdb", home / "published", tables, INPUTS, **options)


def issues(release: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(release / "totalplace.duckdb"), read_only=True) as connection:
        return connection.execute(
            "SELECT source, feed, code, level, is_open, message, row_count FROM fct_issue "
            "ORDER BY code"
        ).fetchall()


def test_what_did_not_pass_is_listed_in_all_three_copies(home: Path) -> None:
    outcome = published(home, PASSED, LATE, UNASKED)

    assert outcome.status == "published"
    assert outcome.path is not None
    why = "Not as expected in fct_spend_line: At least 90% of the rows have a value under line_date"
    asked = "The check on fct_spend_line could not run; this is not a data error: No amount is odd"
    assert issues(outcome.path) == [
        ("judge", "spend", "TP-021", "set_aside", False, "m", 1),
        ("expectations", None, "TP-310", "please_explain", True, f"{why}.", 2),
        ("expectations", None, "TP-311", "information", False, f"{asked}.", 0),
    ]
    # The audit, which compares the copies, the hashes and the seals, has passed on these bytes.
    assert Manifest.read(outcome.path).tables["fct_issue"].rows == 3
    assert not [f for f in outcome.path.rglob("*.*") if f.stat().st_mode & 0o222]


def test_the_same_build_is_the_same_release_and_is_not_published_twice(home: Path) -> None:
    plain = Manifest.read(published(home, PASSED).path)
    (home / "other").mkdir()
    (home / "build.duckdb").rename(home / "other" / "build.duckdb")
    first = published(home / "other", PASSED, LATE)
    again = published(home / "other", PASSED, LATE, now=NOON + timedelta(days=1))

    assert (again.status, again.release_id) == ("unchanged", first.release_id)
    manifest = Manifest.read(first.path)
    assert manifest.release_id == plain.release_id
    assert (manifest.made_of, manifest.build_hash) == (plain.content_hash, plain.content_hash)
    assert manifest.content_hash != plain.content_hash
    assert (plain.made_of, plain.build_hash) == (plain.content_hash, "")


def test_an_expectation_that_must_hold_refuses_the_release_as_ever(home: Path) -> None:
    outcome = published(home, PASSED, LATE, result("No line twice", "failed", "critical", 1))

    assert [f.message for f in outcome.refusals] == [
        "fct_spend_line: No line twice (1 row is otherwise)"
    ]
    assert [p.name for p in (home / "published").iterdir()] == [".lock"]
