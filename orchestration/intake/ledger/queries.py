"""What is asked of the ledger: what counts, what waits, what came before. Nothing is written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import date
from typing import Any

from .receipt import Identity, Receipt, date_columns
from .store import Store

# What counts, has been replaced by what counts, or waits for an answer: to receive it again changes
# nothing.
_KNOWN = (
    "(status = 'held' OR verdict LIKE 'accepted%' AND (status = 'in_force' OR "
    "status = 'superseded' AND EXISTS (SELECT 1 FROM receipt f WHERE "
    "f.partner_id = receipt.partner_id AND f.feed = receipt.feed "
    "AND f.period = receipt.period AND f.status = 'in_force')))"
)

# A file name read as June of the year 17 once became a period that no run could get past.
_IN_OUR_TIME = "coalesce(period_start, '1900-01-01') >= '1900-01-01'"

_PUT_RIGHT = (
    "EXISTS (SELECT 1 FROM receipt f WHERE f.seq > receipt.seq AND f.verdict <> 'duplicate' "
    "AND f.partner_id = receipt.partner_id AND f.feed = receipt.feed "
    "AND (f.landing_path = receipt.landing_path OR f.period = receipt.period))"
)
_READ_UNDER_ANOTHER = (
    "coalesce(reading_version, '') <> :version AND (status IN ('in_force', 'held') "
    f"OR verdict = 'refused' AND status = 'none' AND NOT {_PUT_RIGHT})"
)

COLUMNS = [f.name for f in fields(Receipt)]
DATES = date_columns()


class Queries:
    """The questions; ``Ledger`` adds what is written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def digest(self) -> str:
        """One hash of all that the ledger says of deliveries, to compare two states of it."""
        tables = {"receipt": "seq", "finding": "seq, position", "program_error": "place"}
        digest = hashlib.sha256()
        for table, order in tables.items():
            for row in self._store.rows(f"SELECT * FROM {table} ORDER BY {order}"):
                digest.update(repr(tuple(row.values())).encode("utf-8", "backslashreplace"))
        return digest.hexdigest()

    def last(self) -> int:
        """The number of the newest receipt; 0 if there is none."""
        return int(self._store.rows("SELECT coalesce(max(seq), 0) AS last FROM receipt")[0]["last"])

    def read_under_another(self, partner_id: str, feed: str, version: str) -> list[Receipt]:
        """What is in force, held, or refused and not put right since, and was read under another
        version of contract and rules."""
        return self._receipts(
            f"WHERE partner_id = :partner AND feed = :feed AND {_READ_UNDER_ANOTHER}",
            partner=partner_id,
            feed=feed,
            version=version,
        )

    def is_read_under_another(self, seq: int, version: str) -> bool:
        """Whether a receipt is one of those ``read_under_another``."""
        of_it = f"WHERE seq = :seq AND {_READ_UNDER_ANOTHER}"
        return bool(self._receipts(of_it, seq=seq, version=version))

    def held(self, partner_id: str | None, feed: str | None, period: str | None) -> list[Receipt]:
        """What waits for an answer for a partner, feed and period."""
        return self._receipts(
            "WHERE status = 'held' AND partner_id = :partner AND feed = :feed AND period = :period",
            partner=partner_id,
            feed=feed,
            period=period,
        )

    def is_open(self, seq: int) -> bool:
        """Whether a receipt, held or in force, asks and nobody has answered."""
        return any(r.seq == seq for r in self.unexplained())

    def unexplained(self) -> list[Receipt]:
        """What is held or in force with something to explain and no explanation."""
        return self._receipts(
            "WHERE status IN ('in_force', 'held') AND explanation IS NULL AND EXISTS "
            "(SELECT 1 FROM finding f WHERE f.seq = receipt.seq AND f.level = 'please_explain')"
        )

    def program_errors(self) -> list[tuple[str, str]]:
        """Deliveries the program failed on and has not judged since: place and message."""
        rows = self._store.rows(
            "SELECT place, message FROM program_error "
            "WHERE place NOT IN (SELECT landing_path FROM receipt WHERE received_at >= at) "
            "ORDER BY place"
        )
        return [(r["place"], r["message"]) for r in rows]

    def out_of_time(self) -> list[Receipt]:
        """What counts, or is held, for a year that no delivery can be of."""
        return self._receipts(f"WHERE status IN ('in_force', 'held') AND NOT {_IN_OUR_TIME}")

    def receipts(self) -> list[Receipt]:
        """Every receipt, in order of arrival."""
        return self._receipts()

    def receipt(self, seq: int) -> Receipt | None:
        """One receipt, or ``None`` if there is none of that number."""
        found = self._receipts("WHERE seq = :seq", seq=seq)
        return found[0] if found else None

    def replaced_by(self, seq: int) -> Receipt | None:
        """The receipt that took the place of another one."""
        found = self._receipts("WHERE replaces = :seq", seq=seq)
        return found[-1] if found else None

    def of_submission(self, submission_id: str) -> list[Receipt]:
        """Every receipt of the same bytes from the same partner for the same feed."""
        return self._receipts("WHERE submission_id = :submission", submission=submission_id)

    def seen(
        self, partner_id: str | None, feed: str | None, path: str, sha256: str, manifest: str
    ) -> bool:
        """Whether these bytes, with this manifest, have been judged from this place in landing; if
        for a year that none can be of, they are to be judged again."""
        found = self._store.rows(
            f"SELECT seq FROM receipt WHERE {_is('partner_id', partner_id)} "
            f"AND {_is('feed', feed)} AND landing_path = :path AND sha256 = :sha256 "
            f"AND coalesce(manifest_sha256, '') = :manifest AND {_IN_OUR_TIME} LIMIT 1",
            partner_id=partner_id,
            feed=feed,
            path=path,
            sha256=sha256,
            manifest=manifest,
        )
        return bool(found)

    def taken_since(self, seq: int, partner_id: str | None, feed: str | None, path: str) -> bool:
        """Whether a receipt after ``seq`` is of a file at this place in landing."""
        found = self._store.rows(
            f"SELECT seq FROM receipt WHERE {_is('partner_id', partner_id)} "
            f"AND {_is('feed', feed)} AND landing_path = :path AND seq > :seq LIMIT 1",
            partner_id=partner_id,
            feed=feed,
            path=path,
            seq=seq,
        )
        return bool(found)

    def same_bytes(self, delivery: Identity) -> Receipt | None:
        """The receipt by which a delivery already counts, or by which it did until another one
        took its place. Without a control file the bytes alone say that it is the same delivery."""
        found = self._receipts(
            "WHERE submission_id = :submission AND coalesce(:manifest, manifest_sha256, '') = "
            f"coalesce(manifest_sha256, '') AND {_KNOWN}",
            submission=delivery.submission_id,
            manifest=delivery.manifest_sha256,
        )
        return found[-1] if found else None

    def known(self) -> frozenset[tuple[str, str | None]]:
        """Submission ids and manifests (``None``: without) of which ``same_bytes`` has one."""
        rows = self._store.rows(
            f"SELECT submission_id, manifest_sha256 FROM receipt WHERE {_KNOWN}"
        )
        return frozenset(
            (row["submission_id"], manifest)
            for row in rows
            for manifest in (row["manifest_sha256"], None)
        )

    def outlines(
        self, partner_id: str | None, feed: str | None, kind: str, period: str, synthetic: bool
    ) -> list[str]:
        """The outlines of what is in force for other periods of the same kind, oldest first."""
        rows = self._store.rows(
            "SELECT json FROM profile JOIN receipt USING (seq) WHERE partner_id = :partner "
            "AND feed = :feed AND period_kind = :kind AND period <> :period "
            "AND synthetic = :synthetic AND status = 'in_force' ORDER BY seq",
            partner=partner_id,
            feed=feed,
            kind=kind,
            period=period,
            synthetic=synthetic,
        )
        return [row["json"] for row in rows]

    def in_force(self, partner_id: str, feed: str) -> list[Receipt]:
        """What counts now for a partner and feed."""
        return self._receipts(
            "WHERE partner_id = :partner AND feed = :feed AND status = 'in_force'",
            partner=partner_id,
            feed=feed,
        )

    def in_force_in(self, feed: str, period: str) -> list[Receipt]:
        """What counts now of a feed for one period, whoever sent it."""
        return self._receipts(
            "WHERE feed = :feed AND period = :period AND status = 'in_force'",
            feed=feed,
            period=period,
        )

    def as_much_elsewhere(
        self, identity: Identity, period: str, rows: int, pence: int
    ) -> list[Receipt]:
        """What counts now of other partners for the same feed and period, with as many rows and
        as much money."""
        return self._receipts(
            "WHERE feed = :feed AND period = :period AND partner_id <> :partner "
            "AND synthetic = :synthetic AND status = 'in_force' AND rows_accepted = :rows "
            "AND pence_accepted = :pence",
            feed=identity.feed,
            period=period,
            partner=identity.partner_id,
            synthetic=identity.synthetic,
            rows=rows,
            pence=pence,
        )

    def findings(self, seq: int | None = None) -> list[dict[str, Any]]:
        """Every finding of every receipt, or of one, as rows."""
        if seq is None:
            return self._store.rows("SELECT * FROM finding ORDER BY seq, position")
        one = "SELECT * FROM finding WHERE seq = :seq ORDER BY position"
        return self._store.rows(one, seq=seq)

    def reasons(self) -> dict[int, str]:
        """For each receipt, the message of its gravest finding that kept rows out."""
        rows = self._store.rows(
            "SELECT seq, message FROM finding WHERE level <> 'information' "
            "ORDER BY seq, level = 'must_fix', level = 'set_aside', row_count"
        )
        return {r["seq"]: r["message"] for r in rows}

    def _receipts(self, where: str = "", **values: object) -> list[Receipt]:
        query = f"SELECT {', '.join(COLUMNS)} FROM receipt {where} ORDER BY seq"
        return [_from_row(row) for row in self._store.rows(query, **values)]


def _is(column: str, value: str | None) -> str:
    """A condition that holds of no value as well, and by which an index can be read."""
    return f"{column} IS NULL" if value is None else f"{column} = :{column}"


def _from_row(row: dict[str, Any]) -> Receipt:
    for name in DATES:
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    row["synthetic"] = bool(row["synthetic"])
    row["pence_by_month"] = json.loads(row["pence_by_month"] or "{}")
    return Receipt(**row)
