"""What is said otherwise in Spark's SQL, as changes of the tree that sqlglot read.

Each rewrite takes a tree of DuckDB's SQL and gives one that means the same in Spark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import exp


class UntranslatableError(Exception):
    """A statement that cannot be said in Spark's SQL; the message names the construct."""


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


def _union_by_name(union: Any) -> Any:
    """Spark's SQL has unions by position alone: both sides select the columns of either by name,
    in the order of the left side."""
    if not union.args.get("by_name"):
        return union
    sides = [union.left, union.right]
    named = [list(_columns(side)) for side in sides]
    columns = list(dict.fromkeys([*named[0], *named[1]]))
    for key, side, has in zip(("this", "expression"), sides, named, strict=True):
        selected = [exp.column(c) if c in has else exp.alias_(exp.null(), c) for c in columns]
        union.set(key, exp.select(*selected).from_(side.copy().subquery("side")))
    union.set("by_name", False)
    return union


def _columns(query: Any) -> Iterator[str]:
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


def _read_by(table: Any, query: exp.Expr) -> Any:
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
    return exp.cast(node.copy(), exp.DType.BIGINT)


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
    for star in [
        s for s in select.expressions if isinstance(s, exp.Star) and s.args.get("replace")
    ]:
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
    *(
        _each(kind, _whole)
        for kind in (exp.Length, exp.ArraySize, exp.Year, exp.Month, exp.DateDiff)
    ),
    _each(exp.Anonymous, _row_as_struct),
    *(_each(kind, _extreme) for kind in (exp.ArgMax, exp.ArgMin)),
    _each(exp.Filter, _text_of_some),
    _each(exp.Select, _star_without),
    _each(exp.Bracket, _or_null),
)
