"""The desk as an application: its addresses, the headers of every answer, and its error pages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..html import STYLESHEET as GOVUK
from .admit import NotSignedInError, Page, Visit, page, sign_in_page
from .core import Desk
from .pages import (
    agreements,
    checked,
    columns,
    counted,
    mappings,
    people,
    receipts,
    send,
    shared,
    sign_in,
    start,
    templates,
)
from .people import Right
from .record import problem
from .room import sweep
from .show import SCRIPT, STYLESHEET, shown

LOOPBACK = ("127.0.0.1", "localhost")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_SWEEP_SECONDS = 300
# What is wrong and what to do, for each status that a page may end with.
ERRORS: Mapping[int, tuple[str, str]] = {
    400: (
        "The form could not be read",
        "Go back, and send the form again. One form takes at most 20 files.",
    ),
    403: (
        "This is not open to you",
        "Your role does not allow it, or the form was open too long. Go back to the start page, "
        "and open the form again.",
    ),
    404: (
        "There is no such page",
        "It is of another body, it is older than it may be, or the address is mistyped. Begin at "
        "the start page.",
    ),
    405: ("This page takes no such request", "Begin at the start page."),
    413: (
        "The files are too large",
        "Together they are larger than one upload may be. Send fewer at a time, or ask the data "
        "team to take this file another way.",
    ),
}


def application(desk: Desk) -> Starlette:
    """The desk as an ASGI application."""
    hosts = ["*"] if desk.secure else [*LOOPBACK]
    middleware = [Middleware(_Headers, desk=desk), Middleware(TrustedHostMiddleware, hosts)]

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(_sweep_on(desk))
        yield
        sweeping.cancel()

    return Starlette(
        routes=routes(desk),
        middleware=middleware,
        lifespan=life,
        exception_handlers={
            HTTPException: _answers(desk, _http_error),
            NotSignedInError: _answers(desk, lambda _, request, __: sign_in_page(request)),
        },
    )


def routes(desk: Desk) -> list[Route]:
    """Every address. What it names of a body is looked up at the door (``admit``)."""

    def get(path: str, make: Page, right: Right | None = "read") -> Route:
        return Route(path, _guarded(desk, page(desk, make, right)), methods=["GET"])

    def post(path: str, make: Page, right: Right | None, takes: int | None = None) -> Route:
        made = page(desk, make, right, takes) if takes else page(desk, make, right)
        return Route(path, _guarded(desk, made), methods=["POST"])

    return [
        Route("/static/govuk.css", _file(GOVUK)),
        Route("/static/desk.css", _file(STYLESHEET)),
        Route("/static/desk.js", _file(SCRIPT)),
        get("/sign-in", sign_in.form, None),
        post("/sign-in", sign_in.sign_in, None),
        post("/sign-out", sign_in.sign_out, "read"),
        get("/", start.first),
        get("/bodies/{partner}", start.body),
        get("/bodies/{partner}/submissions", start.submissions),
        get("/bodies/{partner}/due.ics", start.due_calendar),
        get("/bodies/{partner}/counted", counted.counted),
        get("/bodies/{partner}/counted/figure", counted.figure),
        get("/bodies/{partner}/send/{feed}", send.form, "send"),
        post("/bodies/{partner}/send/{feed}", send.upload, "send", desk.most_bytes),
        get("/bodies/{partner}/templates/{feed}", templates.choose),
        get("/bodies/{partner}/templates/{feed}/{name}", templates.download),
        get("/bodies/{partner}/people", people.people, "agree"),
        post("/bodies/{partner}/people", people.add, "agree"),
        get("/agreements/new", agreements.form, "agree"),
        post("/agreements/new", agreements.upload, "agree", desk.most_bytes),
        get("/agreements/{draft}", agreements.proposed, "agree"),
        post("/agreements/{draft}/try", agreements.try_again, "agree"),
        post("/agreements/{draft}/save", agreements.save, "agree"),
        get("/mappings", mappings.waiting, "agree"),
        get("/mappings/{mapping}", mappings.look, "agree"),
        post("/mappings/{mapping}/confirm", mappings.confirm, "agree"),
        post("/mappings/{mapping}/decline", mappings.decline, "agree"),
        get("/checked/{kept}", checked.result, "send"),
        get("/checked/{kept}/reports/{name}", checked.report, "send"),
        get("/checked/{kept}/columns", columns.form, "send"),
        post("/checked/{kept}/columns", columns.send, "send"),
        post("/checked/{kept}/submit", checked.submit, "send"),
        post("/checked/{kept}/remove", checked.remove, "send"),
        get("/receipts/{receipt}", receipts.receipt),
        get("/receipts/{receipt}/reports/{name}", receipts.report),
        get("/receipts/{receipt}/file", receipts.file),
        post("/receipts/{receipt}/explain", receipts.explain, "send"),
        post("/receipts/{receipt}/withdraw", receipts.withdraw, "send"),
        post("/receipts/{receipt}/certify", receipts.certify, "certify"),
        post("/receipts/{receipt}/return", receipts.send_back, "certify"),
        post("/receipts/{receipt}/share", receipts.share, "read"),
        get("/shared/{link}", shared.shared, None),
    ]


def _file(path: object) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return FileResponse(str(path), headers={"Cache-Control": "max-age=3600"})

    return answer


def _guarded(
    desk: Desk, answer: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """A program error becomes a page with the number under which it stands in the log."""

    async def guarded(request: Request) -> Response:
        try:
            return await answer(request)
        except (HTTPException, NotSignedInError):
            raise
        except Exception as error:
            during = f"{request.method} {request.scope['route'].path}"
            number = await run_in_threadpool(problem, desk.places, error, during)
            return shown(Visit(request, desk), "problem.html.j2", 500, number=number)

    return guarded


def _answers(
    desk: Desk, make: Callable[[Desk, Request, Exception], Response]
) -> Callable[[Request, Exception], Response]:
    return lambda request, error: make(desk, request, error)


def _http_error(desk: Desk, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    wrong, to_do = ERRORS.get(status, ERRORS[404])
    if status == 413:
        wrong = f"The files are larger than {desk.settings.desk_megabytes:,} MB"
    return shown(Visit(request, desk), "error.html.j2", status, wrong=wrong, to_do=to_do)


async def _sweep_on(desk: Desk) -> None:
    while True:
        await run_in_threadpool(sweep, desk.places.rooms)
        await asyncio.sleep(_SWEEP_SECONDS)


class _Headers:
    """Adds the headers to every answer; behind a proxy nothing is served without https."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app, self.desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.desk.secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        if self.desk.secure and scope.get("scheme") != "https":
            refused = Response("Open the desk by its https address.", 403)
            await refused(scope, receive, with_headers)
            return
        await self.app(scope, receive, with_headers)
