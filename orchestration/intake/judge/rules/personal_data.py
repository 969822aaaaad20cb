"""Finds cells that look like a person's number or address where no personal field is agreed.

Only fields that are shown to everybody are searched. Numbers of payments are digits too, so ten
digits count as an NHS number only when spaced as one (``943 476 5919``) and their check digit
holds: one spaced number in eleven would do so by chance.
"""

from __future__ import annotations

import duckdb

from ....contracts.feeds import FeedSchema
from ..layout import Match
from ..parse import date_sql
from .reference_lists import keep_unlisted

# Codes and references: an unbroken run there is a key of somebody's system, not a person's.
_REFERENCES = ("transaction_no", "supplier_code", "account_code", "vat_no", "vat_code")
_INSURANCE = r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b"
_SPACED = r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] [0-9]{2} [0-9]{2} [0-9]{2} [A-D]\b"
_NHS = r"\b[0-9]{3}[ -][0-9]{3}[ -][0-9]{4}\b"
_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2,}"


def keep_doubtful(con: duckdb.DuckDBPyConnection, schema: FeedSchema, match: Match) -> None:
    """Adds cells of ``judged`` that can be read but need a word to ``fault``."""
    _keep_personal(con, schema, match)
    _keep_ambiguous(con, schema, match)
    keep_unlisted(con, schema, match)


def _keep_personal(con: duckdb.DuckDBPyConnection, schema: FeedSchema, match: Match) -> None:
    names = [
        f.name
        for f in schema.fields
        if (f.type, f.classification, f.values) == ("text", "public", ())
        and f.name in match.positions
        and not match.layout.columns[f.name].codes
    ]
    for name in _hit(con, names):
        text = f"s_{name}"
        for code, condition in (
            ("TP-044", _numbers(text, _SPACED if name in _REFERENCES else _INSURANCE)),
            ("TP-049", f"contains({text}, '@') AND regexp_matches({text}, '{_EMAIL}')"),
        ):
            con.execute(
                f"INSERT INTO fault SELECT ?, ?, sheet, source_row, {text}, "
                f"{schema.judged_pence} FROM judged WHERE kind = 'data' AND {condition}",
                [code, name],
            )


def _hit(con: duckdb.DuckDBPyConnection, names: list[str]) -> list[str]:
    """Fields worth a closer look: labels by their distinct values, references by a mark.

    Searching every cell took 0.8 s for a million rows of five columns; this takes a tenth.
    """
    if not names:
        return []
    parts = []
    for name in names:
        if name in _REFERENCES:
            marks = " OR ".join(f"contains(s_{name}, '{m}')" for m in (" ", "-", "@"))
            parts.append(f"SELECT '{name}' AS name, s_{name} AS v FROM judged WHERE {marks}")
        else:
            values = f"(SELECT DISTINCT s_{name} AS v FROM judged)"
            parts.append(f"SELECT '{name}' AS name, v FROM {values}")
    found = con.execute(
        f"SELECT DISTINCT name FROM ({' UNION ALL '.join(parts)}) "
        f"WHERE regexp_matches(v, '{_NHS}|{_INSURANCE}|{_EMAIL}') ORDER BY name"
    ).fetchall()
    return [name for (name,) in found]


def _numbers(text: str, insurance: str) -> str:
    digits = f"regexp_replace(regexp_extract({text}, '{_NHS}'), '[ -]', '', 'g')"
    total = " + ".join(f"{10 - i} * TRY_CAST({digits}[{i + 1}] AS INTEGER)" for i in range(9))
    check = f"(11 - ({total}) % 11) % 11 = TRY_CAST({digits}[10] AS INTEGER)"
    return (
        f"regexp_matches({text}, '{_NHS}|{insurance}') AND "
        f"(regexp_matches({text}, '{insurance}') OR coalesce({check}, false))"
    )


def _keep_ambiguous(con: duckdb.DuckDBPyConnection, schema: FeedSchema, match: Match) -> None:
    """Adds dates that mean two days to ``fault``, where the agreement allows both orders."""
    for field in schema.fields:
        if field.type != "date" or field.name not in match.positions:
            continue
        formats = match.layout.columns[field.name].formats
        orders = [[f for f in formats if f.startswith(o)] for o in ("dd/mm/", "mm/dd/")]
        if not all(orders):
            continue
        text = f"trim(s_{field.name})"
        first, second = (date_sql(text, order) for order in orders)
        con.execute(
            f"INSERT INTO fault SELECT 'TP-160', ?, sheet, source_row, s_{field.name}, "
            f"{schema.judged_pence} FROM judged WHERE kind = 'data' AND mask = 0 "
            f"AND {first} <> {second}",
            [field.name],
        )
