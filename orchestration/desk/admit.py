"""The door of every page: who asks, whether they may, whose file it is, and what the form says.

A page is a function of a ``Visit``. What a visit names (a body, a receipt, a file that waits) is
looked up here and nowhere else: whatever is not the visitor's own is not there (404).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message

from ..contracts.model import Partner
from ..intake.ledger.receipt import Receipt, receipt_number
from .core import Desk
from .people import RIGHTS, SESSION_HOURS, Person, Right
from .room import Kept

Page = Callable[["Visit"], Response]

MOST_FILES = 20
_MOST_FIELDS, _LONGEST_FIELD = 250, 20_000
_FORM_ONLY = 100_000  # bytes of a form without files


class NotSignedInError(Exception):
    """The page is for people who have signed in."""


class TooLargeError(Exception):
    """The body of a request is larger than what the page takes."""


@dataclass(frozen=True)
class Visit:
    """One request: who asks and what for. ``session`` is empty for who has not signed in."""

    request: Request
    desk: Desk
    person: Person | None = None
    session: str = ""
    partner: Partner | None = None
    receipt: Receipt | None = None
    kept: Kept | None = None
    form: FormData = field(default_factory=FormData)

    @property
    def who(self) -> Person:
        if self.person is None:
            raise NotSignedInError
        return self.person

    @property
    def body(self) -> Partner:
        """The body a page is about."""
        if self.partner is None:
            raise HTTPException(404)
        return self.partner

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS[self.person.role] if self.person else frozenset()

    @property
    def token(self) -> str:
        return self.desk.token(self.session)

    @property
    def address(self) -> str:
        """The address the request came from."""
        return self.request.client.host if self.request.client else "unknown"

    def text(self, name: str) -> str:
        """A field of the form, without blanks around it."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def files(self, name: str) -> list[UploadFile]:
        """The files of a field; a field left empty has none."""
        found = [f for f in self.form.getlist(name) if isinstance(f, UploadFile)]
        return [f for f in found if f.filename]


def page(
    desk: Desk, make: Page, right: Right | None = "read", takes: int = _FORM_ONLY
) -> Callable[[Request], Awaitable[Response]]:
    """What answers a request with a page. ``right`` is what its visitor must have, ``None`` for a
    page that everybody may see; ``takes`` are the bytes that its form may hold."""

    async def answer(request: Request) -> Response:
        visit = await run_in_threadpool(_admitted, desk, request, right)
        if request.method == "POST":
            body = _Limited(request, takes)
            try:
                async with body.request().form(
                    max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD
                ) as form:
                    visit = replace(visit, form=form)
                    _check_token(visit)
                    return await run_in_threadpool(make, visit)
            except TooLargeError:
                await body.read_away()
                raise HTTPException(413) from None
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
        return await run_in_threadpool(make, visit)

    return answer


def cookie_name(desk: Desk, kind: str) -> str:
    """``__Host-`` binds a cookie to this host and to https, where there is https."""
    return f"__Host-{kind}" if desk.secure else kind


def set_cookie(desk: Desk, response: Response, kind: str, value: str) -> None:
    """Gives the browser a signed value for as long as a session lasts."""
    response.set_cookie(
        cookie_name(desk, kind),
        desk.signed(value, kind),
        max_age=3600 * SESSION_HOURS,
        httponly=True,
        samesite="strict",
        secure=desk.secure,
        path="/",
    )


def cookie(desk: Desk, request: Request, kind: str) -> str:
    """What ``set_cookie`` was given; empty if there is none, it is too old or was made up."""
    value = request.cookies.get(cookie_name(desk, kind))
    return (desk.unsigned(value, kind) or "") if value else ""


def local(text: str) -> str:
    """An address within the desk, the start page for any other."""
    return text if re.fullmatch(r"/(?!/)[A-Za-z0-9_./-]*", text) else "/"


def sign_in_page(request: Request) -> Response:
    """Leads to the sign-in page, and from there back."""
    back = request.url.path if request.method == "GET" else "/"
    return RedirectResponse(f"/sign-in?next={quote(back)}", 303)


def _admitted(desk: Desk, request: Request, right: Right | None) -> Visit:
    session = cookie(desk, request, "desk")
    person = desk.people.of_session(session) if session else None
    if request.headers.get("sec-fetch-site") == "cross-site" and request.method == "POST":
        raise HTTPException(403)
    if right is None:
        mine = session if person else cookie(desk, request, "desk-form")
        return Visit(request, desk, person, mine)
    if person is None:
        raise NotSignedInError
    visit = _with_own(Visit(request, desk, person, session))
    if not person.may(right):
        raise HTTPException(403)
    return visit


def _with_own(visit: Visit) -> Visit:
    """The visit with what its address names; 404 for what is another body's or is not there."""
    desk, who, named = visit.desk, visit.who, visit.request.path_params
    partner, receipt, kept = None, None, None
    if "partner" in named:
        partner = desk.partners().get(named["partner"]) if who.sees(named["partner"]) else None
    if "receipt" in named:
        number = receipt_number(named["receipt"])
        found = desk.receipt(number) if number else None
        receipt = found if found and who.sees(found.partner_id) else None
    if "kept" in named:
        kept = desk.room(visit.session).kept(named["kept"])
    for name, thing in (("partner", partner), ("receipt", receipt), ("kept", kept)):
        if name in named and thing is None:
            raise HTTPException(404)
    of = (receipt.partner_id if receipt else None) or (kept.partner_id if kept else None)
    partner = partner or desk.partners().get(of or "")
    if partner and not who.sees(partner.id):
        raise HTTPException(404)
    return replace(visit, partner=partner, receipt=receipt, kept=kept)


def _check_token(visit: Visit) -> None:
    if not visit.session or not visit.desk.is_token(visit.session, visit.text("token")):
        raise HTTPException(403, "form")


class _Limited:
    """The body of a request, of which no more than ``most`` bytes are taken."""

    def __init__(self, request: Request, most: int) -> None:
        self._request, self._most = request, most
        self._read, self._ended = 0, False

    def request(self) -> Request:
        """The request to read a form from; ``TooLargeError`` while it is read."""
        if int(self._request.headers.get("content-length") or 0) > self._most:
            raise TooLargeError
        return Request(self._request.scope, self._receive)

    async def _receive(self) -> Message:
        message = await self._request.receive()
        self._read += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._read > self._most:
            raise TooLargeError
        return message

    async def read_away(self) -> None:
        """Reads on and keeps nothing, for a browser shows no answer before it has sent everything;
        of what is far too large no more than eight times the limit."""
        while not self._ended and self._read <= 8 * self._most:
            message = await self._request.receive()
            self._read += len(message.get("body", b""))
            self._ended = not message.get("more_body", False)
