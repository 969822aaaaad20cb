"""Which database has the receipts of a home: a file of the home, or PostgreSQL where one is named.

The home remembers that its receipts are in a database, and in which. Without that, a setting that
is forgotten or wrong would begin a second ledger and count every file once more.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

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
        _know_each_other(store, place)
    except BaseException:
        store.close()
        raise
    return store


def _know_each_other(store: PostgresStore, place: Database) -> None:
    """Whether a database has the receipts of this home; an empty one is taken by the first home."""
    home, mark = place.file.parent.parent, place.mark
    known = mark.read_text(encoding="utf-8").strip() if mark.is_file() else ""
    theirs = store.home() if store.version() else ""
    if known and known == theirs:
        return
    if known or (theirs and store.rows("SELECT seq FROM receipt LIMIT 1")):
        raise LedgerError(
            f"The ledger in {store.where} is not that of {home}. Set TOTALPLACE_DATABASE_URL to "
            "the database of this home, or to an empty one for a home that has received nothing."
        )
    if _has_receipts(place.file):
        raise LedgerError(
            f"{home} has its receipts in {place.file}. Unset TOTALPLACE_DATABASE_URL, or use a "
            "home that has received nothing with the database."
        )
    if theirs:
        mark.parent.mkdir(parents=True, exist_ok=True)
        new = mark.with_name(f"{mark.name}-{os.getpid()}")
        new.write_text(theirs, encoding="utf-8")
        new.replace(mark)


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
