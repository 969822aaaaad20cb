"""The ledger: every delivery once, in the order received, with its verdict.

The ledger decides what is new, what is in force and what replaced what; clocks and file dates
decide nothing. A receipt and its findings are written in one transaction, after the lines they
speak of are on the disk. Every statement stands once, here or in ``queries``, whichever database
keeps the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...settings import Database
from ..judge.findings import Finding
from .opening import open_store
from .queries import COLUMNS, DATES, Queries
from .receipt import Explanation, Receipt, receipt_id
from .store import LedgerError

__all__ = ["Ledger", "LedgerError", "Receipt", "receipt_id"]

_FINDING = (
    *("seq", "position", "code", "level", "field", "heading", "message", "fix", "row_count"),
    *("amount_pence", "first_sheet", "first_row"),
)


class Ledger(Queries):
    """The ledger of one home. Safe to open many times; every write is one transaction."""

    def __init__(self, place: Path | Database, *, read_only: bool = False) -> None:
        """Opens or makes the ledger; ``read_only`` it must exist, and no byte of it is written.
        ``LedgerError`` if it is a database that cannot be used, or of another home."""
        super().__init__(open_store(place, read_only=read_only))

    def close(self) -> None:
        self._store.close()

    def booking(self) -> AbstractContextManager[None]:
        """Held while deliveries are booked: what a file replaces is settled for one at a time."""
        return self._store.booking()

    def claim(self, name: str) -> bool:
        """Takes a piece of work, known by ``name``, for this worker, until it is released or the
        worker ends, however it ends; ``False`` while another one has it."""
        return self._store.claim(name)

    def release(self, name: str) -> None:
        """Lets go of a piece of work that was claimed."""
        self._store.release(name)

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
        values = {c: getattr(receipt, c) for c in COLUMNS}
        values["received_at"] = _now()
        values |= {c: v.isoformat() if (v := values[c]) else None for c in DATES}
        values["pence_by_month"] = json.dumps(receipt.pence_by_month)
        with self._store.transaction():
            # Not the database's own numbering, which would skip a number that came to nothing.
            seq = self.last() + 1
            names, marks = ", ".join(values), ", ".join(f":{c}" for c in values)
            insert = f"INSERT INTO receipt ({names}) VALUES ({marks})"
            self._store.change(insert, **values | {"seq": seq})
            if receipt.status == "in_force" and receipt.replaces:
                self._supersede(receipt.replaces)
            if receipt.status in ("in_force", "held"):
                self._store.change(
                    "UPDATE receipt SET status = 'superseded' WHERE status = 'held' "
                    "AND seq <> :seq AND partner_id = :partner AND feed = :feed "
                    "AND period = :period",
                    seq=seq,
                    partner=receipt.partner_id,
                    feed=receipt.feed,
                    period=receipt.period,
                )
            rows = [_finding_row(seq, position, f) for position, f in enumerate(findings)]
            marks = ", ".join(f":{name}" for name in _FINDING)
            self._store.add(f"INSERT INTO finding ({', '.join(_FINDING)}) VALUES ({marks})", rows)
            if outline and receipt.status in ("in_force", "held"):
                outlined = "INSERT INTO profile (seq, json) VALUES (:seq, :outline)"
                self._store.change(outlined, seq=seq, outline=outline)
            if keep:
                keep(receipt_id(seq))
        return self._receipts("WHERE seq = :seq", seq=seq)[0]

    def _supersede(self, seq: int) -> None:
        self._store.change("UPDATE receipt SET status = 'superseded' WHERE seq = :seq", seq=seq)

    def withdraw(self, seq: int, reason: str, name: str | None) -> bool:
        """Takes a receipt out of force, or back while it is held or refused, with its reason;
        ``False`` if it was none of these."""
        done = self._store.change(
            "UPDATE receipt SET status = 'withdrawn', withdrawn_because = :reason, "
            "withdrawn_by = :name, withdrawn_at = :now WHERE seq = :seq "
            "AND (status IN ('in_force', 'held') OR status = 'none' AND verdict = 'refused')",
            reason=reason,
            name=name,
            now=_now(),
            seq=seq,
        )
        return done == 1

    def send_back(self, seq: int, reason: str, name: str) -> bool:
        """Returns a receipt that waits to be certified, with a reason; ``False`` if none does."""
        done = self._store.change(
            "UPDATE receipt SET status = 'withdrawn', certification = 'returned', "
            "certified_by = :name, certified_at = :now, withdrawn_because = :reason, "
            "withdrawn_by = :name, withdrawn_at = :now "
            "WHERE seq = :seq AND status = 'held' AND certification = 'waiting'",
            name=name,
            now=_now(),
            reason=reason,
            seq=seq,
        )
        return done == 1

    def explain(self, seq: int, said: Explanation) -> bool:
        """Adds the explanation that a delivery in force, or one that waits to be certified, lacked;
        one that is there stays."""
        done = self._store.change(
            "UPDATE receipt SET explanation = :reason, explained_by = :name WHERE seq = :seq "
            "AND (status = 'in_force' OR status = 'held' AND certification = 'waiting') "
            "AND explanation IS NULL AND EXISTS "
            "(SELECT 1 FROM finding f WHERE f.seq = receipt.seq AND f.level = 'please_explain')",
            reason=said.reason,
            name=said.name,
            seq=seq,
        )
        return done == 1

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
        values: dict[str, Any] = {
            "verdict": "accepted_with_rows_set_aside" if receipt.rows_set_aside else "accepted",
            "replaces": replaced.seq if replaced else None,
        }
        if said:
            values |= {"explanation": said.reason, "explained_by": said.name}
        if certified_by:
            values |= {"certification": "certified", "certified_by": certified_by}
            values["certified_at"] = _now()
        changed = ", ".join(f"{name} = :{name}" for name in values)
        with self._store.transaction():
            self._store.change(
                f"UPDATE receipt SET status = 'in_force', {changed} "
                "WHERE seq = :seq AND status = 'held'",
                **values,
                seq=receipt.seq,
            )
            if replaced:
                self._supersede(replaced.seq)
            keep()

    def mark_read(self, seq: int, version: str) -> None:
        """Remembers that a delivery, read again under ``version``, came to the same outcome, or
        has been asked about."""
        self._store.change(
            "UPDATE receipt SET reading_version = :version WHERE seq = :seq",
            version=version,
            seq=seq,
        )

    def program_error(self, place: str, message: str) -> None:
        """Remembers that the program failed on a delivery, until it is judged after all."""
        self._store.change(
            "INSERT INTO program_error (place, message, at) VALUES (:place, :message, :now) "
            "ON CONFLICT (place) DO UPDATE SET message = excluded.message, at = excluded.at",
            place=place,
            message=message,
            now=_now(),
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _finding_row(seq: int, position: int, f: Finding) -> dict[str, Any]:
    first = f.cells[0] if f.cells else None
    facts = (f.code, f.level, f.field, f.heading, f.message, f.fix, f.count, f.amount_pence)
    where = (first.sheet if first else None, first.row if first else None)
    return dict(zip(_FINDING, (seq, position, *facts, *where), strict=True))
