"""Net, VAT and gross in one file that do not agree: lines in which the amount that counts is the
other one of the two, or a wrong sum.

Only the amount is read; the columns beside it may stand outside the agreement. Which of the two the
amount should be is said by its heading, or else by the contract (``vat``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from ....contracts.feeds import FeedSchema
from ....display import display_safe, pounds
from ..batch import ACCEPTED, Batch
from ..findings import Cells, Finding, finding
from ..layout import Match, heading_key
from ..parse import value_sql

_VAT = re.compile(r"v\.?a\.?t", re.IGNORECASE)
_IS_VAT = re.compile(r"(?:\w+ )?\(?(?:vat|v\.a\.t)\)?(?: (?:amount|value|total|paid|\(?£\)?))*")
# What is known of a payee, or is a share or a part of the VAT.
_NO_AMOUNT = re.compile(
    r"\b(?:no|nos|number|reg|regn|registration|code|rate|type|id|non|ir|un)\b|recover|%|ex"
)
_IS_GROSS = re.compile(r"\bgross\b|\bincl?\w*\b.*\bv\.?a\.?t\b|\b(?:invoice|grand)? ?total\b")
_IS_NET = re.compile(r"\bnett?\b|\bexcl?\w*\b.*\bv\.?a\.?t\b")
_ROLES: dict[str, str] = {"excluded": "net", "included": "gross"}
# Rounding of three amounts; six times a rounded VAT.
_ROUNDING, _ROUNDED_SIX_TIMES = 2, 3
# Nine in ten lines with VAT at a fifth of the amount, or a sixth of it, say which one it is.
_LEAST, _MOST_OF = 5, 0.9


@dataclass
class Beside:
    """The columns of VAT and of the other amount beside the one that counts, and what was found:
    lines with all of them, lines that agree, and those that do not with what they come to by the
    others; where there is no other amount, lines with VAT."""

    role: str
    amount: str
    vat: tuple[int, str]
    other: tuple[int, str] | None
    lines: int = 0
    agree: int = 0
    same: int = 0
    faulty: int = 0
    pence: int = 0
    otherwise: int = 0
    places: list[pa.Table] = field(default_factory=list)


def vat_beside(schema: FeedSchema, match: Match, agreed: str) -> Beside | None:
    """The columns of VAT, and of the other amount, beside the amount; ``None`` without VAT, or if
    nothing says which of the two the amount is."""
    name = schema.money_field
    if not schema.line_key or name not in match.positions:
        return None
    if not any(_VAT.search(heading) for heading in match.headings):
        return None
    keys = [heading_key(heading) for heading in match.headings]
    vats = [i for i, k in enumerate(keys) if _IS_VAT.fullmatch(k) and not _NO_AMOUNT.search(k)]
    here = match.positions[str(name)]
    if len(vats) != 1 or vats[0] == here or match.spread:
        return None
    role = _role(keys[here]) or _ROLES.get(agreed, "")
    if not role:
        return None
    others = [i for i, k in enumerate(keys) if i not in (here, vats[0]) and _role(k)]
    wanted = [i for i in others if _role(keys[i]) != role]
    words = [display_safe(heading) or "" for heading in match.headings]
    other = (wanted[0], words[wanted[0]]) if len(wanted) == 1 else None
    return Beside(role, words[here], (vats[0], words[vats[0]]), other)


def _role(key: str) -> str:
    return "gross" if _IS_GROSS.search(key) else "net" if _IS_NET.search(key) else ""


def note_vat(batch: Batch, beside: Beside) -> None:
    """Adds the accepted lines of a batch that do not agree with the columns beside them."""
    schema, layout = batch.schema, batch.match.layout
    name = str(schema.money_field)

    def pence(index: int) -> str:
        return value_sql(schema.field(name), layout.columns[name], f"nullif(w{index}, '')")

    sign = "-" if beside.role == "net" else "+"
    other = pence(beside.other[0]) if beside.other else "NULL"
    if beside.other:
        agrees = f"abs(other {sign} vat - v_{name}) <= {_ROUNDING}"
        same, otherwise = f"other = v_{name}", f"other {sign} vat"
    else:
        # Of a net amount VAT is a fifth, of a gross one a sixth.
        mine, its = (5, 6) if beside.role == "net" else (6, 5)
        agrees = f"abs(v_{name} - {mine} * vat) <= {_ROUNDED_SIX_TIMES}"
        same = f"abs(v_{name} - {its} * vat) <= {_ROUNDED_SIX_TIMES}"
        otherwise = f"v_{name} {sign} vat"
    lines = (
        f"(SELECT sheet, source_row, v_{name}, {pence(beside.vat[0])} AS vat, {other} AS other "
        f"FROM cells WHERE {ACCEPTED})"
    )
    among = f"FROM {lines} WHERE vat <> 0 AND v_{name} IS NOT NULL"
    among += " AND other IS NOT NULL" if beside.other else ""
    counted = batch.planned.rows(
        f"SELECT count(*), count(*) FILTER ({agrees}), count(*) FILTER ({same}) {among}"
    )[0]
    beside.lines, beside.agree, beside.same = (
        had + new
        for had, new in zip((beside.lines, beside.agree, beside.same), counted, strict=True)
    )
    wrong = f"NOT {agrees}" if beside.other else same
    found = batch.planned.table(
        f"SELECT sheet, source_row, CAST(NULL AS VARCHAR) AS value, v_{name} AS pence, "
        f"{otherwise} AS otherwise {among} AND {wrong} ORDER BY source_row"
    )
    if found.num_rows:
        beside.faulty += found.num_rows
        beside.pence += sum(found["pence"].to_pylist())
        beside.otherwise += sum(found["otherwise"].to_pylist())
        beside.places.append(found)


def vat_findings(
    noted: Sequence[Beside], accepted: int, name: str, cells: Callable[[pa.Table], Cells]
) -> Iterator[Finding]:
    """A question for each sheet's lines that do not agree, with the £ of both readings."""
    for one in noted:
        if not one.faulty or not _is_asked(one):
            continue
        other = pounds(accepted - one.pence + one.otherwise)
        if one.other:
            said = f"In {one.faulty:,} of {one.lines:,} lines '{one.amount}' is not "
            way = f"'{one.other[1]}' {'less' if one.role == 'net' else 'with'} '{one.vat[1]}'"
            detail, words = f"{said}{way}", f"{way} in these lines"
        else:
            times = "six" if one.role == "net" else "five"
            which = "with" if one.role == "net" else "without"
            detail = (
                f"In {one.faulty:,} of {one.lines:,} lines with VAT, '{one.amount}' is {times} "
                f"times '{one.vat[1]}', as an amount {which} VAT is"
            )
            words = "VAT taken off" if one.role == "net" else "VAT on top"
        yield finding(
            "TP-420",
            count=one.faulty,
            amount_pence=one.pence,
            field=name,
            heading=one.amount,
            detail=detail,
            rows=f"{pounds(accepted)} as sent, {other} with {words}",
            cells=cells(pa.concat_tables(one.places)),
        )


def _is_asked(one: Beside) -> bool:
    if one.other is None:
        return one.faulty >= _LEAST and one.faulty >= _MOST_OF * one.lines
    # Where few lines agree the columns may mean something else, unless the amount is the other one.
    return 2 * one.agree >= one.lines or one.same >= _MOST_OF * one.faulty
