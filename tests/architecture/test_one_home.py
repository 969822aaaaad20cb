"""A data rule has one home (the table in CONTRIBUTING): dbt's YAML or Great Expectations.

Keys, missing values, accepted values and references of marts are declared in dbt's YAML; rules
across columns and tables are expectations; what Python adds to the marts after the build (the
forecast) has all its rules in expectations.
"""

import re

import pytest
import yaml

from expectations.suites import MARTS
from orchestration.settings import CHECKOUT

FOLDER = CHECKOUT / "dbt_project" / "models" / "marts"
DOCUMENTS = [
    yaml.load(p.read_text(), Loader=yaml.CSafeLoader) for p in sorted(FOLDER.glob("_*.yml"))
]
MODELS = {m["name"]: m for d in DOCUMENTS for m in d.get("models", [])}
PYTHON_MADE = {t["name"] for d in DOCUMENTS for s in d.get("sources", []) for t in s["tables"]}
DECLARED_BY_DBT = {
    "ExpectColumnValuesToNotBeNull",
    "ExpectColumnValuesToBeInSet",
    "ExpectColumnValuesToBeUnique",
}


def test_every_published_table_has_its_expectations():
    assert set(MARTS) == set(MODELS) | PYTHON_MADE


@pytest.mark.parametrize("table", sorted(set(MARTS) - PYTHON_MADE))
def test_no_expectation_repeats_what_dbt_declares(table):
    for expectation in MARTS[table].expectations:
        assert expectation.kind not in DECLARED_BY_DBT, expectation.description
        assert not expectation.description.startswith("There is one row per"), table


@pytest.mark.parametrize("table", sorted(MODELS))
def test_every_mart_declares_its_key(table):
    """One test a mart, so that a build asks each table once."""
    (test,) = MODELS[table].get("data_tests", [])
    assert test["declared"]["arguments"]["keys"]
    assert not [c["name"] for c in MODELS[table]["columns"] if c.get("data_tests")]


def squeezed(sql):
    return re.sub(r"[\s()]+", "", sql.lower())


def test_no_condition_stands_both_in_an_expectation_and_in_a_dbt_test():
    tests = [squeezed(p.read_text()) for p in (CHECKOUT / "dbt_project" / "tests").glob("*.sql")]
    for suite in MARTS.values():
        for expectation in suite.expectations:
            query = str(expectation.arguments.get("unexpected_rows_query", ""))
            condition = squeezed(query.partition(" WHERE ")[2])
            compares = re.search("[<>=]", condition)
            assert not [t for t in tests if compares and condition in t], expectation.description


def test_no_two_expectations_of_a_table_ask_the_same():
    for suite in MARTS.values():
        asked = [(e.kind, repr(sorted(e.arguments.items()))) for e in suite.expectations]
        assert len(asked) == len(set(asked)), suite.table
