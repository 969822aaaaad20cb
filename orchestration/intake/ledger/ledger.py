"""The ledger: every delivery once, in the order received, with its verdict. SQLite, one file.

The ledger decides what is new, what is in force and what replaced what; clocks and file dates
decide nothing. A receipt and its findings are written in one transaction, after the lines they
speak of are on the disk.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ..judge.findings import Finding
from .receipt import Explanation, Identity, Receipt, date_columns, receipt_id
from .schema import MIGRATIONS

__all__ = ["Ledger", "Receipt", "receipt_id"]

# What counts, has been replaced by what counts, or waits for an answer: to receive it again changes
# nothing.
_KNOWN = (
    "(status = 'held' OR verdict LIKE 'accepted%' AND (status = 'in_force' OR "
    "status = 'superseded' AND EXISTS (SELECT 1 FROM receipt f WHERE "
    "f.partner_id = receipt.partner_id AND f.feed = receipt.feed "
    "AND f.period = receipt.period AND f.status = 'in_force')))"
)

# Seconds to wait for another program that writes.
_WAIT = 30
# A file name read as June of the year 17 once became a period that no run could get past.
_IN_OUR_TIME = "coalesce(period_start, '1900-01-01') >= '1900-01-01'"

_COLUMNS = [f.name for f in fields(Receipt)]
_DATES = date_columns()


class Ledger:
    """The ledger of one home. Safe to open many times; every write is one transaction."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Opens or makes the ledger; ``read_only`` it must exist, and no byte of it is written."""
        if read_only:
            self._db = sqlite3.connect(as_it_is(path), isolation_level=None, uri=True)
            self._db.row_factory = sqlite3.Row
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._use_log()
        self._db.execute("PRAGMA synchronous = FULL")
        self._migrate()

    def close(self) -> None:
        self._db.close()

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

    def digest(self) -> str:
        """One hash of all that the ledger says of deliveries, to compare two states of it."""
        tables = ("receipt", "finding", "program_error")
        rows = (
            tuple(row)
            for table in tables
            for row in self._db.execute(f"SELECT * FROM {table} ORDER BY rowid")
        )
        digest = hashlib.sha256()
        for row in rows:
            digest.update(repr(row).encode("utf-8", "backslashreplace"))
        return digest.hexdigest()

    def _migrate(self) -> None:
        """Brings the ledger to the newest version; two programs may open it at the same moment."""
        if self._version() >= len(MIGRATIONS):
            return
        with self._transaction():
            for number, migration in enumerate(MIGRATIONS[self._version() :], self._version() + 1):
                migration(self._db)
                self._db.execute(f"PRAGMA user_version = {number}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def record(
        self,
        receipt: Receipt,
        findings: list[Finding],
        keep: Callable[[str], None] | None = None,
        outline: str = "",
    ) -> Receipt:
        """Writes a receipt with its findings; an accepted one supersedes what it replaces, and one
        that is accepted or held supersedes what was held for its period.

        ``keep`` is called with the receipt's number before anything of it can be seen, to put
        files that bear the number in their place. ``outline`` is what later files of this partner
        are compared with; only that of a file in force, or held, is kept.
        """
        values = {c: getattr(receipt, c) for c in _COLUMNS if c != "seq"}
        values["received_at"] = _now()
        values |= {c: v.isoformat() if (v := values[c]) else None for c in _DATES}
        values["pence_by_month"] = json.dumps(receipt.pence_by_month)
        with self._transaction():
            names = ", ".join(values)
            marks = ", ".join(f":{c}" for c in values)
            cursor = self._db.execute(f"INSERT INTO receipt ({names}) VALUES ({marks})", values)
            seq = cursor.lastrowid
            if receipt.status == "in_force" and receipt.replaces:
                self._db.execute(
                    "UPDATE receipt SET status = 'superseded' WHERE seq = ?", [receipt.replaces]
                )
            if receipt.status in ("in_force", "held"):
                self._db.execute(
                    "UPDATE receipt SET status = 'superseded' WHERE status = 'held' AND seq <> ? "
                    "AND partner_id = ? AND feed = ? AND period = ?",
                    [seq, receipt.partner_id, receipt.feed, receipt.period],
                )
            self._db.executemany(
                "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_finding_row(int(seq or 0), n, f) for n, f in enumerate(findings)],
            )
            if outline and receipt.status in ("in_force", "held"):
                self._db.execute("INSERT INTO profile VALUES (?, ?)", [seq, outline])
            if keep:
                keep(receipt_id(int(seq or 0)))
        return self._receipts("WHERE seq = ?", [seq])[0]

    def withdraw(self, seq: int, reason: str, name: str | None) -> bool:
        """Takes a receipt out of force, or back while it is held or refused, with its reason;
        ``False`` if it was none of these."""
        now = _now()
        done = self._db.execute(
            "UPDATE receipt SET status = 'withdrawn', withdrawn_because = ?, withdrawn_by = ?, "
            "withdrawn_at = ? WHERE seq = ? AND (status IN ('in_force', 'held') "
            "OR status = 'none' AND verdict = 'refused')",
            [reason, name, now, seq],
        )
        return done.rowcount == 1

    def send_back(self, seq: int, reason: str, name: str) -> bool:
        """Returns a receipt that waits to be certified, with a reason; ``False`` if none does."""
        now = _now()
        done = self._db.execute(
            "UPDATE receipt SET status = 'withdrawn', certification = 'returned', "
            "certified_by = ?, certified_at = ?, withdrawn_because = ?, withdrawn_by = ?, "
            "withdrawn_at = ? WHERE seq = ? AND status = 'held' AND certification = 'waiting'",
            [name, now, reason, name, now, seq],
        )
        return done.rowcount == 1

    def explain(self, seq: int, said: Explanation) -> bool:
        """Adds the explanation that a delivery in force, or one that waits to be certified, lacked;
        one that is there stays."""
        done = self._db.execute(
            "UPDATE receipt SET explanation = ?, explained_by = ? WHERE seq = ? "
            "AND (status = 'in_force' OR status = 'held' AND certification = 'waiting') "
            "AND explanation IS NULL AND EXISTS "
            "(SELECT 1 FROM finding f WHERE f.seq = receipt.seq AND f.level = 'please_explain')",
            [said.reason, said.name, seq],
        )
        return done.rowcount == 1

    def bring_into_force(
        self,
        receipt: Receipt,
        replaced: Receipt | None,
        keep: Callable[[], None],
        *,
        said: Explanation | None = None,
        certified_by: str | None = None,
    ) -> None:
        """Brings a held receipt into force by its explanation or because somebody certified it, in
        place of ``replaced``; ``keep`` is called before anything of it can be seen, to put its
        files in their place."""
        reason = (said.reason, said.name) if said else (receipt.explanation, receipt.explained_by)
        certification = (
            ("certified", certified_by, _now())
            if certified_by
            else (receipt.certification, receipt.certified_by, receipt.certified_at)
        )
        verdict = "accepted_with_rows_set_aside" if receipt.rows_set_aside else "accepted"
        with self._transaction():
            self._db.execute(
                "UPDATE receipt SET status = 'in_force', verdict = ?, replaces = ?, "
                "explanation = ?, explained_by = ?, certification = ?, certified_by = ?, "
                "certified_at = ? WHERE seq = ? AND status = 'held'",
                [verdict, replaced.seq if replaced else None, *reason, *certification, receipt.seq],
            )
            if replaced:
                self._db.execute(
                    "UPDATE receipt SET status = 'superseded' WHERE seq = ?", [replaced.seq]
                )
            keep()

    def read_under_another(self, partner_id: str, feed: str, version: str) -> list[Receipt]:
        """What is in force, held, or refused and not put right since, and was read under another
        version of contract and rules."""
        put_right = (
            "EXISTS (SELECT 1 FROM receipt f WHERE f.seq > receipt.seq "
            "AND f.verdict <> 'duplicate' AND f.partner_id = receipt.partner_id "
            "AND f.feed = receipt.feed "
            "AND (f.landing_path = receipt.landing_path OR f.period = receipt.period))"
        )
        return self._receipts(
            "WHERE partner_id = ? AND feed = ? AND reading_version IS NOT ? AND "
            "(status IN ('in_force', 'held') OR verdict = 'refused' AND status = 'none' "
            f"AND NOT {put_right})",
            [partner_id, feed, version],
        )

    def mark_read(self, seq: int, version: str) -> None:
        """Remembers that a delivery, read again under ``version``, came to the same outcome, or
        has been asked about."""
        self._db.execute("UPDATE receipt SET reading_version = ? WHERE seq = ?", [version, seq])

    def held(self, partner_id: str | None, feed: str | None, period: str | None) -> list[Receipt]:
        """What waits for an answer for a partner, feed and period."""
        return self._receipts(
            "WHERE status = 'held' AND partner_id = ? AND feed = ? AND period = ?",
            [partner_id, feed, period],
        )

    def is_open(self, seq: int) -> bool:
        """Whether a receipt, held or in force, asks and nobody has answered."""
        return any(r.seq == seq for r in self.unexplained())

    def unexplained(self) -> list[Receipt]:
        """What is held or in force with something to explain and no explanation."""
        return self._receipts(
            "WHERE status IN ('in_force', 'held') AND explanation IS NULL AND EXISTS "
            "(SELECT 1 FROM finding f WHERE f.seq = receipt.seq AND f.level = 'please_explain')",
            [],
        )

    def program_error(self, place: str, message: str) -> None:
        """Remembers that the program failed on a delivery, until it is judged after all."""
        now = _now()
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

    def out_of_time(self) -> list[Receipt]:
        """What counts, or is held, for a year that no delivery can be of."""
        return self._receipts(f"WHERE status IN ('in_force', 'held') AND NOT {_IN_OUR_TIME}", [])

    def receipts(self) -> list[Receipt]:
        """Every receipt, in order of arrival."""
        return self._receipts("", [])

    def receipt(self, seq: int) -> Receipt | None:
        """One receipt, or ``None`` if there is none of that number."""
        found = self._receipts("WHERE seq = ?", [seq])
        return found[0] if found else None

    def replaced_by(self, seq: int) -> Receipt | None:
        """The receipt that took the place of another one."""
        found = self._receipts("WHERE replaces = ?", [seq])
        return found[-1] if found else None

    def of_submission(self, submission_id: str) -> list[Receipt]:
        """Every receipt of the same bytes from the same partner for the same feed."""
        return self._receipts("WHERE submission_id = ?", [submission_id])

    def seen(
        self, partner_id: str | None, feed: str | None, path: str, sha256: str, manifest: str
    ) -> bool:
        """Whether these bytes, with this manifest, have been judged from this place in landing; if
        for a year that none can be of, they are to be judged again."""
        return bool(
            self._receipts(
                "WHERE partner_id IS ? AND feed IS ? AND landing_path = ? AND sha256 = ? "
                f"AND coalesce(manifest_sha256, '') = ? AND {_IN_OUR_TIME}",
                [partner_id, feed, path, sha256, manifest],
            )
        )

    def same_bytes(self, delivery: Identity) -> Receipt | None:
        """The receipt by which a delivery already counts, or by which it did until another one
        took its place. Without a control file the bytes alone say that it is the same delivery."""
        found = self._receipts(
            f"WHERE submission_id = ? AND coalesce(?, manifest_sha256, '') = "
            f"coalesce(manifest_sha256, '') AND {_KNOWN}",
            [delivery.submission_id, delivery.manifest_sha256],
        )
        return found[-1] if found else None

    def known(self) -> frozenset[tuple[str, str | None]]:
        """Submission ids and manifests (``None``: without) of which ``same_bytes`` has one."""
        rows = self._db.execute(
            f"SELECT submission_id, manifest_sha256 FROM receipt WHERE {_KNOWN}"
        ).fetchall()
        return frozenset((row[0], manifest) for row in rows for manifest in (row[1], None))

    def outlines(
        self, partner_id: str | None, feed: str | None, kind: str, period: str, synthetic: bool
    ) -> list[str]:
        """The outlines of what is in force for other periods of the same kind, oldest first."""
        rows = self._db.execute(
            "SELECT json FROM profile JOIN receipt USING (seq) WHERE partner_id = ? AND feed = ? "
            "AND period_kind = ? AND period <> ? AND synthetic = ? AND status = 'in_force' "
            "ORDER BY seq",
            [partner_id, feed, kind, period, synthetic],
        )
        return [row["json"] for row in rows]

    def in_force(self, partner_id: str, feed: str) -> list[Receipt]:
        """What counts now for a partner and feed."""
        return self._receipts(
            "WHERE partner_id = ? AND feed = ? AND status = 'in_force'", [partner_id, feed]
        )

    def in_force_in(self, feed: str, period: str) -> list[Receipt]:
        """What counts now of a feed for one period, whoever sent it."""
        return self._receipts(
            "WHERE feed = ? AND period = ? AND status = 'in_force'", [feed, period]
        )

    def findings(self, seq: int | None = None) -> list[dict[str, Any]]:
        """Every finding of every receipt, or of one, as rows."""
        rows = self._db.execute(
            "SELECT * FROM finding WHERE ? IS NULL OR seq = ? ORDER BY seq, position", [seq, seq]
        )
        return [dict(r) for r in rows]

    def reasons(self) -> dict[int, str]:
        """For each receipt, the message of its gravest finding that kept rows out."""
        rows = self._db.execute(
            "SELECT seq, message FROM finding WHERE level <> 'information' "
            "ORDER BY seq, level = 'must_fix', level = 'set_aside', row_count"
        )
        return {r["seq"]: r["message"] for r in rows}

    def _receipts(self, where: str, parameters: list[Any]) -> list[Receipt]:
        rows = self._db.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM receipt {where} ORDER BY seq", parameters
        )
        return [_from_row(dict(row)) for row in rows]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def as_it_is(path: Path) -> str:
    """The address of a ledger to be read only. SQLite would make files beside one that nobody has
    open; without a log of changes beside it, the file is all there is and needs none."""
    log = path.with_name(f"{path.name}-wal")
    whole = "" if log.is_file() and log.stat().st_size else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{whole}"


def _from_row(row: dict[str, Any]) -> Receipt:
    for name in _DATES:
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    row["synthetic"] = bool(row["synthetic"])
    row["pence_by_month"] = json.loads(row["pence_by_month"] or "{}")
    return Receipt(**row)


def _finding_row(seq: int, position: int, f: Finding) -> tuple[Any, ...]:
    first = f.cells[0] if f.cells else None
    facts = (f.code, f.level, f.field, f.heading, f.message, f.fix, f.count, f.amount_pence)
    return (seq, position, *facts, first.sheet if first else None, first.row if first else None)
