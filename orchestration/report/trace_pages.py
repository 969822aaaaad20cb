"""Pages that show where a headline figure comes from: what ``totalplace trace`` says, to be read.

A page is made for each figure that a page links to. Lines are shown by file, with the largest of
them; payees are as the release shows them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from ..release.lines import files_behind, top_lines
from ..release.trace import Step, Trace, trace_each
from ..release.trace_text import NO_SHEET, amount
from .content import Indented, Page, Table
from .rows import Address, Money, Published
from .words import counted, heading, label

FOLDER = "trace"
LINES_SHOWN = 15


class Traces:
    """The figures that pages link to, and their pages."""

    def __init__(self, published: Published, names: Mapping[str, str]) -> None:
        self._release = published.release
        self._names = names
        self._wanted: dict[str, Money] = {}

    def linked(self, money: Money) -> Money:
        """The amount as a link to its own page."""
        file = file_of(money.address)
        self._wanted.setdefault(file, money)
        return money.linked(file)

    def pages(self) -> Iterator[Page]:
        """A page for each figure that was linked to."""
        together: dict[tuple[str, str], dict[str, Mapping[str, str]]] = {}
        for file, money in self._wanted.items():
            of = money.address
            together.setdefault((of.table, of.column), {})[file] = of.key
        found: dict[str, Trace] = {}
        for (table, column), keys in together.items():
            traces = trace_each(self._release, table, column, list(keys.values()))
            found |= zip(keys, traces, strict=True)
        for file, money in self._wanted.items():
            yield self._page(file, money, found[file])

    def _page(self, file: str, money: Money, found: Trace) -> Page:
        of = money.address
        words = [self._names.get(value) or label(value) for value in of.key.values()]
        what = heading(", ".join(words))
        return Page(
            file,
            f"Where it comes from: {what}",
            "trace.html.j2",
            context={
                "money": money.as_("exact"),
                "adds_up": found.adds_up,
                "steps": _steps(found),
                "lines": [_lines(found, step) for step in found.line_steps()],
                "files": _files(found, self._names),
                "command": command(of),
            },
            root="../",
        )


def _steps(trace: Trace) -> Table:
    rows = [
        (
            Indented(heading(step.label), step.depth - 1, step.minus),
            f"{step.table}.{step.column}",
            step.rows,
            amount(step.column, step.pence),
            step.remark,
        )
        for step in trace.steps
    ]
    return Table(
        "How the figure is made, step by step",
        ("What", "From", "#Rows", "#Amount", "Note"),
        rows,
    )


def _lines(trace: Trace, step: Step) -> Table:
    found = top_lines(trace, step, LINES_SHOWN)
    rows = [
        (
            f"{line['receipt_id']}, row {line['source_row']}",
            "" if line["sheet"] in (None, NO_SHEET) else line["sheet"],
            heading(line["about"]),
            line["payee"] or "",
            amount(step.column, line["amount"]),
        )
        for line in found
    ]
    shown = f"the {len(rows)} largest of " if len(rows) < step.rows else ""
    return Table(
        f"{heading(step.path or step.label)}: {shown}{counted(step.rows, 'line')}",
        ("Receipt and row", "Sheet", "For", "Payee", "#Amount"),
        rows,
    )


def _files(trace: Trace, names: Mapping[str, str]) -> Table:
    rows = [
        (
            f["receipt_id"],
            f["file_name"],
            names.get(f["body_id"], f["body_id"]),
            heading(f["feed"]),
            f["file_sha256"][:12],
        )
        for f in files_behind(trace, trace.line_steps())
    ]
    return Table(
        f"{counted(len(rows), 'file')} that the lines are in",
        ("Receipt", "File", "Body", "Feed", "SHA-256 begins"),
        rows,
    )


def command(address: Address) -> str:
    """The command that shows the same at a terminal, with every line."""
    keys = " ".join(f"{column}={value}" for column, value in address.key.items())
    return f"totalplace trace {address.table} {keys} --figure {address.column}"


def file_of(address: Address) -> str:
    """A page's file name: from codes of the figure's row, and a hash that keeps two apart."""
    words = "-".join([address.table, *address.key.values()])
    safe = re.sub(r"[^a-z0-9]+", "-", words.lower())[:80].strip("-")
    whole = f"{address.table}.{address.column} {address.as_json()}"
    return f"{FOLDER}/{safe}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}.html"
