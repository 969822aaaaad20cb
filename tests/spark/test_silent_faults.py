"""Where Spark is wrong without an error unless it is asked in the right way: a case each."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.warehouse.spark.adapter import Credentials, with_literals
from orchestration.warehouse.spark.dialect import spark_sql
from orchestration.warehouse.spark.engine import Spark

LARGEST = 2**63 - 1


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session as a run begins it, in this process."""
    settings = Settings.from_environment(home=tmp_path_factory.mktemp("home"))
    session = Spark("local[1]").session(settings)
    yield session
    session.stop()


def rows(session: Any, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.sql(spark_sql(query)).collect()]


SAME = {
    "a half penny goes away from zero": "SELECT sign(n) * ((2 * abs(n::hugeint) + 4) // (2 * "
    "4::hugeint)) FROM (VALUES (-6), (-5), (5), (6), (7)) t (n) ORDER BY n",
    "a quotient beyond 64 bits of a wide sum": f"SELECT ({LARGEST}::hugeint * 10) // 7::hugeint",
    "whole division goes towards zero": "SELECT (-7)::hugeint // 2, (-7) // 2, (-7) % 2",
    "keys are text": "SELECT md5('a'), sha256('a')",
    "a list keeps its order": "SELECT list(n ORDER BY n)[1] FROM (VALUES (3), (1), (2)) t (n)",
    "the largest is of what is there": "SELECT arg_max(a, n) FROM (VALUES ('x', 1), (NULL, 2)) "
    "t (a, n)",
    "any value is one that is there": "SELECT any_value(a) FROM (VALUES (NULL), ('x')) t (a)",
    "beyond a list's end is nothing": "SELECT string_split('a;b', ';')[3]",
    "a series never counts down": "SELECT count(*) FROM (SELECT unnest(generate_series(0, -1)))",
    "nothing is last": "SELECT row_number() OVER (ORDER BY a), a FROM (VALUES (NULL), ('x')) "
    "t (a) ORDER BY 1",
    "letters and marks": "SELECT strip_accents('Éa\u0301ø')",
    "a text of some rows in order": "SELECT string_agg(a, ';' ORDER BY a) FILTER (a <> 'b') "
    "FROM (VALUES ('c'), ('b'), ('a')) t (a)",
    "a year that begins in April": "SELECT year(DATE '2012-03-31' - INTERVAL 3 MONTH)",
    "what is no number": "SELECT try_cast('12a' AS BIGINT), try_cast(' 12 ' AS BIGINT)",
}


def plain(found: list[tuple[Any, ...]]) -> list[tuple[str | None, ...]]:
    return [tuple(None if value is None else str(value) for value in row) for row in found]


@pytest.mark.parametrize("case", SAME)
def test_both_engines_say_the_same(session, case):
    assert plain(rows(session, SAME[case])) == plain(duckdb.sql(SAME[case]).fetchall())


def test_a_half_penny_that_one_side_rounds_down_is_noticed(session):
    ours = SAME["a half penny goes away from zero"]
    assert plain(rows(session, ours.replace("+ 4", "+ 3"))) != plain(duckdb.sql(ours).fetchall())


RAISES = {
    "a sum beyond 64 bits": f"SELECT sum(n) FROM (VALUES ({LARGEST}), (1)) t (n)",
    "a quotient that is cast beyond 64 bits": f"SELECT (({LARGEST}::hugeint * 10) // 2)::bigint",
    "a division by nought": "SELECT 1 // n FROM (VALUES (0)) t (n)",
    "a text that is no number": "SELECT a::bigint FROM (VALUES ('12a')) t (a)",
}


@pytest.mark.parametrize("case", RAISES)
def test_what_cannot_be_exact_is_an_error(session, case):
    with pytest.raises(Exception, match=r"OVERFLOW|DIVIDE_BY_ZERO|CAST_INVALID|OUT_OF_RANGE"):
        rows(session, RAISES[case])


def test_dbt_does_not_turn_errors_off_again():
    credentials = Credentials(host="NA", schema="main", method="session")
    assert credentials.server_side_parameters["spark.sql.ansi.enabled"] == "true"


def test_the_values_of_a_seed_are_exact(session):
    values = [None, "None", "it's 50% \\ é", Decimal("0.10"), LARGEST, datetime.date(2012, 4, 1)]
    query = with_literals("SELECT %s, %s, %s, %s, %s, cast(%s AS date)", values)
    assert rows(session, query) == [tuple(values)]
