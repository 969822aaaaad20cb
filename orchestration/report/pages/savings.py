"""Savings: claimed, counted, evidenced, by initiative and body. The target is in ``target``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...display import said_of
from .. import figures
from ..content import Basis, Figure, Missing, Page, Table
from ..facts import Facts, once
from ..rows import Row, Sentence, largest
from ..svg import svg
from ..words import STAR, counted, heading, label, listed, reasons, years
from . import target
from .target import SAVINGS

MEASURES = ("claimed", "counted", "evidenced", "recurring")
# The claims that no ledger was held against, which is not £0 of evidence.
NOT_LOOKED_AT = ("no_scope_given", "not_compared")


def pages(facts: Facts) -> Iterator[Page]:
    """The page about savings."""
    yield Page(
        "savings.html",
        "Savings",
        "savings.html.j2",
        "What the bodies claim, what counts of it by rule, and what their ledgers show.",
        {
            "waterfall": waterfall(facts),
            "by_year": by_year(facts),
            "target": target.target(facts),
            "trajectories": target.trajectories(facts),
            "backtest": target.backtest(facts),
            "register": register(facts),
            "by_body": by_body(facts),
            "overdue": overdue(facts),
        },
    )


@once
def waterfall(facts: Facts) -> Figure:
    """From what is claimed to what counts, and what the ledgers show of it."""
    rows = facts.published.rows("v_savings_waterfall", order="financial_year, step_no")
    last = facts.savings_year
    steps = [row for row in rows if row.text("financial_year") == last]
    total = facts.headline("savings", "counted", last)
    shown = facts.headline("savings", "evidenced", last)
    headings = ("Step", "#Initiatives", "#£")
    basis = Basis.of([*steps, *filter(None, (total, shown))], sent=SAVINGS)
    if not steps or total is None or shown is None:
        nothing = Basis(("v_savings_waterfall",), "", "")
        empty = Table("Steps from claimed to counted", headings, ())
        return Figure("waterfall", "No savings are reported", "£, in the year", nothing, empty)
    cells: list[tuple[object, ...]] = [
        (heading(row["step"]), row.number("initiatives"), row.money("step_pounds", "whole"))
        for row in steps
    ]
    ends = (("Counts in the year", total), ("Shown by the ledgers", shown))
    cells += [(name, None, _cell(facts, row)) for name, row in ends]
    drawn = [_step(row, first=row is steps[0]) for row in steps]
    drawn += [
        {"step": name, "low": 0, "high": m.millions, "kind": "whole", "shown": str(m)}
        for name, row in ends
        if (m := row.money("pence", "whole")) is not None
    ]
    claimed = steps[0].money("step_pounds")
    title = Sentence(
        "Of ",
        claimed,
        f" claimed in {last}, ",
        facts.traced(total),
        " counts and the ledgers show ",
        facts.traced(shown),
    )
    alt = (
        f"Bars from {claimed} claimed in {last} to {total.money('pence')} that counts: "
        + "; ".join(f"{label(r['step'])} {r.money('step_pounds')}" for r in steps[1:])
        + f". Shown by the ledgers: {shown.money('pence')}."
    )
    return Figure(
        "waterfall",
        title,
        f"£ in {last}, all initiatives of the place; what each rule takes off",
        basis,
        Table(f"From claimed to counted, {last}", headings, cells),
        svg(figures.waterfall(drawn), "waterfall", alt),
        alt,
        " ".join(filter(None, (reasons((total, shown)), _beyond(facts)))),
    )


def _beyond(facts: Facts) -> str:
    """That the ledgers show something of claims of which less, or nothing, counts."""
    more = [
        row.text("initiative_id")
        for row in facts.published.rows("v_savings_now", order="initiative_id")
        if row.exceeds("evidenced_pounds", "counted_pounds")
    ]
    if not more:
        return ""
    return (
        "What the ledgers show is of what is claimed, and no part of what counts: of "
        f"{listed(more)} they show more than counts."
    )


def _step(row: Row, first: bool) -> dict[str, Any]:
    ends = (row.money("from_pounds"), row.money("to_pounds"), row.money("step_pounds"))
    before, after, step = (m.millions if m else 0 for m in ends)
    return {
        "step": heading(row["step"]),
        "low": 0 if first else min(before, after),
        "high": step if first else max(before, after),
        "kind": "whole" if first else "less",
        # To the pound, since a small step cannot be said in millions.
        "shown": str(row.money("step_pounds", "whole")),
    }


def by_year(facts: Facts) -> Figure:
    """Claimed, counted, evidenced and recurring, by year."""
    rows = [row for m in MEASURES for row in facts.of_headline("savings", m)]
    names = years(rows)
    cells = [
        (year, *(_cell(facts, facts.headline("savings", m, year)) for m in MEASURES))
        for year in names
    ]
    return Figure(
        "by-year",
        _grown(facts),
        "£ in each year; what comes again each year stands in every year that it comes in, and is "
        "not added up over the years",
        Basis.of(rows, sent=SAVINGS) if rows else Basis(("fct_headline",), "", ""),
        Table(
            "Savings by year",
            ("=Year", "#Claimed", "#Counts", "#Shown by ledgers", "#Comes again each year"),
            cells,
        ),
        note=" ".join(
            f"{STAR} {said}"
            for said in said_of((r.text("financial_year"), r.text("reason")) for r in rows)
        ),
    )


def _cell(facts: Facts, row: Row | None) -> object:
    """A figure, with a star if something must be said beside it."""
    money = facts.traced(row, form="whole")
    return Sentence(money, STAR) if row is not None and row["reason"] else money


def _grown(facts: Facts) -> Sentence | str:
    rows = facts.of_headline("savings", "counted")
    last = facts.headline("savings", "counted", facts.savings_year)
    if last is None:
        return "No savings are reported"
    first = rows[0]
    return Sentence(
        first.money("pence"),
        f" counted in {first['financial_year']}, ",
        last.money("pence"),
        f" in {last['financial_year']}",
    )


def register(facts: Facts) -> Figure:
    """Every initiative of the year of the position."""
    rows = facts.published.rows("v_savings_now", order="claimed_pounds DESC, initiative_id")
    cells = [
        (
            f"{row['initiative_id']}: {row['initiative']}",
            row.text("lead_body_name"),
            *(row.money(f"{c}_pounds", "whole") for c in ("claimed", "counted")),
            _evidenced(row),
            row.money("gap_pounds", "whole"),
            "–" if row.text("gap_reason") == "none" else heading(row["gap_reason"]),
            heading(row["target_part"]),
        )
        for row in rows
    ]
    gaps = [row for row in rows if row.text("gap_reason") != "none"]
    last = rows[0].text("latest_year") if rows else ""
    return Figure(
        "register",
        f"{len(gaps)} of {counted(len(rows), 'initiative')} count less than they claim"
        if rows
        else "No initiative is reported",
        f"£ in {last}, the largest claim first" if rows else "£",
        Basis.of(rows, sent=SAVINGS) if rows else Basis(("v_savings_now",), "", ""),
        Table(
            "Initiatives: claimed, counted, evidenced",
            (
                "Initiative",
                "Lead",
                "#Claimed",
                "#Counts",
                "#Shown by ledgers",
                "#Gap",
                "Why",
                "Target",
            ),
            cells,
            sortable=True,
        ),
    )


def _evidenced(row: Row) -> object:
    """What the ledgers show of a claim; that they were not looked at, where they were not."""
    status = row.text("evidence_status")
    if status in NOT_LOOKED_AT:
        return Missing(label(status))
    return row.money("evidenced_pounds", "whole")


def by_body(facts: Facts) -> Figure:
    """What each body claims in the year of the position."""
    rows = facts.published.rows("v_savings_by_body")
    last = facts.savings_year
    shown = [row for row in rows if row.text("financial_year") == last]
    columns = ("claimed_in_year_pounds", "ongoing_cost_pounds", "one_off_cost_pounds")
    top = largest(shown, columns[0])
    cells = [
        (
            row.text("body_name"),
            row.number("initiatives"),
            *(row.money(c, "whole") for c in columns),
        )
        for row in shown
    ]
    return Figure(
        "by-body",
        Sentence(top.text("body_name"), " claims the most, ", top.money("claimed_in_year_pounds"))
        if top
        else "No body claims a saving",
        f"£ in {last}, each body's own part" if last else "£",
        Basis.of(shown, sent=SAVINGS) if shown else Basis(("v_savings_by_body",), "", ""),
        Table(
            "Claims by body",
            ("Body", "#Initiatives", "#Claimed", "#Cost each year", "#Cost once"),
            cells,
        ),
    )


def overdue(facts: Facts) -> Figure:
    """Initiatives whose milestone is past, and those without a baseline."""
    rows = facts.published.rows(
        "fct_savings_portfolio", "overdue_milestone OR NOT has_baseline", order="initiative_id"
    )
    cells = [
        (
            f"{row['initiative_id']}: {row['initiative']}",
            heading(row["delivery_status"]),
            row.text("milestone") or "–",
            row.text("milestone_due") or "–",
            "overdue" if row["overdue_milestone"] else "–",
            "has one" if row["has_baseline"] else "none",
            row.money("claimed_to_date_pence", "whole"),
        )
        for row in rows
    ]
    late = [row for row in rows if row["overdue_milestone"]]
    bare = [row for row in rows if not row["has_baseline"]]
    return Figure(
        "overdue",
        f"{counted(len(late), 'milestone')} overdue; "
        f"{counted(len(bare), 'initiative')} without a baseline",
        "Without a baseline nothing can be measured, so nothing counts",
        Basis.of(rows, sent=SAVINGS) if rows else Basis(("fct_savings_portfolio",), "", ""),
        Table(
            "Overdue milestones and missing baselines",
            ("Initiative", "State", "Milestone", "Due", "Overdue", "Baseline", "#Claimed to date"),
            cells,
        ),
    )
