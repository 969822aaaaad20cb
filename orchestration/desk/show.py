"""How the desk's pages are made: its templates, and the parts of the steward's page among them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.responses import HTMLResponse

from ..html import environment
from ..steward.labels import VERDICTS
from ..steward.page import TEMPLATES, parts_of
from ..steward.view import SubmissionView

if TYPE_CHECKING:
    from .admit import Visit

_OWN = Path(__file__).with_name("templates")
STYLESHEET = Path(__file__).with_name("desk.css")
SCRIPT = Path(__file__).with_name("desk.js")


def shown(visit: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the desk. ``errors`` among the values are pairs of a field's id and what to do."""
    page = environment(_OWN, TEMPLATES).get_template(template)
    html = page.render(
        {"errors": [], "visit": visit, "verdicts": VERDICTS, "rights": visit.rights} | values
    )
    return HTMLResponse(html, status)


def result_part(view: SubmissionView) -> str:
    """What was found of a file, as a part of a page."""
    return environment(_OWN, TEMPLATES).get_template("result_part.html.j2").render(parts_of(view))


def ready(text: str) -> Markup:
    """A part that was made by ``result_part``: its values are escaped already."""
    return Markup(text)
