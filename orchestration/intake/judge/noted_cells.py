"""What is said of cells whose rows stay: what a lost cell touches, what a mark stands for.

Here belong the words of ``TP-370`` to ``TP-375``; which cells they are about belongs to ``rules``.
"""

from __future__ import annotations

from ...contracts.feeds import Field
from ...display import display_safe
from . import listed, marks
from .state import JudgingState

# Nothing of the money of these rows is in doubt.
NOTES = ("TP-371", "TP-372", "TP-373", "TP-374", "TP-375")
# Lost cells that may be of single rows, however short the file.
_FEW = 4
# Different marks or codes that one message names.
_NAMED = 8


def in_words(field: Field, expected: str) -> str:
    """What a good cell of a field is; ``expected`` names its styles or values."""
    if field.type == "money":
        return "an amount in pounds and pence"
    if field.listed == "postcode":
        return "a whole postcode, such as LE1 1AA"
    if field.type == "date":
        return f"a date written {expected}"
    if field.least is not None:
        return f"{expected}, {field.least} or more"
    return expected if field.type != "text" else f"one of the agreed values ({expected})"


def ask_about_columns(state: JudgingState) -> None:
    """Makes a question of lost cells of which nothing is counted, where they are so many that the
    column as a whole is not as agreed."""
    if "fault" not in state.con.filled:
        return
    rows = state.judgement.rows_accepted + state.judgement.rows_set_aside
    most = max(_FEW, state.match.layout.max_set_aside_share * rows)
    names = state.con.execute("SELECT DISTINCT field FROM fault WHERE code = 'TP-371'").fetchall()
    for (name,) in names:
        says_none = marks.is_not_available_sql(state.match.layout.columns[name], "trim(value)")
        those = f"code = 'TP-371' AND field = ? AND NOT {says_none}"
        found = state.con.execute(f"SELECT count(*) FROM fault WHERE {those}", [name]).fetchall()
        if found[0][0] > most:
            state.con.execute(f"UPDATE fault SET code = 'TP-370' WHERE {those}", [name])


def note_words(state: JudgingState, code: str, name: str) -> str:
    """What the message of ``code`` adds of the field's cells; nothing for other codes."""
    if code == "TP-370":
        field = state.schema.field(name)
        return field.touches or field.needed or "nothing is known of that column"
    if code == "TP-372":
        strange = f"unnest({listed.strange_services_sql('value')})"
        return _first(state, code, name, f"SELECT {strange} AS text, '' AS low, '' AS high")
    if code == "TP-373":
        return _first(state, code, name, f"SELECT value AS text, {_ends(state, name)}")
    return ""


def _ends(state: JudgingState, name: str) -> str:
    """The ends of what a mark stands for; empty where it is no count."""
    low, high = ("''", "''")
    if state.schema.field(name).type == "integer":
        low, high = marks.interval_sql(state.match.layout.columns[name], "value")
    return f"CAST({low} AS VARCHAR) AS low, CAST({high} AS VARCHAR) AS high"


def _first(state: JudgingState, code: str, name: str, query: str) -> str:
    """The different texts of a query over the cells of a finding, and what each stands for."""
    found = state.con.execute(
        f"SELECT text, any_value(low), any_value(high) FROM ({query} FROM "
        "(SELECT trim(value, ' \t\r\n\u00a0') AS value FROM fault WHERE code = ? AND field = ?)) "
        f"GROUP BY text ORDER BY count(*) DESC, text LIMIT {_NAMED + 1}",
        [code, name],
    ).fetchall()
    named = [
        f"'{display_safe(text)}'" + (f" stands for {low} to {high}" if low else "")
        for text, low, high in found[:_NAMED]
    ]
    return ", ".join([*named, *(["and others"] if len(found) > _NAMED else [])])
