"""Who may use the desk: people with their roles and passwords, sessions, and failed tries.

One small SQLite file of the home; a password is kept as argon2id alone, a session's id as a hash.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from .places import add_to

Role = Literal["steward", "certifier", "officer", "analyst"]
Right = Literal["read", "send", "agree", "certify"]
ROLES: tuple[Role, ...] = get_args(Role)
RIGHTS: dict[Role, frozenset[Right]] = {
    "steward": frozenset({"read", "send"}),
    "certifier": frozenset({"read", "certify"}),
    "officer": frozenset({"read", "agree"}),
    "analyst": frozenset({"read"}),
}
SHORTEST = 12  # characters of a password
_LONGEST_NAME, _LONGEST_PASSWORD = 60, 1000
SESSION_HOURS = 8
_TRIES_MINUTES = 15
# Failed tries within that time: of one name from one address, of one address, of one name.
_TRIES = (
    ("name = :name AND address = :address", 5),
    ("address = :address", 20),
    ("name = :name", 50),
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS person (name TEXT PRIMARY KEY, shown TEXT NOT NULL, partner_id TEXT,
    role TEXT NOT NULL, password TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS session (id TEXT PRIMARY KEY, name TEXT NOT NULL,
    until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS try (name TEXT NOT NULL, address TEXT NOT NULL, at REAL NOT NULL);
"""


class PersonError(Exception):
    """A person who cannot be added as asked; the message says what to do instead."""


class TooOftenError(Exception):
    """Too many failed tries; ``minutes`` until the next one."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"too many tries: {minutes} minutes to wait")
        self.minutes = minutes


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. ``partner_id`` is the only body whose files they see; an officer
    without one reads those of every body."""

    name: str
    partner_id: str | None
    role: Role

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def sees(self, partner_id: str | None) -> bool:
        """Whether files of a body are theirs to see."""
        if self.partner_id is None:
            return self.role == "officer"
        return partner_id == self.partner_id


class People:
    """The people of one home. Safe to open many times; ``clock`` gives seconds."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._path, self._clock = path, clock
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        self._at_work = threading.Semaphore(2)  # each takes 64 MB and a core
        add_to(path, b"")  # before SQLite makes it, which would let everybody read it
        with self._open() as db:
            db.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            yield db
        finally:
            db.close()

    def add(self, name: str, partner_id: str | None, role: Role, password: str) -> Person:
        """Adds somebody; ``PersonError`` if there is one of that name, or something is missing."""
        shown = " ".join(unicodedata.normalize("NFC", name).split())
        _check(shown, partner_id, role, password)
        row = [_key(shown), shown, partner_id, role, self._hasher.hash(password)]
        with self._open() as db:
            try:
                db.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?)", row)
            except sqlite3.IntegrityError:
                raise PersonError(f"There is a '{shown}' already: remove that one first.") from None
        return Person(shown, partner_id, role)

    def remove(self, name: str) -> bool:
        """Removes somebody and ends their sessions; ``False`` if there is nobody of that name."""
        with self._open() as db:
            db.execute("DELETE FROM session WHERE name = ?", [_key(name)])
            return db.execute("DELETE FROM person WHERE name = ?", [_key(name)]).rowcount == 1

    def everybody(self) -> list[Person]:
        """Everybody, by name."""
        with self._open() as db:
            rows = db.execute("SELECT shown, partner_id, role FROM person ORDER BY name").fetchall()
        return [Person(*row) for row in rows]

    def named(self, name: str) -> Person | None:
        """Somebody by name."""
        with self._open() as db:
            row = db.execute(
                "SELECT shown, partner_id, role FROM person WHERE name = ?", [_key(name)]
            ).fetchone()
        return Person(*row) if row else None

    def sign_in(self, name: str, password: str, address: str) -> tuple[Person, str] | None:
        """The person and the id of a new session; ``None`` for a wrong name or password.

        ``TooOftenError`` after too many failed tries. A try counts before the password is looked
        at, so that many at once are not more than many one after the other.
        """
        self._count_try(_key(name), address)
        with self._open() as db:
            row = db.execute("SELECT password FROM person WHERE name = ?", [_key(name)]).fetchone()
        if not self._is_right(row[0] if row else self._nobody, password) or row is None:
            return None
        found = self.named(name)
        return (found, self._new_session(found, address)) if found else None

    def _is_right(self, kept: str, password: str) -> bool:
        with self._at_work:
            try:
                return self._hasher.verify(kept, password[:_LONGEST_PASSWORD])
            except VerifyMismatchError:
                return False

    def _count_try(self, name: str, address: str) -> None:
        now = self._clock()
        values = {"name": name, "address": address, "now": now, "since": now - 60 * _TRIES_MINUTES}
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM try WHERE at <= :since", values)
            for which, most in _TRIES:
                count, first = db.execute(
                    f"SELECT count(*), min(at) FROM try WHERE {which}", values
                ).fetchone()
                if count >= most:
                    db.execute("COMMIT")
                    raise TooOftenError(max(1, math.ceil((first - values["since"]) / 60)))
            db.execute("INSERT INTO try VALUES (:name, :address, :now)", values)
            db.execute("COMMIT")

    def _new_session(self, person: Person, address: str) -> str:
        session, now = secrets.token_urlsafe(32), self._clock()
        with self._open() as db:
            db.execute("DELETE FROM session WHERE until <= ?", [now])
            db.execute(
                "INSERT INTO session VALUES (?, ?, ?)",
                [_hidden(session), _key(person.name), now + 3600 * SESSION_HOURS],
            )
            db.execute(
                "DELETE FROM try WHERE name = ? AND address = ?", [_key(person.name), address]
            )
        return session

    def of_session(self, session: str) -> Person | None:
        """Whose session it is; ``None`` if it has ended."""
        with self._open() as db:
            row = db.execute(
                "SELECT shown, partner_id, role FROM person JOIN session USING (name) "
                "WHERE id = ? AND until > ?",
                [_hidden(session), self._clock()],
            ).fetchone()
        return Person(*row) if row else None

    def sign_out(self, session: str) -> None:
        """Ends a session."""
        with self._open() as db:
            db.execute("DELETE FROM session WHERE id = ?", [_hidden(session)])


def _check(shown: str, partner_id: str | None, role: Role, password: str) -> None:
    if not shown or len(shown) > _LONGEST_NAME or not shown.isprintable():
        raise PersonError(f"A name has 1 to {_LONGEST_NAME} characters that can be seen.")
    if role not in ROLES:
        raise PersonError(f"'{role}' is no role: {', '.join(ROLES)} are.")
    if partner_id is None and role != "officer":
        raise PersonError(f"A {role} belongs to one body: say which with --partner.")
    if not SHORTEST <= len(password) <= _LONGEST_PASSWORD:
        raise PersonError(f"A password has {SHORTEST} to {_LONGEST_PASSWORD:,} characters.")


def _key(name: str) -> str:
    """A name as it is compared: whatever its case and spaces."""
    return " ".join(unicodedata.normalize("NFKC", name[:1000]).split()).casefold()


def _hidden(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()
