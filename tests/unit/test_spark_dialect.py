"""How the project's SQL is said in Spark's: a case for each rule, and what is refused by name."""

import pytest

from orchestration.warehouse.spark.dialect import accents, spark_sql
from orchestration.warehouse.spark.lint import untranslatable
from orchestration.warehouse.spark.rewrites import UntranslatableError

CASES = {
    "keys are text": ("SELECT md5(a) FROM t", "SELECT MD5(a) FROM t"),
    "a sum of pence is wide": (
        "SELECT a::hugeint FROM t",
        "SELECT CAST(a AS DECIMAL(38, 0)) FROM t",
    ),
    "pence are divided whole": ("SELECT a // 12 FROM t", "SELECT a DIV 12 FROM t"),
    "what is wide is divided as decimals": (
        "SELECT a::hugeint // b FROM t",
        "SELECT CAST((CAST(CAST(a AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) - "
        "CAST(CAST(a AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) % CAST(b AS DECIMAL(38, 0))) / "
        "CAST(b AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) FROM t",
    ),
    "the sign is a whole number": ("SELECT sign(a) FROM t", "SELECT CAST(SIGN(a) AS INT) FROM t"),
    "a row's number has 64 bits": (
        "SELECT row_number() OVER (ORDER BY a) FROM t",
        "SELECT CAST(ROW_NUMBER() OVER (ORDER BY a NULLS LAST) AS BIGINT) FROM t",
    ),
    "a length has 64 bits": ("SELECT length(a) FROM t", "SELECT CAST(LENGTH(a) AS BIGINT) FROM t"),
    "a month has 64 bits": ("SELECT month(a) FROM t", "SELECT CAST(MONTH(a) AS BIGINT) FROM t"),
    "any value is one that is there": (
        "SELECT any_value(a) FROM t",
        "SELECT ANY_VALUE(a) IGNORE NULLS FROM t",
    ),
    "the largest is of what is there": (
        "SELECT arg_max(a, b) FROM t",
        "SELECT MAX_BY(a, b) FILTER(WHERE NOT (a) IS NULL) FROM t",
    ),
    "the largest of some is of what is there": (
        "SELECT arg_max(a, b) FILTER (c) FROM t",
        "SELECT MAX_BY(a, b) FILTER(WHERE c AND NOT (a) IS NULL) FROM t",
    ),
    "a list is in its order": (
        "SELECT list(a ORDER BY a) FROM t",
        "SELECT ARRAY_SORT(COLLECT_LIST(a)) FROM t",
    ),
    "beyond a list's end is nothing": ("SELECT a[1] FROM t", "SELECT TRY_ELEMENT_AT(a, 1) FROM t"),
    "a place in a list counts from 1": (
        "SELECT list_position(a, b) FROM t",
        "SELECT NULLIF(CAST(ARRAY_POSITION(a, b) AS INT), 0) FROM t",
    ),
    "a series never counts down": (
        "SELECT unnest(generate_series(0, a)) AS n FROM t",
        "SELECT EXPLODE(IF(a < 0, ARRAY(), SEQUENCE(0, a))) AS n FROM t",
    ),
    "a named window with an order": (
        "SELECT sum(a) OVER (w ORDER BY b) FROM t WINDOW w AS (PARTITION BY c)",
        "SELECT SUM(a) OVER (PARTITION BY c ORDER BY b NULLS LAST) FROM t "
        "WINDOW w AS (PARTITION BY c)",
    ),
    "a union by name": (
        "WITH x AS (SELECT 1 AS a, 2 AS b), y AS (SELECT 3 AS b) "
        "SELECT * FROM x UNION ALL BY NAME SELECT * FROM y",
        "WITH x AS (SELECT 1 AS a, 2 AS b), y AS (SELECT 3 AS b) "
        "SELECT a, b FROM (SELECT * FROM x) AS side UNION ALL "
        "SELECT NULL AS a, b FROM (SELECT * FROM y) AS side",
    ),
    "a text of some rows": (
        "SELECT string_agg(a, ';' ORDER BY a) FILTER (b) FROM t",
        "SELECT LISTAGG(CASE WHEN b THEN a END, ';') WITHIN GROUP "
        "(ORDER BY CASE WHEN b THEN a END NULLS LAST) FROM t",
    ),
    "a star with another column": (
        "SELECT * REPLACE (a + 1 AS a) FROM t",
        "SELECT * EXCEPT (a), a + 1 AS a FROM t",
    ),
    "a row as a text": ("SELECT to_json(t) FROM t", "SELECT TO_JSON(STRUCT(t.*)) FROM t"),
    "a pattern fits the whole text": (
        "SELECT regexp_full_match(a, '[0-9]+') FROM t",
        r"SELECT a RLIKE '\\A(?:[0-9]+)\\z' FROM t",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_construct_is_said_in_spark(case):
    ours, sparks = CASES[case]
    assert spark_sql(ours) == sparks


REFUSED = {
    "a function without a rule": ("SELECT list_zip(a, b) FROM t", "LIST_ZIP"),
    "one that sqlglot would pass on": ("SELECT median(a) FROM t", "Median"),
    "a list in no order": ("SELECT list(a) FROM t", "a list without an order"),
    "a list in another order": ("SELECT list(a ORDER BY b) FROM t", "another order"),
    "a union by name of a table": (
        "SELECT * FROM x UNION ALL BY NAME SELECT * FROM y",
        "name the columns that are read from it",
    ),
    "a replaced column of a union": (
        "SELECT * REPLACE (1 AS a) FROM x UNION ALL SELECT * FROM y",
        "goes by position",
    ),
    "a letter beyond ASCII": ("SELECT chr(769)", "that of an ASCII letter"),
    "no SQL": ("SELECT FROM WHERE", "no SQL of DuckDB's"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_translation_is_named(case):
    ours, said = REFUSED[case]
    with pytest.raises(UntranslatableError, match=said):
        spark_sql(ours)


def test_the_lint_names_the_file_of_a_query_that_spark_cannot_read():
    queries = {"models/good.sql": "SELECT 1 AS a", "models/bad.sql": "SELECT list_zip(a) FROM t"}
    (problem,) = untranslatable(queries)
    assert problem.startswith("models/bad.sql: the Spark dialect has no rule for LIST_ZIP")


def test_letters_lose_their_accents_as_in_duckdb():
    plain = dict(zip(*accents(), strict=True))
    assert [plain.get(letter, letter) for letter in "éÅžøß"] == ["e", "A", "z", "ø", "ß"]
