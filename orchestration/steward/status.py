"""Who has delivered what, as rows and as a table for the terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..contracts.load import left_out
from ..contracts.model import Partner
from ..display import display_safe, table
from ..intake.ledger.receipt import Receipt
from .text import amount


def status_rows(
    partners: Mapping[str, Partner],
    receipts: Sequence[Receipt],
    unexplained: Collection[int] = (),
    waiting: Collection[int] = (),
) -> list[dict[str, Any]]:
    """One row a partner and feed: what is in force, what was refused, when it last arrived.

    ``waiting`` are the receipts of what is refused or held and not put right since.
    """
    return [
        _row(
            (partner.id, feed),
            [r for r in receipts if r.partner_id == partner.id and r.feed == feed],
            unexplained,
            waiting,
        )
        for partner in partners.values()
        for feed in partner.feeds
    ]


def _row(
    of: tuple[str | None, str | None],
    mine: Sequence[Receipt],
    unexplained: Collection[int],
    waiting: Collection[int],
) -> dict[str, Any]:
    force = [r for r in mine if r.status == "in_force"]
    return {
        "partner_id": of[0],
        "feed": of[1],
        "deliveries": len(mine),
        "in_force": sorted(str(r.period) for r in force),
        "refused": [r.receipt_id for r in mine if r.verdict == "refused"],
        "held": [r.receipt_id for r in mine if r.status == "held"],
        "not_put_right": [r.receipt_id for r in mine if r.seq in waiting],
        "unexplained": [r.receipt_id for r in mine if r.seq in unexplained],
        "rows_accepted": sum(r.rows_accepted for r in force),
        "pence_accepted": sum(r.pence_accepted for r in force),
        "pence_set_aside": sum(r.pence_set_aside for r in force),
        "last_received_at": mine[-1].received_at if mine else None,
    }


def status_text(rows: Sequence[dict[str, Any]]) -> str:
    """The status as a table; periods in force are given as first to last and their number."""
    lines: list[tuple[str, ...]] = []
    for row in rows:
        force = row["in_force"]
        if not force:
            span = "nothing yet"
        elif len(force) == 1:
            span = force[0]
        else:
            span = f"{force[0]} to {force[-1]} ({len(force)})"
        lines.append(
            (
                f"{row['partner_id']}/{row['feed']}",
                span,
                str(len(row["refused"])),
                f"{row['rows_accepted']:,}",
                amount(row["pence_accepted"], row["feed"]),
                ", ".join(row["unexplained"]),
            )
        )
    headings = ("Partner and feed", "In force", "Refused", "Rows", "£ accepted", "Not explained")
    return "\n".join(table(lines, headings))


def open_rows(
    receipts: Sequence[Receipt], waiting: Collection[int], landing: Sequence[tuple[str, str]]
) -> list[tuple[str, ...]]:
    """What still needs somebody: each refused or held file that is not put right, whatever its
    period, and what lies in landing (``landing``: place and reason) and is not taken."""
    rows = [
        (
            f"{display_safe(r.file_name)} ({r.receipt_id})",
            f"{r.partner_id}/{r.feed}" if r.partner_id else "of an unknown partner",
            r.period or "",
            _state(r),
        )
        for r in receipts
        if r.seq in waiting
    ]
    return [*rows, *((display_safe(place) or "", "", "", why) for place, why in landing)]


def _state(r: Receipt) -> str:
    if r.waits_for_certifier:
        return "waits for certification"
    return "held" if r.status == "held" else "refused"


def of_nobody(
    partners: Mapping[str, Partner],
    receipts: Sequence[Receipt],
    waiting: Collection[int],
    landing: Sequence[tuple[str, str]],
    pin: Mapping[str, str | None] | None = None,
) -> list[dict[str, Any]]:
    """One more row, without a partner, for what is left alone in landing, what lies in folders of
    nobody, whose contracts cannot be used and which release is pinned; none if there is nothing of
    the kind."""
    unknown = [r for r in receipts if r.partner_id is None]
    broken = {partner_id: str(why) for partner_id, why in left_out(partners).items()}
    row = _row((None, None), unknown, (), waiting) | {
        "contracts": broken,
        "left_alone": [{"place": place, "reason": why} for place, why in landing],
        "pin": pin,
    }
    return [row] if row["not_put_right"] or broken or landing or pin else []
