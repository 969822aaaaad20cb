"""Every published column says what it means: unit, empty cells, whether it adds up."""

from fnmatch import fnmatchcase

import pytest

from orchestration.publish.companions.headline_tables import is_headline
from orchestration.publish.meanings import Conventions
from tests.architecture.test_docs import dictionary

MADE = dictionary()
TABLES = MADE.described()
CONVENTIONS = Conventions.read(MADE.PROJECT)
COLUMNS = [f"{table.name}.{entry.name}" for table in TABLES for entry in table.entries]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_described(table):
    assert table.about
    assert [e.name for e in table.entries if not e.column.meaning] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_number_has_a_unit_and_says_whether_it_adds_up(table):
    numbers = [e for e in table.entries if e.is_number]
    assert [e.name for e in numbers if not e.column.unit] == [], "write Unit: ... in dbt's YAML"
    assert [e.name for e in numbers if not e.column.adds_up] == [], "see dbt_project/dictionary.yml"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_column_that_may_be_empty_says_what_that_means(table):
    silent = [e.name for e in table.entries if not (e.column.never_empty or e.column.null_means)]
    assert silent == [], "write null ... in dbt's YAML, or see dbt_project/dictionary.yml"


@pytest.mark.parametrize("what", ["unit", "adds_up", "null_means", "not_applicable"])
def test_no_convention_fits_every_column_or_none(what):
    """One for all would hide a column of which nothing is said; one for none is left over."""
    for pattern, _ in CONVENTIONS.rules[what]:
        fitting = [column for column in COLUMNS if fnmatchcase(column, pattern)]
        assert 0 < len(fitting) < 350, pattern


def test_what_is_referred_to_is_a_published_column():
    for table in TABLES:
        for entry in table.entries:
            if entry.column.refers_to:
                assert ".".join(entry.column.refers_to) in COLUMNS


def test_a_headline_table_has_a_name_that_fits_a_sheet():
    assert [t.name for t in TABLES if is_headline(t.name) and len(t.name) > 31] == []
