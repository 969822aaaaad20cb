"""The savings, from a world's registers to the figures that are published: plain Python.

Written from the rules (9 to 18), not from the models, so that the two can be compared to the
penny. Evidence from the ledgers is in `evidence`, how long a gain lasts in `lasting`, what is wrong
with a claim in `wrong`, which claims are of the same money in `same_money`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tests.warehouse.invariants.oracle.arithmetic import rounded
from tests.warehouse.invariants.oracle.facts import (
    Inputs,
    Lines,
    Row,
    in_force,
    year_of,
    year_start,
)
from tests.warehouse.invariants.oracle.names import Master
from tests.warehouse.invariants.oracle.prices import base_of, indices

PROGRAMMES = Path(__file__).resolve().parents[4] / "dbt_project/seeds/programme.csv"
MEASURES = (
    "plan_pence", "forecast_pence", "actual_pence", "one_off_cost_pence", "ongoing_cost_pence",
)  # fmt: skip
WHOLE = ("baseline_pence", *MEASURES)
GRADES = ("preliminary", "interim", "final")
SCOPE = ("scope_department", "scope_area", "scope_account", "scope_supplier")
Key = tuple[str, str]  # initiative, financial year


@dataclass
class RegisterRow:
    """What one body tells of an initiative in a year, and its shares of the figures in pence of
    cash."""

    body: str
    row: Row
    order: tuple[str, str, str, int]
    lead: str | None
    pence: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> Fraction:
        return Fraction(Decimal(str(self.row["partner_share"])))

    @property
    def scope(self) -> tuple[str | None, ...]:
        """The ledger scope, without case and spaces."""
        return tuple(squeezed(self.row.get(name)) for name in SCOPE)

    def net(self, *costs: str) -> int:
        """This body's part of the claim less some costs."""
        return self.pence.get("actual_pence", 0) - sum(self.pence.get(c, 0) for c in costs)


@dataclass
class Claim:
    """An initiative in a year: what is claimed for it and what counts."""

    key: Key
    register_rows: list[RegisterRow]  # of the bodies in the place
    facts: Row  # the lead's row, else that of the first body
    lead: str | None
    reported_by: str  # whose row the facts are from
    share_total: Decimal
    figures_differ: bool  # the bodies' whole figures, before any share
    of_the_board: bool
    contributes: bool | None
    above_baseline: bool  # some body reports more than was spent
    prices_known: bool
    stopped: bool = False  # in this year, or before and not taken up again
    held: int | None = None  # for three years in a row, this one among them
    displaced: int = 0  # by how much the cost rose at another body
    evidenced: int = 0
    own_evidence: int = 0  # without lines that another claim shows already
    sustained: str = "provisional"
    lapsed_in: str | None = None
    steps: dict[str, int] = field(default_factory=dict)  # signed
    duplicate_of: set[str] = field(default_factory=set)
    exclusion_reason: str | None = None
    recurring: int = 0
    excluded_at_step: str | None = None
    twice: list[RegisterRow] = field(default_factory=list)  # rows that claim what another keeps

    def total(self, measure: str) -> int:
        return sum(t.pence.get(measure, 0) for t in self.register_rows)

    @property
    def year(self) -> str:
        return self.key[1]

    @property
    def claimed(self) -> int:
        return self.total("actual_pence")

    @property
    def in_year_net(self) -> int:
        return self.claimed - self.total("ongoing_cost_pence")

    @property
    def costs(self) -> int:
        return self.total("ongoing_cost_pence") + self.total("one_off_cost_pence")

    @property
    def counted(self) -> int:
        return self.claimed + sum(self.steps.values())

    def day(self, name: str) -> date | None:
        value = self.facts.get(name)
        assert value is None or isinstance(value, date)
        return value

    @property
    def turn(self) -> tuple[int, date, date, str]:
        """Of the same money it stays with the claim of which the ledgers show most, then with the
        one that came first; without a day, last."""
        frozen, start = self.day("baseline_date"), self.day("start_date")
        return -self.evidenced, frozen or date.max, start or date.max, self.key[0]

    @property
    def of_kind(self) -> bool:
        """Whether it is of the kind that counts at all."""
        return self.facts["saving_class"] == "cash_releasing" and bool(self.facts["recurrent"])

    @property
    def once_evidenced(self) -> int:
        """What the ledgers show of it, without the parts that another claim keeps."""
        twice = sum(t.pence.get("actual_pence", 0) for t in self.twice)
        return max(0, min(self.own_evidence, self.claimed - twice))

    @property
    def has_baseline(self) -> bool:
        """A baseline with a day, and that day before the change."""
        frozen, start = self.day("baseline_date"), self.day("start_date")
        if self.facts.get("baseline_pence") is None or frozen is None or start is None:
            return False  # without a start nobody can say that it came before
        return frozen < start

    @property
    def shares_add_up(self) -> bool:
        return abs(self.share_total - 1) <= Decimal("0.00000001")

    @property
    def has_quality(self) -> bool:
        return None not in (self.facts.get("quality_before"), self.facts.get("quality_after"))

    @property
    def assurance(self) -> str:
        """The status claimed, never above what the claim's parts allow (rules 10 and 18)."""
        most = 2
        maturity, systems = self.facts.get("data_maturity"), self.facts.get("systems")
        if maturity == "may_change" or systems in (None, "partial") or not self.has_quality:
            most = 1
        if (
            not self.has_baseline
            or self.facts.get("method") != "agreed"
            or maturity in (None, "likely_to_change")
        ):
            most = 0
        return GRADES[min(most, GRADES.index(str(self.facts["assurance"])))]

    @property
    def full_year_effect(self) -> int | None:
        """What a part year comes to in a full one; nothing where no whole month is left."""
        start = self.day("start_date")
        if start is None or year_of(start) != self.year or start == year_start(self.year):
            return self.in_year_net
        first = year_start(self.year)
        months = [date(first.year + (3 + m) // 12, (3 + m) % 12 + 1, 1) for m in range(12)]
        inside = sum(month >= start for month in months)
        return rounded(self.in_year_net, 12, inside) if inside else None


def squeezed(text: object) -> str | None:
    """A label without case and spaces; an empty one says nothing."""
    return "".join(str(text).lower().split()) or None if text is not None else None


def read_claims(inputs: Inputs, lines: Lines) -> dict[Key, Claim]:
    """Every initiative and year that a body of the place tells of, as it is claimed."""
    claims = _claims(inputs, _register_rows(inputs, lines))
    for claim in claims.values():
        before = [c for c in claims.values() if c.key[0] == claim.key[0] and c.year <= claim.year]
        said = [str(s) for c in sorted(before, key=_year) if (s := c.facts.get("status"))]
        # A plan may begin without a word; what stopped has stopped until it goes on.
        said = [s for s in said if s != "planned"] if not claim.facts.get("status") else said
        claim.stopped = bool(said) and said[-1] == "stopped"
    return claims


def _year(claim: Claim) -> str:
    return claim.year


def _register_rows(inputs: Inputs, lines: Lines) -> dict[Key, list[RegisterRow]]:
    submissions, master, index = in_force(inputs, "savings"), Master(inputs), indices(inputs)
    found: dict[Key, list[RegisterRow]] = defaultdict(list)
    for where, rows in lines.items():
        for row in rows if where.split("/")[0] == "savings" else []:
            submission = submissions.get(str(row["submission_id"]))
            if submission is None:
                continue
            body, year = str(submission["partner_id"]), str(row["financial_year"])
            number = int(str(row["source_row"]))
            order = (body, str(row["submission_id"]), str(row.get("sheet") or ""), number)
            lead = master.party(str(row["lead"]), year)
            found[str(row["initiative_id"]), year].append(RegisterRow(body, row, order, lead))
    for same in found.values():
        for measure in MEASURES:
            _share(measure, [t for t in same if t.row.get(measure) is not None], index)
    return found


def _cash(register_row: RegisterRow, measure: str, index: dict[str, int]) -> int:
    """A figure in cash of its own year, converted once from the prices that the row declares."""
    pence, year = int(str(register_row.row[measure])), str(register_row.row["financial_year"])
    base = base_of(register_row.row)
    if base is None or not {base, year} <= index.keys():
        return pence
    return rounded(pence, index[year], index[base])


def _share(measure: str, register_rows: list[RegisterRow], index: dict[str, int]) -> None:
    """Each body's own figure times its share, in pence that add up: largest remainder."""
    exact = {t.order: _cash(t, measure, index) * t.share for t in register_rows}
    total = sum(exact.values(), Fraction(0))
    spare = rounded(total.numerator, 1, total.denominator) - sum(e // 1 for e in exact.values())
    turns = sorted(register_rows, key=lambda t: (exact[t.order] // 1 - exact[t.order], t.order))
    for turn, register_row in enumerate(turns):
        register_row.pence[measure] = exact[register_row.order] // 1 + (turn < spare)


def _claims(inputs: Inputs, register_rows: dict[Key, list[RegisterRow]]) -> dict[Key, Claim]:
    group = {p["partner_id"] for p in inputs["partners"] if p["in_place"]}
    with PROGRAMMES.open(encoding="utf-8", newline="") as file:
        contributes = {
            row["programme"]: {"true": True, "false": False}.get(row["contributes_to_target"])
            for row in csv.DictReader(file)
        }
    index = indices(inputs)
    claims = {}
    for key, everybody in register_rows.items():
        inside = sorted((t for t in everybody if t.body in group), key=lambda t: t.order)
        if inside:
            first = next((t for t in inside if t.lead == t.body), inside[0])
            claims[key] = Claim(
                key, inside, first.row, first.lead, first.body,
                sum((Decimal(str(t.row["partner_share"])) for t in everybody), Decimal(0)),
                len({(base_of(t.row), *(t.row.get(m) for m in WHOLE)) for t in everybody}) > 1,
                first.row["programme"] in contributes, contributes.get(str(first.row["programme"])),
                _above([t.row for t in everybody]),
                all(
                    base_of(t.row) is None or {base_of(t.row), key[1]} <= index.keys()
                    for t in everybody
                ),
            )  # fmt: skip
    return claims


def _above(rows: list[Row]) -> bool:
    """Whether a row, or the largest actual beside the largest baseline, is above its baseline."""
    actuals, baselines = (
        [int(str(row[name])) for row in rows if row.get(name) is not None]
        for name in ("actual_pence", "baseline_pence")
    )
    own = any(
        int(str(row["actual_pence"])) > int(str(row["baseline_pence"]))
        for row in rows
        if None not in (row.get("actual_pence"), row.get("baseline_pence"))
    )
    return own or bool(actuals and baselines and max(actuals) > max(baselines))
