"""The receipt: what is booked for every delivery, refused and repeated ones too.

Here belongs its shape. How receipts are kept belongs to ``ledger``, how they are shown to
``screens``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

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
class Explanation:
    """Why something is as it is, in the steward's words, and who says so."""

    reason: str
    name: str


@dataclass(frozen=True)
class Receipt:
    """One delivery and what became of it. ``status``: in_force, superseded, withdrawn or none.

    ``pence_by_month`` adds up the accepted lines by the month (``2024-04``) of their own date, or
    by financial year where a feed has no dates; an empty key holds lines without one.
    ``manifest_sha256`` is of the sender's control file beside the file, if there was one.
    """

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
    contract_version: str | None = None
    manifest_sha256: str | None = None
    first_date: date | None = None
    last_date: date | None = None
    pence_by_month: dict[str, int] = field(default_factory=dict)
    explanation: str | None = None
    explained_by: str | None = None
    withdrawn_because: str | None = None
    withdrawn_by: str | None = None
    withdrawn_at: str | None = None
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


def receipt_number(text: str) -> int | None:
    """42 for ``R-000042``, ``r-42`` or ``42``; ``None`` for what is no receipt number."""
    match = re.fullmatch(r"(?:[Rr]-)?([0-9]{1,15})", text.strip())
    return int(match[1]) if match else None
