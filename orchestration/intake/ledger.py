"""The ledger: every delivery once, in the order received, with its verdict. SQLite, one file.

The ledger decides what is new, what is in force and what replaced what; clocks and file dates
decide nothing. A receipt and its findings are written in one transaction, after the lines they
speak of are on the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from .findings import Finding

_SCHEMA = """
CREATE TABLE IF NOT EXISTS receipt (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    partner_id TEXT, feed TEXT, period TEXT, period_kind TEXT, period_start TEXT, period_end TEXT,
    submission_id TEXT NOT NULL, file_name TEXT NOT NULL, landing_path TEXT, sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL, verdict TEXT NOT NULL, status TEXT NOT NULL, replaces INTEGER,
    duplicate_of INTEGER, synthetic INTEGER NOT NULL, rows_in INTEGER NOT NULL,
    rows_accepted INTEGER NOT NULL, rows_set_aside INTEGER NOT NULL, rows_non_data INTEGER NOT NULL,
    pence_accepted INTEGER NOT NULL, pence_set_aside INTEGER NOT NULL, layout_id TEXT,
    coverage TEXT, public_access TEXT, encoding TEXT, rules_version TEXT NOT NULL,
    CHECK (rows_in = rows_accepted + rows_set_aside + rows_non_data)
);
CREATE INDEX IF NOT EXISTS receipt_seen ON receipt (partner_id, feed, landing_path, sha256);
CREATE TABLE IF NOT EXISTS finding (
    seq INTEGER NOT NULL REFERENCES receipt (seq), position INTEGER NOT NULL, code TEXT NOT NULL,
    level TEXT NOT NULL, field TEXT NOT NULL, heading TEXT NOT NULL, message TEXT NOT NULL,
    fix TEXT NOT NULL, row_count INTEGER NOT NULL, amount_pence INTEGER, first_sheet TEXT,
    first_row INTEGER, PRIMARY KEY (seq, position)
);
CREATE TABLE IF NOT EXISTS program_error (place TEXT PRIMARY KEY, message TEXT, at TEXT NOT NULL);
"""


# The public columns of a receipt, in the order they are shown.
PUBLIC = (
    "submission_id",
    "partner_id",
    "feed",
    "period",
    "file_name",
    "sha256",
    "verdict",
    "rows_in",
    "rows_accepted",
    "rows_set_aside",
    "rows_non_data",
    "pence_accepted",
    "pence_set_aside",
    "status",
    "received_at",
)


@dataclass(frozen=True)
class Receipt:
    """One delivery and what became of it. ``status``: in_force, superseded, withdrawn or none."""

    submission_id: str
    file_name: str
    sha256: str
    bytes: int
    verdict: str
    rules_version: str
    partner_id: str | None = None
    feed: str | None = None
    period: str | None = None
    period_kind: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    landing_path: str | None = None
    status: str = "none"
    replaces: int | None = None
    duplicate_of: int | None = None
    synthetic: bool = False
    rows_in: int = 0
    rows_accepted: int = 0
    rows_set_aside: int = 0
    rows_non_data: int = 0
    pence_accepted: int = 0
    pence_set_aside: int = 0
    layout_id: str | None = None
    coverage: str | None = None
    public_access: str | None = None
    encoding: str | None = None
    seq: int = 0
    received_at: str = ""

    @property
    def receipt_id(self) -> str:
        """The public number of the receipt, in order of arrival: ``R-000042``."""
        return receipt_id(self.seq)

    def as_json(self) -> dict[str, Any]:
        """The public shape of a receipt."""
        return {"receipt_id": self.receipt_id} | {n: getattr(self, n) for n in PUBLIC}


def receipt_id(seq: int) -> str:
    """``R-000042`` for 42."""
    return f"R-{seq:06d}"


_COLUMNS = [f.name for f in fields(Receipt)]
_DATES = ("period_start", "period_end")


class Ledger:
    """The ledger of one home. Safe to open many times; every write is one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def record(self, receipt: Receipt, findings: list[Finding]) -> Receipt:
        """Writes a receipt with its findings; an accepted one supersedes what it replaces."""
        values = {c: getattr(receipt, c) for c in _COLUMNS if c != "seq"}
        values["received_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        values |= {c: v.isoformat() if (v := values[c]) else None for c in _DATES}
        with self._transaction():
            names = ", ".join(values)
            marks = ", ".join(f":{c}" for c in values)
            cursor = self._db.execute(f"INSERT INTO receipt ({names}) VALUES ({marks})", values)
            seq = cursor.lastrowid
            if receipt.status == "in_force" and receipt.replaces:
                self._db.execute(
                    "UPDATE receipt SET status = 'superseded' WHERE seq = ?", [receipt.replaces]
                )
            self._db.executemany(
                "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        seq,
                        n,
                        f.code,
                        f.level,
                        f.field,
                        f.heading,
                        f.message,
                        f.fix,
                        f.count,
                        f.amount_pence,
                        f.cells[0].sheet if f.cells else None,
                        f.cells[0].row if f.cells else None,
                    )
                    for n, f in enumerate(findings)
                ],
            )
        return self._receipts("WHERE seq = ?", [seq])[0]

    def program_error(self, place: str, message: str) -> None:
        """Remembers that the program failed on a delivery, until it is judged after all."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._db.execute(
            "INSERT OR REPLACE INTO program_error VALUES (?, ?, ?)", [place, message, now]
        )

    def program_errors(self) -> list[tuple[str, str]]:
        """Deliveries the program failed on and has not judged since: place and message."""
        rows = self._db.execute(
            "SELECT place, message FROM program_error "
            "WHERE place NOT IN (SELECT landing_path FROM receipt WHERE received_at >= at) "
            "ORDER BY place"
        )
        return [(r["place"], r["message"]) for r in rows]

    def receipts(self) -> list[Receipt]:
        """Every receipt, in order of arrival."""
        return self._receipts("", [])

    def seen(self, partner_id: str | None, feed: str | None, path: str, sha256: str) -> bool:
        """Whether these very bytes have already been judged from this place in landing."""
        return bool(
            self._receipts(
                "WHERE partner_id IS ? AND feed IS ? AND landing_path = ? AND sha256 = ?",
                [partner_id, feed, path, sha256],
            )
        )

    def same_bytes(self, submission_id: str) -> Receipt | None:
        """The accepted and not withdrawn receipt of a submission, if there is one."""
        found = self._receipts(
            "WHERE submission_id = ? AND verdict LIKE 'accepted%' AND status <> 'withdrawn'",
            [submission_id],
        )
        return found[-1] if found else None

    def known(self) -> frozenset[str]:
        """Submission ids whose bytes are accepted and not withdrawn."""
        rows = self._db.execute(
            "SELECT submission_id FROM receipt "
            "WHERE verdict LIKE 'accepted%' AND status <> 'withdrawn'"
        )
        return frozenset(r["submission_id"] for r in rows)

    def in_force(self, partner_id: str, feed: str) -> list[Receipt]:
        """What counts now for a partner and feed."""
        return self._receipts(
            "WHERE partner_id = ? AND feed = ? AND status = 'in_force'", [partner_id, feed]
        )

    def findings(self) -> list[dict[str, Any]]:
        """Every finding of every receipt, as rows."""
        rows = self._db.execute("SELECT * FROM finding ORDER BY seq, position")
        return [dict(r) for r in rows]

    def reasons(self) -> dict[int, str]:
        """For each receipt, the message of its gravest finding that kept rows out."""
        rows = self._db.execute(
            "SELECT seq, message FROM finding WHERE level IN ('must_fix', 'set_aside') "
            "ORDER BY seq, level = 'must_fix', row_count"
        )
        return {r["seq"]: r["message"] for r in rows}

    def _receipts(self, where: str, parameters: list[Any]) -> list[Receipt]:
        rows = self._db.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM receipt {where} ORDER BY seq", parameters
        )
        return [_from_row(dict(row)) for row in rows]


def _from_row(row: dict[str, Any]) -> Receipt:
    for name in _DATES:
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    row["synthetic"] = bool(row["synthetic"])
    return Receipt(**row)
