"""The project's SQL as Spark reads it: one DuckDB statement in, one Spark statement out.

sqlglot parses DuckDB's SQL and writes Spark's. What it leaves as it is, or writes with another
meaning, has a rule here; a construct that no rule vouches for is refused by name, so that a model
cannot drift from one engine to the other in silence. What has no like in Spark is written in the
models in a form that both engines read (`dbt_project/README.md`).
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

import sqlglot
from sqlglot import exp, transforms
from sqlglot.dialects.spark import Spark
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.generators.spark import SparkGenerator

# What DuckDB's HUGEINT holds of our figures: sums and products of pence. Spark raises beyond it.
WIDE = "DECIMAL(38, 0)"
WHOLE = exp.DType.BIGINT


class UntranslatableError(Exception):
    """A statement that cannot be said in Spark's SQL; the message names the construct."""


def spark_sql(sql: str) -> str:
    """One statement of DuckDB's SQL as Spark's. Raises ``UntranslatableError``."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as error:
        raise UntranslatableError(f"not read as DuckDB's SQL: {error}") from None
    for rule in REWRITES:
        tree = rule(tree)
    if strange := sorted({_name(node) for node in tree.find_all(exp.Func) if not _known(node)}):
        raise UntranslatableError(f"no rule for {', '.join(strange)}")
    try:
        return tree.sql(dialect=SparkOfModels, comments=False, unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        raise UntranslatableError(str(error)) from None


# Rewrites of the tree, before it is written ---------------------------------------------------


def _each(kind: type[exp.Expr], change: Callable[[exp.Expr], exp.Expr]) -> Callable[..., exp.Expr]:
    """A rewrite of every node of a kind, the innermost first."""

    def rewrite(tree: exp.Expr) -> exp.Expr:
        for node in reversed(list(tree.find_all(kind))):
            new = change(node)
            if node is tree:
                tree = new
            elif new is not node:
                node.replace(new)
        return tree

    return rewrite


def _union_by_name(union: exp.Expr) -> exp.Expr:
    """Spark's SQL has unions by position alone: both sides select the columns of either by name,
    in the order of the left side."""
    if not union.args.get("by_name"):
        return union
    sides = [union.left, union.right]
    named = [list(_columns(side)) for side in sides]
    columns = list(dict.fromkeys([*named[0], *named[1]]))
    for key, side, has in zip(("this", "expression"), sides, named, strict=True):
        selected = [
            exp.column(c) if c in has else exp.alias_(exp.null(), c) for c in columns
        ]
        union.set(key, exp.select(*selected).from_(side.copy().subquery("side")))
    union.set("by_name", False)
    return union


def _columns(query: exp.Expr) -> Iterator[str]:
    """The names of a query's columns; stars are looked up in the query's own CTEs."""
    if isinstance(query, exp.SetOperation):
        yield from _columns(query.left)
        return
    for selected in query.selects:
        if not selected.is_star:
            yield selected.alias_or_name
            continue
        star = selected if isinstance(selected, exp.Star) else selected.this
        left_out = {c.name for c in star.args.get("except_") or ()}
        tables = [query.args["from_"].this, *(j.this for j in query.args.get("joins") or ())]
        for table in tables:
            if isinstance(selected, exp.Column) and selected.table != table.alias_or_name:
                continue
            yield from (c for c in _columns(_read_by(table, query)) if c not in left_out)


def _read_by(table: exp.Expr, query: exp.Expr) -> exp.Expr:
    if isinstance(table, exp.Subquery):
        return table.this
    for above in _around(query):
        for cte in above.ctes:
            if cte.alias == table.name and not table.db:
                return cte.this
    raise UntranslatableError(
        f"UNION BY NAME of all columns of {table.name}: name the columns that are read from it"
    )


def _around(node: exp.Expr | None) -> Iterator[exp.Query]:
    while node is not None:
        if isinstance(node, exp.Query):
            yield node
        node = node.parent


def _window_spelled_out(window: exp.Expr) -> exp.Expr:
    """``OVER (w ORDER BY x)``: Spark takes a named window as it is or not at all."""
    name = window.args.get("alias")
    if not name or not window.args.get("order"):
        return window
    select = window.find_ancestor(exp.Select)
    for declared in (select.args.get("windows") or ()) if select else ():
        if declared.name == name.name:
            window.set("partition_by", [p.copy() for p in declared.args["partition_by"]])
            window.set("alias", None)
    return window


def _whole(node: exp.Expr) -> exp.Expr:
    """A count of 32 bits in Spark as the BIGINT that DuckDB gives."""
    if isinstance(node.parent, (exp.Cast, exp.Window)):
        return node
    return exp.cast(node.copy(), WHOLE)


def _whole_number_of_row(window: exp.Expr) -> exp.Expr:
    return _whole(window) if isinstance(window.this, _NUMBERS_OF_ROWS) else window


def _row_as_struct(call: exp.Expr) -> exp.Expr:
    """``to_json(t)`` of a row of the relation ``t``."""
    if call.name.upper() != "TO_JSON":
        return call
    (row,) = call.expressions
    select = call.find_ancestor(exp.Select)
    if not isinstance(row, exp.Column) or row.table or not select:
        return call
    tables = [select.args["from_"].this, *(j.this for j in select.args.get("joins") or ())]
    if row.name in {table.alias_or_name for table in tables}:
        star = exp.Column(this=exp.Star(), table=exp.to_identifier(row.name))
        row.replace(exp.Anonymous(this="STRUCT", expressions=[star]))
    return call


def _extreme(call: exp.Expr) -> exp.Expr:
    """DuckDB looks for the largest or smallest among the rows that have a value to give."""
    has_value = exp.paren(call.this.copy()).is_(exp.null()).not_()
    if isinstance(given := call.parent, exp.Filter):
        given.set("expression", exp.Where(this=exp.and_(given.expression.this, has_value)))
        return call
    return exp.Filter(this=call.copy(), expression=exp.Where(this=has_value))


def _text_of_some(filtered: exp.Expr) -> exp.Expr:
    """An ordered text of the rows that fit. Spark cannot filter it, and leaves out what is NULL."""
    call = filtered.this
    if not isinstance(call, exp.GroupConcat):
        return filtered
    condition, call = filtered.expression.this, call.copy()
    ordered = call.find(exp.Order)
    said = ordered.this if ordered else call.this
    texts = said.expressions if isinstance(said, exp.Distinct) else [said]
    for text in texts:
        of_some = exp.Case().when(condition.copy(), text.copy())
        for key in ordered.expressions if ordered else ():
            if key.this == text:
                key.set("this", of_some.copy())
        text.replace(of_some)
    return call


def _star_without(select: exp.Expr) -> exp.Expr:
    """``* REPLACE (x AS c)`` as ``* EXCEPT (c), x AS c``: the column then stands last."""
    for star in [s for s in select.expressions if isinstance(s, exp.Star) and s.args.get("replace")]:
        if isinstance(select.parent, exp.SetOperation):
            raise UntranslatableError("* REPLACE on a side of a UNION, which goes by position")
        replaced = star.args["replace"]
        star.set("except_", [exp.to_identifier(c.alias) for c in replaced])
        star.set("replace", None)
        select.set("expressions", [*select.expressions, *replaced])
    return select


def _or_null(bracket: exp.Expr) -> exp.Expr:
    """An element beyond a list's end is NULL."""
    bracket.set("safe", True)
    return bracket


_NUMBERS_OF_ROWS = (exp.RowNumber, exp.Rank, exp.DenseRank)
REWRITES: tuple[Callable[[exp.Expr], exp.Expr], ...] = (
    _each(exp.Union, _union_by_name),
    _each(exp.Window, _window_spelled_out),
    _each(exp.Window, _whole_number_of_row),
    *(_each(kind, _whole) for kind in (exp.Length, exp.ArraySize, exp.Year, exp.DateDiff)),
    _each(exp.Anonymous, _row_as_struct),
    *(_each(kind, _extreme) for kind in (exp.ArgMax, exp.ArgMin)),
    _each(exp.Filter, _text_of_some),
    _each(exp.Select, _star_without),
    _each(exp.Bracket, _or_null),
)


# How a node is written ------------------------------------------------------------------------


@cache
def accents() -> tuple[str, str]:
    """Letters with an accent, and beside them the letters without; combining marks alone, which
    DuckDB leaves out, stand at the end of the first and have no like in the second."""
    letters = [chr(n) for n in range(0x80, sys.maxunicode) if unicodedata.decomposition(chr(n))]
    plain = {letter: _without_marks(letter) for letter in letters}
    single = {letter: p for letter, p in plain.items() if p != letter and len(p) == 1}
    return "".join(single) , "".join(single.values())


def _without_marks(letter: str) -> str:
    split = unicodedata.normalize("NFD", letter)
    return "".join(c for c in split if unicodedata.category(c) != "Mn")


def _strip_accents(self: SparkGenerator, call: exp.Anonymous) -> str:
    given, plain = (exp.Literal.string(text) for text in accents())
    return self.func("TRANSLATE", call.expressions[0], given, plain)


def _divide(self: SparkGenerator, division: exp.IntDiv) -> str:
    """Whole division. Spark's ``DIV`` of decimals wraps beyond 64 bits without an error, so what
    is wide is divided as decimals: exactly, since the remainder has been taken away."""
    a, b = division.this, division.expression
    if not any(kind.is_type(exp.DType.INT128) for kind in division.find_all(exp.DataType)):
        return self.binary(division, "DIV")
    a, b = (f"CAST({self.sql(side)} AS {WIDE})" for side in (a, b))
    return f"CAST(({a} - {a} % {b}) / {b} AS {WIDE})"


def _series(self: SparkGenerator, call: exp.GenerateSeries) -> str:
    """Whole numbers from start to end. Spark counts down where the end is before the start."""
    start, end = self.sql(call, "start"), self.sql(call, "end")
    if call.args.get("step"):
        raise UntranslatableError("a series with a step")
    return f"IF({end} < {start}, ARRAY(), SEQUENCE({start}, {end}))"


def _in_order(self: SparkGenerator, call: exp.ArrayAgg) -> str:
    """A list in the order of what it lists."""
    ordered = call.this
    if not isinstance(ordered, exp.Order):
        raise UntranslatableError("a list without an order")
    keys = ordered.expressions
    if [key.this for key in keys] != [ordered.this] or keys[0].args.get("desc"):
        raise UntranslatableError("a list in another order than that of its values")
    return self.func("ARRAY_SORT", self.func("COLLECT_LIST", ordered.this))


_BY_NAME: dict[str, Callable[[SparkGenerator, exp.Anonymous], str]] = {
    "STRIP_ACCENTS": _strip_accents,
    "REGEXP_SPLIT_TO_ARRAY": lambda self, e: self.func("SPLIT", *e.expressions),
    "LIST_POSITION": lambda self, e: (
        f"NULLIF(CAST({self.func('ARRAY_POSITION', *e.expressions)} AS INT), 0)"
    ),
    "LIST_INTERSECT": lambda self, e: self.func("ARRAY_INTERSECT", *e.expressions),
    "STRUCT": lambda self, e: self.func("STRUCT", *e.expressions),
    "TO_JSON": lambda self, e: self.func("TO_JSON", *e.expressions),
}


class SparkOfModels(Spark):
    """Spark's SQL, for trees that DuckDB's parser made."""

    class Generator(SparkGenerator):
        # CTEs stay where they are: raised to the top, two of one name would meet.
        EXPRESSIONS_WITHOUT_NESTED_CTES = set()
        TYPE_MAPPING = {**SparkGenerator.TYPE_MAPPING, exp.DType.INT128: WIDE}
        TRANSFORMS = {
            **SparkGenerator.TRANSFORMS,
            # Spark has QUALIFY; to rewrite it would add columns to a ``SELECT *``.
            exp.Select: transforms.preprocess(
                [transforms.unnest_to_explode, transforms.any_to_exists]
            ),
            exp.AnyValue: lambda self, e: self.func("ANY_VALUE", e.this, exp.true()),
            exp.ArrayAgg: _in_order,
            exp.ArrayOverlaps: lambda self, e: self.func("ARRAYS_OVERLAP", e.this, e.expression),
            exp.GenerateSeries: _series,
            exp.IntDiv: _divide,
            exp.RegexpFullMatch: lambda self, e: (
                f"{self.sql(e, 'this')} RLIKE {self.sql(_anchored(e.expression))}"
            ),
            exp.Sign: lambda self, e: f"CAST({self.func('SIGN', e.this)} AS INT)",
        }

        def anonymous_sql(self, expression: exp.Anonymous) -> str:
            rule = _BY_NAME.get(expression.name.upper())
            return rule(self, expression) if rule else super().anonymous_sql(expression)


def _anchored(pattern: exp.Expr) -> exp.Expr:
    if not pattern.is_string:
        raise UntranslatableError("REGEXP_FULL_MATCH with a pattern that is no literal")
    return exp.Literal.string(rf"\A(?:{pattern.name})\z")


# Functions of DuckDB that mean the same in Spark, as sqlglot and the rules above write them.
KNOWN: tuple[type[exp.Expr], ...] = ()


def _known(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.upper() in _BY_NAME
    return not KNOWN or isinstance(node, KNOWN)


def _name(node: exp.Expr) -> str:
    return node.name if isinstance(node, exp.Anonymous) else type(node).__name__
