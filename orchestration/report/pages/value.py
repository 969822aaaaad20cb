"""Value for money: performance beside net spend, among peers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import figures
from ..content import Basis, Figure, Missing, Page, Picture, Table
from ..facts import Facts
from ..rows import Row, Sentence, largest
from ..svg import svg
from ..words import counted, heading, label, listed, per_mille, titled


def pages(facts: Facts) -> Iterator[Page]:
    """The page about value for money."""
    yield Page(
        "value.html",
        "Value for money",
        "sections.html.j2",
        "Whether performance goes with spend, as far as the bodies have comparable peers.",
        {"sections": [quadrants(facts), costs(facts)]},
    )


def quadrants(facts: Facts) -> Figure:
    """Performance against net spend a head, and the quadrant where there are peers enough."""
    rows = facts.published.rows("fct_value_for_money")
    last = facts.leading_year(rows)
    shown = [row for row in rows if row.text("financial_year") == last]
    cells = [_row(row) for row in shown]
    table = Table(
        titled("Performance and net spend a head", last),
        ("Service", "Body", "#Performance", "#Net spend a head", "Peers", "Where it stands"),
        cells,
        sortable=True,
    )
    if not shown:
        nothing = Basis(("fct_value_for_money",), "", "")
        return Figure("quadrants", "No body has sent indicators and outturn", "", nothing, table)
    few = [row for row in shown if row.text("outturn_quadrant_unavailable_reason")]
    peers = sorted({row.text("peer_group") for row in shown})
    largest = max(row.count("outturn_cost_peers") for row in shown)
    title = (
        f"Whether performance follows spend cannot be told: there are {largest} peers, each the "
        "other’s only measure"
        if largest <= 2
        else f"{counted(len(shown) - len(few), 'pair')} of body and service can be placed among "
        f"{largest} peers"
    )
    alt = (
        f"Points of performance and net spend a head in {last}, one for each service and body, "
        f"among {listed(peers)}."
    )
    return Figure(
        "quadrants",
        title,
        titled("Performance (0 to 100 % of indicators better than the peers) and £ a head", last),
        Basis.of(shown),
        table,
        _drawn(shown, alt),
        alt,
        "Of two peers one is above and the other below, unless they do equally well: then there "
        "are too few peers that differ. A third would say more."
        if largest <= 2
        else "",
    )


def _row(row: Row) -> tuple[object, ...]:
    score = row.number("score_per_mille")
    return (
        row.text("service_group"),
        row.text("body_name"),
        Missing(label(row["score_unavailable_reason"]) or "–")
        if score is None
        else per_mille(score),
        row.money("outturn_net_per_head_pence", "exact")
        or Missing(label(row["outturn_cost_unavailable_reason"]) or "–"),
        f"{row.count('outturn_cost_peers')} in {row['peer_group']}",
        heading(row["outturn_quadrant"] or row["outturn_quadrant_unavailable_reason"] or "–"),
    )


def _drawn(rows: list[Row], alt: str) -> Picture:
    bodies = sorted({row.text("body_name") for row in rows})
    drawn = [
        {
            "across": money.millions * 1_000_000,
            "up": row.count("score_per_mille") / 10,
            "panel": row.text("service_group"),
            "series": row.text("body_name"),
        }
        for row in rows
        if (money := row.money("outturn_net_per_head_pence")) is not None
        and row.values["score_per_mille"] is not None
    ]
    panels = sorted({str(one["panel"]) for one in drawn})
    if not drawn or len(bodies) > 4:
        return None
    return svg(
        figures.quadrants(drawn, panels, "Net spend, £ a head", "Performance, %"), "quadrants", alt
    )


def _dearest(rows: Sequence[Row]) -> Sentence | str:
    top = largest(rows, "outturn_net_per_head_pence")
    if top is None:
        return "No body has sent its outturn"
    return Sentence(
        "The most a head is ",
        top.money("outturn_net_per_head_pence", "exact"),
        f", {top['body_name']} for {top['service_group']} in {top['financial_year']}",
    )


def costs(facts: Facts) -> Figure:
    """Net spend a head by year, and how it moved."""
    rows = facts.published.rows(
        "fct_value_for_money", order="service_group, body_name, financial_year"
    )
    cells = [
        (
            f"{row['service_group']}, {row['body_name']}, {row['financial_year']}",
            row.money("budget_net_per_head_pence", "exact") or Missing("not sent"),
            row.money("outturn_net_per_head_pence", "exact") or Missing("not sent"),
            row.money("outturn_net_per_head_change_pence", "exact") or Missing("no year before"),
        )
        for row in rows
    ]
    return Figure(
        "costs",
        _dearest(rows),
        "£ a head of the population that the body serves",
        Basis.of(rows) if rows else Basis(("fct_value_for_money",), "", ""),
        Table(
            "Net spend a head",
            ("Service, body and year", "#Budget", "#Outturn", "#Change in outturn"),
            cells,
            sortable=True,
        ),
    )
