"""What a person sees on the terminal about deliveries: plain words, grouped, with the £."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..contracts.model import Partner
from .findings import Finding, pounds, shown
from .judgement import Judgement
from .ledger import Receipt

VERDICTS = {
    "accepted": "Accepted",
    "accepted_with_rows_set_aside": "Accepted, with rows set aside",
    "refused": "Refused",
    "duplicate": "Already received",
}
_ORDER = ("must_fix", "please_explain", "set_aside", "information")
_GROUPS = {
    "must_fix": "Must be fixed before the file can be accepted",
    "please_explain": "Please explain",
    "set_aside": "Rows set aside",
    "information": "For information",
}
_FIRST = 5


def judgement_json(result: Judgement) -> dict[str, Any]:
    """The public shape of a dry run."""
    return {
        "verdict": result.verdict,
        "period": result.period.label if result.period else None,
        "rows_in": result.rows_in,
        "rows_accepted": result.rows_accepted,
        "rows_set_aside": result.rows_set_aside,
        "rows_non_data": result.rows_non_data,
        "pence_accepted": result.pence_accepted,
        "pence_set_aside": result.pence_set_aside,
        "findings": [f.as_json() for f in ordered(result.findings)],
    }


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Findings as they are shown: the gravest first, then those that touch most rows."""
    return sorted(findings, key=lambda f: (_ORDER.index(f.level), -f.count, f.code))


def equation(result: Judgement | Receipt) -> str:
    """The rows equation, as printed on every receipt."""
    return (
        f"{result.rows_in:,} rows in the file = {result.rows_accepted:,} accepted "
        f"+ {result.rows_set_aside:,} set aside + {result.rows_non_data:,} that are no lines"
    )


def judgement_text(file_name: str, partner: Partner, result: Judgement) -> str:
    """The report of a dry run, the gravest findings first."""
    out = [
        f"{VERDICTS[result.verdict]}: {shown(file_name)} from {partner.name}"
        + (f", {result.period.label}" if result.period else ""),
        f"  {equation(result)}",
        f"  {pounds(result.pence_accepted)} accepted, {pounds(result.pence_set_aside)} set aside",
    ]
    group = ""
    for found in ordered(result.findings):
        if found.level != group:
            group = found.level
            out += ["", _GROUPS[group]]
        amount = f" ({pounds(found.amount_pence)})" if found.amount_pence is not None else ""
        out.append(f"  {found.code}  {found.message}{amount}")
        for cell in found.cells[:_FIRST] if found.level != "information" else []:
            sheet = f"sheet '{shown(cell.sheet)}', " if cell.sheet else ""
            column = f", column {cell.column} '{cell.heading}'" if cell.column else ""
            value = f": {cell.value!r}" if cell.value else ""
            out.append(f"          {sheet}row {cell.row:,}{column}{value}")
        if found.level != "information":
            if len(found.cells) > _FIRST:
                out.append(f"          … and {len(found.cells) - _FIRST:,} more (all with --json)")
            out.append(f"          To fix: {found.fix}")
    out += ["", "Nothing was stored."]
    return "\n".join(out)


def receipts_text(receipts: Sequence[Receipt]) -> str:
    """One line a delivery, in order of arrival."""
    if not receipts:
        return "No delivery has been received yet."
    lines = []
    for r in receipts:
        who = f"{r.partner_id or 'nobody we know'}/{r.feed or '?'}"
        lines.append(
            f"{r.receipt_id}  {VERDICTS[r.verdict]:<30} {who:<48} {r.period or '–':<11}"
            f"{r.rows_accepted:>9,} rows {pounds(r.pence_accepted):>18}  {shown(r.file_name)}"
        )
    return "\n".join(lines)


def status_rows(
    partners: Mapping[str, Partner], receipts: Sequence[Receipt]
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
                    "rows_accepted": sum(r.rows_accepted for r in force),
                    "pence_accepted": sum(r.pence_accepted for r in force),
                    "pence_set_aside": sum(r.pence_set_aside for r in force),
                    "last_received_at": mine[-1].received_at if mine else None,
                }
            )
    return rows


def status_text(rows: Sequence[dict[str, Any]]) -> str:
    """The status as a table; periods in force are given as first to last and their number."""
    lines = [
        f"{'Partner and feed':<48}{'In force':<32}{'Refused':>8}{'Rows':>10}{'£ accepted':>20}"
    ]
    for row in rows:
        force = row["in_force"]
        if not force:
            span = "nothing yet"
        elif len(force) == 1:
            span = force[0]
        else:
            span = f"{force[0]} to {force[-1]} ({len(force)})"
        name = f"{row['partner_id']}/{row['feed']}"
        lines.append(
            f"{name:<48}{span:<32}{len(row['refused']):>8}{row['rows_accepted']:>10,}"
            f"{pounds(row['pence_accepted']):>20}"
        )
    return "\n".join(lines)
