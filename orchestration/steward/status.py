"""Who has delivered what, as rows and as a table for the terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..contracts.model import Partner
from ..display import table
from ..intake.ledger.receipt import Receipt
from .text import amount


def status_rows(
    partners: Mapping[str, Partner],
    receipts: Sequence[Receipt],
    unexplained: Collection[int] = (),
) -> list[dict[str, Any]]:
    """One row a partner and feed: what is in force, what was refused, when it last arrived."""
    rows = []
    for partner in partners.values():
        for feed in partner.feeds:
            mine = [r for r in receipts if r.partner_id == partner.id and r.feed == feed]
            force = [r for r in mine if r.status == "in_force"]
            rows.append(
                {
                    "partner_id": partner.id,
                    "feed": feed,
                    "deliveries": len(mine),
                    "in_force": sorted(str(r.period) for r in force),
                    "refused": [r.receipt_id for r in mine if r.verdict == "refused"],
                    "unexplained": [r.receipt_id for r in mine if r.seq in unexplained],
                    "rows_accepted": sum(r.rows_accepted for r in force),
                    "pence_accepted": sum(r.pence_accepted for r in force),
                    "pence_set_aside": sum(r.pence_set_aside for r in force),
                    "last_received_at": mine[-1].received_at if mine else None,
                }
            )
    return rows


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
