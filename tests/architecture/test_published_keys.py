"""Every published table says what tells its rows apart, and no part of that is ever empty.

Pandas drops an empty key from a group and SQL from a join: £3.488m of £3.751m were left that way.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.architecture.test_docs import dictionary

MADE = dictionary()
MARTS = [table for table in MADE.tables() if table.get("data_tests")]


def test_every_model_of_a_mart_is_asked_about() -> None:
    models = {path.stem for path in (MADE.ROOT / "dbt_project" / "models" / "marts").glob("*.sql")}
    assert {table["name"] for table in MARTS} == models


@pytest.mark.parametrize("table", MARTS, ids=lambda table: str(table["name"]))
def test_a_key_is_declared_and_no_part_of_it_is_empty(table: dict[str, Any]) -> None:
    never_empty = {
        column["name"]
        for column in table["columns"]
        if {"type": "not_null"} in column.get("constraints", [])
    }
    assert MADE.key_of(table), "declare the key in the YAML beside the model"
    assert set(MADE.key_of(table)) <= never_empty
