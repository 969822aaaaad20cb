"""What was submitted, as the rules see it: the line parts and the funding rows in force.

The oracle takes the literal rows a world is made of, so it can only classify what a body itself
states by account; worlds for it say nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

Value = str | int | bool | date | Decimal | None
Row = dict[str, Value]
Inputs = dict[str, list[Row]]
Lines = dict[str, list[Row]]

THEMES = ("drug_alcohol", "public_access", "other", "unclassified")
SERVICES = {
    "drug_alcohol": "DA-OTHER",
    "public_access": "PA-OTHER",
    "other": "OTHER",
    "unclassified": "UNCLASSIFIED",
}


def year_start(year: str) -> date:
    """The first day of a financial year written ``2008-09``."""
    return date(int(year[:4]), 4, 1)


def year_of(day: date) -> str:
    """The financial year of a day."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def after(year: str, by: int = 1) -> str:
    """The financial year so many years later."""
    return year_of(date(int(year[:4]) + by, 4, 1))


@dataclass(frozen=True)
class Part:
    """A part of a spend line: what it is for, and its pence."""

    year: str
    body: str
    scope: str
    theme: str
    service: str
    basis: str
    accounting: str
    grade: str
    day: date | None
    supplier: str | None
    vat: str | None
    pence: int
    line: tuple[str, int]
    shown: str | None = None  # the payee as published, where that is not the name as submitted
    price_basis: str = "cash"
    vat_basis: str = "not_stated"

    @property
    def is_income(self) -> bool:
        """A ledger's income: negative, and no spending."""
        return self.scope == "income"


@dataclass(frozen=True)
class Funding:
    """A row of a body's funding return."""

    year: str
    body: str
    flow: str
    payer: str
    payee: str
    pool: str | None
    theme: str | None
    pence: int
    agreement: str | None = None


def in_force(inputs: Inputs, feed: str) -> dict[str, Row]:
    """The submissions of a feed that count, by their id."""
    return {
        str(s["submission_id"]): s
        for s in inputs["submissions"]
        if s["feed"] == feed and s["in_force"]
    }


def _rows(inputs: Inputs, lines: Lines, feed: str) -> Iterator[tuple[Row, Row]]:
    submissions = in_force(inputs, feed)
    for where, rows in lines.items():
        if where.split("/")[0] == feed:
            for row in rows:
                if row["submission_id"] in submissions:
                    yield row, submissions[str(row["submission_id"])]


def funding(inputs: Inputs, lines: Lines) -> list[Funding]:
    """Every funding row in force."""
    return [
        Funding(
            year=str(row["financial_year"]), body=str(submission["partner_id"]),
            flow=str(row["flow"]), payer=str(row["payer"]), payee=str(row["payee"]),
            pool=_text(row.get("pool_id")), theme=_text(row.get("theme")),
            pence=int(str(row["amount_pence"])), agreement=_text(row.get("agreement_id")),
        )
        for row, submission in _rows(inputs, lines, "funding")
    ]  # fmt: skip


def parts(inputs: Inputs, lines: Lines) -> list[Part]:
    """Every part of every spend line in force; the parts of a line add up to it."""
    found: list[Part] = []
    # A file that names nobody is not told by VAT numbers.
    named = {
        row["submission_id"]
        for row, _ in _rows(inputs, lines, "spend")
        if _text(row.get("supplier_name"))
    }
    for row, submission in _rows(inputs, lines, "spend"):
        body, day = str(submission["partner_id"]), row.get("line_date")
        assert day is None or isinstance(day, date)
        first, last = submission["period_start"], submission["period_end"]
        assert isinstance(first, date) and isinstance(last, date)
        inside = day is not None and first <= day <= last
        shares = _shares(inputs, body, row)
        for (theme, service, grade, _), pence in zip(
            shares, split(int(str(row["amount_pence"])), [s[3] for s in shares]), strict=True
        ):
            found.append(
                Part(
                    year=year_of(day if inside and day else first), body=body,
                    scope=_scope(inputs, body, row), theme=theme, service=service,
                    basis=str(submission["basis"]), accounting=str(submission["accounting"]),
                    grade=grade, day=day, supplier=_text(row.get("supplier_name")),
                    vat=_text(row.get("vat_no")) if row["submission_id"] in named else None,
                    pence=pence,
                    line=(str(row["submission_id"]), int(str(row["source_row"]))),
                    price_basis=str(submission["price_basis"]),
                    vat_basis=str(submission["vat_basis"]),
                )
            )  # fmt: skip
    return found


def split(pence: int, shares: list[Fraction]) -> list[int]:
    """A line by its shares, which add up to 1 (rule 6); a credit is split like the payment."""
    size = abs(pence)
    exact = [size * share for share in shares]
    whole = [int(e) for e in exact]
    order = sorted(range(len(shares)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: size - sum(whole)]:
        whole[i] += 1
    return [-w if pence < 0 else w for w in whole]


def _shares(inputs: Inputs, body: str, row: Row) -> list[tuple[str, str, str, Fraction]]:
    """What the body states of this account: (theme, service, grade, share), the largest first."""
    stated = [
        (Fraction(Decimal(str(c["share"]))), str(c["rule_id"]), c)
        for c in inputs["code_map"]
        if c["partner_id"] == body and c["account"] == row.get("account")
    ]
    left = 1 - sum(s for s, _, _ in stated)
    rest: Row = {"theme": "unclassified", "grade": "none"}
    everything = [*stated, *([(left, "NO-RULE", rest)] if left > 0 else [])]
    everything.sort(key=lambda s: (-s[0], s[1], str(s[2]["theme"])))
    return [
        (
            str(c["theme"]),
            str(c.get("service_code") or SERVICES[str(c["theme"])]),
            str(c["grade"]),
            share,
        )
        for share, _, c in everything
    ]


def _scope(inputs: Inputs, body: str, row: Row) -> str:
    """Whether the line enters the count; a ledger's income never does."""
    if row.get("direction") == "income":
        return "income"
    if not next(p["in_place"] for p in inputs["partners"] if p["partner_id"] == body):
        return "outside_place"
    rules = [
        d
        for d in inputs["departments"]
        if d["partner_id"] == body and d["match"] == row.get("department")
    ]
    return str(rules[0]["scope"] or "in_scope") if rules else "in_scope"


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
