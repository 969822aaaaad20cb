"""Quality: what arrived of what is owed, what is open, what no rule could classify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content import Basis, Figure, Heat, Missing, Page, Table
from ..facts import Facts
from ..rows import Row, Sentence
from ..words import counted, heading, per_mille

SHOWN = 200
# Questions without an answer, and files that were refused.
OPEN = "source = 'judge' AND is_open"


def pages(facts: Facts) -> Iterator[Page]:
    """The page about quality."""
    yield Page(
        "quality.html",
        "Quality and completeness",
        "sections.html.j2",
        "What arrived of what is owed, what stands open, and what is not classified.",
        {
            "sections": [
                completeness(facts),
                missing(facts),
                questions(facts),
                unclassified(facts),
                unresolved(facts),
                repeated(facts),
            ]
        },
    )


def completeness(facts: Facts) -> Figure:
    """Year by body and feed: how many periods of those owed are in force."""
    rows = facts.published.rows("fct_partner_scorecard")
    return Figure(
        "completeness",
        whole(rows),
        "Periods in force of those owed, by body, feed and year; darker is more",
        Basis(("fct_partner_scorecard",), "", ""),
        scorecard(facts, rows, "What arrived of what is owed"),
    )


def whole(rows: Sequence[Row]) -> str:
    """How many years of a feed are complete, of those for which something is owed."""
    owed = [row for row in rows if row.count("periods_expected")]
    complete = [row for row in owed if row["is_complete"]]
    return (
        f"{len(complete)} of {counted(len(owed), 'year')} of a feed are complete"
        if owed
        else "Nothing is owed"
    )


def scorecard(facts: Facts, rows: Sequence[Row], caption: str, with_body: bool = True) -> Table:
    """A heat table of periods present and expected, a column a year."""
    names = sorted({row.text("financial_year") for row in rows} - {""})
    found = {(r.text("body_id"), r.text("feed"), r.text("financial_year")): r for r in rows}
    pairs = sorted(
        {(body, feed) for body, feed, _ in found},
        key=lambda pair: (facts.names.get(pair[0], pair[0]), pair[1]),
    )
    cells = [
        (
            f"{facts.names.get(body, body)}, {feed.replace('_', ' ')}"
            if with_body
            else heading(feed),
            *(_present(found.get((body, feed, year))) for year in names),
        )
        for body, feed in pairs
    ]
    return Table(caption, ("Body and feed" if with_body else "Feed", *names), cells)


def _present(row: Row | None) -> object:
    if row is None:
        return Heat("–", 0)
    have, owed = row.count("periods_present"), row.count("periods_expected")
    if not owed:
        return Heat("not owed" if not have else f"{have}, not owed", 0)
    shade = 0 if not have else 2 if row["is_complete"] else 1
    return Heat(f"{have} of {owed}" + ("" if row["is_complete"] else ", not complete"), shade)


def missing(facts: Facts) -> Figure:
    """What is missing, refused, held or set aside, and the figures it touches."""
    return missing_of(facts, facts.published.rows("v_missing_delivery"))


def missing_of(facts: Facts, rows: Sequence[Row]) -> Figure:
    """The same for some rows of the view, the last years first."""
    rows = sorted(rows, key=lambda r: (r.text("financial_year"), r.text("period_id")), reverse=True)
    cells = [
        (
            f"{row['body_name']}, {row['feed']}, {row['period_id']}",
            heading(row["state"]),
            row.text("receipt_ids") if row.text("receipt_ids") != "none" else "–",
            _not_counted(row),
            row.text("figures_touched"),
        )
        for row in rows[:SHOWN]
    ]
    more = f" The first {SHOWN} are shown." if len(rows) > SHOWN else ""
    return Figure(
        "missing",
        f"{counted(len(rows), 'delivery', 'deliveries')} missing, refused, held or partly set aside"
        if rows
        else "Everything that is owed has arrived whole",
        f"By body, feed and period; what it takes from which figures.{more}",
        Basis(("v_missing_delivery",), "", ""),
        Table(
            "What is missing, and what it touches",
            ("Body, feed and period", "State", "=Receipts", "Not counted", "Figures it touches"),
            cells,
            sortable=True,
        ),
        nothing="Nothing that is owed is missing, refused, held or set aside.",
    )


def _not_counted(row: Row) -> object:
    rows, unread = row.number("rows_not_counted"), row.count("rows_without_amount")
    if rows is None:
        return Missing("not known")
    amount = row.money("not_counted_pounds", "exact")
    # As on the last screen: an amount that nobody can read is never shown as £0.00.
    if unread and (amount is None or amount.is_nothing):
        return f"{counted(rows, 'row')}, £ unknown"
    unknown = f" and {counted(unread, 'row')} of unknown £" if unread else ""
    return Sentence(f"{counted(rows, 'row')}, ", amount, unknown)


def questions(facts: Facts) -> Figure:
    """Questions that nobody has answered, and files that wait for an answer."""
    return questions_of(
        facts,
        facts.published.rows(
            "fct_issue",
            OPEN,
            order="amount_pence DESC NULLS LAST, issue_id",
        ),
    )


def questions_of(facts: Facts, rows: Sequence[Row]) -> Figure:
    """The same for some rows of the issues."""
    cells = [
        (
            f"{row['receipt_id']}, {facts.name(row)}",
            row.text("message"),
            row.text("fix"),
            _rows(row),
            row.money("amount_pence", "exact") or Missing("not known"),
            "counts" if row["in_force"] else heading(row["verdict"]),
        )
        for row in rows[:SHOWN]
    ]
    return Figure(
        "questions",
        f"{counted(len(rows), 'question or fault is', 'questions and faults are')} open"
        if rows
        else "No question is open",
        "What was asked about a file or must be mended in it, and the £ of the rows",
        Basis(("fct_issue",), "", ""),
        Table(
            "Open questions and refused files",
            ("Receipt and body", "What", "What to do", "#Rows", "#£", "The file"),
            cells,
        ),
        nothing="Nobody has to explain or mend anything.",
    )


def _rows(row: Row) -> object:
    """How many rows an issue is of; one that names no row, as of a missing column, is of the
    file."""
    if row["first_row"] is None and row.count("row_count") == 1:
        return Missing("the file")
    return row.number("row_count")


def unclassified(facts: Facts) -> Figure:
    """What no rule could classify: each body's share, and the largest patterns."""
    rows = facts.published.rows("v_unclassified_pattern", order="rank_no")
    total = facts.headline("unclassified_spend", "unclassified", "all_years")
    return Figure(
        "unclassified",
        Sentence(total.money("pence"), f" has no class, in {counted(len(rows), 'pattern')}")
        if total is not None and rows
        else "Everything is classified",
        "£ as reported, by what the body calls it, the largest first",
        Basis(("v_unclassified_pattern", "fct_headline"), "", ""),
        _patterns(rows),
        nothing="No line is without a class.",
    )


def _patterns(rows: Sequence[Row]) -> Table:
    columns = ("department", "area", "account")
    cells = [
        (
            f"{row['pattern_id']}, {row['body_name']}",
            ", ".join(row.text(c) for c in columns if row.text(c) not in ("", "not_reported"))
            or "no label",
            f"{row['first_year']} to {row['last_year']}",
            row.number("lines"),
            row.money("gross_pounds", "whole"),
        )
        for row in rows[:SHOWN]
    ]
    return Table(
        "Patterns without a class",
        ("Pattern and body", "Department, area, account", "=Years", "#Lines", "#£"),
        cells,
        sortable=True,
    )


def shares(facts: Facts, rows: Sequence[Row]) -> Table:
    """A body's share without a class, by year."""
    cells = [
        (
            row.text("financial_year"),
            row.money("gross_pounds", "whole"),
            row.money("unclassified_pounds", "whole"),
            Missing("–")
            if (share := row.number("unclassified_per_mille")) is None
            else per_mille(share),
        )
        for row in rows
    ]
    return Table(
        "Share without a class", ("=Year", "#Reported", "#Without a class", "#Share"), cells
    )


def unresolved(facts: Facts) -> Figure:
    """Payees that read like a public body and match none that is known."""
    rows = facts.published.rows("v_unresolved_body", order="rank_no")
    cells = [
        (
            row.text("payee_name"),
            row.text("body_name"),
            heading(row["reason"]),
            row.number("lines"),
            row.money("gross_pounds", "whole"),
        )
        for row in rows[:SHOWN]
    ]
    return Figure(
        "unresolved",
        f"{counted(len(rows), 'pair')} of payer and payee in which the payee reads like a public "
        "body that is not known"
        if rows
        else "Every payee that reads like a public body is a known one",
        "If one is a body of the place, money to it may count twice",
        Basis(("v_unresolved_body",), "", ""),
        Table(
            "Names that may be public bodies",
            ("Payee", "Paid by", "Why not", "#Lines", "#£"),
            cells,
            sortable=True,
        ),
        nothing="No payee reads like a public body that is not known.",
    )


def repeated(facts: Facts) -> Figure:
    """Lines that look the same on one day: right as they are sent, worth seeing."""
    rows = facts.published.rows("v_repeated_line", order="rank_no")
    cells = [
        (
            f"{row['body_name']}, {row['line_date']}",
            row.text("payee_name"),
            row.money("amount_pounds", "exact"),
            row.number("lines"),
            row.money("repeated_pounds", "exact"),
        )
        for row in rows[:50]
    ]
    return Figure(
        "repeated",
        f"{counted(len(rows), 'payment looks', 'payments look')} the same as another of the day"
        if rows
        else "No two large payments of a day look the same",
        "They count as they were sent, since a body may well pay the same twice; the largest first",
        Basis(("v_repeated_line",), "", ""),
        Table(
            "Payments that look alike",
            ("Body and day", "Payee", "#Amount", "#Lines", "#Beyond the first"),
            cells,
        ),
        nothing="No two lines of one day are alike for either service.",
    )
