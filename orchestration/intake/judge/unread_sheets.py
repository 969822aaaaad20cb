"""Sheets without headings: notes, or lines whose headings stand only on another sheet."""

from __future__ import annotations

from dataclasses import replace

from ...contracts.template import GUIDE
from ...display import display_safe
from ..read import source
from . import parse
from .layout import with_trimmed
from .rules import ROW_RULES
from .state import JudgingState

# Of a hundred filled rows, those that must read as lines before a sheet is taken for one of lines.
_LEAST_LINES = 60


def count_unread(state: JudgingState, sheet: source.Sheet) -> None:
    """A sheet without headings: a note when others were read, else rows set aside. Of the sheet
    that explains a template nothing is said."""
    width = max((len(r) for r in sheet.head), default=1) or 1
    filled = lines = pence = 0
    for batch in state.opened.batches(sheet, width):
        state.con.register("cells", with_trimmed(batch))
        cells = ", ".join(f"w{i}" for i in range(width))
        query = f"SELECT count(*) FROM cells WHERE concat({cells}) <> ''"
        filled += state.con.execute(query).fetchall()[0][0]
        if state.matches and width == state.match.width:
            rows, amount = _lines(state)
            lines, pence = lines + rows, pence + amount
    filled += sum(1 for r in sheet.ragged if any(r.cells)) + sheet.ragged_beyond_cap
    if not state.matches:
        state.note("blank", sheet.records - filled)
        state.judgement.rows_set_aside += filled
        state.judgement.rows_unpriced += filled if state.judgement.money else 0
        return
    if sheet.head and sheet.head[0] and sheet.head[0][0].strip() == GUIDE:
        state.note("guide", sheet.records)
        return
    state.note("sheet not read", sheet.records)
    name = f"'{display_safe(sheet.name)}'"
    if lines and 100 * lines >= _LEAST_LINES * filled:
        said = pence if state.schema.money_field else None
        state.find("TP-123", detail=name, count=lines, amount_pence=said)
    elif filled:
        state.find("TP-017", detail=name, count=filled)


def _lines(state: JudgingState) -> tuple[int, int]:
    """Rows of the batch that are lines under the headings of the sheet that was read."""
    schema = state.schema
    match = replace(state.match, row=0)
    faults = parse.masked_faults(schema, match.layout, ROW_RULES)
    typed = parse.typed_sql(schema, match, "(SELECT *, false AS ragged FROM cells)", faults)
    money = schema.judged_pence
    there = f"AND {money} IS NOT NULL" if schema.money_field in match.positions else ""
    rows = state.con.execute(
        f"SELECT count(*), CAST(coalesce(sum({money}), 0) AS BIGINT) FROM ({typed}) "
        f"WHERE kind = 'data' AND mask = 0 {there}"
    ).fetchall()
    return int(rows[0][0]), int(rows[0][1])
