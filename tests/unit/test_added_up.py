"""Figures of one table are added up again together, and each is named that does not come to its
parts."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.publish.added_up import added_up_sql, not_added_up
from orchestration.publish.content import tables_of
from orchestration.publish.lineage import Part, Recipe

LINES = """
    CREATE TABLE release.lines AS SELECT * FROM (VALUES
        ('a', 500, 'sure'), ('a', -200, 'sure'), ('a', 70, 'likely'), ('b', 30, 'sure')
    ) AS v (cell, amount_pence, grade)"""
CELLS = """
    CREATE TABLE release.cells AS SELECT * FROM (VALUES
        ('a', 370, 300, -200, 500), ('b', 30, 30, NULL, 30), ('c', 0, 0, NULL, NULL)
    ) AS v (cell, gross_pence, sure_pence, credits_pence, largest_pence)"""


def of_lines(figure: str, where: str = "", **options: object) -> Recipe:
    kept = {"label": "lines", "table": "lines", "by": ("cell",), "amount": "amount_pence"}
    part = Part.model_validate(kept | {"where": where} | options)
    return Recipe(figures=(figure,), parts=(part,))


RECIPES = {
    "lines": (Recipe(figures=("amount_pence",), lines=True),),
    "cells": (
        of_lines("gross_pence"),
        of_lines("sure_pence", "part.grade = 'sure'"),
        of_lines("credits_pence", "part.amount_pence < 0"),
        of_lines("largest_pence", greatest=True),
    ),
}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS release")
        connection.execute(LINES)
        connection.execute(CELLS)
        yield connection


def said(con: duckdb.DuckDBPyConnection, *recipes: Recipe) -> list[str]:
    tables = tables_of(con, "release")
    return not_added_up(con, tables, RECIPES | ({"cells": recipes} if recipes else {}))


def test_what_comes_to_its_parts_is_not_mentioned(con: duckdb.DuckDBPyConnection) -> None:
    assert said(con) == []


def test_each_figure_that_is_off_is_named_with_how_much(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE release.cells SET sure_pence = 301, largest_pence = 70 WHERE cell = 'a'")
    con.execute("UPDATE release.cells SET sure_pence = 35 WHERE cell = 'b'")
    of = "figures are not what they are made of, by at least"
    assert said(con) == [
        f"cells.sure_pence: 2 {of} 1 pence",
        f"cells.largest_pence: 1 {of} 430 pence",
    ]


def test_a_recipe_that_cannot_be_followed_hides_no_other(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE release.cells SET gross_pence = 371 WHERE cell = 'a'")
    gross, _, *others = RECIPES["cells"]
    first, second = said(con, gross, of_lines("sure_pence", "part.rank = 'sure'"), *others)
    assert (
        first == "cells.gross_pence: 1 figures are not what they are made of, by at least 1 pence"
    )
    assert second.startswith("cells.sure_pence: its recipe cannot be followed (BinderException")


def test_of_the_same_table_and_columns_there_is_one_join(con: duckdb.DuckDBPyConnection) -> None:
    asked: list[str] = []

    class Asked:
        def execute(self, query: str) -> duckdb.DuckDBPyConnection:
            asked.append(query)
            return con.execute(query)

    not_added_up(Asked(), {"cells": tables_of(con, "release")["cells"]}, RECIPES)  # type: ignore[arg-type]
    assert sum(query.count("JOIN release.main.") for query in asked) == 1


def test_rows_that_do_not_state_the_figure_are_left_out(con: duckdb.DuckDBPyConnection) -> None:
    credits = RECIPES["cells"][2]
    query = added_up_sql("cells", "credits_pence", credits)
    assert con.execute(query).fetchall() == [(0, -200, -200)]
