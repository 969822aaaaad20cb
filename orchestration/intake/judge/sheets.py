"""The sheets of a file: which of them are read, by which layout, and what is said of each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from ...contracts.feeds import FeedSchema
from ...contracts.layout import Column
from ...display import display_safe
from ..read import source
from .findings import Finding
from .known_layouts import looks_like
from .layout import Match, find_headings
from .other_readings import seems_separated, separator_name
from .planned import lent
from .rules.headings import heading_findings
from .rules.units import formats_said, unit_findings, without_units
from .shapes import shape_finding
from .sheet import SheetJudge
from .state import JudgingState
from .unread_sheets import count_unread


def judge_sheets(state: JudgingState) -> None:
    """Judges every sheet that has the headings; says which were not read."""
    unread: list[source.Sheet] = []
    shapes: list[Finding] = []
    for sheet in state.opened.sheets:
        match = find_headings(sheet.head, state.schema, state.request.layouts)
        shape = _shape(state, sheet, match)
        if match is None or shape:
            shapes += [shape] if shape else []
            unread.append(sheet)
            continue
        state.matches[sheet.name] = match
        whose = looks_like(state, sheet.head) if match.missing_required else ""
        _add(state, heading_findings(without_units(state.schema, match), state.schema, whose))
        before = (state.judgement.rows_accepted, state.judgement.pence_accepted)
        with lent(_shape_of(state.schema, match), state.request.path.stat().st_size) as planned:
            judged = SheetJudge(state, sheet, match, planned)
            judged.run()
        _say_units(state, sheet, match, judged)
        state.marked += judged.marked
        state.vat += [judged.vat] if judged.vat else []
        if match.spread:
            state.find("TP-392", count=judged.turned, detail=f"{judged.lines:,}")
        if judged.filled:
            state.find("TP-397", count=judged.filled)
        after = (state.judgement.rows_accepted, state.judgement.pence_accepted)
        state.read[sheet.name] = (after[0] - before[0], after[1] - before[1])
    for sheet in unread:
        count_unread(state, sheet)
    if not state.matches and shapes:
        state.judgement.findings += shapes[:1]
    elif not state.matches:
        _report_no_headings(state)


def _say_units(state: JudgingState, sheet: source.Sheet, match: Match, judged: SheetJudge) -> None:
    """What titles, notes, a column of units and the formats of cells say of the amounts."""
    titles = [cell for row in sheet.head[: match.titles] for cell in row if cell]
    formats = formats_said(state.opened.remarks, match, state.schema, sheet.name)
    known = [*formats, *dict.fromkeys(judged.units)]
    lines = [*titles, *judged.notes]
    _add(state, unit_findings(state.schema, match, lines, sheet.name, known))
    if judged.units:  # such a column is of matter
        headings = (display_safe(match.headings[i]) for i in judged.unit_columns)
        state.judgement.take_back("TP-013", headings)


def _add(state: JudgingState, found: Iterable[Finding]) -> None:
    """Adds what was found, each finding once whatever the sheets."""
    known = state.judgement.findings
    known += [new for new in found if new not in known]


def _shape_of(schema: FeedSchema, match: Match) -> Hashable:
    """What sheets have in common of which the same statements are asked, whoever sends them."""
    there = tuple(match.positions.items())
    return schema.name, match.layout.reading, tuple(match.headings), there, repr(match.spread)


def _shape(state: JudgingState, sheet: source.Sheet, match: Match | None) -> Finding | None:
    """The shape of a table whose headings are values, unless it is somebody else's; of spend, every
    row is a payment."""
    if state.schema.line_key:
        return None
    shape = shape_finding(sheet.head, state.schema, state.request.layouts[0], match)
    return None if shape and looks_like(state, sheet.head) else shape


def _report_no_headings(state: JudgingState) -> None:
    columns = state.request.layouts[0].columns
    agreed = ", ".join(f"'{c.heading}'" for c in columns.values())
    whose = next(filter(None, (looks_like(state, sheet.head) for sheet in state.opened.sheets)), "")
    hints = [whose] if whose else []
    if state.request.layouts[0].headings == "none":
        hints.append(_positions(columns))
    if state.kind == "csv" and (mark := seems_separated(state.opened.sheets[0].head)):
        hints.append(f"The cells seem to be separated by {separator_name(mark)}, not by commas.")
    remedy = "If the file is that body's or of that feed, hand it in as such." if whose else ""
    state.find("TP-010", detail=agreed, hint=" ".join(hints), remedy=remedy)


def _positions(columns: Mapping[str, Column]) -> str:
    placed = (f"'{c.heading}' in column {c.position}" for c in columns.values() if c.position)
    return f"Without headings, lines were looked for with {', '.join(placed)}."
