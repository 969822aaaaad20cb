"""Writes the reports of one delivery into a folder, on request."""

from __future__ import annotations

from pathlib import Path

from ..contracts.feeds import FEEDS
from ..contracts.model import Feed
from ..contracts.periods import Period
from .listing import write_listing
from .marked import write_marked
from .page import write_page
from .view import SubmissionView


def write_reports(
    folder: Path,
    view: SubmissionView,
    *,
    source: Path | None = None,
    feed: Feed | None = None,
    period: Period | None = None,
) -> list[Path]:
    """Writes the list and the page, and of ``source`` the marked workbook; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / "report.html", folder / "findings.csv"]
    write_page(made[0], view)
    write_listing(made[1], view)
    if source and feed:
        marked = folder / "marked.xlsx"
        if write_marked(marked, source, view, FEEDS[view.feed], feed.layouts_for(period)):
            made.append(marked)
    return made
