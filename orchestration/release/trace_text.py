"""How a trace is shown: for a person at the terminal, and as JSON for machines.

Nothing is looked up or added up here that ``trace`` and ``lines`` have not found.
"""

from __future__ import annotations

from typing import Any

from ..display import display_safe, pounds, pounds_aside, table
from ..publish.lineage import POUNDS
from .feeds import Feeding, top_figures
from .lines import Behind, behind, top_lines
from .rows import key_columns
from .trace import Figure, Step, Trace

# Lines shown on a terminal, over all steps; a step shows at least a few.
BUDGET, FEWEST = 24, 4
HEADLINES = "fct_headline"
NO_SHEET = "no_sheet"  # what a line of a CSV file has in its place
REASONS = ("status", "state", "reason")


def trace_text(trace: Trace) -> str:
    """A trace as a person reads it: the figure, whether it adds up, the steps, the top lines."""
    steps = trace.line_steps()
    lines = [_title(trace), "", *_figures(trace), ""]
    lines += _how(trace)
    for step in steps:
        lines += ["", *_top(trace, step, max(FEWEST, BUDGET // len(steps)))]
    if steps:
        lines += ["", *_behind(behind(trace, steps))]
    return "\n".join(lines)


def trace_json(trace: Trace, limit: int = 1000) -> dict[str, Any]:
    """A trace for machines: money in pence, also that of columns in pounds; at most ``limit`` lines
    a step (``rows`` says how many there are)."""
    return {
        "release_id": trace.release.manifest.release_id,
        "synthetic": trace.release.manifest.synthetic,
        "table": trace.table,
        "row": {c: v if isinstance(v, bool | int) else _text(v) for c, v in trace.row.items()},
        "figure": trace.column,
        "adds_up": trace.adds_up,
        "figures": [_figure_json(figure) for figure in trace.figures],
        "steps": [_step_json(trace, step, limit) for step in trace.steps],
        "behind": vars(behind(trace, trace.line_steps())),
    }


def feeding_text(feeding: Feeding) -> str:
    """What a submission feeds, as a person reads it: each figure with how many rows, and headlines
    in full."""
    lines = [_of_submission(feeding), ""]
    if not feeding.fed:
        return "\n".join([lines[0], "It feeds no figure of this release."])
    rows = [(fed.table, fed.column, f"{fed.rows:,}") for fed in feeding.fed]
    lines += [f"It feeds {feeding.figures:,} published figures:"]
    lines += table(rows, ("Table", "Figure", "Rows"))
    for fed in feeding.fed:
        if fed.table == HEADLINES:
            top = top_figures(feeding, fed.table, fed.column, BUDGET)
            shown = [(row, amount(fed.column, pence)) for row, pence in top]
            lines += ["", f"Of {fed.table}.{fed.column}, the largest first:", *table(shown)]
    return "\n".join(lines)


def feeding_json(feeding: Feeding, limit: int = 1000) -> dict[str, Any]:
    """The same for machines; at most ``limit`` rows of each figure."""
    return {
        "release_id": feeding.release.manifest.release_id,
        "submission": feeding.submission,
        "figures": feeding.figures,
        "fed": [
            {"table": fed.table, "column": fed.column, "rows": fed.rows}
            | {
                "largest": [
                    {"row": row, "amount": value}
                    for row, value in top_figures(feeding, fed.table, fed.column, limit)
                ]
            }
            for fed in feeding.fed
        ],
    }


def _of_submission(feeding: Feeding) -> str:
    s = feeding.submission
    of = ", ".join(_text(s[c]) for c in ("body_id", "feed", "period_id") if s[c])
    counts = "counts" if s["in_force"] else f"does not count: it is {_text(s['verdict'])}"
    if s["status"] in ("superseded", "withdrawn"):
        counts = f"does not count: it is {s['status']}"
    return (
        f"{s['receipt_id']}, {_text(s['file_name'])} ({of}), {counts} in release "
        f"{feeding.release.manifest.release_id}"
    )


def _figure_json(figure: Figure) -> dict[str, Any]:
    return {
        "column": figure.column,
        "published": figure.published,
        "again": figure.again,
        "adds_up": figure.adds_up,
        "note": figure.note,
    }


def _step_json(trace: Trace, step: Step, limit: int) -> dict[str, Any]:
    found = {
        name: getattr(step, name)
        for name in (
            "depth",
            "label",
            "table",
            "column",
            "rows",
            "pence",
            "minus",
            "shared",
            "note",
        )
    } | {"rows_not_adding_up": step.differing}
    if step.is_lines:
        found["lines"] = top_lines(trace, step, limit)
    return found


def _title(trace: Trace) -> str:
    manifest = trace.release.manifest
    made_up = "SYNTHETIC, " if manifest.synthetic else ""
    keys = key_columns(trace.release.tables[trace.table])
    of = ", ".join(f"{key} {_text(trace.row[key])}" for key in keys if trace.row[key] is not None)
    return f"{trace.table} of release {manifest.release_id} ({made_up}{of})"


def _figures(trace: Trace) -> list[str]:
    rows = [
        (
            "→" if f.column == trace.column else "",
            f.column,
            amount(f.column, f.published),
            _verdict(f),
        )
        for f in trace.figures
    ]
    return table(rows, ("", "Figure", "Published", "Added up again"))


def _verdict(figure: Figure) -> str:
    if figure.published is None:
        return "not stated"
    if figure.again is None:
        return figure.note
    again = amount(figure.column, figure.again)
    if figure.adds_up:
        return f"the same, {again}"
    off = amount(figure.column, figure.published - figure.again)
    return f"NOT the same: {again}, which is {off} off"


def _how(trace: Trace) -> list[str]:
    figure = trace.figure
    if figure.published is None:
        return [
            f"{figure.column} is not stated, which is neither zero nor unknown by mistake.",
            *_why(trace),
        ]
    if not trace.steps:
        return [f"{figure.column}: nothing stands behind it. {figure.note}".rstrip()]
    return [f"How {figure.column} is made:", *_steps(trace), "", _adds_up(trace)]


def _steps(trace: Trace) -> list[str]:
    rows = [
        (
            "  " * (step.depth - 1) + ("less " if step.minus else "") + _words(step.label),
            f"{step.table}.{step.column}",
            f"{step.rows:,}",
            amount(step.column, step.pence) if step.pence or not step.is_lines else "–",
            _note(step),
        )
        for step in trace.steps
    ]
    return table(rows, ("", "From", "Rows", "Amount", "")) if rows else []


def _why(trace: Trace) -> list[str]:
    """What the row says of a figure that is not stated."""
    return [
        f"  {column}: {_text(value)}"
        for column, value in trace.row.items()
        if value is not None and column.endswith(REASONS)
    ]


def _note(step: Step) -> str:
    if step.differing:
        return f"{step.differing:,} rows are NOT what they are made of"
    said = ["lines of files"] if step.is_lines else []
    return "; ".join([*said, step.remark] if step.shared else [step.note or "".join(said)])


def _adds_up(trace: Trace) -> str:
    figure = trace.figure
    if figure.again is None:
        return f"It is not added up again: {figure.note}."
    shown = f"{amount(figure.column, figure.published)} = {amount(figure.column, figure.again)}"
    if trace.adds_up:
        return f"Adds up to the penny, at every step: {shown}"
    if figure.adds_up:
        return f"The figure adds up ({shown}), but not every step behind it does: see above."
    off = amount(figure.column, (figure.published or 0) - figure.again)
    return f"Does NOT add up: {shown.replace('=', 'published,')} added up again, {off} off"


def _top(trace: Trace, step: Step, limit: int) -> list[str]:
    found = top_lines(trace, step, limit)
    rows = [
        (
            str(line["receipt_id"] or ""),
            _text(line["file_name"]),
            "" if line["sheet"] == NO_SHEET else _text(line["sheet"]),
            str(line["source_row"]),
            amount(step.column, line["amount"]),
            _text(line["payee"] or line["about"]),
            str(line["file_sha256"] or "")[:12],
        )
        for line in found
    ]
    headings = ("Receipt", "File", "Sheet", "Row", "Amount", "", "SHA-256")
    left = step.rows - len(found)
    more = [f"  … and {left:,} more; --csv FILE writes them all"] if left else []
    title = (
        f"{_words(step.path or step.label)}: {step.rows:,} {'line' if step.rows == 1 else 'lines'}"
    )
    return [title + (", the largest first" if left else ""), *table(rows, headings), *more]


def _behind(found: Behind) -> list[str]:
    rows = found.rows_set_aside
    said = f"From {found.files:,} {'file' if found.files == 1 else 'files'}."
    if not rows:
        return [f"{said} No row of the same bodies' files of the year is set aside."]
    pence = pounds_aside(found.pence_set_aside, rows, found.unpriced)
    are = "row is" if rows == 1 else "rows are"
    return [
        f"{said} In the files of the same bodies and years {rows:,} {are} set aside, in no figure "
        f"({pence}): fct_set_aside_line says where and why."
    ]


def amount(column: str, value: int | None) -> str:
    """A figure as people write it: £ for pence, whole numbers for counts."""
    if column.endswith(("pence", POUNDS)):
        return pounds(value)
    return "–" if value is None else f"{value:,}"


def _words(label: str) -> str:
    return label.replace("_", " ")


def _text(value: object) -> str:
    return "" if value is None else display_safe(str(value)) or ""
