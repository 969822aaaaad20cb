"""A release needs every dbt test recorded as passed for the very build that it publishes."""

import json

import duckdb
import pytest

from orchestration.warehouse.build_record import record_tests, unpassed_tests
from orchestration.warehouse.dbt import Parsed, project_digest

MANIFEST = {
    "nodes": {
        "model.p.fct_a": {
            "resource_type": "model", "name": "fct_a", "fqn": ["p", "marts", "fct_a"],
        },
        "model.p.int_b": {
            "resource_type": "model", "name": "int_b", "fqn": ["p", "intermediate", "int_b"],
        },
        "test.p.one": {"resource_type": "test", "name": "one", "fqn": ["p", "one"]},
        "test.p.two": {"resource_type": "test", "name": "two", "fqn": ["p", "two"]},
    },
    "sources": {
        "source.p.made": {"name": "fct_made", "meta": {"published": True}},
        "source.p.raw": {"name": "spend", "meta": {}},
    },
}  # fmt: skip


@pytest.fixture
def built(tmp_path):
    """A build with the id ``b1``, and what to record of it: test -> how it ended."""
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    with duckdb.connect(str(tmp_path / "build.duckdb")) as con:
        con.execute("CREATE TABLE dbt_build AS SELECT 'b1' AS build")

    def problems(build, **ended):
        results = [
            {"unique_id": f"test.p.{n}", "status": s, "message": None, "execution_time": 0.1}
            for n, s in ended.items()
        ]
        run = {"metadata": {"invocation_id": build}, "results": results}
        (tmp_path / "run_results.json").write_text(json.dumps(run))
        record_tests(tmp_path, tmp_path / "record.json")
        tests = Parsed(tmp_path / "manifest.json").nodes("test")
        return unpassed_tests(tmp_path / "build.duckdb", tests, tmp_path / "record.json")

    return problems


def test_every_test_passed(built):
    assert built("b1", one="pass", two="warn") == []


def test_a_failed_test_stops_the_release(built):
    assert built("b1", one="pass", two="fail") == ["dbt test two: fail"]


def test_a_test_that_was_left_out_stops_the_release(built):
    assert built("b1", one="pass") == ["dbt test two: was not run"]


def test_results_of_another_build_stop_the_release(built):
    assert built("b0", one="pass", two="pass") == [
        "the recorded results of dbt's tests are of another build"
    ]


def test_no_record_stops_the_release(tmp_path):
    assert unpassed_tests(tmp_path / "b", {}, tmp_path / "r") == [
        "no result of dbt's tests is recorded for this build"
    ]


def test_the_published_tables_are_the_marts_and_what_python_adds(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    assert Parsed(tmp_path / "manifest.json").published == ("fct_a", "fct_made")


def test_dbts_reading_is_kept_by_the_projects_content_and_place(tmp_path):
    """A home outlives checkouts, and dbt would read the seeds where they lay before."""
    for name, text in (("a", "select 1"), ("b", "select 1"), ("c", "select 2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.sql").write_text(text)
    (tmp_path / "a" / "target").mkdir()
    before = project_digest(tmp_path / "a")
    (tmp_path / "a" / "target" / "manifest.json").write_text("what dbt writes is not the project")
    assert project_digest(tmp_path / "a") == before
    assert len({project_digest(tmp_path / name) for name in "abc"}) == 3
