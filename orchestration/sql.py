"""SQL text made of values that cannot be parameters: paths, and the words of a contract."""

from __future__ import annotations


def literal(value: object) -> str:
    """``value`` as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"
