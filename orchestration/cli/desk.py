"""The desk's verbs: serve it, and say who may use it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from .console import ExitCode, UsageError, ledger_of, print_json, settings_of

if TYPE_CHECKING:
    from ..desk.people import People
    from ..settings import Settings
    from .steward import Add

_ROLES = ("steward", "certifier", "officer", "analyst")


def add_verbs(add: Add) -> None:
    """Adds the verbs and their options to the command line."""
    desk_ = add("desk", desk, "serve the steward's desk, for people with a browser")
    desk_.add_argument("--host", default="127.0.0.1", help="this machine alone (127.0.0.1)")
    desk_.add_argument("--port", type=int, default=8100)
    desk_.add_argument(
        "--proxy",
        nargs="?",
        const="127.0.0.1",
        metavar="ADDRESS",
        help="a proxy at this address (127.0.0.1) speaks https in front of the desk",
    )
    user = add("desk-user", desk_user, "who may sign in at the desk: add, list, remove")
    user.add_argument("what", choices=["add", "list", "remove"])
    user.add_argument("name", nargs="?", metavar="NAME")
    user.add_argument("--partner", metavar="ID", help="the body whose files they see")
    user.add_argument("--role", choices=_ROLES, default="steward")


def desk(options: argparse.Namespace) -> ExitCode:
    """Serves the desk until it is stopped."""
    from ..desk.app import LOOPBACK
    from ..desk.serve import serve

    if options.host not in LOOPBACK and not options.proxy:
        raise UsageError(
            f"--host {options.host} opens the desk to other machines, where passwords would go "
            "unencrypted. Put a proxy that speaks https before it and say --proxy, or leave "
            "--host out."
        )
    settings = settings_of(options)
    ledger_of(options).close()  # a database that cannot be used is said now, not to a steward
    where = f"http://{options.host}:{options.port}/"
    print(f"The desk of {settings.home} is at {where} (Ctrl-C stops it).", flush=True)
    serve(settings, options.host, options.port, options.proxy)
    return ExitCode.DONE


def desk_user(options: argparse.Namespace) -> ExitCode:
    """Adds, lists or removes people."""
    from ..desk.people import People
    from ..desk.places import Places

    settings = settings_of(options)
    people = People(Places.of(settings).people)
    if options.what == "list":
        return _list(options, people)
    if not options.name:
        raise UsageError(f"Say who: totalplace desk-user {options.what} NAME.")
    return (_add if options.what == "add" else _remove)(options, settings, people)


def _list(options: argparse.Namespace, people: People) -> ExitCode:
    from ..display import table

    everybody = people.everybody()
    rows = [(p.name, p.role, p.partner_id or "every body") for p in everybody]
    if options.json:
        print_json([{"name": n, "role": r, "partner_id": p.partner_id} for (n, r, _), p in
                    zip(rows, everybody, strict=True)])  # fmt: skip
    elif rows:
        print("\n".join(table(rows, ("Name", "Role", "Body"))))
    else:
        print("Nobody may sign in yet: totalplace desk-user add NAME --partner ID.")
    return ExitCode.DONE


def _add(options: argparse.Namespace, settings: Settings, people: People) -> ExitCode:
    from ..contracts.usable import load_usable
    from ..desk.people import PersonError
    from ..desk.places import Places
    from ..desk.record import note

    partners, _ = load_usable(settings.partners, settings.place, settings.contracts)
    if options.partner and options.partner not in partners:
        raise UsageError(f"No partner '{options.partner}'. Known: {', '.join(partners)}.")
    try:
        added = people.add(options.name, options.partner, options.role, _password())
    except PersonError as error:
        raise UsageError(str(error)) from None
    note(Places.of(settings), "command line", "added", person=added.name, partner=options.partner)
    if options.json:
        print_json({"name": added.name, "role": added.role, "partner_id": added.partner_id})
    else:
        of = f" of {added.partner_id}" if added.partner_id else ""
        print(f"{added.name}, {added.role}{of}, may sign in at the desk.")
    return ExitCode.DONE


def _remove(options: argparse.Namespace, settings: Settings, people: People) -> ExitCode:
    from ..desk.places import Places
    from ..desk.record import note

    if not people.remove(options.name):
        raise UsageError(
            f"Nobody is called '{options.name}'. `totalplace desk-user list` says who."
        )
    note(Places.of(settings), "command line", "removed", person=options.name)
    if options.json:
        print_json({"removed": options.name})
    else:
        print(f"{options.name} may not sign in any more; open sessions have ended.")
    return ExitCode.DONE


def _password() -> str:
    """The password: typed twice at a terminal, else the first line of the standard input."""
    from getpass import getpass

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass("Password (12 characters or more): ")
    if getpass("The same again: ") != first:
        raise UsageError("The two passwords are not the same. Nobody was added.")
    return first
