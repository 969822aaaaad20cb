"""The count: from what is reported to what counts once; money between bodies; sources."""

from __future__ import annotations

from collections.abc import Iterator

from .. import figures
from ..content import Basis, Figure, Missing, Page, Picture, Table
from ..facts import PLACE, Facts, once
from ..rows import Row, Sentence
from ..svg import svg
from ..words import heading, years

MEASURES = ("gross", "eliminated", "out_of_scope", "in_scope_net", "possible_double_count")


def pages(facts: Facts) -> Iterator[Page]:
    """The page about the count."""
    yield Page(
        "count.html",
        "The count",
        "sections.html.j2",
        "All that the bodies report, less what two of them report and what is not of the place.",
        {"sections": [by_year(facts), between(facts), sources(facts), headlines(facts)]},
    )


@once
def by_year(facts: Facts) -> Figure:
    """Gross, eliminated, out of scope, net, by year."""
    rows = [row for m in MEASURES for row in facts.of_headline("place_spend", m)]
    names = years(rows)
    cells = [
        (year, *(_cell(facts, facts.headline("place_spend", m, year)) for m in MEASURES))
        for year in names
    ]
    nets = facts.of_headline("place_spend", "in_scope_net")
    last = facts.last_stated(nets)
    title: Sentence | str = "No year has every body, so there is no figure of the place"
    if last is not None:
        title = Sentence(
            f"In {last['financial_year']} the bodies spent ",
            facts.traced(last),
            " in the place, counted once",
        )
    alt = "Bars of what the place spent by year, counted once: " + ", ".join(
        f"{r['financial_year']} {r.money('pence') or 'not complete'}" for r in nets
    )
    gaps = [f"{r['financial_year']}: {r['reason']}" for r in nets if r.values["pence"] is None]
    return Figure(
        "by-year",
        title,
        "£ by financial year: reported, taken out because two bodies report it, not of the place "
        "or not revenue, counted once, perhaps still twice",
        Basis.of(rows) if rows else Basis(("fct_headline",), "", ""),
        Table(
            "From what is reported to what counts",
            (
                "=Year",
                "#Reported",
                "#Taken out: counted twice",
                "#Not in scope",
                "#Counted once",
                "#Perhaps still twice",
            ),
            cells,
        ),
        _bars(nets, alt) if last is not None else None,
        alt,
        " ".join(gaps),
    )


def _cell(facts: Facts, row: Row | None) -> object:
    if row is None:
        return Missing("none")
    if row.values["pence"] is None:
        return Missing("incomplete")
    return facts.traced(row, form="whole")


def _bars(rows: list[Row], alt: str) -> Picture:
    drawn = [
        {
            "panel": "The place",
            "year": r.text("financial_year"),
            "amount": m.millions,
            "shown": str(m),
        }
        for r in rows
        if (m := r.money("pence")) is not None
    ]
    names = years(rows)
    return svg(figures.bars_by_year(drawn, ["The place"], names, figures.MILLIONS), "by-year", alt)


def between(facts: Facts) -> Figure:
    """Money that one body pays to another: as payer and payee tell it, and what is taken out."""
    rows = facts.published.rows(
        "v_between_bodies", order="financial_year DESC, payer_name, payee_name"
    )
    cells = [
        (
            f"{row['payer_name']} to {row['payee_name']}, {row['financial_year']}",
            heading(row["theme"]),
            *(
                row.money(f"{c}_pounds", "whole") or Missing("not reported")
                for c in ("payer", "payee", "eliminated", "perhaps_twice")
            ),
        )
        for row in rows
    ]
    doubts = [row for row in rows if row["perhaps_twice_pounds"]]
    title: Sentence | str = (
        "Payer and payee tell of every transfer alike"
        if rows
        else "No transfer between bodies is known"
    )
    if doubts:
        title = Sentence(
            "Not every transfer is told by both sides: ",
            doubts[0].money("perhaps_twice_pounds"),
            f" from {doubts[0]['payer_name']} to {doubts[0]['payee_name']} in "
            f"{doubts[0]['financial_year']} may still count twice",
        )
    return Figure(
        "between",
        title,
        "£ by year, payer and payee: as each side reports it; taken out once where both report it",
        Basis.of(rows, "fct_transfer_match") if rows else Basis(("v_between_bodies",), "", ""),
        Table(
            "Money between the bodies",
            (
                "From, to and year",
                "For",
                "#As paid",
                "#As received",
                "#Taken out",
                "#Perhaps twice",
            ),
            cells,
            sortable=True,
        ),
        note="What is paid in one year and received in another is taken out in the year in which "
        "it is paid, and may be more than was received in that year."
        if any(row.exceeds("eliminated_pounds", "payee_pounds") for row in rows)
        else "",
    )


def sources(facts: Facts) -> Figure:
    """The count beside its sources."""
    rows = facts.published.rows("fct_place_reconciliation")
    reasons = {
        r.text("financial_year"): r.text("reason")
        for r in facts.of_headline("place_sources", "reconciliation")
    }
    columns = ("final_spend_pence", "source_pence")
    cells = [
        (
            row.text("financial_year"),
            *(row.money(c, "whole") or Missing("not stated") for c in columns),
            *(_compared(row, c) for c in ("difference_pence", "unexplained_pence")),
            reasons.get(row.text("financial_year"), ""),
        )
        for row in rows
    ]
    agreed = [row for row in rows if row.text("reconciliation_status") == "reconciled"]
    gaps = [row for row in rows if row.text("reconciliation_status") == "incomplete"]
    return Figure(
        "sources",
        f"{len(agreed)} of {len(rows)} years agree with their sources to the penny"
        if rows
        else "Nothing can be compared with its sources",
        "£ by year: what was spent beside what the bodies say it was paid from",
        Basis.of(rows) if rows else Basis(("fct_place_reconciliation",), "", ""),
        Table(
            "Spend beside its sources",
            ("=Year", "#Spent", "#Paid from", "#Difference", "#Not explained", "What that means"),
            cells,
        ),
        note="A year has gaps where spend, or what it was paid from, was not sent, or where rows "
        "of a file were set aside."
        if gaps
        else "",
    )


def _compared(row: Row, column: str) -> object:
    """An amount of the comparison; a year with gaps is not compared, so it has none."""
    if row.text("reconciliation_status") == "incomplete":
        return Missing("not compared")
    return row.money(column, "whole") or Missing("not stated")


def headlines(facts: Facts) -> Figure:
    """Every headline figure of the last years, each a link to what it is made of."""
    rows = [
        row
        for row in facts.published.rows("fct_headline", "pence IS NOT NULL")
        if facts.is_traced(row)
    ]
    cells = [
        (
            heading(row["headline"]),
            heading(row["measure"]),
            row.text("body_name") if row.text("body_id") != PLACE else "The place",
            heading(row["financial_year"]),
            facts.traced(row, form="exact"),
        )
        for row in rows
    ]
    return Figure(
        "headlines",
        "Each of these figures leads to its lines",
        "£ to the penny; follow a figure to its steps, files, receipts and largest lines",
        Basis(("fct_headline",), "", ""),
        Table(
            "Headline figures", ("Figure", "Measure", "Body", "=Year", "#£"), cells, sortable=True
        ),
    )
