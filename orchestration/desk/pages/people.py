"""Who signs in for a body: an officer sees them, and adds one."""

from __future__ import annotations

from typing import get_args

from starlette.responses import RedirectResponse, Response

from ..admit import Visit
from ..people import SHORTEST, PersonError, Role
from ..record import note
from ..show import shown

# An officer is made on the command line alone.
_ROLES: tuple[Role, ...] = tuple(r for r in get_args(Role) if r != "officer")
# What each role may do, beside its name.
_MAY = {
    "steward": "steward: sends files, answers questions",
    "certifier": "certifier: certifies what a steward sent, where the contract asks for it",
    "analyst": "analyst: reads",
}
NEWS = {
    "contract": "The contract is saved. Now add whoever sends this body’s files.",
    "person": "They can sign in now. Give them the password by another way than e-mail.",
}


def people(visit: Visit) -> Response:
    """Everybody of a body, and a form to add one."""
    return _people(visit)


def add(visit: Visit) -> Response:
    """Adds somebody to a body."""
    name, role = visit.text("name"), next((r for r in _ROLES if r == visit.text("role")), None)
    if role is None:
        return _people(visit, ("role", "Choose one of the list."))
    password = visit.form.get("password")
    try:
        person = visit.desk.people.add(
            name, visit.body.id, role, password if isinstance(password, str) else ""
        )
    except PersonError as error:
        where = "password" if "password" in str(error) else "name"
        return _people(visit, (where, str(error)))
    note(visit.desk.places, visit.who, "person added", partner=visit.body.id, added=person.name,
         added_role=role)  # fmt: skip
    return RedirectResponse(f"/bodies/{visit.body.id}/people?new=person", 303)


def _people(visit: Visit, *errors: tuple[str, str]) -> Response:
    mine = [p for p in visit.desk.people.everybody() if p.partner_id == visit.body.id]
    return shown(
        visit,
        "people.html.j2",
        422 if errors else 200,
        body=visit.body,
        people=mine,
        roles=[(r, _MAY[r]) for r in _ROLES],
        role=visit.text("role"),
        name=visit.text("name"),
        shortest=SHORTEST,
        news=NEWS.get(visit.request.query_params.get("new", "")),
        errors=list(errors),
    )
