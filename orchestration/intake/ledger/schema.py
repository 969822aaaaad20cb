"""The tables of the ledger, and what brings a ledger from each version to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from .receipt import sqlite_columns

_SCHEMA = """
CREATE TABLE IF NOT EXISTS finding (
    seq INTEGER NOT NULL REFERENCES receipt (seq), position INTEGER NOT NULL, code TEXT NOT NULL,
    level TEXT NOT NULL, field TEXT NOT NULL, heading TEXT NOT NULL, message TEXT NOT NULL,
    fix TEXT NOT NULL, row_count INTEGER NOT NULL, amount_pence INTEGER, first_sheet TEXT,
    first_row INTEGER, PRIMARY KEY (seq, position)
);
CREATE INDEX IF NOT EXISTS receipt_seen ON receipt (partner_id, feed, landing_path, sha256);
CREATE TABLE IF NOT EXISTS profile (seq INTEGER PRIMARY KEY REFERENCES receipt (seq), json TEXT);
CREATE TABLE IF NOT EXISTS program_error (place TEXT PRIMARY KEY, message TEXT, at TEXT NOT NULL);
"""


def _declare_receipt(db: sqlite3.Connection) -> None:
    """Makes the table of receipts, or adds the columns that an earlier version did not have."""
    columns = sqlite_columns()
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    equation = "CHECK (rows_in = rows_accepted + rows_set_aside + rows_non_data)"
    db.execute(f"CREATE TABLE IF NOT EXISTS receipt ({declared}, {equation})")
    there = {r["name"] for r in db.execute("PRAGMA table_info(receipt)")}
    for name, kind in columns.items():
        if name not in there:
            db.execute(f"ALTER TABLE receipt ADD COLUMN {name} {kind.removesuffix(' NOT NULL')}")


def _first_tables(db: sqlite3.Connection) -> None:
    _declare_receipt(db)
    for statement in filter(str.strip, _SCHEMA.split(";")):
        db.execute(statement)


# What brings a ledger from each version to the next; its number is SQLite's ``user_version``. A
# ledger from before versions were numbered has 0. A new column of ``Receipt`` needs one more entry,
# ``_declare_receipt``.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first_tables,
    _declare_receipt,  # what a file changes against the one whose place it takes
    _declare_receipt,  # how many rows set aside have no amount that can be read
    _declare_receipt,  # who submitted it, and whether a second person has certified it
)
