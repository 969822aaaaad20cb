"""The receipt: what is booked for every delivery, refused and repeated ones too.

Here belongs its shape. How receipts are kept belongs to ``ledger``, how they are shown to
``steward.text``.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .store import Types

# Where a column of a receipt is shown: in every list of receipts, on the receipt alone, nowhere.
Shown = Literal["list", "receipt", "nowhere"]


def _column(default: Any = MISSING, *, shown: Shown = "nowhere", build: str | bool = False) -> Any:
    """A column of a receipt. ``build``: the build reads it, under this name if it has another."""
    metadata = {"shown": shown, "build": build}
    if default is dict:
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Explanation:
    """Why something is as it is, in the steward's words, and who says so."""

    reason: str
    name: str


@dataclass(frozen=True)
class Identity:
    """What a delivery is known by before it is judged: its bytes, from whom, for which feed.

    ``reading_version`` is a hash of all by which the file was read (``fingerprints``).
    ``difference`` is what it changes against the receipt it replaces, as JSON.
    ``manifest_sha256`` is of the control file beside it, if there is one.
    """

    submission_id: str
    partner_id: str | None
    feed: str | None
    manifest_sha256: str | None
    synthetic: bool


@dataclass(frozen=True)
class Receipt:
    """One delivery and what became of it. ``status``: in_force, held, superseded, withdrawn, none.

    Here its columns are declared, once: the ledger's table, the build's input and the JSON follow.

    ``pence_by_month`` adds up the accepted lines by the month (``2024-04``) of their own date, or
    by financial year where a feed has no dates; an empty key holds lines without one.
    ``rows_unpriced`` are rows set aside whose amount cannot be read (unknown in older receipts).
    ``manifest_sha256`` is of the sender's control file beside the file, if there was one.
    ``submitted_by`` is known of what came through the desk or by name. ``certification``: waiting,
    certified or returned where a second person must certify it; ``certified_by`` is who did either.
    """

    submission_id: str = _column(shown="list", build=True)
    file_name: str = _column(shown="list", build=True)
    sha256: str = _column(shown="list", build="file_sha256")
    bytes: int = _column(shown="receipt", build=True)
    verdict: str = _column(shown="list", build=True)
    rules_version: str = _column(shown="receipt")
    partner_id: str | None = _column(None, shown="list", build=True)
    feed: str | None = _column(None, shown="list", build=True)
    period: str | None = _column(None, shown="list", build=True)
    period_kind: str | None = _column(None, build=True)
    period_start: date | None = _column(None, build=True)
    period_end: date | None = _column(None, build=True)
    landing_path: str | None = _column(None)
    status: str = _column("none", shown="list", build=True)
    replaces: int | None = _column(None)
    duplicate_of: int | None = _column(None)
    synthetic: bool = _column(False, shown="receipt", build=True)
    rows_in: int = _column(0, shown="list", build=True)
    rows_accepted: int = _column(0, shown="list", build=True)
    rows_set_aside: int = _column(0, shown="list", build=True)
    rows_non_data: int = _column(0, shown="list", build=True)
    pence_accepted: int = _column(0, shown="list", build=True)
    pence_set_aside: int = _column(0, shown="list", build=True)
    rows_unpriced: int | None = _column(None, shown="list", build=True)
    layout_id: str | None = _column(None, shown="receipt", build=True)
    coverage: str | None = _column(None, build=True)
    public_access: str | None = _column(None, build=True)
    encoding: str | None = _column(None, shown="receipt")
    contract_version: str | None = _column(None, shown="receipt")
    manifest_sha256: str | None = _column(None, shown="receipt")
    first_date: date | None = _column(None, shown="receipt")
    last_date: date | None = _column(None, shown="receipt")
    pence_by_month: dict[str, int] = _column(dict, shown="receipt")
    reading_version: str | None = _column(None)
    difference: str | None = _column(None)
    explanation: str | None = _column(None, shown="receipt")
    explained_by: str | None = _column(None, shown="receipt")
    submitted_by: str | None = _column(None, shown="receipt")
    certification: str | None = _column(None, shown="list", build=True)
    certified_by: str | None = _column(None, shown="receipt")
    certified_at: str | None = _column(None, shown="receipt")
    withdrawn_because: str | None = _column(None, shown="receipt")
    withdrawn_by: str | None = _column(None, shown="receipt")
    withdrawn_at: str | None = _column(None, shown="receipt")
    seq: int = _column(0, build=True)
    received_at: str = _column("", shown="list")

    @property
    def identity(self) -> Identity:
        """What the delivery is known by."""
        return Identity(
            self.submission_id, self.partner_id, self.feed, self.manifest_sha256, self.synthetic
        )

    @property
    def waits_for_certifier(self) -> bool:
        """Whether it would count if a second person certified it."""
        return self.status == "held" and self.certification == "waiting"

    @property
    def receipt_id(self) -> str:
        """The public number of the receipt, in order of arrival: ``R-000042``."""
        return receipt_id(self.seq)

    def as_json(self) -> dict[str, Any]:
        """The public shape of a receipt."""
        return {"receipt_id": self.receipt_id} | self.columns("list")

    def columns(self, shown: Shown) -> dict[str, Any]:
        """The columns that are shown in a list of receipts, or on the receipt alone, by name."""
        names = [f.name for f in fields(self) if f.metadata["shown"] == shown]
        return {name: getattr(self, name) for name in names}


_DUCKDB = {int: "BIGINT", bool: "BOOLEAN", date: "DATE"}


def declared_columns(types: Types) -> dict[str, str]:
    """Each column of the ledger's table of receipts with its type; ``seq`` numbers the rows."""
    kinds = {int: types.integer, bool: types.truth}
    found = {}
    for name, kind, optional in _declared():
        required = "" if optional or kind is dict else " NOT NULL"
        found[name] = kinds.get(kind, types.text) + required
    return found | {"seq": types.number}


def build_columns() -> list[tuple[str, str, str]]:
    """What the build reads of a receipt: its name here, its name there, its DuckDB type."""
    kinds = {name: kind for name, kind, _ in _declared()}
    return [
        (f.name, f.name if f.metadata["build"] is True else f.metadata["build"], kind)
        for f in fields(Receipt)
        if f.metadata["build"]
        for kind in [_DUCKDB.get(kinds[f.name], "VARCHAR")]
    ]


def date_columns() -> tuple[str, ...]:
    """The columns that hold a day."""
    return tuple(name for name, kind, _ in _declared() if kind is date)


@cache
def _declared() -> tuple[tuple[str, type, bool], ...]:
    """Name, type and whether it may be missing, for every column."""
    found = []
    for name, hint in get_type_hints(Receipt).items():
        optional = NoneType in get_args(hint)
        kind = next(k for k in get_args(hint) if k is not NoneType) if optional else hint
        found.append((name, get_origin(kind) or kind, optional))
    return tuple(found)


def receipt_id(seq: int) -> str:
    """``R-000042`` for 42."""
    return f"R-{seq:06d}"


def receipt_number(text: str) -> int | None:
    """42 for ``R-000042``, ``r-42`` or ``42``; ``None`` for what is no receipt number."""
    match = re.fullmatch(r"(?:[Rr]-)?([0-9]{1,15})", text.strip())
    return int(match[1]) if match else None
