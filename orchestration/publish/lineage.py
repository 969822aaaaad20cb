"""What each published figure is made of: the recipes that a table declares in dbt's YAML.

A recipe names the rows of other published tables that a figure is made of, and how. It travels with
the release (in its manifest), so that a release explains itself wherever it is read. Here a recipe
becomes SQL over the release's DuckDB file, attached as ``release``. How figures are added up again
belongs in ``added_up``; who asks it, and how an answer is shown, elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

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

    @property
    def relation(self) -> str:
        """The part's table, for a FROM clause."""
        return f"release.main.{name(self.table)} AS part"

    @property
    def equal_sql(self) -> list[str]:
        """The conditions that ``by`` says, over ``part`` and ``figure``."""
        return [f"part.{name(p)} IS NOT DISTINCT FROM figure.{name(f)}" for p, f in self.pairs()]

    @property
    def is_of_figure(self) -> str:
        """The condition under which a row of ``part`` is one that ``figure`` is made of."""
        return (
            " AND ".join([*self.equal_sql, *([f"({self.where})"] if self.where else [])]) or "true"
        )


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

    def formula_sql(self, sums: Sequence[str]) -> str:
        """The formula; without one, the parts added up. ``sums`` is what stands for each part."""
        terms = (f"{'-' if p.minus else '+'} coalesce({p.label}, 0)" for p in self.parts)
        sql = self.formula or f"0 {' '.join(terms)}"
        for part, total in zip(self.parts, sums, strict=True):
            sql = re.sub(rf"(?<![\w.'])({part.label})(?![\w.'])", total, sql)
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
