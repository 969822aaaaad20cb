"""Drug and alcohol services: by body, stream and tier; who is paid; what treatment costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import figures
from ..content import Basis, Figure, Missing, Page, Picture, Table
from ..facts import Facts, once
from ..rows import Row, Sentence, largest
from ..svg import SERIES, svg
from ..words import heading, label, listed, per_mille, titled
from . import themes

THEME = "drug_alcohol"
LARGEST = 12
# A table of more rows would make the page too heavy; the whole is in the release.
ROWS = 240


def pages(facts: Facts) -> Iterator[Page]:
    """The page about drug and alcohol services."""
    yield Page(
        "drug-alcohol.html",
        "Drug and alcohol services",
        "sections.html.j2",
        "What the bodies pay for, whose money it is, who is paid, what treatment costs a person.",
        {
            "sections": [
                by_body(facts),
                streams(facts),
                providers(facts),
                treatment(facts),
                accounts(facts),
                themes.trend(facts, THEME),
            ]
        },
    )


@once
def by_body(facts: Facts) -> Figure:
    """Spend by body and year."""
    return themes.by_body(facts, "drug_alcohol_spend", label(THEME))


def streams(facts: Facts) -> Figure:
    """Whose money it is: body by stream and tier, in the leading year."""
    rows = facts.published.rows("v_drug_alcohol_stream")
    last = facts.leading_year(rows)
    shown = [row for row in rows if row.text("financial_year") == last]
    cells = [
        (
            row.text("body_name"),
            heading(row["stream"]),
            heading(_tier(row)),
            row.money("in_scope_net_pounds", "whole"),
        )
        for row in shown
    ]
    top = largest(shown, "in_scope_net_pounds")
    title: Sentence | str = "No body’s files show what its drug and alcohol money is from"
    if top is not None:
        title = Sentence(
            f"The largest part in {last}: {top['body_name']}, {label(top['stream'])}, ",
            f"{_tier(top)}, ",
            top.money("in_scope_net_pounds"),
        )
    return Figure(
        "streams",
        title,
        f"£ in {last}, in the place, counted once: whose money, and for which tier of treatment"
        if last
        else "£",
        Basis.of(shown) if shown else Basis(("v_drug_alcohol_stream",), "", ""),
        Table(
            titled("Drug and alcohol spend by body, stream and tier", last),
            ("Body", "Whose money", "Tier", "#£"),
            cells,
            sortable=True,
        ),
    )


def _tier(row: Row) -> str:
    return "tier not reported" if row.text("tier") == "not_reported" else label(row["tier"])


def providers(facts: Facts) -> Figure:
    """Who is paid, by whom: the largest of the leading year."""
    rows = facts.published.rows("v_provider", order="financial_year DESC, rank_in_year")
    last = facts.leading_year(rows)
    year = [row for row in rows if row.text("financial_year") == last]
    shown = year[:LARGEST]
    headings = ("Provider", "Paid by", "=Year", "#£", "#Share of the year", "#Rank")
    table = Table(
        "Providers of drug and alcohol services, the last year first",
        headings,
        [_provider(row) for row in rows[:ROWS]],
        sortable=True,
    )
    if not year:
        nothing = Basis(("v_provider",), "", "")
        return Figure("providers", "No provider can be seen", "£", nothing, table)
    first = year[0]
    title = Sentence(
        f"The largest in {last} is ",
        first.text("provider_name"),
        ", paid ",
        first.money("in_scope_net_pounds"),
        " by ",
        first.text("body_name"),
    )
    payers = sorted({row.text("body_name") for row in shown})
    alt = (
        f"Bars of the {len(shown)} largest pairs of provider and payer in {last}: "
        f"first {first['provider_name']}, {first.money('in_scope_net_pounds')} "
        f"from {first['body_name']}."
    )
    fits = len(payers) <= len(SERIES)
    return Figure(
        "providers",
        title,
        f"£ million paid in {last} for commissioned services, by the body that pays; transfers "
        "between bodies are not payments",
        Basis.of(year),
        table,
        _drawn(shown, payers, alt) if fits else None,
        alt,
    )


def _provider(row: Row) -> tuple[object, ...]:
    share = row.number("share_per_mille")
    return (
        row.text("provider_name"),
        row.text("body_name"),
        row.text("financial_year"),
        row.money("in_scope_net_pounds", "whole"),
        Missing("–") if share is None else per_mille(share),
        row.number("rank_in_year"),
    )


def _drawn(shown: list[Row], payers: list[str], alt: str) -> Picture:
    drawn = [
        {
            "row": row.text("provider_name"),
            "part": row.text("body_name"),
            "amount": money.millions,
            "place": payers.index(row.text("body_name")),
        }
        for row in shown
        if (money := row.money("in_scope_net_pounds")) is not None
    ]
    order = list(dict.fromkeys(str(one["row"]) for one in drawn))
    return svg(figures.stacked(drawn, order, payers, figures.MILLIONS), "providers", alt)


def treatment(facts: Facts) -> Figure:
    """What a person in effective treatment costs, where people and spend are both known."""
    rows = facts.published.rows("fct_treatment_value")
    cells = [
        (
            row.text("financial_year"),
            row.number("effective_clients") or Missing(label(row["effective_state"])),
            row.money("cost_per_person_pence", "exact")
            or Missing(label(row["cost_per_person_unavailable_reason"])),
            row.number("completions") or Missing(label(row["completions_state"])),
            row.money("cost_per_completion_pence", "exact")
            or Missing(label(row["cost_per_completion_unavailable_reason"])),
        )
        for row in rows
    ]
    known = [row for row in rows if row.values["cost_per_person_pence"] is not None]
    counted_in = [row for row in rows if row.values["effective_clients"]]
    why = sorted({label(row["cost_per_person_unavailable_reason"]) for row in counted_in} - {""})
    title: Sentence | str = "No count of the people in treatment was sent"
    if counted_in:
        year = counted_in[-1].text("financial_year")
        title = f"What treatment costs a person cannot be said for {year}"
    if known:
        title = Sentence(
            "A person in effective treatment cost ",
            known[-1].money("cost_per_person_pence", "whole"),
            f" in {known[-1]['financial_year']}",
        )
    return Figure(
        "treatment",
        title,
        "£ of the place’s spend for each person in effective treatment, and for each planned "
        "completion; never added over agencies, since one person may be with several",
        Basis.of(rows) if rows else Basis(("fct_treatment_value",), "", ""),
        Table(
            "Spend per person in effective treatment",
            ("=Year", "#People", "#£ a person", "#Completions", "#£ a completion"),
            cells,
        ),
        note=_said_of_cost(known, why),
    )


def _said_of_cost(known: Sequence[Row], why: Sequence[str]) -> str:
    """What a cost of a person lacks, or why there is none."""
    if known and any(row["spend_basis"] != "ledger" for row in known):
        return (
            "Spend is from lists of payments over a threshold, in which what a body pays its own "
            "staff is not."
        )
    return f"Why there is no cost of a person: {listed(why)}." if why and not known else ""


def accounts(facts: Facts) -> Figure:
    """Payments beside the bodies' own accounts, and whose money they are."""
    rows = facts.published.rows("v_drug_alcohol_cost")
    last = max((r.text("financial_year") for r in rows if r["outturn_pounds"]), default="")
    shown = [row for row in rows if row.text("financial_year") == last]
    columns = (
        "payments_pounds",
        "payments_by_own_pounds",
        "payments_by_others_pounds",
        "payments_by_unknown_pounds",
        "outturn_pounds",
        "payments_less_outturn_pounds",
    )
    cells = [
        (row.text("body_name"), *(row.money(c, "whole") or Missing("not sent") for c in columns))
        for row in shown
    ]
    return Figure(
        "accounts",
        Sentence(
            f"In {last} ",
            shown[0].text("body_name"),
            " paid ",
            shown[0].money("payments_pounds"),
            "; its own accounts show ",
            shown[0].money("outturn_pounds"),
        )
        if shown
        else "No body has sent its outturn for these services",
        f"£ in {last}: what was paid, from own and from others’ money, beside the body’s outturn"
        if last
        else "",
        Basis.of(shown) if shown else Basis(("v_drug_alcohol_cost",), "", ""),
        Table(
            titled("Payments beside outturn", last),
            (
                "Body",
                "#Paid",
                "#From own money",
                "#From others’",
                "#Source not known",
                "#Outturn",
                "#Paid less outturn",
            ),
            cells,
        ),
    )
