"""The ledger in a PostgreSQL database, by psycopg: for workers on several machines.

Locks are advisory locks of the connection that writes: whoever loses the one loses the other, and
the server lets go of both. So a connection has a session of its own (no pooling by transaction).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .store import LedgerError, LedgerLostError, Row, Types, lock_number

if TYPE_CHECKING:
    import psycopg

_SETTING = "TOTALPLACE_DATABASE_URL"
_EXPECTED = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
_BOOKING, _WRITING = 1, 2
# Seconds: to wait for a server that does not answer; after which a machine that has gone without a
# word loses its session, and with it what it had claimed (60 + 3 x 10).
_CONNECT, _SESSION = 10, {"idle": 60, "interval": 10, "count": 3}


class PostgresStore:
    """One database, or one schema of it where the URL says ``?options=-csearch_path%3DNAME``."""

    types = Types("BIGINT", "BOOLEAN", 'TEXT COLLATE "C"', "BIGINT PRIMARY KEY")

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.where = where_of(url)
        driver = _driver()
        with self._said("cannot be reached", LedgerError):
            self._db: psycopg.Connection[dict[str, Any]] = driver.connect(
                url,
                autocommit=True,
                connect_timeout=_CONNECT,
                application_name="totalplace",
                row_factory=driver.rows.dict_row,
            )
        if read_only:
            self.change("SET default_transaction_read_only = on")
        for name, value in _SESSION.items():
            self.change(f"SET tcp_keepalives_{name} = {value}")
        self._schema = str(self.rows("SELECT current_schema() AS name")[0]["name"])

    def close(self) -> None:
        self._db.close()

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        with self._said():
            cursor = self._db.execute(_for_psycopg(sql), _kept(values))
            return cursor.fetchall() if cursor.description else []

    def change(self, sql: str, **values: object) -> int:
        with self._said():
            return self._db.execute(_for_psycopg(sql), _kept(values)).rowcount

    def add(self, sql: str, rows: Iterable[Row]) -> None:
        with self._said(), self._db.cursor() as cursor:
            cursor.executemany(_for_psycopg(sql), [_kept(row) for row in rows])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._said(), self._db.transaction():
            self.rows("SELECT pg_advisory_xact_lock(:w, hashtext(:s))", w=_WRITING, s=self._schema)
            yield

    @contextmanager
    def booking(self) -> Iterator[None]:
        values = {"what": _BOOKING, "schema": self._schema}
        self.rows("SELECT pg_advisory_lock(:what, hashtext(:schema))", **values)
        try:
            yield
        finally:
            with suppress(LedgerError):  # whoever lost the connection has lost the lock
                self.rows("SELECT pg_advisory_unlock(:what, hashtext(:schema))", **values)

    def claim(self, name: str) -> bool:
        number = lock_number(self._schema, name)
        return bool(self.rows("SELECT pg_try_advisory_lock(:n) AS taken", n=number)[0]["taken"])

    def release(self, name: str) -> None:
        self.rows("SELECT pg_advisory_unlock(:n)", n=lock_number(self._schema, name))

    def version(self) -> int:
        if not self.columns("ledger"):
            return 0
        return int(self.rows("SELECT version FROM ledger")[0]["version"])

    def set_version(self, version: int) -> None:
        if not self.columns("ledger"):
            self.change("CREATE TABLE ledger (version BIGINT NOT NULL, home TEXT NOT NULL)")
            self.change("INSERT INTO ledger VALUES (0, '')")
        self.change("UPDATE ledger SET version = :version", version=version)

    def home(self) -> str:
        """What the home whose receipts these are is known by; empty before the first home."""
        found = self.rows("SELECT home FROM ledger") if self.columns("ledger") else []
        return str(found[0]["home"]) if found else ""

    def set_home(self, home: str) -> None:
        self.change("UPDATE ledger SET home = :home", home=home)

    def columns(self, table: str) -> set[str]:
        found = self.rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:table) AND attnum > 0",
            table=table,
        )
        return {row["attname"] for row in found}

    def faults(self) -> list[str]:
        return []  # a server keeps watch over its own files

    @contextmanager
    def _said(
        self, what: str = "cannot be used", lost: type[LedgerError] = LedgerLostError
    ) -> Iterator[None]:
        """What the server or the driver refuses, in one line and without any value; ``lost`` if
        there is no connection any more."""
        try:
            yield
        except _driver().Error as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            why = error.diag.message_primary or lines[0]
            is_lost = isinstance(error, _driver().OperationalError)
            raise (lost if is_lost else LedgerError)(
                f"The ledger in {self.where} {what}: {why}. See that the server is up and that "
                f"{_SETTING} names its host, database, user and password."
            ) from error


def where_of(url: str) -> str:
    """A database in words, without user and password; ``LedgerError`` if the URL is no such.

    A password with ``@``, ``/``, ``?`` or ``#`` in it is cut in two unless they are written as
    ``%40`` and so on, and a part of it would be told as the name of a host.
    """
    wrong = LedgerError(
        f"{_SETTING} is no address of a PostgreSQL database. It is written {_EXPECTED}, with "
        "signs in a password as %40 for @, %2F for /, %3F for ? and %23 for #."
    )
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise wrong from None
    name, before_at = parts.path.strip("/"), parts.netloc.count("@")
    whole = before_at == url.count("@") <= 1 and not parts.fragment
    if parts.scheme not in ("postgresql", "postgres") or not name or not whole:
        raise wrong
    return f"the PostgreSQL database {name} at {parts.hostname or 'this machine'}:{port}"


@cache
def _driver() -> Any:
    try:
        import psycopg
        import psycopg.rows
    except ImportError:
        raise LedgerError(
            f"{_SETTING} is set, and the driver for PostgreSQL is not installed. Install it: "
            "pip install 'psycopg[binary]>=3.3,<4' (or totalplace[postgres])."
        ) from None
    return psycopg


@cache
def _for_psycopg(sql: str) -> str:
    """A statement with its values named as psycopg does: ``%(seq)s`` for ``:seq``."""
    return re.sub(r":([a-z]\w*)", r"%(\1)s", sql.replace("%", "%%"))


def _kept(values: Row) -> dict[str, Any]:
    """Values as PostgreSQL can keep them: it has no character NUL, which is written ``\\x00``."""
    return {n: v.replace("\0", r"\x00") if isinstance(v, str) else v for n, v in values.items()}
