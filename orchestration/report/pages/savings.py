"""Savings: claimed, counted, evidenced; the target and what it does not say; the register."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import figures
from ..content import Basis, Figure, Missing, Page, Table
from ..facts import Facts
from ..rows import Row, Sentence, largest
from ..svg import svg
from ..words import counted, heading, label, years

MEASURES = ("claimed", "counted", "evidenced", "recurring")
BASES = ("cumulative", "annual_recurring")


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
            "target": target(facts),
            "trajectories": trajectories(facts),
            "backtest": backtest(facts),
            "register": register(facts),
            "by_body": by_body(facts),
            "overdue": overdue(facts),
        },
    )


def waterfall(facts: Facts) -> Figure:
    """From what is claimed to what counts, and what the ledgers show of it."""
    rows = facts.published.rows("v_savings_waterfall", order="financial_year, step_no")
    last = max(years(rows), default="")
    steps = [row for row in rows if row.text("financial_year") == last]
    total = facts.headline("savings", "counted", last)
    shown = facts.headline("savings", "evidenced", last)
    headings = ("Step", "#Initiatives", "#£")
    basis = Basis.of([*steps, *filter(None, (total, shown))])
    if not steps or total is None or shown is None:
        nothing = Basis(("v_savings_waterfall",), "", "")
        empty = Table("Steps from claimed to counted", headings, ())
        return Figure("waterfall", "No savings are reported", "£, in the year", nothing, empty)
    cells: list[tuple[object, ...]] = [
        (heading(row["step"]), row.number("initiatives"), row.money("step_pounds", "whole"))
        for row in steps
    ]
    ends = (("Counts in the year", total), ("Shown by the ledgers", shown))
    cells += [(name, None, facts.traced(row, form="whole")) for name, row in ends]
    drawn = [_step(row, first=row is steps[0]) for row in steps]
    drawn += [
        {"step": name, "low": 0, "high": m.millions, "kind": "whole", "shown": str(m)}
        for name, row in ends
        if (m := row.money("pence")) is not None
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
        f"£ million in {last}, all initiatives of the place; what each rule takes off",
        basis,
        Table(f"From claimed to counted, {last}", headings, cells),
        svg(figures.waterfall(drawn), "waterfall", alt),
        alt,
    )


def _step(row: Row, first: bool) -> dict[str, Any]:
    ends = (row.money("from_pounds"), row.money("to_pounds"), row.money("step_pounds"))
    before, after, step = (m.millions if m else 0 for m in ends)
    return {
        "step": heading(row["step"]),
        "low": 0 if first else min(before, after),
        "high": step if first else max(before, after),
        "kind": "whole" if first else "less",
        "shown": str(row.money("step_pounds")),
    }


def by_year(facts: Facts) -> Figure:
    """Claimed, counted, evidenced and recurring, by year."""
    rows = [row for m in MEASURES for row in facts.of_headline("savings", m)]
    names = years(rows)
    cells = [
        (year, *(facts.traced(facts.headline("savings", m, year), form="whole") for m in MEASURES))
        for year in names
    ]
    return Figure(
        "by-year",
        _grown(facts.of_headline("savings", "counted")),
        "£ in each year; a figure of one year is not added to those of others",
        Basis.of(rows) if rows else Basis(("fct_headline",), "", ""),
        Table(
            "Savings by year",
            ("=Year", "#Claimed", "#Counts", "#Shown by ledgers", "#Comes again each year"),
            cells,
        ),
    )


def _grown(rows: list[Row]) -> Sentence | str:
    if not rows:
        return "No savings are reported"
    first, last = rows[0], rows[-1]
    return Sentence(
        first.money("pence"),
        f" counted in {first['financial_year']}, ",
        last.money("pence"),
        f" in {last['financial_year']}",
    )


def target(facts: Facts) -> Figure:
    """The target, by both measures it may mean, and what it does not say."""
    row = facts.published.only("v_target_position")
    if row is None:
        empty = Table("The target", ("Measure", "#£"), ())
        return Figure(
            "target", "No target is set", "", Basis(("v_target_position",), "", ""), empty
        )
    unknown = row.text("target_unknowns")
    measures = (
        ("The target", "target_pounds"),
        ("Known to belong to it, added up since the start", "belonging_to_date_pounds"),
        ("Known to belong to it, and comes again each year", "belonging_a_year_pounds"),
        ("Whether it belongs is not confirmed, added up", "not_confirmed_to_date_pounds"),
        ("All that counts, added up", "counted_to_date_pounds"),
        ("All that comes again each year", "recurring_a_year_pounds"),
    )
    nothing = Missing("not reported")
    cells = [(name, row.money(column, "whole") or nothing) for name, column in measures]
    note = (
        f"The target does not say its {unknown}. So no share of it is given, and both "
        "measures stand here: what is added up, and what comes again each year."
        if unknown
        else ""
    )
    return Figure(
        "target",
        Sentence("The target is ", row.money("target_pounds"), "; ", _towards(row)),
        f"{row['target_name']}, by both measures it may mean",
        Basis.of([row]),
        Table("The target and what counts towards it", ("Measure", "#£"), cells),
        note=note,
    )


def _towards(row: Row) -> Sentence:
    done = row.money("belonging_to_date_pounds")
    if done is None:
        return Sentence("no savings are reported")
    return Sentence(done, f" is known to belong to it, added up to {row['latest_year']}")


def trajectories(facts: Facts) -> list[Figure]:
    """The target and the way towards it, for each measure it may mean."""
    rows = facts.published.rows("fct_target_forecast", order="target_basis, financial_year")
    return [_trajectory([r for r in rows if r.text("target_basis") == b], b) for b in BASES]


def _trajectory(rows: list[Row], basis: str) -> Figure:
    name = f"forecast-{basis.replace('_', '-')}" if basis != BASES[0] else "forecast"
    words = "added up since the start" if basis == BASES[0] else "that come again each year"
    headings = ("Year", "Kind", "#Reported", "#Low", "#Central", "#High")
    if not rows:
        empty = Table(f"Savings {words}", headings, ())
        nothing = Basis(("fct_target_forecast",), "", "")
        return Figure(name, f"No forecast of savings {words}", "", nothing, empty)
    cells = [_forecast_cells(row) for row in rows]
    past = [row for row in rows if not row["is_forecast"]]
    coming = [row for row in rows if row["is_forecast"]]
    picture, alt = _drawn(rows, past, coming, words, name)
    why = rows[-1].text("probability_unavailable_reason")
    return Figure(
        name,
        _outlook(past, coming, words),
        f"£ million, savings known to belong to the target, {words}; the band is from the low to "
        "the high of 80 % of outcomes",
        Basis.of(past or rows),
        Table(f"Savings {words}: reported and forecast", headings, cells),
        picture,
        alt,
        note=f"No probability is given. {why}" if why else "",
    )


def _forecast_cells(row: Row) -> tuple[object, ...]:
    coming = bool(row["is_forecast"])
    nothing = Missing("–")
    return (
        row.text("financial_year"),
        "forecast" if coming else "reported",
        Missing("to come") if coming else row.money("reported_pence", "whole"),
        *(row.money(c, "whole") if coming else nothing for c in _BAND),
    )


_BAND = ("low_pence", "central_pence", "high_pence")


def _outlook(past: list[Row], coming: list[Row], words: str) -> Sentence:
    parts: list[object] = [f"Savings {words}: "]
    if past:
        parts += [past[-1].money("reported_pence"), f" in {past[-1]['financial_year']}"]
    if coming:
        low, _, high = (coming[-1].money(c) for c in _BAND)
        parts += [", foreseen ", low, " to ", high, f" in {coming[-1]['financial_year']}"]
    return Sentence(*parts)


def _drawn(
    rows: list[Row], past: list[Row], coming: list[Row], words: str, name: str
) -> tuple[Any, str]:
    points = [_point(row, "reported_pence", "reported", row is past[-1]) for row in past]
    joined = [*past[-1:], *coming]
    middle = {id(r): "reported_pence" if r in past else "central_pence" for r in joined}
    points += [
        _point(r, middle[id(r)], "forecast", r is joined[-1]) for r in (joined if coming else [])
    ]
    band = [
        {
            "year": r.text("financial_year"),
            "low": _millions(r, "low_pence"),
            "high": _millions(r, "high_pence"),
        }
        for r in joined
        if coming
    ]
    goal = rows[-1].money("target_pence")
    target = {"amount": goal.millions, "shown": f"Target {goal}"} if goal else None
    alt = f"Line of savings {words}" + (
        f": {past[0].money('reported_pence')} in {past[0]['financial_year']} to "
        f"{past[-1].money('reported_pence')} in {past[-1]['financial_year']}"
        if past
        else ""
    )
    if coming:
        low, middle_, high = (coming[-1].money(c) for c in _BAND)
        alt += (
            f"; forecast for {coming[-1]['financial_year']} from {low} to {high}, central {middle_}"
        )
    alt += f". The target is {goal}." if goal else "."
    return svg(figures.trajectory(points, band, target), name, alt), alt


def _millions(row: Row, column: str) -> float:
    money = row.money(column)
    return money.millions if money else 0


def _point(row: Row, column: str, series: str, last: bool) -> dict[str, Any]:
    money = row.money(column)
    assert money is not None
    shown = str(money) if last else ""
    return {
        "year": row.text("financial_year"),
        "amount": money.millions,
        "series": series,
        "shown": shown,
    }


def backtest(facts: Facts) -> Figure:
    """What earlier releases foresaw, and what came."""
    rows = facts.published.rows("fct_forecast_backtest")
    cells = [
        (
            f"{row['financial_year']}, foreseen after {row['forecast_as_of_year']}",
            heading(row["target_basis"]),
            *(row.money(c, "whole") for c in (*_BAND, "outcome_pence")),
            "inside the band" if row["is_inside_band"] else "outside the band",
        )
        for row in rows
    ]
    inside = sum(bool(row["is_inside_band"]) for row in rows)
    return Figure(
        "backtest",
        f"{inside} of {counted(len(rows), 'forecast')} held what came"
        if rows
        else "No forecast has come to its year yet",
        "£; the same method with what was known then, beside what was reported later",
        Basis.of(rows) if rows else Basis(("fct_forecast_backtest",), "", ""),
        Table(
            "Forecasts and what came",
            ("Year", "Measure", "#Low", "#Central", "#High", "#Came", "Held"),
            cells,
        ),
    )


def register(facts: Facts) -> Figure:
    """Every initiative of the last year with a claim."""
    rows = facts.published.rows("v_savings_now", order="claimed_pounds DESC, initiative_id")
    cells = [
        (
            f"{row['initiative_id']}: {row['initiative']}",
            row.text("lead_body_name"),
            *(row.money(f"{c}_pounds", "whole") for c in ("claimed", "counted", "evidenced")),
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
        Basis.of(rows) if rows else Basis(("v_savings_now",), "", ""),
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


def by_body(facts: Facts) -> Figure:
    """What each body claims in the last year."""
    rows = facts.published.rows("v_savings_by_body")
    last = max(years(rows), default="")
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
        Basis.of(shown) if shown else Basis(("v_savings_by_body",), "", ""),
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
        Basis.of(rows) if rows else Basis(("fct_savings_portfolio",), "", ""),
        Table(
            "Overdue milestones and missing baselines",
            ("Initiative", "State", "Milestone", "Due", "Overdue", "Baseline", "#Claimed to date"),
            cells,
        ),
    )
