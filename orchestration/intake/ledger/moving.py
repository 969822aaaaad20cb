"""A home that has its receipts in a file moves them into a PostgreSQL database, once."""

from __future__ import annotations

from contextlib import closing
from uuid import uuid4

from ...settings import Database
from .postgres_store import PostgresStore
from .schema import migrate
from .sqlite_store import SqliteStore
from .store import LedgerError

_TABLES = ("receipt", "finding", "profile", "program_error")


def move_ledger(place: Database) -> int:
    """Copies every receipt of a home from its file into an empty database, from which the home has
    them from then on; how many. The file stays as it was and is read no more. ``LedgerError`` if
    there is nothing to move, or the database is not empty."""
    if place.mark.is_file():
        raise LedgerError(f"The receipts of {place.file.parent.parent} are in a database already.")
    if not place.file.is_file():
        raise LedgerError(f"There are no receipts to move: {place.file} is not there.")
    with closing(SqliteStore(place.file)) as file, closing(PostgresStore(place.url)) as database:
        migrate(file)
        migrate(database)
        with file.booking(), file.transaction():
            home = uuid4().hex
            with database.transaction():
                if database.home() or database.rows("SELECT seq FROM receipt LIMIT 1"):
                    raise LedgerError(f"{database.where} has a ledger already. Name an empty one.")
                for table in _TABLES:
                    _copy(table, file, database)
                database.set_home(home)
            place.mark.write_text(home, encoding="utf-8")
        return int(database.rows("SELECT count(*) AS n FROM receipt")[0]["n"])


def _copy(table: str, file: SqliteStore, database: PostgresStore) -> None:
    rows = file.rows(f"SELECT * FROM {table}")
    if not rows:
        return
    if table == "receipt":  # SQLite has no type for what is true or false
        rows = [row | {"synthetic": bool(row["synthetic"])} for row in rows]
    marks = ", ".join(f":{name}" for name in rows[0])
    database.add(f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})", rows)
