"""The report as one HTML page: what to fix first, nothing from outside, nothing that runs.

The order is that of the GOV.UK error summary: a box with one line a mistake, each a link down to
its rows. The page itself is ``templates/page.html.j2``; every value in it is escaped.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..display import display_safe, pounds
from ..intake.judge.findings import Cell, Finding
from ..intake.ledger.finding_cells import each
from .difference import HEADINGS
from .labels import KINDS, VERDICTS
from .view import SubmissionView

if TYPE_CHECKING:
    from jinja2 import Environment

CELLS_SHOWN = 20
GROUPS_SHOWN = 10


def write_page(path: Path, view: SubmissionView) -> None:
    """Writes the page; it needs nothing but itself."""
    path.write_text(page(view), encoding="utf-8")


def page(view: SubmissionView) -> str:
    """The page as HTML."""
    numbered = list(enumerate(view.findings, 1))
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            view=view,
            headings=HEADINGS,
            verdict=VERDICTS[view.verdict],
            kinds=KINDS,
            to_do=[(n, f) for n, f in numbered if f.level != "information"],
            by_level=[(k, list(g)) for k, g in groupby(numbered, lambda pair: pair[1].level)],
            first_cells=_first_cells,
            cells_shown=CELLS_SHOWN,
            groups_shown=GROUPS_SHOWN,
        )
    )


def _first_cells(found: Finding) -> list[Cell]:
    return list(each(found.cells, CELLS_SHOWN))


@cache
def _environment() -> Environment:
    # Imported here, because only a report needs it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "display_safe": lambda text: display_safe(text) or "",
        "pounds": pounds,
        "thousands": lambda number: f"{number:,}",
    }
    return made


def _visible(value: Any) -> Any:
    """A text in which what has no sign of its own (controls, direction marks) stands as a code."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs") else f"\\x{ord(c):02x}"
        for c in value
    )
