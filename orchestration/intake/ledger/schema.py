"""The tables of the ledger, and what brings a ledger from each version to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from .receipt import declared_columns
from .store import Store

_SCHEMA = """
CREATE TABLE IF NOT EXISTS finding (
    seq {integer} NOT NULL REFERENCES receipt (seq), position {integer} NOT NULL, code {text} NOT NULL,
    level {text} NOT NULL, field {text} NOT NULL, heading {text} NOT NULL, message {text} NOT NULL,
    fix {text} NOT NULL, row_count {integer} NOT NULL, amount_pence {integer}, first_sheet {text},
    first_row {integer}, PRIMARY KEY (seq, position)
);
CREATE INDEX IF NOT EXISTS receipt_seen ON receipt (partner_id, feed, landing_path, sha256);
CREATE TABLE IF NOT EXISTS profile (seq {integer} PRIMARY KEY REFERENCES receipt (seq), json {text});
CREATE TABLE IF NOT EXISTS program_error (place {text} PRIMARY KEY, message {text}, at {text} NOT NULL);
"""  # noqa: E501


def _declare_receipt(store: Store) -> None:
    """Makes the table of receipts, or adds the columns that an earlier version did not have."""
    columns = declared_columns(store.types)
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    equation = "CHECK (rows_in = rows_accepted + rows_set_aside + rows_non_data)"
    store.change(f"CREATE TABLE IF NOT EXISTS receipt ({declared}, {equation})")
    there = store.columns("receipt")
    for name, kind in columns.items():
        if name not in there:
            store.change(f"ALTER TABLE receipt ADD COLUMN {name} {kind.removesuffix(' NOT NULL')}")


def _first_tables(store: Store) -> None:
    _declare_receipt(store)
    for statement in filter(str.strip, _SCHEMA.format(**asdict(store.types)).split(";")):
        store.change(statement)


def _find_as_much(store: Store) -> None:
    """An index by which files of other partners with as many rows are found."""
    store.change(
        "CREATE INDEX IF NOT EXISTS receipt_as_much ON receipt (feed, period, rows_accepted)"
    )


# What brings a ledger from each version to the next. A ledger from before versions were numbered
# has 0. A new column of ``Receipt`` needs one more entry, ``_declare_receipt``.
MIGRATIONS: tuple[Callable[[Store], None], ...] = (
    _first_tables,
    _declare_receipt,  # what a file changes against the one whose place it takes
    _declare_receipt,  # how many rows set aside have no amount that can be read
    _declare_receipt,  # who submitted it, and whether a second person has certified it
    _find_as_much,
)


def migrate(store: Store) -> None:
    """Brings a ledger to the newest version; two programs may open it at the same moment."""
    if store.version() >= len(MIGRATIONS):
        return
    with store.transaction():
        for number, migration in enumerate(MIGRATIONS[store.version() :], store.version() + 1):
            migration(store)
            store.set_version(number)
