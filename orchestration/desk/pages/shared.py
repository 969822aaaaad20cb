"""A receipt by a signed link: for reading alone, and for 14 days."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ...steward.receipts import open_receipt
from ..admit import Visit
from ..core import LINK_DAYS
from ..show import ready, result_part, shown


def shared(visit: Visit) -> Response:
    """What was found of a submission and what its receipt states; no file, no form."""
    receipt = visit.desk.of_link(visit.request.path_params["link"])
    if receipt is None:
        raise HTTPException(404)
    view = open_receipt(visit.desk.settings, receipt).view
    reader = Visit(visit.request, visit.desk)
    return shown(
        reader,
        "shared.html.j2",
        view=view,
        receipt=receipt,
        found=ready(result_part(view)),
        link_days=LINK_DAYS,
    )
