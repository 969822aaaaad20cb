"""The ledger in one file of the home, by SQLite: for the workers of one machine."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .store import Row, Types, lock_number

# Seconds to wait for another program that writes.
_WAIT = 30


class SqliteStore:
    """One file; ``read_only`` it must exist, and no byte of it is written."""

    types = Types("INTEGER", "INTEGER", "TEXT", "INTEGER PRIMARY KEY AUTOINCREMENT")

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._claims = -1
        if read_only:
            self._db = sqlite3.connect(as_it_is(path), isolation_level=None, uri=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        if not read_only:
            self._use_log()
            self._db.execute("PRAGMA synchronous = FULL")

    def close(self) -> None:
        self._db.close()
        if self._claims >= 0:
            os.close(self._claims)
            self._claims = -1

    def _use_log(self) -> None:
        """Lets readers read while one writes. SQLite does not wait for a lock to change this."""
        until = time.monotonic() + _WAIT
        while self._db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        return [dict(row) for row in self._db.execute(sql, values)]

    def change(self, sql: str, **values: object) -> int:
        return self._db.execute(sql, values).rowcount

    def add(self, sql: str, rows: Iterable[Row]) -> None:
        self._db.executemany(sql, [dict(row) for row in rows])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def booking(self) -> Iterator[None]:
        with self._path.with_name("booking.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def claim(self, name: str) -> bool:
        """One byte of a file is locked for each name: the kernel lets go of it with the process.

        A process has its locks once, whatever opens the file, and loses them when anything in it
        closes the file: one ledger of a process may make claims at a time.
        """
        if self._claims < 0:
            path = self._path.with_name("claims.lock")
            self._claims = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.lockf(self._claims, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, lock_number(name))
        except (BlockingIOError, PermissionError):
            return False
        return True

    def release(self, name: str) -> None:
        fcntl.lockf(self._claims, fcntl.LOCK_UN, 1, lock_number(name))

    def version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def set_version(self, version: int) -> None:
        self._db.execute(f"PRAGMA user_version = {version}")

    def columns(self, table: str) -> set[str]:
        return {row["name"] for row in self.rows("SELECT name FROM pragma_table_info(:t)", t=table)}

    def faults(self) -> list[str]:
        """What is damaged in the file, a few lines of it."""
        found = [row[0] for row in self._db.execute("PRAGMA integrity_check(5)")]
        return [] if found == ["ok"] else found


def as_it_is(path: Path) -> str:
    """The address of a ledger to be read only. SQLite would make files beside one that nobody has
    open; without a log of changes beside it, the file is all there is and needs none."""
    log = path.with_name(f"{path.name}-wal")
    whole = "" if log.is_file() and log.stat().st_size else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{whole}"
