"""Signing in and out."""

from __future__ import annotations

import secrets

from starlette.responses import RedirectResponse, Response

from ..admit import Visit, cookie_name, local, set_cookie
from ..people import TooOftenError
from ..record import note
from ..show import shown


def form(visit: Visit) -> Response:
    """The form; it gets a cookie of its own, so that no other site can sign somebody in."""
    session = visit.session or secrets.token_urlsafe(32)
    fresh = Visit(visit.request, visit.desk, visit.person, session)
    back = local(visit.request.query_params.get("next", "/"))
    answer = shown(fresh, "sign_in.html.j2", back=back, name="")
    if not visit.session:
        set_cookie(visit.desk, answer, "desk-form", session)
    return answer


def sign_in(visit: Visit) -> Response:
    """Takes a name and a password."""
    name, password = visit.text("name"), str(visit.form.get("password") or "")
    back = local(visit.text("next") or "/")
    try:
        found = visit.desk.people.sign_in(name, password, visit.address)
    except TooOftenError as error:
        note(visit.desk.places, "nobody", "too many tries", address=visit.address)
        many = "a minute" if error.minutes == 1 else f"{error.minutes} minutes"
        wrong = f"There were too many wrong tries. Wait {many}, then try again."
        return _again(visit, 429, name, back, wrong)
    if found is None:
        note(visit.desk.places, "nobody", "wrong name or password", address=visit.address)
        wrong = "The name or the password is wrong. Enter both again."
        return _again(visit, 401, name, back, wrong)
    person, session = found
    note(visit.desk.places, person, "signed in", address=visit.address)
    answer = RedirectResponse(back, 303)
    set_cookie(visit.desk, answer, "desk", session)
    return answer


def sign_out(visit: Visit) -> Response:
    """Ends the session, and removes the files that waited in it."""
    visit.desk.people.sign_out(visit.session)
    visit.desk.room(visit.session).clear()
    note(visit.desk.places, visit.who, "signed out")
    answer = RedirectResponse("/sign-in", 303)
    for kind in ("desk", "desk-form"):
        answer.delete_cookie(
            cookie_name(visit.desk, kind), path="/", secure=visit.desk.secure, httponly=True
        )
    return answer


def _again(visit: Visit, status: int, name: str, back: str, wrong: str) -> Response:
    errors = [("name", wrong)]
    return shown(visit, "sign_in.html.j2", status, back=back, name=name, errors=errors)
