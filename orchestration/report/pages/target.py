"""The target: what it does not say, the way towards it, and what earlier forecasts held."""

from __future__ import annotations

from typing import Any

from .. import figures
from ..content import Basis, Figure, Missing, Table
from ..facts import Facts, once
from ..rows import Row, Sentence
from ..svg import svg
from ..words import counted, heading

BASES = ("cumulative", "annual_recurring")
# What the bodies owe for the figures of savings.
SAVINGS = "savings"


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
        Basis.of([row], sent=SAVINGS),
        Table("The target and what counts towards it", ("Measure", "#£"), cells),
        note=" ".join(filter(None, (note, row.text("reason")))),
    )


def _towards(row: Row) -> Sentence:
    done = row.money("belonging_to_date_pounds")
    if done is None:
        return Sentence("no savings are reported")
    return Sentence(done, f" is known to belong to it, added up to {row['latest_year']}")


@once
def trajectories(facts: Facts) -> list[Figure]:
    """The target and the way towards it, for each measure it may mean."""
    rows = facts.published.rows("fct_target_forecast", order="target_basis, financial_year")
    return [_trajectory([r for r in rows if r.text("target_basis") == b], b) for b in BASES]


def _trajectory(rows: list[Row], basis: str) -> Figure:
    name = f"forecast-{basis.replace('_', '-')}" if basis != BASES[0] else "forecast"
    way = ", added up since the start" if basis == BASES[0] else " that come again each year"
    words = f"known to belong to the target{way}"
    headings = ("Year", "Kind", "#Reported", "#Low", "#Central", "#High", "#Target")
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
        f"£ million{way}; savings of which it is not confirmed that they belong are not in it; the "
        "band is from the low to the high of 80 % of outcomes",
        Basis.of(past or rows, sent=SAVINGS),
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
        row.money("target_pence", "whole") or Missing("none is set"),
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
        "£ known to belong to the target; the same method with what was known then, beside what "
        "was reported later",
        Basis.of(rows, sent=SAVINGS) if rows else Basis(("fct_forecast_backtest",), "", ""),
        Table(
            "Forecasts and what came",
            ("Year", "Measure", "#Low", "#Central", "#High", "#Came", "Held"),
            cells,
        ),
    )
