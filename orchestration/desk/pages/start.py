"""The start page: what waits for an answer, what is due, what is in force, what was submitted."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from ...contracts.load import left_out
from ...contracts.model import Partner
from ...intake.ledger.receipt import Receipt
from ...intake.not_put_right import not_put_right
from ...steward.status import status_rows
from ...steward.text import amount, outcome
from ..admit import Visit
from ..core import Desk
from ..due import Due, calendar, due_dates
from ..mappings import Mapping
from ..show import shown

_NEWEST = 10
_SHOWN_DUE = 8
NEWS = {
    "matched": "The columns are with the data team. You see here what it decides.",
}


@dataclass(frozen=True)
class Line:
    """A submission in a list. ``verdict`` is a key of ``VERDICTS``; ``question``: one is open."""

    receipt: Receipt
    verdict: str
    amount: str
    question: bool


@dataclass(frozen=True)
class InForce:
    """What is in force of a feed: the periods from first to last, how many, their lines and £."""

    feed: str
    span: str
    periods: list[str]
    rows: str
    amount: str
    last: str


def first(visit: Visit) -> Response:
    """The body's page for who belongs to one, a list of bodies for who reads all."""
    if visit.who.partner_id:
        return RedirectResponse(f"/bodies/{visit.who.partner_id}", 303)
    bodies = sorted(visit.desk.partners().values(), key=lambda p: p.name)
    to_agree = len(visit.desk.mappings.waiting())
    return shown(visit, "bodies.html.j2", bodies=bodies, to_agree=to_agree)


def body(visit: Visit) -> Response:
    """How things are for one body."""
    partner, desk = visit.body, visit.desk
    receipts, open_ = _received(desk, partner)
    lines = _lines(receipts, open_)
    waiting = {r.seq for r in not_put_right(receipts, desk.settings.landing)} | open_
    dates = _due(desk, partner, receipts)
    late = [d for d in dates if d.days < 0]
    return shown(
        visit,
        "start.html.j2",
        body=partner,
        news=NEWS.get(visit.request.query_params.get("new", ""), ""),
        matched=_matched(visit, lines),
        broken=str(left_out(desk.partners()).get(partner.id, "")),
        waiting=[line for line in lines if line.receipt.seq in waiting],
        late=late[-_SHOWN_DUE:],
        late_in_all=len(late),
        coming=[d for d in dates if d.days >= 0][:_SHOWN_DUE],
        in_force=_in_force(partner, receipts),
        newest=lines[:_NEWEST],
        in_all=len(lines),
    )


def submissions(visit: Visit) -> Response:
    """Every submission of a body, the newest first."""
    lines = _lines(*_received(visit.desk, visit.body))
    return shown(visit, "submissions.html.j2", body=visit.body, lines=lines)


def due_calendar(visit: Visit) -> Response:
    """The due dates from today on, as a calendar."""
    partner, today = visit.body, visit.desk.today()
    receipts, _ = _received(visit.desk, partner)
    dates = [d for d in _due(visit.desk, partner, receipts) if d.days >= 0]
    name = f"total-place-{partner.id}-due.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(calendar(partner, dates, today), headers=headers, media_type="text/calendar")


def _received(desk: Desk, partner: Partner) -> tuple[list[Receipt], set[int]]:
    """The receipts of a body in order of arrival, and the numbers of those with a question open."""
    receipts, asked = desk.ask_ledger(lambda ledger: (ledger.receipts(), ledger.unexplained()))
    mine = [r for r in receipts if r.partner_id == partner.id]
    return mine, {r.seq for r in asked if r.partner_id == partner.id}


def _lines(receipts: list[Receipt], open_: set[int]) -> list[Line]:
    return [
        Line(r, outcome(r), amount(r.pence_accepted, r.feed), r.seq in open_)
        for r in reversed(receipts)
    ]


def _matched(visit: Visit, lines: list[Line]) -> list[Mapping]:
    """The columns that somebody matched for this body, as long as there is something to do: until
    its file was received once they were agreed."""
    if "send" not in visit.rights:
        return []
    mine = [m for m in visit.desk.mappings.all() if m.partner_id == visit.body.id]
    received = {line.receipt.sha256 for line in lines if line.verdict != "refused"}
    return [m for m in mine if m.sha256 not in received]


def _due(desk: Desk, partner: Partner, receipts: list[Receipt]) -> list[Due]:
    counted = {(str(r.feed), str(r.period)) for r in receipts if r.status == "in_force"}
    return due_dates(partner, counted, desk.today())


def _in_force(partner: Partner, receipts: list[Receipt]) -> list[InForce]:
    found = []
    for row in status_rows({partner.id: partner}, receipts):
        periods = row["in_force"]
        span = " to ".join(dict.fromkeys([periods[0], periods[-1]])) if periods else "nothing yet"
        last = str(row["last_received_at"] or "")[:10]
        pounds = amount(row["pence_accepted"], row["feed"]) if periods else "–"
        rows = f"{row['rows_accepted']:,}" if periods else "–"
        found.append(InForce(row["feed"], span, periods, rows, pounds, last))
    return found


def feed_of(visit: Visit) -> str:
    """The feed that an address names; 404 if the body has none of that name."""
    feed = str(visit.request.path_params["feed"])
    if feed not in visit.body.feeds:
        raise HTTPException(404)
    return feed
