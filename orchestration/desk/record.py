"""What the desk writes down: who did what, and the whole of a program error under its number.

The audit log names people and receipts, and holds no text of a partner.
"""

from __future__ import annotations

import json
import secrets
import traceback
from datetime import UTC, datetime

from .people import Person
from .places import Places, add_to


def note(places: Places, who: Person | str, what: str, **about: str | int | None) -> None:
    """Adds a line to the audit log. ``about`` are ids: a receipt, a partner, a feed, a hash."""
    name = who if isinstance(who, str) else who.name
    role = {} if isinstance(who, str) else {"role": who.role}
    line = {"at": now(), "who": name, **role, "what": what, **about}
    add_to(places.audit, json.dumps(line, ensure_ascii=False).encode() + b"\n")


def problem(places: Places, error: BaseException, during: str) -> str:
    """Writes a program error down in full; the number under which it stands in the log."""
    number = f"E-{secrets.token_hex(4).upper()}"
    whole = "".join(traceback.format_exception(error))
    text = f"{now()} {number} {during}\n{whole}\n"
    add_to(places.log, text.encode("utf-8", "backslashreplace"))
    return number


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
