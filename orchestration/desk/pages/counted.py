"""What was counted of a body: the figures of the current release, each with what is behind it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ...publish.store import ReleaseError
from ...release.rows import TraceError
from ..admit import Visit
from ..counted import KEYS, LINES_SHOWN, behind
from ..counted import counted as counted_of
from ..show import shown


def counted(visit: Visit) -> Response:
    """Spend by year and theme, what is outside the count, and what does not count and why."""
    try:
        found = counted_of(visit.desk.settings.published, visit.body.id)
    except ReleaseError:
        return shown(visit, "counted.html.j2", body=visit.body, found=None)
    return shown(visit, "counted.html.j2", body=visit.body, found=found)


def figure(visit: Visit) -> Response:
    """One figure, and the lines that it is made of."""
    said = visit.request.query_params
    table, column = said.get("table", ""), said.get("figure", "")
    keys = {k: said.get(k, "") for k in KEYS.get(table, ())}
    try:
        with visit.desk.judging:
            text, adds_up, steps = behind(
                visit.desk.settings.published, visit.body.id, table, column, keys
            )
    except (TraceError, ReleaseError):
        raise HTTPException(404) from None
    return shown(
        visit,
        "counted_figure.html.j2",
        body=visit.body,
        of=[v.replace("_", " ") for v in keys.values()],
        text=text,
        adds_up=adds_up,
        steps=steps,
        most=LINES_SHOWN,
    )
