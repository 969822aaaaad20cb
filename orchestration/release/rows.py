"""Which row of a table somebody means: by table and KEY=VALUE, with what exists where nothing fits.

Values come from the command line and are parameters; names are those of the release. What the row
is made of belongs in ``trace``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from ..display import display_safe
from ..publish.content import name
from ..publish.lineage import POUNDS
from .opened import Opened

SHOWN = 6
_SUMMED = ("BIGINT", "INTEGER", "HUGEINT")


class TraceError(Exception):
    """What was asked for is not in the release; the message says what is."""


def table_named(release: Opened, table: str) -> str:
    """``table``, if the release has it. Raises ``TraceError`` with close names."""
    if table in release.tables:
        return table
    raise TraceError(
        f"Release {release.manifest.release_id} has no table '{display_safe(table)}'."
        + _instead(table, sorted(release.tables))
    )


def parsed_keys(texts: Sequence[str]) -> dict[str, str]:
    """``KEY=VALUE`` arguments as a mapping; an empty value means a cell without one."""
    keys = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise TraceError(
                f"'{display_safe(text)}' is not KEY=VALUE: write for example "
                "financial_year=2011-12."
            )
        keys[key] = value
    return keys


def row_number(release: Opened, table: str, keys: Mapping[str, str]) -> int:
    """The number of the one row with these values. Raises ``TraceError`` if a column is unknown, or
    none or several rows have them, and says what the table has instead."""
    columns = list(release.tables[table])
    for key in keys:
        if key not in columns:
            raise TraceError(
                f"{table} has no column '{display_safe(key)}'." + _instead(key, columns)
            )
    condition, values = _condition(keys)
    found = release.connection.execute(
        f"SELECT rowid FROM release.main.{name(table)} WHERE {condition} LIMIT 2", values
    ).fetchall()
    if not found:
        raise TraceError(_nothing_fits(release, table, keys))
    if len(found) > 1:
        raise TraceError(_several_fit(release, table, keys))
    return int(found[0][0])


def key_columns(columns: Mapping[str, str]) -> list[str]:
    """The columns that say what a row is of: the texts before the first number."""
    keys = []
    for column, kind in columns.items():
        if _is_summed(column, kind):
            break
        if kind == "VARCHAR":
            keys.append(column)
    return keys or list(columns)[:1]


def _is_summed(column: str, kind: str) -> bool:
    return kind in _SUMMED or column.endswith(POUNDS)


def _condition(keys: Mapping[str, str]) -> tuple[str, list[str]]:
    tests = [
        f"CAST({name(key)} AS VARCHAR) = ?" if value else f"{name(key)} IS NULL"
        for key, value in keys.items()
    ]
    return " AND ".join(tests) or "true", [value for value in keys.values() if value]


def _values(release: Opened, table: str, column: str, keys: Mapping[str, str]) -> list[str]:
    """The values that a column has among the rows with these keys, at most some hundreds."""
    condition, values = _condition(keys)
    found = release.connection.execute(
        f"SELECT DISTINCT coalesce(CAST({name(column)} AS VARCHAR), '') FROM "
        f"release.main.{name(table)} WHERE {condition} ORDER BY 1 LIMIT 500",
        values,
    ).fetchall()
    return [str(value) for (value,) in found]


def _nothing_fits(release: Opened, table: str, keys: Mapping[str, str]) -> str:
    for key, value in keys.items():
        known = _values(release, table, key, {})
        if value not in known:
            start = f"{table} has no row with {key}={display_safe(value)}."
            return start + _instead(value, known)
    for key, value in keys.items():
        others = {k: v for k, v in keys.items() if k != key}
        if known := _values(release, table, key, others):
            given = ", ".join(f"{k}={display_safe(v)}" for k, v in others.items())
            start = f"{table} has no row with {given} and {key}={display_safe(value)}."
            return start + _instead(value, known)
    return f"{table} has no row with all of these values together."


def _several_fit(release: Opened, table: str, keys: Mapping[str, str]) -> str:
    condition, values = _condition(keys)
    (rows,) = release.connection.execute(
        f"SELECT count(*) FROM release.main.{name(table)} WHERE {condition}", values
    ).fetchone() or (0,)
    differing: list[str] = []
    for column in release.tables[table]:
        summed = _is_summed(column, release.tables[table][column])
        if column in keys or (differing and summed):
            continue
        known = _values(release, table, column, keys)
        if len(known) > 1:
            shown = ", ".join(f"{column}={display_safe(v)}" for v in known[:SHOWN])
            differing.append(shown + (", …" if len(known) > SHOWN else ""))
    add = "\n  ".join(differing[:SHOWN])
    return f"{rows:,} rows of {table} have these values, and one is traced at a time. Add:\n  {add}"


def _instead(wanted: str, known: Sequence[str]) -> str:
    known = [value or "(empty)" for value in known]
    close = get_close_matches(wanted, known, SHOWN, 0.6)
    if close:
        return f" Close to it: {', '.join(map(str, map(display_safe, close)))}."
    shown = ", ".join(map(str, map(display_safe, known[: 2 * SHOWN])))
    return f" There is: {shown}{', …' if len(known) > 2 * SHOWN else ''}." if known else ""
