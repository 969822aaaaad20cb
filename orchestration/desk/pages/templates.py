"""Blank files, worked examples and guides of a feed, made from the contract when asked for."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from ...contracts.periods import named
from ...contracts.template import asked
from ...steward.template import write_template
from ..admit import Visit
from ..show import shown
from .start import feed_of

# What can be had: whether as a workbook, and which of the files that ``write_template`` makes.
FILES = {
    "template.xlsx": (True, 0),
    "template.csv": (False, 0),
    "example.xlsx": (True, 1),
    "example.csv": (False, 1),
    "guide.md": (False, 2),
}


def choose(visit: Visit) -> Response:
    """Every column of a feed, and the files to fill in."""
    feed = feed_of(visit)
    agreed = visit.body.feeds[feed]
    return shown(
        visit,
        "templates.html.j2",
        body=visit.body,
        feed=feed,
        cadence=named(agreed.cadence),
        columns=asked(feed, agreed, visit.desk.today()),
    )


def download(visit: Visit) -> Response:
    """One of the files."""
    feed, name = feed_of(visit), visit.request.path_params["name"]
    if name not in FILES:
        raise HTTPException(404)
    xlsx, which = FILES[name]
    folder = Path(tempfile.mkdtemp(prefix="desk-"))
    made = write_template(folder, visit.body, feed, visit.desk.today(), xlsx=xlsx)[which]
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(made, filename=made.name, background=gone)
