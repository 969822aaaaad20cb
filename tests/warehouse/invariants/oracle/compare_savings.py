"""The oracle's savings as rows in the shape of the published tables, to be compared with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

from tests.warehouse.invariants.oracle.arithmetic import rounded
from tests.warehouse.invariants.oracle.compare import Record, Table, Warehouse
from tests.warehouse.invariants.oracle.counted import count_savings
from tests.warehouse.invariants.oracle.evidence import Evidence
from tests.warehouse.invariants.oracle.facts import Inputs, Lines, after, year_start
from tests.warehouse.invariants.oracle.feed_years import presence
from tests.warehouse.invariants.oracle.savings import Claim, Key
from tests.warehouse.invariants.oracle.wrong import quality_fell

# Table -> its key columns, the columns compared, and which rows.
COLUMNS: dict[str, tuple[str, str]] = {
    "fct_savings_initiative": (
        "initiative_id, financial_year",
        "programme, contributes_to_target, lead_body_id, saving_class, sustained, "
        "assurance_claimed, assurance, quality_flag, coalesce(claimed_in_year_pence, 0), "
        "coalesce(ongoing_cost_pence, 0), coalesce(one_off_cost_pence, 0), in_year_net_pence, "
        "full_year_effect_pence, counted_in_year_pence, recurring_a_year_pence, "
        "duplicate_of IS NOT NULL, exclusion_reason, lapsed_in, has_baseline, share_total, "
        "figures_differ, held_pence, partly_lapsed_pence, displaced_pence, "
        "coalesce(evidenced_once_pence, 0)",
    ),
    "fct_savings_waterfall": ("initiative_id, financial_year, step", "step_pence"),
    "fct_savings_progress": (
        "financial_year, programme, saving_class, assurance",
        "initiatives, coalesce(plan_pence, 0), coalesce(forecast_pence, 0), "
        "coalesce(claimed_in_year_pence, 0), coalesce(one_off_cost_pence, 0), "
        "coalesce(ongoing_cost_pence, 0), counted_in_year_pence, coalesce(evidenced_pence, 0)",
    ),
    "fct_savings_evidence": (
        "initiative_id, financial_year",
        "evidence_status, claimed_in_year_pence, base_year, coalesce(base_lines, 0), "
        "coalesce(base_pence, 0), coalesce(claim_year_lines, 0), "
        "coalesce(claim_year_pence, 0), set_aside_rows, inflated_base_pence, "
        "displaced_pence, inflated_measure_pence, coalesce(evidenced_pence, 0), "
        "own_evidence_pence, register_baseline_pence",
    ),
    "fct_savings_evidence_line": (
        "initiative_id, claim_year, role, body_id, financial_year, line_id",
        "amount_pence, shown_by_initiative_id",
    ),
    "fct_savings_portfolio": (
        "initiative_id",
        "delivery_status, has_baseline, overdue_milestone, one_off_cost_to_date_pence, "
        "recurring_a_year_pence, claimed_to_date_pence, counted_to_date_pence, "
        "benefit_per_pound_pence",
    ),
    "fct_target_progress": (
        "target_part",
        "latest_year, evidenced_in_latest_year_pence, counted_in_latest_year_pence, "
        "claimed_in_latest_year_pence, recurring_a_year_pence, counted_to_date_pence",
    ),
    "fct_savings_durability": (
        "sustained",
        "latest_year, evidenced_in_latest_year_pence, counted_in_latest_year_pence, "
        "claimed_in_latest_year_pence, recurring_a_year_pence, counted_to_date_pence",
    ),
}


class Savings(NamedTuple):
    """Every figure of a world's savings."""

    claims: dict[Key, Claim]
    evidence: dict[Key, Evidence]
    under_way: set[str]


def savings(inputs: Inputs, lines: Lines) -> Savings:
    """Count a world's savings and hold them beside the ledgers."""
    claims, evidence = count_savings(inputs, lines)
    return Savings(claims, evidence, _under_way(inputs, {c.year for c in claims.values()}))


def _under_way(inputs: Inputs, years: set[str]) -> set[str]:
    """The years of which fewer registers have come than are asked for and than came the year
    before, and those for which none is asked."""
    promised = {
        str(p["financial_year"]) for p in inputs["expected_periods"] if p["feed"] == "savings"
    }
    counts = {year: presence(inputs, "savings", year) for year in sorted(promised)}
    asked = {year: both for year, both in counts.items() if both[0]}
    found, before = set[str](), 0
    for year, (expected, present) in asked.items():
        if present < min(expected, before):
            found.add(year)
        before = present
    return found | (years - asked.keys() if asked else set())


def differences(
    found: Savings, warehouse: Warehouse, tables: Iterable[str] = tuple(COLUMNS)
) -> list[str]:
    """Every row in which the warehouse and the oracle differ, in words."""
    differences = []
    for table in tables:
        keys, columns = COLUMNS[table]
        rows = warehouse.execute(f"SELECT {keys}, {columns} FROM {table}").fetchall()
        width = len(keys.split(", "))
        ours, theirs = EXPECTED[table](found), {r[:width]: r[width:] for r in rows}
        if len(theirs) != len(rows):
            differences.append(f"{table}: {len(rows) - len(theirs)} rows twice")
        if table == "fct_savings_waterfall":
            # A step at which nothing leaves may be a row of nothing or no row.
            ours, theirs = ({k: v for k, v in t.items() if any(v)} for t in (ours, theirs))
        for key in sorted(ours.keys() | theirs.keys(), key=repr):
            mine, other = ours.get(key), theirs.get(key)
            if mine is None or other is None:
                differences.append(f"{table} {key}: warehouse {other}, oracle {mine}")
            elif mine != other:
                names = [c.replace("coalesce(", "").removesuffix(")") for c in _split(columns)]
                cells = zip(names, other, mine, strict=True)
                what = ", ".join(f"{n} {t} not {o}" for n, t, o in cells if t != o)
                differences.append(f"{table} {key}: {what}")
    return differences


def _split(columns: str) -> list[str]:
    return columns.replace(", 0)", ")").split(", ")


def _initiatives(found: Savings) -> Table:
    return {
        key: (
            c.facts["programme"], c.contributes, c.lead, c.facts["saving_class"], c.sustained,
            c.facts["assurance"], c.assurance, _quality_flag(c),
            c.claimed, c.total("ongoing_cost_pence"), c.total("one_off_cost_pence"),
            c.in_year_net, c.full_year_effect, c.counted, c.recurring,
            bool(c.duplicate_of), c.exclusion_reason, c.lapsed_in, c.has_baseline, c.share_total,
            c.figures_differ, c.held, -c.steps.get("partly_lapsed", 0),
            -c.steps.get("displaced", 0), c.once_evidenced,
        )
        for key, c in found.claims.items()
    }  # fmt: skip


def _quality_flag(claim: Claim) -> str | None:
    if claim.facts["saving_class"] != "cash_releasing":
        return None
    if not claim.has_quality:
        return "possible_cut"
    return "quality_fell" if quality_fell(claim) else None


def _waterfall(found: Savings) -> Table:
    return {
        (*key, step): (pence,)
        for key, c in found.claims.items()
        for step, pence in {"claimed": c.claimed, **c.steps}.items()
    }


def _progress(found: Savings) -> Table:
    sums: dict[Record, Counter[str]] = defaultdict(Counter)
    for c in found.claims.values():
        kind, programme = c.facts["saving_class"], c.facts["programme"]
        row = sums[c.year, programme, kind, c.assurance]
        row["initiatives"] += 1
        for name in ("plan", "forecast", "actual", "one_off_cost", "ongoing_cost"):
            row[name] += c.total(f"{name}_pence")
        row["counted"] += c.counted
        row["evidenced"] += c.once_evidenced
    names = (
        "initiatives", "plan", "forecast", "actual", "one_off_cost", "ongoing_cost", "counted",
        "evidenced",
    )  # fmt: skip
    return {key: tuple(row[name] for name in names) for key, row in sums.items()}


def _evidence(found: Savings) -> Table:
    return {
        key: (
            e.status, found.claims[key].claimed, e.base_year, len(e.base or []), e.base_pence,
            len(e.actual or []), e.actual_pence, e.set_aside, e.inflated, e.displaced,
            e.inflated_measure, e.evidenced, e.own, found.claims[key].facts.get("baseline_pence"),
        )
        for key, e in found.evidence.items()
    }  # fmt: skip


def _lines(found: Savings) -> Table:
    """Once per initiative, year of a claim and role that a line is looked at for."""
    return {
        (initiative, year, role, line.body, line.year, ":".join(map(str, line.key))): (
            line.pence,
            e.shown_by.get(line.key) if role == "scope" else None,
        )
        for (initiative, year), e in found.evidence.items()
        for role, lines in (
            ("scope", [*(e.base or []), *(e.actual or [])]),
            ("displaced", e.elsewhere or []),
        )
        for line in lines
    }


def _portfolio(found: Savings) -> Table:
    """As of the last year that an initiative is reported for."""
    table: Table = {}
    for initiative in {i for i, _ in found.claims}:
        ours = sorted((c for c in found.claims.values() if c.key[0] == initiative), key=_year)
        last, one_off = ours[-1], sum(c.total("one_off_cost_pence") for c in ours)
        due, done = last.day("milestone_due"), last.day("milestone_done")
        end = year_start(after(last.year)) - timedelta(days=1)
        overdue = due is not None and due <= end and (done is None or done > end)
        table[(initiative,)] = (
            last.facts.get("status"), last.has_baseline, overdue, one_off, last.recurring,
            sum(c.claimed for c in ours), sum(c.counted for c in ours),
            rounded(last.recurring, 100, one_off) if one_off > 0 else None,
        )  # fmt: skip
    return table


def _target(found: Savings) -> Table:
    def part(claim: Claim) -> str:
        known = {True: "belongs_to_target", None: "not_confirmed", False: "not_of_target"}
        return known[claim.contributes] if claim.of_the_board else "not_of_target"

    return _to_date(found, ("belongs_to_target", "not_confirmed", "not_of_target"), part)


def _durability(found: Savings) -> Table:
    return _to_date(found, ("confirmed", "provisional"), lambda claim: claim.sustained)


def _to_date(found: Savings, parts: Iterable[str], part: Callable[[Claim], str]) -> Table:
    """What recurs in the latest year and what counted up to it, by part."""
    years = {c.year for c in found.claims.values() if c.claimed}
    latest = max(years - found.under_way or years, default=None)
    if latest is None:
        return dict.fromkeys(((name,) for name in parts), (None,) * 6)
    sums: dict[str, Counter[str]] = {name: Counter() for name in parts}
    for claim in found.claims.values():
        row = sums.get(part(claim), Counter())
        row["to_date"] += claim.counted if claim.year <= latest else 0
        if claim.year == latest:
            row["evidenced"] += claim.once_evidenced
            row["counted"] += claim.counted
            row["claimed"] += claim.claimed
            row["recurring"] += claim.recurring
    names = ("evidenced", "counted", "claimed", "recurring", "to_date")
    return {(name,): (latest, *(row[n] for n in names)) for name, row in sums.items()}


def _year(claim: Claim) -> str:
    return claim.year


EXPECTED: dict[str, Callable[[Savings], Table]] = {
    "fct_savings_initiative": _initiatives,
    "fct_savings_waterfall": _waterfall,
    "fct_savings_progress": _progress,
    "fct_savings_evidence": _evidence,
    "fct_savings_evidence_line": _lines,
    "fct_savings_portfolio": _portfolio,
    "fct_target_progress": _target,
    "fct_savings_durability": _durability,
}
