"""What a person sees on the terminal about deliveries: plain words, grouped, with the £."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from ..contracts.feeds import has_money
from ..contracts.model import Partner
from ..display import display_safe, moment, pounds, pounds_aside, table
from ..intake.judge.difference import Difference
from ..intake.judge.findings import Cell, Finding
from ..intake.judge.judgement import Judgement
from ..intake.ledger.receipt import Receipt, receipt_id
from .difference import difference_lines
from .labels import KINDS, ORDER, VERDICTS

_FIRST = 5
_SAID = '--reason "…" --name "your name"'


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
        "rows_unpriced": result.rows_unpriced,
        "difference": difference_json(result),
        "findings": [f.as_json() for f in ordered(result.findings)],
    }


def difference_json(result: Judgement | Receipt) -> dict[str, Any] | None:
    """What a file changes against the one it takes the place of; ``None`` if there is none."""
    found = difference_of(result)
    return asdict(found) if found else None


def difference_of(result: Judgement | Receipt) -> Difference | None:
    """The same as a value."""
    if isinstance(result, Judgement):
        return result.difference
    return Difference.from_text(result.difference) if result.difference else None


def _against(found: Difference | None, money: bool) -> list[str]:
    return difference_lines(found, money=money) if found else []


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Findings as they are shown: the gravest first, then those that touch most rows."""
    return sorted(findings, key=lambda f: (ORDER.index(f.level), -f.count, f.code))


def equation(result: Judgement | Receipt) -> str:
    """The rows equation, as printed on every receipt."""
    rows = "row" if result.rows_non_data == 1 else "rows"
    return (
        f"{result.rows_in:,} rows in the file = {result.rows_accepted:,} {_taken(result)} "
        f"+ {result.rows_set_aside:,} set aside + {result.rows_non_data:,} non-data {rows}"
    )


def in_pounds(result: Judgement | Receipt) -> str:
    """The £ of the rows accepted and of those set aside."""
    taken = f"{pounds(result.pence_accepted)} {_taken(result)}"
    return f"{taken}, {aside(result)} set aside"


def aside(result: Judgement | Receipt) -> str:
    """The £ of the rows set aside, as far as they can be read."""
    return pounds_aside(result.pence_set_aside, result.rows_set_aside, result.rows_unpriced)


def _taken(result: Judgement | Receipt) -> str:
    return "held" if result.verdict == "held" else "accepted"


def judgement_text(file_name: str, partner: Partner, result: Judgement, *, compared: bool) -> str:
    """The report of a dry run, the gravest findings first. ``compared``: with earlier files."""
    out = [
        f"{VERDICTS[outcome(result, result.findings)].word}: {display_safe(file_name)} "
        f"from {partner.name}" + (f", {result.period.label}" if result.period else ""),
        f"  {equation(result)}",
        *([f"  {in_pounds(result)}"] if result.money else []),
        *_against(result.difference, result.money),
        *findings_lines(result.findings),
    ]
    if result.asks and result.verdict != "refused":
        out += ["", f"If it is right as it is, say why when you submit it: {_SAID}."]
    out += ["", "Nothing was stored."]
    if not compared:
        out += ["Not compared with earlier deliveries: this home has none that can be read."]
    return "\n".join(out)


def findings_lines(findings: Sequence[Finding]) -> list[str]:
    """Findings grouped by what they do to the file, the first places of each under it."""
    out: list[str] = []
    group = ""
    for found in ordered(findings):
        if found.level != group:
            group = found.level
            out += ["", KINDS[group].heading]
        amount = f" ({pounds(found.amount_pence)})" if found.amount_pence is not None else ""
        out.append(f"  {found.code}  {found.message}{amount}")
        if found.level == "information":
            out += _places(found.cells)
            continue
        groups = found.groups[:_FIRST]
        place = _place(found.cells)
        for same in groups:
            instead = f"  → {same.suggestion}" if same.suggestion else ""
            rows = "row" if same.count == 1 else "rows"
            out.append(
                f"          {same.value or 'empty'!r}: {same.count:,} {rows}, "
                f"first in {place.format(same.first_row)} ({pounds(same.amount_pence)}){instead}"
            )
        out += _places([] if groups else found.cells)
        if groups and found.distinct > len(groups):
            out.append(f"          … and {found.distinct - len(groups):,} other values")
        out.append(f"          To fix: {found.fix}")
    return out


def _places(cells: Sequence[Cell]) -> list[str]:
    """The first cells, and how many more there are."""
    out = []
    for cell in cells[:_FIRST]:
        sheet = f"sheet '{display_safe(cell.sheet)}', " if cell.sheet else ""
        column = f", column {cell.column} '{cell.heading}'" if cell.column else ""
        value = f": {cell.value!r}" if cell.value else ""
        out.append(f"          {sheet}row {cell.row:,}{column}{value}")
    if len(cells) > _FIRST:
        out.append(f"          … and {len(cells) - _FIRST:,} more (all with --json)")
    return out


def _place(cells: Sequence[Cell]) -> str:
    """Where a group stands, but for its row: one column, and the sheet where all are in one."""
    if not cells or not cells[0].column:
        return "row {:,}"
    one = cells[0].sheet if cells[0].sheet == cells[-1].sheet else None
    sheet = f"sheet '{display_safe(one)}', ".replace("{", "{{").replace("}", "}}") if one else ""
    return f"{sheet}row {{:,}}, column {cells[0].column}"


def receipt_facts(
    receipt: Receipt, partner: str, replaced_by: Receipt | None
) -> list[tuple[str, str]]:
    """What a receipt states, by name, in the order it is shown."""
    r = receipt
    first, last = r.first_date, r.last_date
    facts = [
        ("Receipt", r.receipt_id),
        ("From", f"{partner}, {r.feed or 'unknown feed'}"),
        ("Period", r.period or "not known"),
        ("Received", moment(r.received_at)),
        ("Status", standing(r)),
        ("SHA-256", r.sha256 or "the file could not be read"),
        ("Bytes", f"{r.bytes:,}"),
        *([("Control file", f"SHA-256 {r.manifest_sha256}")] if r.manifest_sha256 else []),
    ]
    if r.duplicate_of:
        facts.append(("Rows", f"not read again: see {receipt_id(r.duplicate_of)}"))
    else:
        money = [
            (_taken(r).capitalize(), pounds(r.pence_accepted)),
            *((f"  {month or 'no date'}", pounds(p)) for month, p in r.pence_by_month.items()),
            ("Set aside", aside(r)),
        ]
        facts += [
            ("Rows", equation(r)),
            *(money if has_money(r.feed) else []),
            ("First and last date", f"{first} to {last}" if first else "no dates"),
            ("Layout", r.layout_id or "none"),
            ("Encoding", r.encoding or "none: a workbook, or not read"),
        ]
    facts += [("Rules", r.rules_version), ("Contract", r.contract_version or "not kept")]
    if r.replaces:
        name = "Would replace" if r.status == "held" else "Replaces"
        facts.append((name, receipt_id(r.replaces)))
    if replaced_by:
        facts.append(("Replaced by", replaced_by.receipt_id))
    if r.duplicate_of:
        facts.append(("Same bytes as", receipt_id(r.duplicate_of)))
    if r.explanation:
        facts.append(
            ("Explanation", f"{display_safe(r.explanation)} ({display_safe(r.explained_by)})")
        )
    if r.submitted_by:
        facts.append(("Submitted by", display_safe(r.submitted_by) or ""))
    if r.certification == "certified":
        facts.append(("Certified", f"{moment(r.certified_at)}, {display_safe(r.certified_by)}"))
    if r.withdrawn_at:
        who = f", {display_safe(r.withdrawn_by)}" if r.withdrawn_by else ""
        what = "Returned" if r.certification == "returned" else "Withdrawn"
        facts.append((what, f"{moment(r.withdrawn_at)}{who}: {display_safe(r.withdrawn_because)}"))
    return facts


def outcome(result: Judgement | Receipt, findings: Sequence[Finding] = ()) -> str:
    """The verdict in the words of ``VERDICTS``: that the submission has been withdrawn or would be
    held, or that it counts though one of its ``findings`` asks and nobody has answered."""
    asks = any(f.level == "please_explain" for f in findings)
    if isinstance(result, Judgement):
        if result.verdict == "held":
            return "would_be_held" if asks or not result.certification else "would_wait"
        return "asked" if asks and result.verdict.startswith("accepted") else result.verdict
    return _outcome_of_receipt(result, asks)


def _outcome_of_receipt(result: Receipt, asks: bool) -> str:
    if result.status == "withdrawn":
        return "returned" if result.certification == "returned" else "withdrawn"
    answered = result.explanation
    if result.waits_for_certifier and (answered or not asks):
        return "uncertified"
    if asks and not answered and result.verdict.startswith("accepted"):
        return "asked"
    return result.verdict


def standing(receipt: Receipt) -> str:
    """Whether the lines of a submission count, in words."""
    if receipt.duplicate_of:
        return f"no change: {receipt_id(receipt.duplicate_of)} is the receipt of this file"
    if receipt.waits_for_certifier:
        return "waits for certification by a second person; what was in force still is"
    return {
        "in_force": "in force: its lines count from the next run",
        "held": "held: its lines count once its question is answered; what was in force still is",
        "superseded": "replaced by a later submission; its lines do not count",
        "withdrawn": "withdrawn; its lines do not count",
    }.get(
        receipt.status, "not in force: none of its lines count; what was in force before still is"
    )


def receipt_text(
    receipt: Receipt, findings: Sequence[Finding], partner: str, replaced_by: Receipt | None
) -> str:
    """Everything about one submission, and how its sender can check it."""
    facts = receipt_facts(receipt, partner, replaced_by)
    wide = max(len(name) for name, _ in facts) + 2
    out = [f"{VERDICTS[outcome(receipt, findings)].word}: {display_safe(receipt.file_name)}"]
    out += [*_against(difference_of(receipt), has_money(receipt.feed)), ""]
    out += [f"  {name:<{wide}}{value}" for name, value in facts]
    if receipt.rows_in and has_money(receipt.feed):
        out += [
            "",
            "To check it yourself: `sha256sum FILE` gives the SHA-256; the SUM of the amounts in a",
            "spreadsheet, without totals rows, equals the £ accepted plus the £ set aside.",
        ]
    out += [*_what_to_answer(receipt, findings), *_to_certify(receipt)]
    return "\n".join(out + findings_lines(findings))


def _to_certify(receipt: Receipt) -> list[str]:
    """How a submission that waits is certified; nothing where none is asked for."""
    if not receipt.waits_for_certifier:
        return []
    number = receipt.receipt_id
    return [
        "",
        "It counts once a second person has certified it, who did not send it:",
        f'  totalplace certify {number} --name "their name"',
    ]


def _what_to_answer(receipt: Receipt, findings: Sequence[Finding]) -> list[str]:
    """How an open question is answered; nothing where none is open."""
    asks = any(f.level == "please_explain" for f in findings)
    if not asks or receipt.explanation or receipt.status in ("superseded", "withdrawn"):
        return []
    if receipt.verdict == "refused":
        return ["", f"When the rest is corrected, submit it again and say why: {_SAID}."]
    return [
        "",
        "If the file is right as it is, say why, and it need not be sent again:",
        f"  totalplace explain {receipt.receipt_id} {_SAID}",
        "If it is wrong, submit the corrected file; it takes the place of this one.",
    ]


def receipt_json(
    receipt: Receipt, findings: Sequence[Finding], replaced_by: Receipt | None
) -> dict[str, Any]:
    """The public shape of one receipt with everything that was found."""
    return (
        receipt.as_json()
        | receipt.columns("receipt")
        | {
            "replaces": receipt_id(receipt.replaces) if receipt.replaces else None,
            "replaced_by": replaced_by.receipt_id if replaced_by else None,
            "duplicate_of": receipt_id(receipt.duplicate_of) if receipt.duplicate_of else None,
            "difference": difference_json(receipt),
            "findings": [f.as_json() for f in ordered(findings)],
        }
    )


def amount(pence: int, feed: str | None) -> str:
    """The £ of a feed, a dash where it has no money."""
    return pounds(pence if has_money(feed) else None)


def receipts_text(receipts: Sequence[Receipt], unexplained: Collection[int] = ()) -> str:
    """One line a delivery, in order of arrival; ``unexplained`` are numbers of receipts."""
    if not receipts:
        return "No delivery has been received yet."
    lines = [
        (
            r.receipt_id,
            VERDICTS[outcome(r)].word,
            f"{r.partner_id or 'unknown partner'}/{r.feed or '?'}",
            r.period or "–",
            f"{r.rows_accepted:,}",
            amount(r.pence_accepted, r.feed),
            (display_safe(r.file_name) or "") + ("  (unexplained)" if r.seq in unexplained else ""),
        )
        for r in receipts
    ]
    headings = ("Receipt", "Verdict", "Partner and feed", "Period", "Rows", "£ accepted", "File")
    return "\n".join(table(lines, headings))
