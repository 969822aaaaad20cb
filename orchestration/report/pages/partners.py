"""A page for each body, the link that a steward is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..content import Basis, Figure, Linked, Missing, Page, Table
from ..facts import Facts
from ..rows import Row, Sentence
from ..words import counted, heading, per_mille
from . import quality


def pages(facts: Facts) -> Iterator[Page]:
    """The list of bodies, and each body's own page."""
    scores = facts.published.rows("fct_partner_scorecard")
    sent = {row.text("body_id") for row in scores}
    yield Page(
        "partners.html",
        "Bodies",
        "sections.html.j2",
        "Each body has a page of its own: what arrived, what was asked, what is missing.",
        {"sections": [_list(facts)]},
    )
    for partner in facts.partners:
        if partner.text("body_id") in sent:
            yield _page(facts, partner)


def file_of(body_id: str) -> str:
    """The file of a body's page."""
    return f"partner-{re.sub(r'[^a-z0-9]+', '-', body_id.lower())}.html"


def _list(facts: Facts) -> Figure:
    cells = []
    for partner in facts.partners:
        own = facts.published.of_body(partner.text("body_id"), "fct_partner_scorecard")
        owed = [row for row in own if row.count("periods_expected")]
        whole = [row for row in owed if row["is_complete"]]
        name = partner.text("name")
        cells.append(
            (
                Linked(name, file_of(partner.text("body_id"))) if own else name,
                heading(partner["kind"]),
                "in the place" if partner["in_place"] else "outside the place",
                f"{len(whole)} of {len(owed)}" if owed else Missing("nothing owed"),
            )
        )
    return Figure(
        "bodies",
        f"{counted(len(facts.partners), 'body', 'bodies')} with a contract",
        "Which bodies send extracts, and how many years of a feed are complete",
        Basis(("dim_partner", "fct_partner_scorecard"), "", ""),
        Table("Bodies", ("Body", "Kind", "Place", "Years of a feed complete"), cells),
    )


def _page(facts: Facts, partner: Row) -> Page:
    body = partner.text("body_id")
    published = facts.published
    scores = published.of_body(body, "fct_partner_scorecard")
    largest_first = "amount_pence DESC NULLS LAST, issue_id"
    asked = published.of_body(body, "fct_issue", quality.OPEN, largest_first)
    missing = published.of_body(body, "v_missing_delivery")
    arrived = Figure(
        "arrived",
        quality.whole(scores),
        "Periods in force of those owed, by feed and year; darker is more",
        Basis(("fct_partner_scorecard",), "", ""),
        quality.scorecard(facts, scores, "What arrived of what is owed", with_body=False),
    )
    return Page(
        file_of(body),
        partner.text("name"),
        "sections.html.j2",
        "What arrived, what is missing or was asked, and what no rule could classify.",
        {
            "sections": [
                arrived,
                quality.missing_of(facts, missing),
                quality.questions_of(facts, asked),
                _unclassified(facts, body),
                _received(facts, body),
            ]
        },
    )


def _unclassified(facts: Facts, body: str) -> Figure:
    rows = facts.published.of_body(body, "v_unclassified_share")
    return Figure(
        "unclassified",
        _share(rows),
        "£ as reported, by year",
        Basis(("v_unclassified_share",), "", ""),
        quality.shares(facts, rows),
    )


def _amount(row: Row) -> object:
    """The £ of a file; feeds of counts have none."""
    money = row.money("pence_accepted", "exact")
    return Missing("–") if money is None or money.is_nothing else money


def _share(rows: list[Row]) -> Sentence | str:
    if not rows:
        return "No spend of this body is in force"
    last = rows[-1]
    share = per_mille(last.count("unclassified_per_mille"))
    return Sentence(
        f"{share} of what it reports for {last['financial_year']} has no class, ",
        last.money("unclassified_pounds"),
    )


def _received(facts: Facts, body: str) -> Figure:
    rows = facts.published.rows("fct_submission", "body_id = ?", [body], order="receipt_id DESC")
    cells = [
        (
            row.text("receipt_id"),
            row.text("file_name"),
            heading(row["feed"]),
            row.text("period_id"),
            heading(row["verdict"]),
            heading(row["status"]),
            row.number("rows_accepted"),
            _amount(row),
        )
        for row in rows[: quality.SHOWN]
    ]
    return Figure(
        "received",
        f"{counted(len(rows), 'file')} received",
        f"The last {quality.SHOWN} are shown"
        if len(rows) > quality.SHOWN
        else "Every file, the last first",
        Basis(("fct_submission",), "", ""),
        Table(
            "Files received",
            ("Receipt", "File", "Feed", "Period", "Verdict", "Now", "#Rows", "#£"),
            cells,
            sortable=True,
        ),
    )
