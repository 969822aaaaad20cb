"""The project's SQL as Spark reads it: one DuckDB statement in, one Spark statement out.

sqlglot parses DuckDB's SQL and writes Spark's. What it leaves as it is, or writes with another
meaning, has a rule here or in ``rewrites``; a function that no rule vouches for is refused by name,
so that a model cannot drift from one engine to the other in silence. What has no like in Spark is
written in the models in a form that both engines read (`dbt_project/README.md`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ClassVar

import duckdb
import sqlglot
from sqlglot import exp, transforms
from sqlglot.dialects.spark import Spark
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.generators.spark import SparkGenerator

from .rewrites import REWRITES, UntranslatableError

# What DuckDB's HUGEINT holds of our figures: sums and products of pence. Spark raises beyond it.
WIDE = "DECIMAL(38, 0)"
# Accents that stand for themselves behind their letter, as a Mac writes them.
MARKS = r"\p{M}+"

# Functions that mean the same in both engines, as sqlglot and the rules write them: each stands in
# a model whose table was equal on both (`make spark-test`).
# fmt: off
KNOWN = (
    exp.Abs, exp.And, exp.AnyValue, exp.ArgMax, exp.ArgMin, exp.Array, exp.ArrayAgg,
    exp.ArrayContains, exp.ArrayDistinct, exp.ArrayFilter, exp.ArrayOverlaps, exp.ArraySize,
    exp.ArraySort, exp.ArrayToString, exp.Case, exp.Cast, exp.Chr, exp.Coalesce, exp.Concat,
    exp.ConcatWs, exp.Contains, exp.Count, exp.DateDiff, exp.DateFromParts, exp.DenseRank,
    exp.EndsWith, exp.Exists, exp.Explode, exp.Floor, exp.GenerateSeries, exp.Greatest,
    exp.GroupConcat, exp.If, exp.Lag, exp.LastDay, exp.LastValue, exp.Lead, exp.Least, exp.Left,
    exp.Length, exp.LogicalAnd, exp.LogicalOr, exp.Lower, exp.MD5, exp.Max, exp.Min, exp.Month,
    exp.Nullif, exp.Or, exp.Pad, exp.Rank, exp.RegexpExtractAll, exp.RegexpFullMatch,
    exp.RegexpLike, exp.RegexpReplace, exp.Replace, exp.Right, exp.Round, exp.RowNumber, exp.SHA2,
    exp.Sign, exp.Split, exp.SplitPart, exp.Sqrt, exp.StartsWith, exp.StrToTime, exp.Sum,
    exp.TimeToStr, exp.Trim, exp.TryCast, exp.Upper, exp.Year,
)
# fmt: on


def spark_sql(sql: str) -> str:
    """One statement of DuckDB's SQL as Spark's. Raises ``UntranslatableError``."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as error:
        raise UntranslatableError(f"this is no SQL of DuckDB's: {error}") from None
    for rewrite in REWRITES:
        tree = rewrite(tree)
    if strange := sorted({_name(node) for node in tree.find_all(exp.Func) if not _known(node)}):
        raise UntranslatableError(
            f"the Spark dialect has no rule for {', '.join(strange)}: add one to "
            "orchestration/warehouse/spark with a case in tests/unit/test_spark_dialect.py"
        )
    try:
        return tree.sql(dialect=SparkOfModels, comments=False, unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        raise UntranslatableError(str(error)) from None


def _known(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.upper() in _BY_NAME
    return isinstance(node, KNOWN)


def _name(node: exp.Expr) -> str:
    return str(node.name).upper() if isinstance(node, exp.Anonymous) else type(node).__name__


@cache
def accents() -> tuple[str, str]:
    """Letters with an accent, and beside them the same letters without, as DuckDB has them."""
    found = duckdb.sql(
        """SELECT chr(n::INT) AS letter, strip_accents(letter) AS plain
        FROM range(128, 1114111) t (n)
        WHERE n NOT BETWEEN 55296 AND 57343 AND plain <> letter AND length(plain) = 1"""
    ).fetchall()
    return "".join(letter for letter, _ in found), "".join(plain for _, plain in found)


def _strip_accents(self: SparkGenerator, call: exp.Anonymous) -> str:
    """Letters by their like, and combining marks left out."""
    accented, plain = (exp.Literal.string(letters) for letters in accents())
    letters = self.func("TRANSLATE", call.expressions[0], accented, plain)
    return f"REGEXP_REPLACE({letters}, {self.sql(exp.Literal.string(MARKS))}, '')"


def _divide(self: SparkGenerator, division: exp.IntDiv) -> str:
    """Whole division. Spark's ``DIV`` of decimals wraps beyond 64 bits without an error, so what
    is wide is divided as decimals: exactly, since the remainder has been taken away."""
    if not any(kind.is_type(exp.DType.INT128) for kind in division.find_all(exp.DataType)):
        return self.binary(division, "DIV")
    sides = (division.this, division.expression)
    a, b = (f"CAST({self.sql(side)} AS {WIDE})" for side in sides)
    return f"CAST(({a} - {a} % {b}) / {b} AS {WIDE})"


def _series(self: SparkGenerator, call: exp.GenerateSeries) -> str:
    """Whole numbers from start to end. Spark counts down where the end is before the start."""
    start, end = self.sql(call, "start"), self.sql(call, "end")
    if call.args.get("step"):
        raise UntranslatableError("a series with a step")
    return f"IF({end} < {start}, ARRAY(), SEQUENCE({start}, {end}))"


def _list_in_order(self: SparkGenerator, call: exp.ArrayAgg) -> str:
    """A list in the order of what it lists."""
    ordered = call.this
    if not isinstance(ordered, exp.Order):
        raise UntranslatableError("a list without an order")
    (key, *others) = ordered.expressions
    if others or key.this != ordered.this or key.args.get("desc"):
        raise UntranslatableError("a list in another order than that of its values")
    return self.func("ARRAY_SORT", self.func("COLLECT_LIST", ordered.this))


def _matches_whole(self: SparkGenerator, call: exp.RegexpFullMatch) -> str:
    pattern = call.expression
    if not pattern.is_string:
        raise UntranslatableError("REGEXP_FULL_MATCH with a pattern that is no literal")
    whole = exp.Literal.string(rf"\A(?:{pattern.name})\z")
    return f"{self.sql(call, 'this')} RLIKE {self.sql(whole)}"


def _letter(self: SparkGenerator, call: exp.Chr) -> str:
    """A letter by its number, which Spark takes modulo 256."""
    (number,) = call.expressions
    if not (number.is_int and number.to_py() < 128):
        raise UntranslatableError("CHR of another number than that of an ASCII letter")
    return self.func("CHR", number)


# Functions of DuckDB that sqlglot has no name for.
_BY_NAME: dict[str, Callable[[SparkGenerator, exp.Anonymous], str]] = {
    "STRIP_ACCENTS": _strip_accents,
    "REGEXP_SPLIT_TO_ARRAY": lambda self, e: self.func("SPLIT", *e.expressions),
    # 0 in Spark where the value is not in the list.
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
        """Writes what Spark means otherwise than sqlglot takes it to."""

        # CTEs stay where they are: raised to the top, two of one name would meet.
        EXPRESSIONS_WITHOUT_NESTED_CTES: ClassVar[set[type[exp.Expr]]] = set()
        TYPE_MAPPING: ClassVar = {**SparkGenerator.TYPE_MAPPING, exp.DType.INT128: WIDE}
        TRANSFORMS: ClassVar = {
            **SparkGenerator.TRANSFORMS,
            # Spark has QUALIFY; to rewrite it would add columns to a ``SELECT *``.
            exp.Select: transforms.preprocess(
                [transforms.unnest_to_explode, transforms.any_to_exists]
            ),
            exp.ArrayAgg: _list_in_order,
            exp.ArrayOverlaps: lambda self, e: self.func("ARRAYS_OVERLAP", e.this, e.expression),
            exp.Chr: _letter,
            exp.GenerateSeries: _series,
            exp.IntDiv: _divide,
            exp.RegexpFullMatch: _matches_whole,
            # A DOUBLE in Spark.
            exp.Sign: lambda self, e: f"CAST({self.func('SIGN', e.this)} AS INT)",
        }

        def anonymous_sql(self, expression: exp.Anonymous) -> str:
            """A function that sqlglot has no name for: DuckDB's, or one that it writes itself."""
            rule = _BY_NAME.get(expression.name.upper())
            return rule(self, expression) if rule else super().anonymous_sql(expression)
