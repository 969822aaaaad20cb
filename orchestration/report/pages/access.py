"""Public access to services: by body and channel, cost of a contact, points that overlap."""

from __future__ import annotations

from collections.abc import Iterator

from .. import figures
from ..content import Basis, Figure, Missing, Page, Picture, Table
from ..facts import Facts, once
from ..rows import Row, Sentence
from ..svg import svg
from ..words import counted, heading, label, listed, titled, years
from . import outline, themes

THEME = "public_access"


def pages(facts: Facts) -> Iterator[Page]:
    """The page about public access, and the list of points."""
    yield Page(
        "access.html",
        "Public access to services",
        "sections.html.j2",
        "How people reach services, what a contact costs, and which places of access overlap.",
        {
            "sections": [
                by_body(facts),
                cost(facts),
                shift(facts),
                overlap(facts),
                outline.points(facts),
                themes.trend(facts, THEME),
            ]
        },
    )


@once
def by_body(facts: Facts) -> Figure:
    """Spend by body and year."""
    return themes.by_body(facts, "public_access_spend", label(THEME))


def cost(facts: Facts) -> Figure:
    """What a channel costs and what a contact costs, or why that cannot be said."""
    rows = facts.published.rows("v_access_cost", order="financial_year DESC, body_name, channel")
    last = max((r.text("financial_year") for r in rows if r["contacts"]), default="")
    last = last or max(years(rows), default="")
    shown = [row for row in rows if row.text("financial_year") == last]
    cells = [_channel(row) for row in rows]
    own = [row for row in shown if row.values["own_unit_cost_pounds"] is not None]
    why = sorted({label(r["own_cost_unavailable_reason"]) for r in shown} - {""})
    title = (
        f"{counted(len(own), 'channel')} of {last} have a cost of their own for a contact"
        if own
        else f"What a contact costs a body itself cannot be said for {last}"
        if shown
        else "No body’s files show access"
    )
    return Figure(
        "cost",
        title,
        "£ by body, channel and year: payments, running cost of the points, outturn; and the cost "
        "of a contact, own and national",
        Basis.of(shown, "fct_access_unit_cost") if shown else Basis(("v_access_cost",), "", ""),
        Table(
            "Channels: cost and contacts, the last year first",
            (
                "Body and channel",
                "=Year",
                "#Payments",
                "#Running cost",
                "#Outturn",
                "#Contacts",
                "#Own £ a contact",
                "#National £ a contact",
            ),
            cells,
            sortable=True,
        ),
        note=f"Why there is no own cost: {listed(why)}. National costs are of other bodies and of "
        "one year; they are no substitute."
        if shown and not own and why
        else "",
    )


def _channel(row: Row) -> tuple[object, ...]:
    return (
        f"{row['body_name']}, {label(row['channel'])}",
        row.text("financial_year"),
        *(
            row.money(c, "whole") or Missing("–")
            for c in ("payments_pounds", "running_cost_pounds", "outturn_pounds")
        ),
        row.number("contacts") or Missing("not sent"),
        row.money("own_unit_cost_pounds", "exact")
        or Missing(label(row["own_cost_unavailable_reason"]) or "–"),
        row.money("national_unit_cost_pounds", "exact") or Missing("–"),
    )


def shift(facts: Facts) -> Figure:
    """How contacts moved between channels since the base year."""
    rows = facts.published.rows("fct_channel_shift")
    headings = (
        "Body, year and channel",
        "#Contacts",
        "#Expected as in the base year",
        "#Moved here",
        "#Notional saving",
    )
    cells = [
        (
            f"{facts.name(row)}, {row['financial_year']}, {label(row['channel'])}",
            row.number("contacts"),
            row.number("expected_contacts"),
            row.number("shifted_contacts"),
            row.money("notional_saving_pence", "whole")
            or Missing(label(row["saving_unavailable_reason"]) or "none"),
        )
        for row in rows
    ]
    table = Table("Contacts by channel", headings, cells, sortable=True)
    if not rows:
        nothing = Basis(("fct_channel_shift",), "", "")
        return Figure("shift", "No two years of contacts can be compared", "", nothing, table)
    last = facts.leading_year(rows)
    to = max(
        (r for r in rows if r.text("financial_year") == last),
        key=lambda r: r.count("shifted_contacts"),
    )
    body = facts.name(to)
    title = (
        f"By {last} {body} had {to.count('shifted_contacts'):,} more contacts by "
        f"{label(to['channel'])} than its habits of {to['base_year']} would give"
    )
    alt = (
        f"Lines of contacts by channel, a panel for each body, {years(rows)[0]} to {last}. {title}."
    )
    return Figure(
        "shift",
        title,
        "Contacts in thousands by channel and year; savings from this are notional and count in "
        "no total",
        Basis.of(rows),
        table,
        _lines(facts, rows, alt),
        alt,
    )


def _lines(facts: Facts, rows: list[Row], alt: str) -> Picture:
    first = {(r.text("body_id"), r.text("channel")): r for r in rows}
    drawn = [
        {
            "panel": facts.name(r),
            "year": r.text("base_year"),
            "amount": r.count("base_contacts") / 1000,
            "series": heading(r["channel"]),
        }
        for r in first.values()
    ]
    drawn += [
        {
            "panel": facts.name(r),
            "year": r.text("financial_year"),
            "amount": r.count("contacts") / 1000,
            "series": heading(r["channel"]),
        }
        for r in rows
    ]
    panels = sorted({str(d["panel"]) for d in drawn})
    series = sorted({str(d["series"]) for d in drawn})[:4]
    return svg(figures.lines_by_year(drawn, panels, series, "Contacts, thousands"), "shift", alt)


def overlap(facts: Facts) -> Figure:
    """Points that overlap, by what could be avoided."""
    rows = facts.published.rows("v_access_cluster", order="financial_year, rank_in_year")
    last = facts.leading_year(rows)
    shown = [row for row in rows if row.text("financial_year") == last]
    cells = [
        (
            row.text("point_names").replace(";", " and"),
            heading(row["overlap_kind"]),
            row.number("cluster_points"),
            row.money("avoidable_cost_a_year_pounds", "whole") or Missing("cost not known"),
            row.number("rank_in_year"),
        )
        for row in shown
    ]
    title: Sentence | str = "No two points of access overlap, as far as they are known"
    if shown:
        title = Sentence(
            f"{counted(len(shown), 'cluster')} overlap in {last}; the largest could avoid ",
            shown[0].money("avoidable_cost_a_year_pounds"),
            " a year at most",
        )
    return Figure(
        "overlap",
        title,
        "A ceiling: the yearly cost of the cheaper points of a cluster, before what moving people "
        "would cost; not a saving until somebody decides it",
        Basis.of(shown, "fct_access_overlap") if shown else Basis(("v_access_cluster",), "", ""),
        Table(
            titled("Overlapping points of access", last),
            ("Points", "Kind", "#Points", "#Avoidable £ a year, at most", "#Rank"),
            cells,
        ),
    )
