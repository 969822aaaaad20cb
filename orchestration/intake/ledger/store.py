"""What the ledger needs of the database that keeps its rows; ``sqlite_store``, ``postgres_store``.

The statements of the ledger stand once, in ``ledger``, in SQL that both understand. Their values
are named: ``:seq``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

Row = Mapping[str, Any]


class LedgerError(Exception):
    """The ledger cannot be opened or used; the message says where it is, why and what to do."""


class LedgerLostError(LedgerError):
    """Its database was open and can be used no more: no setting is wrong, something has failed."""


@dataclass(frozen=True)
class Types:
    """What a database calls the types of our columns. ``number`` is that of the key of receipts."""

    integer: str
    truth: str
    text: str
    number: str


class Store(Protocol):
    """A database with the rows of one ledger."""

    @property
    def types(self) -> Types: ...

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """What a query finds, by the names of its columns."""

    def change(self, sql: str, **values: object) -> int:
        """How many rows a statement changed."""

    def add(self, sql: str, rows: Iterable[Row]) -> None:
        """One statement for each of many rows."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; nobody else writes meanwhile."""

    def booking(self) -> AbstractContextManager[None]:
        """Held by one worker at a time, however many machines there are."""

    def claim(self, name: str) -> bool:
        """Takes ``name`` for this worker until ``release``, ``close`` or its end, however it comes;
        ``False`` while another worker has it."""

    def release(self, name: str) -> None: ...

    def version(self) -> int:
        """How many migrations the tables have seen."""

    def set_version(self, version: int) -> None: ...

    def columns(self, table: str) -> set[str]:
        """The columns of a table; none if it is not there."""

    def faults(self) -> list[str]:
        """What is damaged of it, as far as the database can tell; a few lines."""

    def close(self) -> None: ...


def lock_number(*names: str) -> int:
    """A number of 62 bits for a name: two names that share one only wait for each other."""
    digest = hashlib.sha256("\n".join(names).encode("utf-8", "backslashreplace")).digest()
    return int.from_bytes(digest[:8]) >> 2
