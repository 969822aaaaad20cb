"""Figures added up again from the rows that they are made of, as their recipes say.

The figures of a table are weighed by one query: parts of the same table that are found by the same
columns are joined once. One by one, five figures of a cell had ten million lines joined five times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from .lineage import (
    MACROS,
    POUNDS,
    Part,
    Recipe,
    Recipes,
    figure_sql,
    figures_of,
    in_pence_sql,
    recipe_of,
)


class _Join:
    """Rows of one table beside each ``figure``, and what is added up of them."""

    def __init__(self, number: int, part: Part) -> None:
        self.alias, self.part = f"part_{number}", part
        self.wheres: list[str] = []
        self.sums: list[tuple[str, str]] = []  # what is added up, and the condition

    def add(self, part: Part, figure: str) -> str:
        """Has a part added up too; what stands for it."""
        total = f"{'max' if part.greatest else 'sum'}({part.amount_sql(figure)})"
        if part.where not in self.wheres:
            self.wheres.append(part.where)
        if (total, part.where) not in self.sums:
            self.sums.append((total, part.where))
        return f"{self.alias}.sum_{self.sums.index((total, part.where))}"

    def sql(self) -> str:
        """The join, for a FROM clause with ``figure``; what differs in condition is told apart."""
        is_one = len(self.wheres) == 1
        sums = [
            total if is_one or not where else f"{total} FILTER (WHERE {where})"
            for total, where in self.sums
        ]
        kept = [f"CAST({total} AS HUGEINT) AS sum_{n}" for n, total in enumerate(sums)]
        any_of = [] if "" in self.wheres else [" OR ".join(f"({w})" for w in self.wheres)]
        conditions = [*self.part.equal_sql, *(f"({either})" for either in any_of)]
        return (
            f" LEFT JOIN (SELECT figure.row_no AS row_of, {', '.join(kept)} FROM figure JOIN "
            f"{self.part.relation} ON {' AND '.join(conditions) or 'true'} GROUP BY 1) "
            f"AS {self.alias} ON figure.row_no = {self.alias}.row_of"
        )


class _Joins:
    """The joins of a query, each for all that can be had of it."""

    def __init__(self) -> None:
        self._joins: dict[tuple[object, ...], _Join] = {}

    def sum_of(self, part: Part, figure: str) -> str:
        """What stands for a part of a figure."""
        # Without columns that are equal, or with a question of its own, the condition is the join.
        is_own = not part.by or "select" in part.where.lower()
        key = (part.table, part.by, part.where if is_own else "")
        return self._joins.setdefault(key, _Join(len(self._joins), part)).add(part, figure)

    def sql(self) -> str:
        return "".join(join.sql() for join in self._joins.values())


def _weighed_sql(table: str, recipes: Mapping[str, Recipe], rows: str = "") -> str:
    """A query of ``row_no`` and for each figure, by its place, ``stated_0``, ``published_0`` and
    ``again_0`` (what its parts come to), in pence, of every row."""
    joins, columns = _Joins(), []
    for place, (figure, recipe) in enumerate(recipes.items()):
        again = recipe.formula_sql([joins.sum_of(part, figure) for part in recipe.parts])
        published = in_pence_sql(figure, "figure.")
        stated = f"{published} IS NOT NULL"
        if figure.endswith(POUNDS) and not recipe.formula:
            stated += f" OR coalesce(({again}) <> 0, false)"
        columns += [
            f"({stated}) AS stated_{place}",
            f"CAST({published} AS HUGEINT) AS published_{place}",
            f"CASE WHEN {stated} THEN CAST({again} AS HUGEINT) END AS again_{place}",
        ]
    return (
        f"WITH {figure_sql(table, rows)} SELECT figure.row_no, {', '.join(columns)} "
        f"FROM figure{joins.sql()}"
    )


def added_up_sql(table: str, figure: str, recipe: Recipe, rows: str = "") -> str:
    """A query of ``row_no``, ``published`` and ``again`` (what its parts come to), in pence, for
    every row where the figure is stated; in pounds, where its parts are added up, also for one
    that is left out though they come to something. ``rows`` is a relation with the row numbers
    wanted, or nothing for all."""
    return (
        "SELECT row_no, published_0 AS published, again_0 AS again "
        f"FROM ({_weighed_sql(table, {figure: recipe}, rows)}) WHERE stated_0"
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
        for problem in _of_table(connection, table, columns, recipes.get(table, ()))
    ]


def _of_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    recipes: Recipes,
) -> Iterator[str]:
    known = {figure: recipe_of(recipes, figure) for figure in figures_of(columns, recipes)}
    made = {f: r for f, r in known.items() if r and (r.row or r.parts)}
    checked = {figure: recipe for figure, recipe in made.items() if recipe.is_checked}
    found = _differing(connection, table, checked)
    for figure, recipe in known.items():
        if recipe is None:
            yield (
                f"{table}.{figure} holds money and nothing says what it is made of: add a recipe "
                "under meta: trace: in the YAML of the table"
            )
        elif figure in made and not recipe.is_checked:
            yield from _unreadable(connection, table, figure, recipe)
        elif isinstance(said := found.get(figure), duckdb.Error):
            yield _cannot_be_followed(table, figure, said)
        elif said and said[0]:
            yield (
                f"{table}.{figure}: {said[0]} figures are not what they are made of, by at least "
                f"{said[1]} pence"
            )


Differing = dict[str, Sequence[int] | duckdb.Error]


def _differing(
    connection: duckdb.DuckDBPyConnection, table: str, recipes: Mapping[str, Recipe]
) -> Differing:
    """In how many rows each figure is not what its parts come to, and by how many pence at least;
    or why its recipe cannot be followed."""
    if not recipes:
        return {}
    counted = ", ".join(
        f"count(*) FILTER (WHERE {differs}), min({gap}) FILTER (WHERE {differs})"
        for differs, gap in (
            (
                f"stated_{n} AND published_{n} IS DISTINCT FROM again_{n}",
                f"abs(coalesce(published_{n}, 0) - coalesce(again_{n}, 0))",
            )
            for n in range(len(recipes))
        )
    )
    try:
        query = f"SELECT {counted} FROM ({_weighed_sql(table, recipes)})"
        row = connection.execute(query).fetchone()
    except duckdb.Error as error:
        if len(recipes) == 1:
            return dict.fromkeys(recipes, error)
        # Which of them it is, is known when each is asked by itself.
        alone = ({figure: recipe} for figure, recipe in recipes.items())
        return {f: said for one in alone for f, said in _differing(connection, table, one).items()}
    assert row is not None
    return {figure: row[2 * n : 2 * n + 2] for n, figure in enumerate(recipes)}


def _unreadable(
    connection: duckdb.DuckDBPyConnection, table: str, figure: str, recipe: Recipe
) -> Iterator[str]:
    try:
        connection.execute(f"EXPLAIN {added_up_sql(table, figure, recipe)}")
    except duckdb.Error as error:
        yield _cannot_be_followed(table, figure, error)


def _cannot_be_followed(table: str, figure: str, error: duckdb.Error) -> str:
    return f"{table}.{figure}: its recipe cannot be followed ({type(error).__name__}: {error})"
