"""Turns the faults and counts of a judged file into findings, once, after the last row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from expectations.catalogue import catalogue

from ...contracts.layout import Layout
from ...contracts.periods import label_style
from ...display import display_safe, pounds
from ..read.source import STRUCK, Remark
from .batch import Gathered
from .cell_causes import cause_in_cells
from .findings import NOT_SHOWN, Cell, Finding, Group, finding
from .labels_below import name_blank_labels
from .noted_cells import NOTES, ask_about_columns, in_words, note_words
from .rules.control_totals import total_findings as judged_totals
from .rules.counterparties import FOREIGN
from .rules.moved_labels import moved_place
from .rules.set_aside import MOST_NOTES, share_findings, too_many_rows
from .rules.totals import doubt_findings
from .state import JudgingState
from .suggest import rounded, suggestions

# Groups of the same value that a finding shows: the commonest, and some of the rarest.
_COMMON, _RARE = 7, 3
# From this share of the rows set aside on, one column is their cause.
_NEARLY_ALL = 0.9
# Rules about what no screen may repeat: their values are masked whatever the field.
_SECRET = ("TP-044", "TP-049", "TP-125")


def remark_findings(remarks: Sequence[Remark], state: JudgingState) -> Iterator[Finding]:
    """What the reader noticed, each rule (with its detail) once."""
    groups: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        groups.setdefault((remark.code, remark.detail), []).append(remark)
    for (code, detail), group in groups.items():
        count = sum(remark.count for remark in group)
        yield finding(code, count=count, detail=detail, cells=[state.remarked(r) for r in group])


def fault_findings(state: JudgingState) -> Iterator[Finding]:
    """Every kind of fault once, with its count, its £ and all its cells."""
    con, layout = state.con, state.match.layout
    ask_about_columns(state)
    name_blank_labels(state)
    for code, name, count, pence, priced in _kinds(con):
        secret = code in _SECRET
        # A list of its own, so that a million cells are made only where somebody looks.
        cells = con.sql(
            "SELECT sheet, source_row, value, part FROM fault WHERE code = ? "
            "AND field IS NOT DISTINCT FROM ? ORDER BY sheet, source_row, part",
            params=[code, name],
        ).to_arrow_table()
        shown_groups, distinct = _groups(state, code, name) if name else ([], 0)
        cause, remedy = cause_in_cells(con, code, name)
        hints = (_unpriced(state, code, count, priced) or _without(state, code, pence), cause)
        yield finding(
            code,
            count=count,
            amount_pence=None if pence is None or code in NOTES else int(pence),
            field=name,
            heading=layout.columns[name].heading if name else "",
            detail=_detail(state, code, name, cells),
            rows=note_words(state, code, name),
            cells=state.cells(name, cells, masked=secret) if name else state.rows(cells),
            groups=shown_groups,
            distinct=distinct,
            hint=" ".join(filter(None, hints)),
            remedy=remedy,
            proposal=_proposal(layout, code, name, shown_groups),
        )
    if state.shifted and layout.realign:
        yield finding(
            "TP-031",
            count=len(state.shifted),
            heading=layout.realign.from_heading,
            cells=[Cell(sheet, row, "", "", None) for sheet, row in state.shifted],
        )


def _kinds(con: Gathered) -> list[tuple[Any, ...]]:
    """Code, field, rows, pence and rows with pence of every kind of fault."""
    if "fault" not in con.filled:
        return []
    found: list[tuple[Any, ...]] = con.execute(
        "SELECT code, field, count(*), sum(amount), count(amount) FROM fault "
        f"GROUP BY 1, 2 HAVING code <> 'TP-122' OR count(*) > {MOST_NOTES} ORDER BY ALL"
    ).fetchall()
    return found


def _proposal(layout: Layout, code: str, name: str, groups: Sequence[Group]) -> str:
    """The lines of YAML that would read the cells at fault, for the data team."""
    if code == "TP-396":
        return f"columns.{name}.fill_down: true"
    if code != "TP-395":
        return ""
    styles = [style for g in groups if (style := label_style(g.value or ""))]
    formats = ", ".join(dict.fromkeys([*layout.columns[name].formats, *styles]))
    return f"columns.{name}.formats: [{formats}]" if styles else ""


def _unpriced(state: JudgingState, code: str, count: int, priced: int) -> str:
    """That the £ of rows that do not count are not known."""
    if not state.schema.money_field or priced == count:
        return ""
    if catalogue()[code].level != "set_aside":
        return ""
    if priced:
        return f"How much money {count - priced:,} of them hold is unknown."
    return f"How much money {'it holds' if count == 1 else 'they hold'} is unknown."


def _without(state: JudgingState, code: str, pence: int | None) -> str:
    """What a file holds with amounts that are struck through, and without them."""
    if code != STRUCK or pence is None:
        return ""
    whole = state.judgement.pence_accepted
    return f"The file holds {pounds(whole)} as sent, {pounds(whole - int(pence))} without."


def _rounding(cells: pa.Table) -> str:
    """The first cell that is finer than a penny: what it holds and what Excel shows of it."""
    row, value = cells["source_row"][0].as_py(), cells["value"][0].as_py()
    shown = rounded(value)
    return f"row {row:,} holds {display_safe(value)}, which is {shown} to the penny"


def _groups(state: JudgingState, code: str, name: str) -> tuple[list[Group], int]:
    """The same value once: the commonest first, then some of the rarest; and how many there are.

    A cell's spaces around it make no other value. Empty cells have no value to group by.
    """
    con = state.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE same AS SELECT value, rows, pence, first_row, "
        "row_number() OVER (ORDER BY rows DESC, first_row) AS place, "
        "count(*) OVER () AS distinct_values FROM (SELECT trim(value, ' \t\r\n\u00a0') AS value, "
        "count(*) AS rows, sum(amount) AS pence, min(source_row) AS first_row FROM fault "
        "WHERE code = ? AND field = ? AND value IS NOT NULL GROUP BY 1) WHERE value <> ''",
        [code, name],
    )
    rows = con.execute(
        "SELECT value, rows, pence, first_row, distinct_values FROM same "
        f"WHERE place <= {_COMMON} OR place > distinct_values - {_RARE} ORDER BY place"
    ).fetchall()
    masked = code in _SECRET or state.schema.field(name).classification != "public"
    column = state.match.layout.columns[name]
    offered: Sequence[str | None] = [None] * len(rows)
    if not masked:
        texts = [r[0] for r in rows]
        offered = suggestions(con, state.schema.field(name), column, texts)
        if state.others and code in FOREIGN:
            offered = state.others.offered(code, texts)
    groups = [
        Group(
            NOT_SHOWN if masked else display_safe(value),
            count,
            None if pence is None else int(pence),
            row,
            better,
        )
        for (value, count, pence, row, _), better in zip(rows, offered, strict=True)
    ]
    return groups, rows[0][4] if rows else 0


def total_findings(state: JudgingState) -> Iterator[Finding]:
    """Totals lines against the lines above them, each with its cell."""
    name = state.schema.money_field or ""
    rounded_lines = sum(f.count for f in state.judgement.findings if f.code == "TP-158")
    for totals, found in judged_totals(state.totals, slack=(rounded_lines + 1) // 2):
        yield replace(found, cells=[state.cell(name, t.sheet, t.row, None) for t in totals])
    for doubts, found in doubt_findings(state.doubts, state.judgement.pence_accepted):
        yield replace(found, cells=[state.cell(name, d.sheet, d.row, None) for d in doubts])


def refused_anyway(state: JudgingState) -> bool:
    """Whether the column of dates is gone or unreadable as a whole: no period follows from it."""
    result = state.judgement
    if result.rows_accepted or not too_many_rows(result, state.match.layout):
        return False
    return any(
        f.code == "TP-011"
        or (f.code in ("TP-022", "TP-023", "TP-033") and f.count == result.rows_set_aside)
        for f in result.findings
    )


def _one_cause(state: JudgingState) -> str:
    """The column for which nearly all of the rows are set aside, in words."""
    result = state.judgement
    causes = [
        f for f in result.findings if f.level == "set_aside" and (f.heading or f.code == "TP-033")
    ]
    cause = max(causes, key=lambda f: f.count, default=None)
    if cause is None or cause.count < _NEARLY_ALL * result.rows_set_aside:
        return ""
    title = catalogue()[cause.code].title
    if not cause.heading:
        return f"The cause is one: {title[0].lower()}{title[1:]}."
    return f"The cause is one column, '{cause.heading}': {title[0].lower()}{title[1:]}."


def closing_findings(state: JudgingState) -> Iterator[Finding]:
    """What can be said only of the file as a whole."""
    result = state.judgement
    known = any(f.code in ("TP-041", "TP-046") for f in result.findings)
    for found in share_findings(result, state.sizes, state.match.layout, known=known):
        cause = _one_cause(state) if found.code == "TP-050" else ""
        yield replace(found, fix=" ".join(filter(None, (found.fix, cause))))
    others: Mapping[str, int] = {
        k: n for k, n in state.non_data.items() if k not in ("heading", "guide")
    }
    if others:
        detail = ", ".join(f"{n:,} {kind}" for kind, n in sorted(others.items()))
        yield finding("TP-042", count=sum(others.values()), detail=detail)


def _detail(state: JudgingState, code: str, name: str, cells: pa.Table) -> str:
    if code == "TP-158":
        return _rounding(cells)
    if code == "TP-034":
        return moved_place(cells, state.moved_from)
    expected = _expected(state, state.match.layout, name)
    return (
        in_words(state.schema.field(name), expected) if code in ("TP-370", "TP-371") else expected
    )


def _expected(state: JudgingState, layout: Layout, name: str) -> str:
    """What a good cell of the field looks like, in words."""
    if not name:
        return f"{state.match.width} cells expected"
    field_, column = state.schema.field(name), layout.columns[name]
    if field_.type == "date":
        return " or ".join(column.formats)
    if column.codes or field_.values:
        return ", ".join(column.codes or field_.values)
    return {
        "share": "a share between 0 and 1, such as 0.25",
        "flag": "Yes or No",
        "year": "a financial year such as 2008-09",
        "integer": "a whole number",
        "number": "a number of at most four decimals, such as 62.5",
        "hours": "hours such as 37, 37.5 or 37:30",
    }.get(field_.type, "")
