"""Amounts whose sign another column decides: debits and credits in two columns, or their kind.

Here such a row gets one amount, written as a ledger does: 50.00 CR is a credit. What cannot be one
amount is left in words that no amount has, so that the row is set aside under a rule of its own.
How CR and DR are read is ``parse``'s.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from ...contracts.layout import Column
from ...sql import literal
from .layout import Match, with_trimmed

# What is left of a row, as patterns for its cell.
TWO_AMOUNTS = r".* DR and .* CR"
UNKNOWN_KIND = r".* \[.*\]"
SIGNED_TWICE = r".*[-(].*[CcDd][Rr][.]?"
_SPACE = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"
# Many ledgers fill the other column with a nought.
_NOUGHT = r"-? ?£? ?(?:0*(?:\.0+)?|-)"


def in_one_column(con: duckdb.DuckDBPyConnection, cells: pa.Table, match: Match) -> pa.Table:
    """The rows with the amount of each in the column of its field; the same table where no column
    decides a sign. ``cells`` has ``source_row``, ``c0 …`` and the same trimmed as ``w0 …``."""
    if not match.signs:
        return cells
    con.register("amount_rows", cells)
    rows = cells.select([n for n in cells.column_names if not n.startswith("w")])
    for name, index in match.signs.items():
        column, place = match.layout.columns[name], match.positions.get(name)
        if place is None:
            continue
        text = amount_text_sql(column, f"w{place}", f"w{index}")
        made = con.sql(f"SELECT source_row, {text} AS t FROM amount_rows ORDER BY source_row")
        table = made.to_arrow_table()
        number = rows.column_names.index(f"c{place}")
        rows = rows.set_column(number, f"c{place}", table["t"].cast(pa.string()))
    con.unregister("amount_rows")
    return with_trimmed(rows.combine_chunks())


def amount_text_sql(column: Column, amount: str, other: str) -> str:
    """The amount of a row as one text, from its trimmed cell and that of the column which decides
    its sign; empty where there is none."""
    return _of_two(amount, other) if column.kinds is None else _of_kind(column, amount, other)


def _of_two(debit: str, credit: str) -> str:
    debit_nought, credit_nought = (
        f"regexp_full_match({cell}, {literal(_NOUGHT)})" for cell in (debit, credit)
    )
    return (
        f"CASE WHEN {credit} = '' THEN {debit} "
        f"WHEN {credit_nought} THEN CASE WHEN {debit} = '' THEN '0' ELSE {debit} END "
        f"WHEN {debit_nought} THEN concat({credit}, ' CR') "
        f"ELSE concat({debit}, ' DR and ', {credit}, ' CR') END"
    )


def _of_kind(column: Column, amount: str, kind: str) -> str:
    assert column.kinds is not None
    debits, credits_ = (
        f"lower({kind}) IN ({', '.join(literal(w.strip().casefold()) for w in words)})"
        for words in (column.kinds.debits, column.kinds.credits)
    )
    plain = f"replace(replace({kind}, '[', '('), ']', ')')"
    return (
        f"CASE WHEN {amount} = '' OR {debits} THEN {amount} "
        f"WHEN {credits_} THEN concat({amount}, ' CR') "
        f"ELSE concat({amount}, ' [', {plain}, ']') END"
    )
