"""What a person sees on the terminal about deliveries: plain words, grouped, with the £."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..contracts.model import Partner
from .findings import Finding, pounds, shown
from .judgement import Judgement
from .receipt import Receipt, receipt_id

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
_SAY_WHY = 'say why with --reason "…" --name "your name".'


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
        *findings_lines(result.findings),
    ]
    asks = any(f.level == "please_explain" for f in result.findings)
    if asks and result.verdict != "refused":
        out += ["", f"When you submit it, {_SAY_WHY}"]
    out += ["", "Nothing was stored."]
    return "\n".join(out)


def findings_lines(findings: Sequence[Finding]) -> list[str]:
    """Findings grouped by what they do to the file, the first places of each under it."""
    out: list[str] = []
    group = ""
    for found in ordered(findings):
        if found.level != group:
            group = found.level
            out += ["", _GROUPS[group]]
        amount = f" ({pounds(found.amount_pence)})" if found.amount_pence is not None else ""
        out.append(f"  {found.code}  {found.message}{amount}")
        if found.level == "information":
            continue
        told = found.groups[:_FIRST]
        for same in told:
            instead = f"  → {same.suggestion}" if same.suggestion else ""
            rows = "row" if same.count == 1 else "rows"
            out.append(
                f"          {same.value or 'empty'!r}: {same.count:,} {rows}, "
                f"first in row {same.first_row:,} ({pounds(same.amount_pence)}){instead}"
            )
        for cell in found.cells[: _FIRST if not told else 0]:
            sheet = f"sheet '{shown(cell.sheet)}', " if cell.sheet else ""
            column = f", column {cell.column} '{cell.heading}'" if cell.column else ""
            value = f": {cell.value!r}" if cell.value else ""
            out.append(f"          {sheet}row {cell.row:,}{column}{value}")
        if told and found.distinct > len(told):
            out.append(f"          … and {found.distinct - len(told):,} other values")
        elif not told and len(found.cells) > _FIRST:
            out.append(f"          … and {len(found.cells) - _FIRST:,} more (all with --json)")
        out.append(f"          To fix: {found.fix}")
    return out


def receipt_facts(
    receipt: Receipt, partner: str, replaced_by: Receipt | None
) -> list[tuple[str, str]]:
    """What a receipt states, by name, in the order it is shown."""
    r = receipt
    first, last = r.first_date, r.last_date
    facts = [
        ("Receipt", r.receipt_id),
        ("From", f"{partner}, {r.feed or 'no feed we know'}"),
        ("Period", r.period or "not known"),
        ("Received", r.received_at),
        ("Stands", _standing(r)),
        ("SHA-256", r.sha256 or "the file could not be read"),
        ("Bytes", f"{r.bytes:,}"),
        ("Rows", equation(r)),
        ("Accepted", pounds(r.pence_accepted)),
        *((f"  {month or 'no date'}", pounds(p)) for month, p in r.pence_by_month.items()),
        ("Set aside", pounds(r.pence_set_aside)),
        ("First and last date", f"{first} to {last}" if first else "no dates"),
        ("Layout", r.layout_id or "none"),
        ("Encoding", r.encoding or "none: a workbook, or not read"),
        ("Rules", r.rules_version),
        ("Contract", r.contract_version or "not kept"),
    ]
    if r.replaces:
        facts.append(("Replaces", receipt_id(r.replaces)))
    if replaced_by:
        facts.append(("Replaced by", replaced_by.receipt_id))
    if r.duplicate_of:
        facts.append(("Same bytes as", receipt_id(r.duplicate_of)))
    if r.explanation:
        facts.append(("Explanation", f"{shown(r.explanation)} ({shown(r.explained_by)})"))
    if r.withdrawn_at:
        who = f", {shown(r.withdrawn_by)}" if r.withdrawn_by else ""
        facts.append(("Withdrawn", f"{r.withdrawn_at}{who}: {shown(r.withdrawn_because)}"))
    return facts


def _standing(receipt: Receipt) -> str:
    return {
        "in_force": "in force: its lines count from the next run on",
        "superseded": "a later delivery took its place; its lines do not count",
        "withdrawn": "withdrawn; its lines do not count",
    }.get(receipt.status, "not in force; none of its lines count")


def receipt_text(
    receipt: Receipt, findings: Sequence[Finding], partner: str, replaced_by: Receipt | None
) -> str:
    """Everything of one delivery, and how its sender can work it out again."""
    facts = receipt_facts(receipt, partner, replaced_by)
    wide = max(len(name) for name, _ in facts) + 2
    out = [f"{VERDICTS[receipt.verdict]}: {shown(receipt.file_name)}"]
    out += [f"  {name:<{wide}}{value}" for name, value in facts]
    if receipt.rows_in:
        out += [
            "",
            "To check it yourself: `sha256sum FILE` gives the SHA-256; the SUM of the amounts in a",
            "spreadsheet is what was accepted plus what was set aside.",
        ]
    if any(f.level == "please_explain" for f in findings):
        if receipt.verdict == "refused" and any(f.level == "must_fix" for f in findings):
            out += ["", f"When the rest is put right, {_SAY_WHY}"]
        elif receipt.verdict == "refused":
            out += ["", f"Refused for want of an explanation. To explain it, {_SAY_WHY}"]
        elif not receipt.explanation:
            out += ["", f"Nobody has explained this yet. To do so, submit the file: {_SAY_WHY}"]
    return "\n".join(out + findings_lines(findings))


def receipt_json(
    receipt: Receipt, findings: Sequence[Finding], replaced_by: Receipt | None
) -> dict[str, Any]:
    """The public shape of one receipt with everything that was found."""
    names: tuple[str, ...] = (
        "bytes",
        "encoding",
        "layout_id",
        "rules_version",
        "contract_version",
        "synthetic",
    )
    names += ("first_date", "last_date", "pence_by_month", "explanation", "explained_by")
    names += ("withdrawn_because", "withdrawn_by", "withdrawn_at")
    return (
        receipt.as_json()
        | {name: getattr(receipt, name) for name in names}
        | {
            "replaces": receipt_id(receipt.replaces) if receipt.replaces else None,
            "replaced_by": replaced_by.receipt_id if replaced_by else None,
            "duplicate_of": receipt_id(receipt.duplicate_of) if receipt.duplicate_of else None,
            "findings": [f.as_json() for f in ordered(findings)],
        }
    )


def receipts_text(receipts: Sequence[Receipt], unexplained: Collection[int] = ()) -> str:
    """One line a delivery, in order of arrival; ``unexplained`` are numbers of receipts."""
    if not receipts:
        return "No delivery has been received yet."
    lines = []
    for r in receipts:
        verdict = "Withdrawn" if r.status == "withdrawn" else VERDICTS[r.verdict]
        who = f"{r.partner_id or 'nobody we know'}/{r.feed or '?'}"
        lines.append(
            f"{r.receipt_id}  {verdict:<30} {who:<48} {r.period or '–':<11}"
            f"{r.rows_accepted:>9,} rows {pounds(r.pence_accepted):>18}  {shown(r.file_name)}"
            + ("  (unexplained)" if r.seq in unexplained else "")
        )
    return "\n".join(lines)


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
        if row["unexplained"]:
            lines.append(f"  not explained yet: {', '.join(row['unexplained'])}")
    return "\n".join(lines)
