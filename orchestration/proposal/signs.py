"""Which amounts of a file are credits, where a column beside them says so.

Here belongs what the cells of two columns prove together; how one amount is written is ``styles``'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from ..contracts.layout import AmountKinds, Column
from ..display import display_safe
from ..intake.judge.layout import heading_key
from ..intake.judge.parse import money_sql, number_text_sql
from ..intake.judge.signed_amounts import amount_text_sql
from .layouts import FieldColumn
from .tables import Table
from .vocabulary import plain_words

_DEBITS = ("invoice", "invoices", "inv", "payment", "debit", "debit note", "purchase invoice")
_CREDITS = (
    "credit note",
    "credit notes",
    "credit",
    "credit memo",
    "cn",
    "crn",
    "cr note",
    "refund",
)
# Of a column of kinds so few cells may be something else, and so many different texts may stand.
_FEW, _MOST_KINDS = 0.02, 12
# So small a share of rows with two amounts, or none, are slips of the file.
_SLIPS = 0.02


@dataclass(frozen=True)
class Sign:
    """The keys of an amount's column that say its sign, and what is open about them."""

    keys: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def signs_of(con: duckdb.DuckDBPyConnection, amount: FieldColumn) -> Sign | None:
    """What decides the sign of the amounts of a column; ``None`` where only they do."""
    tables = [table for table, _ in amount.places]
    if not all(table.headed for table in tables):
        return None
    return _by_two_columns(con, amount, tables) or _by_kind(con, amount, tables)


def amount_sql(column: Column, table: Table, cell: str) -> str:
    """SQL of the pence of a line, as the judge will read it; NULL where there is no amount."""
    if column.signed_by:
        keys = list(map(heading_key, table.headings))
        other = heading_key(column.signed_by)
        beside = f"w{keys.index(other)}" if other in keys else "''"
        cell = f"nullif({amount_text_sql(column, cell, beside)}, '')"
    return money_sql(number_text_sql(column, cell), column.unit, column.sign)


def _by_two_columns(
    con: duckdb.DuckDBPyConnection, amount: FieldColumn, tables: Sequence[Table]
) -> Sign | None:
    """Debits under one heading and credits under one that is called the same but for that word."""
    words = plain_words(amount.heading)
    wanted = words.replace("debit", "credit")
    headings = {h for t in tables for h in t.headings if plain_words(h) == wanted}
    if "debit" not in words.split() or len(headings) != 1:
        return None
    column = Column(heading=amount.heading, credits_under=headings.pop())
    rows = filled = credited = signed = 0
    for table, index in amount.places:
        keys = list(map(heading_key, table.headings))
        credit = f"w{keys.index(heading_key(str(column.credits_under)))}"
        value = money_sql(credit)
        counts = con.execute(
            f"SELECT count(*) FILTER (w{index} <> '' OR {credit} <> ''), "
            f"count({amount_sql(column, table, f'w{index}')}), "
            f"count(*) FILTER ({value} <> 0), count(*) FILTER ({value} < 0) FROM {table.relation}"
        ).fetchall()[0]
        rows, filled, credited, signed = (
            a + int(b) for a, b in zip((rows, filled, credited, signed), counts, strict=True)
        )
    shown = f"'{display_safe(column.credits_under)}'"
    if signed:
        text = (
            f"credits stand under {shown}, and {signed:,} of {credited:,} have a minus sign as "
            "well, so one column is read: bring both into one, credits with a minus sign"
        )
        return Sign({}, [text])
    said = []
    if not credited:
        said.append(f"no row has an amount under {shown}: it was taken for credits by its heading")
    if rows - filled > _SLIPS * rows:
        said.append(
            f"{rows - filled:,} of {rows:,} rows have both a debit and a credit, or what is no "
            "amount: they would be set aside"
        )
    return Sign({"credits_under": column.credits_under}, said)


def _by_kind(
    con: duckdb.DuckDBPyConnection, amount: FieldColumn, tables: Sequence[Table]
) -> Sign | None:
    """A column of invoices and credit notes, where amounts of credit notes have no sign."""
    for heading in dict.fromkeys(h for h in tables[0].headings if h):
        kinds = _kinds(con, heading, tables)
        if kinds is None:
            continue
        plus = minus = 0
        for table, index in amount.places:
            credit = f"lower({_cell(table, heading)}) IN (SELECT unnest($words))"
            value = money_sql(f"w{index}")
            found = con.execute(
                f"SELECT count(*) FILTER ({value} > 0), count(*) FILTER ({value} < 0) "
                f"FROM {table.relation} WHERE {credit}",
                {"words": [word.casefold() for word in kinds.credits]},
            ).fetchall()[0]
            plus, minus = plus + int(found[0]), minus + int(found[1])
        if plus and not minus:
            text = (
                f"amounts of '{display_safe(kinds.credits[0])}' under '{display_safe(heading)}' "
                f"have no minus sign ({plus:,} in this file): they are read as credits"
            )
            return Sign({"kinds": kinds.model_dump()}, [text])
    return None


def _kinds(
    con: duckdb.DuckDBPyConnection, heading: str, tables: Sequence[Table]
) -> AmountKinds | None:
    """The words of a column that are debits and credits; ``None`` where it is no such column."""
    if not all(heading in table.headings for table in tables):
        return None
    cells = " UNION ALL ".join(
        f"SELECT {_cell(table, heading)} AS t FROM {table.relation}" for table in tables
    )
    rows = con.execute(
        f"SELECT min(t), count(*) FROM ({cells}) WHERE t <> '' GROUP BY lower(t) "
        f"ORDER BY 2 DESC, 1 LIMIT {_MOST_KINDS + 1}"
    ).fetchall()
    if len(rows) > _MOST_KINDS:
        return None
    by_word: Mapping[str, int] = {str(word): int(count) for word, count in rows}
    debits, credits_ = (
        [w for w in by_word if plain_words(w) in map(plain_words, known)]
        for known in (_DEBITS, _CREDITS)
    )
    others = sum(by_word.values()) - sum(by_word[w] for w in (*debits, *credits_))
    if not debits or not credits_ or others > _FEW * sum(by_word.values()):
        return None
    return AmountKinds(heading=heading, debits=debits, credits=credits_)


def _cell(table: Table, heading: str) -> str:
    return f"w{table.headings.index(heading)}"
