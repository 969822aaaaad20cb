"""The report as one HTML page: what to fix first, nothing from outside, nothing that runs.

The order is that of the GOV.UK error summary: a box with one line a mistake, each a link down to
its rows. The page itself is ``templates/page.html.j2``; every value in it is escaped.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from ..html import environment
from ..intake.judge.findings import Cell, Finding
from ..intake.ledger.finding_cells import each
from .causes import by_cause
from .difference import HEADINGS
from .labels import KINDS, VERDICTS
from .view import SubmissionView

TEMPLATES = Path(__file__).with_name("templates")
CELLS_SHOWN = 20
GROUPS_SHOWN = 10


def write_page(path: Path, view: SubmissionView) -> None:
    """Writes the page; it needs nothing but itself."""
    path.write_text(page(view), encoding="utf-8")


def page(view: SubmissionView) -> str:
    """The page as HTML."""
    return environment(TEMPLATES).get_template("page.html.j2").render(parts_of(view))


def parts_of(view: SubmissionView) -> dict[str, Any]:
    """What the macros of ``parts.html.j2`` are given, for a page of any frame."""
    numbered = list(enumerate(by_cause(view.findings), 1))
    return {
        "view": view,
        "headings": HEADINGS,
        "verdict": VERDICTS[view.verdict],
        "kinds": KINDS,
        "to_do": [(n, one) for n, one in numbered if one.level != "information"],
        "by_level": [(k, list(g)) for k, g in groupby(numbered, lambda pair: pair[1].level)],
        "first_cells": _first_cells,
        "cells_shown": CELLS_SHOWN,
        "groups_shown": GROUPS_SHOWN,
    }


def _first_cells(found: Finding) -> list[Cell]:
    return list(each(found.cells, CELLS_SHOWN))
