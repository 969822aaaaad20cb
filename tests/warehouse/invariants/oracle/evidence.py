"""What the ledgers show of a claimed saving: base year, inflation, and what moved elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from tests.warehouse.invariants.oracle.arithmetic import rounded
from tests.warehouse.invariants.oracle.facts import (
    Inputs,
    Lines,
    Part,
    Row,
    after,
    in_force,
    parts,
    year_of,
)
from tests.warehouse.invariants.oracle.feed_years import feed_year
from tests.warehouse.invariants.oracle.names import folded
from tests.warehouse.invariants.oracle.prices import indices
from tests.warehouse.invariants.oracle.savings import SCOPE, Claim, Key, squeezed

PLAIN = {"scope_department": "department", "scope_area": "area", "scope_account": "account"}


@dataclass
class Line:
    """A spend line of a body of the place, in the year it falls in."""

    body: str
    year: str
    theme: str
    supplier: str
    pence: int
    key: tuple[str, int]
    row: Row


def total(lines: list[Line]) -> int:
    """What lines add up to."""
    return sum(line.pence for line in lines)


@dataclass
class Evidence:
    """What the ledgers show beside a claim; nothing where it cannot be measured."""

    status: str
    base_year: str | None = None
    base: list[Line] | None = None
    actual: list[Line] | None = None
    elsewhere: list[Line] | None = None
    inflated: int | None = None
    displaced: int | None = None
    evidenced: int = 0
    own: int = 0
    shown_by: dict[tuple[str, int], str] = field(default_factory=dict)  # line: other initiative
    set_aside: int | None = None

    @property
    def base_pence(self) -> int:
        return total(self.base or [])

    @property
    def actual_pence(self) -> int:
        return total(self.actual or [])

    @property
    def cash_measure(self) -> int:
        return self.base_pence - self.actual_pence

    @property
    def inflated_measure(self) -> int | None:
        return None if self.inflated is None else self.inflated - self.actual_pence


def evidence(inputs: Inputs, lines: Lines, claims: dict[Key, Claim]) -> dict[Key, Evidence]:
    """Every claim of a year beside what the bodies' own spend lines show."""
    ledger, index = spend(inputs, lines), indices(inputs)
    return {
        key: _look(claim, ledger, index, inputs) for key, claim in claims.items() if claim.claimed
    }


def share_out(inputs: Inputs, claims: dict[Key, Claim], shown: dict[Key, Evidence]) -> None:
    """A line that stands behind several claims of a year is shown by one: of those that the ledgers
    show, by one that stays in the count, and of these by the one that keeps the money."""
    index = indices(inputs)
    turns = sorted(
        (k for k, e in shown.items() if e.evidenced),
        key=lambda k: (bool(claims[k].excluded_at_step), claims[k].turn),
    )
    shown_by: dict[tuple[str, tuple[str, int]], str] = {}
    for key in turns:
        found, (initiative, year) = shown[key], key
        keys = {line.key for line in [*(found.base or []), *(found.actual or [])]}
        found.shown_by = {k: shown_by[year, k] for k in keys if (year, k) in shown_by}
        for k in keys - found.shown_by.keys():
            shown_by[year, k] = initiative
        if not found.shown_by:
            found.own = found.evidenced
            continue
        before, now = (
            total([line for line in same or [] if line.key not in found.shown_by])
            for same in (found.base, found.actual)
        )
        assert found.base_year is not None
        before = rounded(before, index[year], index[found.base_year])
        found.own = max(0, min(found.evidenced, before - now - (found.displaced or 0)))


def lacks_spend(inputs: Inputs, body: str, year: str) -> bool:
    """Whether promised spend of a body is missing in a year: it would look saved."""
    found = feed_year(inputs, "spend", body, year)
    return found.present < found.expected


def rows_set_aside(inputs: Inputs, body: str, year: str) -> int:
    """Rows of a body's spend of a year that were set aside."""
    return sum(
        int(str(s["rows_set_aside"]))
        for s in in_force(inputs, "spend").values()
        if s["partner_id"] == body
        and year_of(_day(s["period_start"])) <= year <= year_of(_day(s["period_end"]))
    )


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


def spend(inputs: Inputs, lines: Lines) -> dict[tuple[str, str], list[Line]]:
    """The group's spending lines by body and year; a ledger's income is none."""
    group = {p["partner_id"] for p in inputs["partners"] if p["in_place"]}
    rows = {
        (str(row["submission_id"]), int(str(row["source_row"]))): row
        for where, written in lines.items()
        if where.split("/")[0] == "spend"
        for row in written
    }
    whole: dict[tuple[str, int], list[Part]] = defaultdict(list)
    for part in parts(inputs, lines):
        if part.body in group and not part.is_income:
            whole[part.line].append(part)
    found: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for key, same in whole.items():
        part, row = same[0], rows[key]
        pence = int(str(row["amount_pence"]))
        found[part.body, part.year].append(
            Line(part.body, part.year, part.theme, folded(part.supplier), pence, key, row)
        )
    return found


def in_scope(row: Row, scope: Row) -> bool:
    """Whether a line is of the scope that a body names; a field it does not name is any."""
    for name, column in PLAIN.items():
        wanted = squeezed(scope.get(name))
        if wanted is not None and squeezed(row.get(column)) != wanted:
            return False
    phrase = folded(_text(scope.get("scope_supplier")))
    return not phrase or f" {phrase} " in f" {folded(_text(row.get('supplier_name')))} "


def _look(
    claim: Claim,
    ledger: dict[tuple[str, str], list[Line]],
    index: dict[str, int],
    inputs: Inputs,
) -> Evidence:
    scopes = {
        t.body: t.row
        for t in claim.register_rows
        if any(squeezed(t.row.get(name)) is not None for name in SCOPE)
    }
    start = claim.day("start_date")
    base_year = after(year_of(start), -1) if start else None
    if not scopes:
        return Evidence("no_scope_given", base_year)

    def scoped(year: str | None) -> list[Line]:
        return [
            line
            for body, scope in scopes.items()
            for line in ledger.get((body, year or ""), [])
            if in_scope(line.row, scope)
        ]

    base, actual = scoped(base_year), scoped(claim.year)
    inside = {line.key for line in (*base, *actual)}
    # A supplier is followed to other bodies than the one that paid it in scope.
    paid = {(line.supplier, line.theme, line.body) for line in base if line.supplier}

    def elsewhere(year: str | None) -> list[Line]:
        return [
            line
            for (_, y), lines in ledger.items()
            if y == year
            for line in lines
            if line.key not in inside
            and any(
                (line.supplier, line.theme) == (s, t) and line.body != body for s, t, body in paid
            )
        ]

    before, now = elsewhere(base_year), elsewhere(claim.year)
    found = Evidence("not_evidenced", base_year, base, actual, [*before, *now])
    found.set_aside = sum(rows_set_aside(inputs, body, claim.year) for body in scopes)
    is_compared = not any(lacks_spend(inputs, body, claim.year) for body in scopes)
    if not is_compared:
        found.status = "not_compared"
    if base_year is None or base_year not in index or claim.year not in index:
        return found

    def inflated(pence: int) -> int:
        return rounded(pence, index[claim.year], index[base_year])

    found.inflated = inflated(found.base_pence)
    found.displaced = max(0, total(now) - inflated(total(before)))
    shown = found.inflated - found.actual_pence - found.displaced
    found.evidenced = max(0, min(shown, claim.claimed)) if is_compared else 0
    if found.evidenced:
        found.status = "evidenced" if found.evidenced == claim.claimed else "partly"
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)
