"""What each published figure is made of: the recipes that a table declares in dbt's YAML.

A recipe names the rows of other published tables that a figure is made of, and how. It travels with
the release (in its manifest), so that a release explains itself wherever it is read. Here a recipe
becomes SQL over the release's DuckDB file, attached as ``release``; who asks it, and how an answer
is shown, belongs elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import duckdb
from pydantic import BaseModel, ConfigDict, Field, model_validator

from .content import name

# The arithmetic of the count (dbt_project/macros/money.sql), for the formulas of recipes.
MACROS = (
    "CREATE OR REPLACE TEMP MACRO divide_round(n, d) AS CAST(sign(n) * ((2 * abs(CAST(n AS "
    "HUGEINT)) + d) // (2 * CAST(d AS HUGEINT))) AS HUGEINT)",
    "CREATE OR REPLACE TEMP MACRO in_common(a, b) AS CASE WHEN a > 0 AND b > 0 THEN least(a, b) "
    "WHEN a < 0 AND b < 0 THEN greatest(a, b) ELSE 0 END",
)
# How a column in pounds ends: the views' money, each figure of which another table has in pence.
POUNDS = "_pounds"
_COLUMN = re.compile(r"[a-z_0-9]+")
_MONEY = re.compile(r"\bpart\.([a-z_0-9]*pence)\b")


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Declared):
    """Rows of one table that a figure is made of.

    ``by`` pairs the table's columns with the figure's (``column`` or ``theirs = ours``; two nulls
    are equal), ``where`` is a condition on ``part`` and ``figure``. ``amount`` is a column (else
    the figure's own name, in pence), or a whole number in SQL over ``part``, and is added up
    (``greatest``: the largest is taken); ``minus`` takes it off; what is not to be followed is
    only weighed, such as the other shares of one whole.
    """

    label: str = Field(pattern=r"^[a-z_]+$")
    table: str
    by: tuple[str, ...] = ()
    where: str = ""
    amount: str = ""
    minus: bool = False
    follow: bool = True
    greatest: bool = False

    def pairs(self) -> list[tuple[str, str]]:
        """The columns that are equal: the part's, the figure's."""
        split = [column.split(" = ") for column in self.by]
        return [(pair[0], pair[-1]) for pair in split]

    def amount_sql(self, figure: str) -> str:
        """What is added up, as SQL over ``part``."""
        amount = self.amount or as_pence(figure)
        return in_pence_sql(amount, "part.") if _COLUMN.fullmatch(amount) else f"({amount})"

    def amounts(self, figure: str) -> list[str]:
        """The columns of money that are added up."""
        amount = self.amount or as_pence(figure)
        found = [amount] if _COLUMN.fullmatch(amount) else _MONEY.findall(amount)
        return list(dict.fromkeys(found))

    def join_sql(self) -> str:
        """The rows of the part beside ``figure``, for a FROM clause."""
        return f"figure JOIN {self._part} ON {self._is_of_figure}"

    def rows_sql(self) -> str:
        """The row numbers of the part, each once, for which there is a row of ``figure``."""
        matched = f"{self._part} SEMI JOIN figure ON {self._is_of_figure}"
        return f"SELECT part.rowid AS row_no FROM {matched}"

    @property
    def _part(self) -> str:
        return f"release.main.{name(self.table)} AS part"

    @property
    def _is_of_figure(self) -> str:
        equal = [f"part.{name(p)} IS NOT DISTINCT FROM figure.{name(f)}" for p, f in self.pairs()]
        return " AND ".join([*equal, *([f"({self.where})"] if self.where else [])]) or "true"


class Recipe(_Declared):
    """How the ``figures`` (columns) of a table are made: of the same ``row``'s figures and of
    ``parts``, by a ``formula`` (else the parts are added up). A line's own amount (``lines``) and
    what no line holds (``taken_from``, in words) are made of nothing. ``unchecked`` says why a
    figure is shown with its parts and not added up again."""

    figures: tuple[str, ...] = Field(min_length=1)
    row: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    formula: str = ""
    lines: bool = False
    taken_from: str = ""
    unchecked: str = ""

    @model_validator(mode="after")
    def _is_one_kind(self) -> Recipe:
        made = bool(self.row or self.parts)
        if made + self.lines + bool(self.taken_from) != 1:
            raise ValueError("a figure is made of something, or is a line's, or is taken from")
        if self.row and not (self.formula or self.unchecked):
            raise ValueError("a figure made of its own row's needs a formula")
        return self

    @property
    def is_checked(self) -> bool:
        """Whether the figure can be added up again."""
        return bool(self.row or self.parts) and not self.unchecked

    def formula_sql(self) -> str:
        """The formula; without one, the parts added up."""
        terms = (f"{'-' if p.minus else '+'} coalesce({p.label}, 0)" for p in self.parts)
        sql = self.formula or f"0 {' '.join(terms)}"
        for number, part in enumerate(self.parts):
            sql = re.sub(rf"(?<![\w.'])({part.label})(?![\w.'])", f"part_{number}.pence", sql)
        return sql


Recipes = Sequence[Recipe]


def money_columns(columns: Mapping[str, str]) -> list[str]:
    """The columns that hold money in pence, of a table's column types by name."""
    return [c for c in columns if c == "pence" or c.endswith("_pence") or c.startswith("pence_")]


def as_pence(column: str) -> str:
    """What a column of money in pounds is called in the tables that have it in pence; any other
    column as it is."""
    return f"{column.removesuffix(POUNDS)}_pence" if column.endswith(POUNDS) else column


def in_pence_sql(column: str, of: str = "") -> str:
    """A figure in SQL as a whole number: money in pence, also where its column is in pounds;
    ``of`` is what stands before the column, such as ``part.``."""
    figure = f"{of}{name(column)}"
    return f"CAST({figure} * 100 AS HUGEINT)" if column.endswith(POUNDS) else figure


def figures_of(columns: Mapping[str, str], recipes: Recipes) -> list[str]:
    """The columns of a table that hold money, in pence or in pounds, and others that say what they
    are made of."""
    declared = {figure for recipe in recipes for figure in recipe.figures}
    money = [*money_columns(columns), *(c for c in columns if c.endswith(POUNDS))]
    return [*money, *(c for c in columns if c in declared and c not in money)]


def recipe_of(recipes: Recipes, figure: str) -> Recipe | None:
    """The recipe of one figure of a table."""
    return next((r for r in recipes if figure in r.figures), None)


def figure_sql(table: str, rows: str = "") -> str:
    """The rows of a table as ``figure``, for a WITH clause; ``rows`` is a relation with the row
    numbers wanted, or nothing for all."""
    wanted = f" WHERE rowid IN (SELECT row_no FROM {rows})" if rows else ""
    return f"figure AS (SELECT rowid AS row_no, * FROM release.main.{name(table)}{wanted})"


def added_up_sql(table: str, figure: str, recipe: Recipe, rows: str = "") -> str:
    """A query of ``row_no``, ``published`` and ``again`` (what its parts come to), in pence, for
    every row where the figure is stated; in pounds, where its parts are added up, also for one
    that is left out though they come to something."""
    joins = ""
    for number, part in enumerate(recipe.parts):
        total = "max" if part.greatest else "sum"
        joins += (
            f" LEFT JOIN (SELECT figure.row_no AS row_of_{number}, "
            f"CAST({total}({part.amount_sql(figure)}) AS HUGEINT) AS pence "
            f"FROM {part.join_sql()} GROUP BY 1) AS part_{number} "
            f"ON figure.row_no = part_{number}.row_of_{number}"
        )
    column, again = in_pence_sql(figure, "figure."), recipe.formula_sql()
    left_out = f" OR ({again}) <> 0" if figure.endswith(POUNDS) and not recipe.formula else ""
    return (
        f"WITH {figure_sql(table, rows)} SELECT figure.row_no, CAST({column} AS HUGEINT) AS "
        f"published, CAST({again} AS HUGEINT) AS again "
        f"FROM figure{joins} WHERE {column} IS NOT NULL{left_out}"
    )


def not_added_up(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Mapping[str, str]],
    recipes: Mapping[str, Recipes],
) -> list[str]:
    """A sentence for each figure of a release that nothing says the making of, or that its parts do
    not come to; ``tables`` are column types by table."""
    for macro in MACROS:
        connection.execute(macro)
    return [
        problem
        for table, columns in tables.items()
        for figure in figures_of(columns, recipes.get(table, ()))
        for problem in _problems(connection, table, figure, recipes.get(table, ()))
    ]


def _problems(
    connection: duckdb.DuckDBPyConnection, table: str, figure: str, recipes: Recipes
) -> Iterator[str]:
    recipe = recipe_of(recipes, figure)
    if recipe is None:
        yield (
            f"{table}.{figure} holds money and nothing says what it is made of: add a recipe under "
            "meta: trace: in the YAML of the table"
        )
        return
    if not (recipe.row or recipe.parts):
        return
    query = added_up_sql(table, figure, recipe)
    try:
        if recipe.unchecked:
            connection.execute(f"EXPLAIN {query}")
            return
        found = connection.execute(
            "SELECT count(*), min(abs(coalesce(published, 0) - coalesce(again, 0))) "
            f"FROM ({query}) WHERE published IS DISTINCT FROM again"
        ).fetchone()
    except duckdb.Error as error:
        yield f"{table}.{figure}: its recipe cannot be followed ({type(error).__name__}: {error})"
        return
    if found and found[0]:
        yield (
            f"{table}.{figure}: {found[0]} figures are not what they are made of, by at least "
            f"{found[1]} pence"
        )
