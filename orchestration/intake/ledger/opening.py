"""Which database has the receipts of a home: a file of the home, or PostgreSQL where one is named.

The home remembers that its receipts are in a database, and in which. Without that, a setting that
is forgotten or wrong would begin a second ledger and count every file once more.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from uuid import uuid4

from ...settings import Database
from .postgres_store import PostgresStore
from .schema import migrate
from .sqlite_store import SqliteStore
from .store import LedgerError, Store


def open_store(place: Path | Database, *, read_only: bool = False) -> Store:
    """The rows of a ledger, of the newest version unless ``read_only``; ``LedgerError`` if they
    are kept elsewhere or cannot be reached."""
    if isinstance(place, Database):
        return _of_database(place, read_only)
    mark = Database.mark_of(place)
    if mark.is_file():
        raise LedgerError(
            f"The receipts of {place.parent.parent} are in a PostgreSQL database ({mark} says so), "
            "and TOTALPLACE_DATABASE_URL is not set. Set it to that database."
        )
    store = SqliteStore(place, read_only=read_only)
    if not read_only:
        migrate(store)
    return store


def _of_database(place: Database, read_only: bool) -> Store:
    store = PostgresStore(place.url, read_only=read_only)
    try:
        if not read_only:
            migrate(store)
        if (known := _known_here(place)) == "" or known != store.home():
            with store.transaction():  # workers that begin together do this one by one
                if not _know_each_other(store, place):
                    _take(store, place)
    except BaseException:
        store.close()
        raise
    return store


def _known_here(place: Database) -> str:
    """What the home remembers of its database; empty if nothing."""
    return place.mark.read_text(encoding="utf-8").strip() if place.mark.is_file() else ""


def _know_each_other(store: PostgresStore, place: Database) -> bool:
    """Whether a database has the receipts of this home; ``False`` if neither has begun."""
    known, theirs = _known_here(place), store.home()
    if known != theirs and (theirs or place.mark.is_file()):
        home = place.file.parent.parent
        raise LedgerError(
            f"The ledger in {store.where} is not that of {home}. Set TOTALPLACE_DATABASE_URL to "
            f"the database of this home. Only for a home that has received nothing: remove "
            f"{place.mark}, if it is there, and name an empty database."
        )
    return bool(known)


def _take(store: PostgresStore, place: Database) -> None:
    """Makes an empty database that of this home."""
    if _has_receipts(place.file):
        raise LedgerError(
            f"{place.file.parent.parent} has its receipts in {place.file}. Unset "
            "TOTALPLACE_DATABASE_URL, or move them once: stop the desk and every worker, then "
            "`totalplace move-ledger`."
        )
    home = uuid4().hex
    place.mark.parent.mkdir(parents=True, exist_ok=True)
    place.mark.write_text(home, encoding="utf-8")
    store.set_home(home)


def _has_receipts(file: Path) -> bool:
    if not file.is_file():
        return False
    store = SqliteStore(file, read_only=True)
    try:
        return bool(store.columns("receipt") and store.rows("SELECT seq FROM receipt LIMIT 1"))
    except sqlite3.DatabaseError:
        return True  # whatever it holds, it is not nothing
    finally:
        store.close()
