"""The report as one HTML page: what to fix first, nothing from outside, nothing that runs.

The order is that of the GOV.UK error summary: a box with one line a mistake, each a link down to
its rows. Everything a partner wrote is escaped, and the page forbids scripts to itself.
"""

from __future__ import annotations

import unicodedata
from html import escape
from pathlib import Path

from ..display import display_safe, pounds
from ..intake.judge.findings import Cell, Finding
from ..intake.ledger.finding_cells import each
from .listing import KINDS
from .view import Told

FIRST = 20
_GROUPS_SHOWN = 10
_STYLE = """
body{font:16px/1.5 Arial,Helvetica,sans-serif;color:#0b0c0c;max-width:60rem;margin:0 auto;
padding:1.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.4rem;margin:2.2rem 0 .6rem}
h3{font-size:1.1rem;margin:1.8rem 0 .3rem}
p{margin:.4rem 0;overflow-wrap:anywhere}
a{color:#1d70b8}a:focus{background:#fd0;color:#0b0c0c;outline:3px solid #fd0}
.verdict{font-weight:700;padding:.15rem .6rem;color:#fff;background:#00703c;display:inline-block}
.refused .verdict{background:#b10e1e}
.duplicate .verdict,.withdrawn .verdict{background:#505a5f}
.summary{border:4px solid #b10e1e;padding:.8rem 1.2rem;margin:1.5rem 0}
.summary h2{margin-top:0}.summary li{margin:.35rem 0;overflow-wrap:anywhere}
.summary a{color:#942514;font-weight:700}
.accepted_with_rows_set_aside .summary{border-color:#f47738}
.fine.summary{border-color:#00703c}.note{color:#505a5f}
.fix{border-left:5px solid #1d70b8;padding-left:.8rem;margin:.6rem 0}
table{border-collapse:collapse;width:100%;margin:.6rem 0}
caption{text-align:left;color:#505a5f;padding-bottom:.2rem}
th,td{border-bottom:1px solid #b1b4b6;padding:.3rem .8rem .3rem 0;text-align:left;
vertical-align:top;overflow-wrap:anywhere}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.where th:first-child{width:6rem}.where th:nth-child(2){width:8rem}
.facts th{white-space:pre;width:16rem;font-weight:700}
bdi.v{font-family:Consolas,Menlo,monospace;font-size:.92em;background:#f3f2f1;padding:0 .25rem}
section{break-inside:auto}h2,h3,caption,thead{break-after:avoid}tr,.fix{break-inside:avoid}
@media print{body{max-width:none;padding:0;font-size:11pt}a{color:inherit;text-decoration:none}}
"""
_INTRO = {
    "refused": "This file was not accepted. Nothing in it counts until it is put right.",
    "accepted": "Every line of this file was accepted.",
    "accepted_with_rows_set_aside": "This file was accepted. Some rows were left out; the list "
    "below says which, and what they come to.",
    "withdrawn": "This file was taken back. None of its lines count.",
    "duplicate": "These very bytes had been received before. Nothing changes.",
}


def write_page(path: Path, told: Told) -> None:
    """Writes the page; it needs nothing but itself."""
    path.write_text(page(told), encoding="utf-8")


def page(told: Told) -> str:
    """The page as HTML."""
    word, _, _ = told.title.partition(":")
    numbered = list(enumerate(told.findings, 1))
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{_text(told.title)}</title><style>{_STYLE}</style></head>",
        f'<body class="{escape(told.verdict)}"><main>',
        f'<p class="verdict">{escape(word)}</p><h1>{_bdi(told.file_name)}</h1>',
        f'<p class="note">{_text(told.partner)}, {_text(told.feed)}</p>',
        f"<p>{escape(_INTRO[told.verdict])}</p>",
        "".join(f"<p>{_text(line)}</p>" for line in told.summary),
        _summary(numbered),
        _facts(told),
    ]
    level = ""
    for number, found in numbered:
        if found.level != level:
            level = found.level
            parts.append(f"<h2>{escape(KINDS[level])}</h2>")
        parts.append(_section(number, found))
    parts.append("</main></body></html>\n")
    return "\n".join(parts)


def _summary(numbered: list[tuple[int, Finding]]) -> str:
    wrong = [(n, f) for n, f in numbered if f.level != "information"]
    if not wrong:
        return '<div class="summary fine"><h2>Nothing to put right</h2></div>'
    items = "".join(
        f'<li><a href="#f{n}">{_text(f.message)}</a>{_amount(f)}'
        f' <span class="note">{escape(KINDS[f.level])}</span></li>'
        for n, f in wrong
    )
    return (
        '<div class="summary" role="group" aria-labelledby="first">'
        f'<h2 id="first">What to put right first</h2><ol>{items}</ol></div>'
    )


def _facts(told: Told) -> str:
    if not told.facts:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{_text(name)}</th><td>{_text(value)}</td></tr>'
        for name, value in told.facts
    )
    return f'<h2>Receipt</h2><table class="facts"><tbody>{rows}</tbody></table>'


def _section(number: int, found: Finding) -> str:
    out = [
        f'<section id="f{number}"><h3>{_text(found.message)}</h3>',
        f'<p class="note">Rule {escape(found.code)}{_amount(found)}</p>',
    ]
    if found.level != "information":
        out.append(f'<p class="fix">{_text(found.fix)}</p>')
    if found.groups and (found.distinct or len(found.groups)) < found.count:
        out.append(_groups(found))
    if found.cells:
        out.append(_cells(found))
    return "".join(out) + "</section>"


def _groups(found: Finding) -> str:
    shown_groups = found.groups[:_GROUPS_SHOWN]
    helps = any(g.suggestion for g in shown_groups)
    money = any(g.amount_pence is not None for g in shown_groups)
    head = '<th>What stands there</th><th class="n">Rows</th>'
    head += '<th class="n">£</th>' if money else ""
    rows = "".join(
        f'<tr><td>{_value(g.value)}</td><td class="n">{g.count:,}</td>'
        + (f'<td class="n">{pounds(g.amount_pence)}</td>' if money else "")
        + (f"<td>{_value(g.suggestion) if g.suggestion else ''}</td>" if helps else "")
        + "</tr>"
        for g in shown_groups
    )
    head += "<th>Write this instead?</th>" if helps else ""
    more = max(found.distinct, len(found.groups)) - len(shown_groups)
    others = f"; {more:,} other values are in the list below" if more else ""
    return (
        f"<table><caption>The same mistake, together{others}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cells(found: Finding) -> str:
    count = len(found.cells)
    told = f"The first {FIRST} of {count:,} (all of them are in findings.csv)"
    caption = told if count > FIRST else "Where it stands"
    cells = list(each(found.cells, FIRST))
    sheets = any(c.sheet for c in cells)
    head = ("<th>Sheet</th>" if sheets else "") + (
        '<th class="n">Row</th><th>Column</th><th>Heading</th><th>What stands there</th>'
    )
    rows = "".join(_row(cell, sheets) for cell in cells)
    return (
        f'<table class="where"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(cell: Cell, sheets: bool) -> str:
    sheet = f"<td>{_bdi(display_safe(cell.sheet) or '')}</td>" if sheets else ""
    heading = _bdi(display_safe(cell.heading) or "") if cell.heading else "whole row"
    return (
        f'<tr>{sheet}<td class="n">{cell.row:,}</td><td>{escape(cell.column)}</td>'
        f"<td>{heading}</td><td>{_value(cell.value)}</td></tr>"
    )


def _amount(found: Finding) -> str:
    return f" ({pounds(found.amount_pence)})" if found.amount_pence is not None else ""


def _value(value: str | None) -> str:
    if value is None:
        return ""
    if not value.strip():
        return '<span class="note">empty</span>'
    return f'<bdi class="v">{_text(value)}</bdi>'


def _bdi(text: str) -> str:
    return f"<bdi>{_text(text)}</bdi>"


def _text(text: str) -> str:
    """Escaped; what has no sign of its own (controls, direction marks) is written as a code."""
    safe = "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs") else f"\\x{ord(c):02x}" for c in text
    )
    return escape(safe)
