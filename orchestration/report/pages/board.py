"""The summary: what the Board is asked to decide, the key figures, what changed; and the paper
that a clerk prints."""

from __future__ import annotations

from collections.abc import Iterator

from ..content import Basis, Card, Figure, Linked, Missing, Page, Table
from ..facts import PLACE, Facts
from ..rows import Sentence, largest
from ..words import heading, label, of_so_many, reasons
from . import access, changes, count, drug_alcohol, savings, target

# The questions a Board asks, and where the answer stands.
QUESTIONS = (
    (
        "What does each body spend on drug and alcohol services?",
        "drug-alcohol.html#drug-alcohol-by-body",
    ),
    ("What does a contact cost, by channel?", "access.html#cost"),
    ("What has been saved towards the target, and what was taken off?", "savings.html#waterfall"),
    ("How likely is it that the target is reached?", "savings.html#forecast"),
    ("Which access points overlap, and what could be avoided?", "access.html#overlap"),
    ("Who are the largest providers, and who pays them?", "drug-alcohol.html#providers"),
    ("What money passes between the bodies?", "count.html#between"),
    ("What is missing, and which figures does it touch?", "quality.html#missing"),
    ("What is not classified?", "quality.html#unclassified"),
    ("Does performance follow spend?", "value.html#quadrants"),
    ("Which lines is a figure made of?", "count.html#headlines"),
    ("What changed since the last release, and why?", "changes.html#changes"),
)
# Where a matter can be looked at.
_PAGES = {
    "confirm_target": "savings.html#target",
    "possible_double_count": "count.html#between",
    "unexplained_difference": "count.html#sources",
    "no_baseline": "savings.html#register",
    "not_evidenced": "savings.html#register",
    "overdue_milestone": "savings.html#overdue",
    "missing_delivery": "quality.html#missing",
    "open_question": "quality.html#questions",
    "files_held": "quality.html#questions",
    "unclassified": "quality.html#unclassified",
    "overlapping_access_points": "access.html#overlap",
    "unresolved_body": "quality.html#unresolved",
}


def pages(facts: Facts) -> Iterator[Page]:
    """The summary and the board paper."""
    shared = {
        "cards": list(cards(facts)),
        "decisions": decisions(facts),
        "changed": changes.latest(facts),
        "trajectory": target.trajectories(facts)[0],
    }
    about = "What the bodies of the place spend and save, counted once, and what that rests on."
    yield Page(
        "index.html",
        "Board summary",
        "index.html.j2",
        about,
        shared | {"questions": QUESTIONS},
    )
    figures = [
        savings.waterfall(facts),
        *target.trajectories(facts),
        drug_alcohol.by_body(facts),
        access.by_body(facts),
        count.by_year(facts),
    ]
    yield Page(
        "board-paper.html",
        "Board paper",
        "board-paper.html.j2",
        f"Made from release {facts.release_id} of {facts.made_at} UTC.",
        shared | {"figures": figures},
    )


def cards(facts: Facts) -> Iterator[Card]:
    """The key figures, each with what puts it in its place."""
    yield _saved(facts)
    yield _target(facts)
    for headline, name, page in (
        ("drug_alcohol_spend", "Drug and alcohol services", "drug-alcohol.html"),
        ("public_access_spend", "Public access to services", "access.html"),
    ):
        yield _place(facts, headline, "in_scope", name, page)
    yield _place(facts, "place_spend", "in_scope_net", "All spend, counted once", "count.html")
    last = facts.complete[-1] if facts.complete else None
    if last is not None:
        missing = last.text("partners_missing").replace(";", ",")
        yield Card(
            "Bodies complete",
            f"{last['partners_present']} of {last['partners_expected']}",
            f"Missing: {missing}."
            if missing
            else "Every body that owes spend of this year has sent it.",
            "quality.html",
            last.text("financial_year"),
        )


def _saved(facts: Facts) -> Card:
    year = facts.savings_year
    row = facts.headline("savings", "counted", year)
    if row is None:
        return Card("Savings", "None reported", "No body has sent its savings.", "savings.html")
    claimed = facts.traced(facts.headline("savings", "claimed", year))
    shown = facts.headline("savings", "evidenced", year)
    counted = facts.traced(row)
    about = Sentence(
        *(claimed, " is claimed; the ledgers show ", facts.traced(shown), ". "),
        f"{reasons((row, shown))} {_still_to_come(facts, year)}".strip(),
    )
    return Card("Savings that count", counted or "–", about, "savings.html#waterfall", year)


def _still_to_come(facts: Facts, year: str) -> str:
    """How many bodies have sent their savings of a year after that of the position, if any has."""
    last = facts.last_stated(facts.of_headline("savings", "counted"))
    if last is None or last.text("financial_year") == year:
        return ""
    came, asked = last.count("partners_present"), last.count("partners_expected")
    of = f"{came} of {asked} bodies have" if asked else "A body that was not asked has"
    return f"{of} sent those of {last['financial_year']}."


def _target(facts: Facts) -> Card:
    row = facts.published.only("v_target_position")
    name = "Savings known to belong to the target"
    to_date = row.money("belonging_to_date_pounds") if row else None
    if row is None or to_date is None:
        target = row.money("target_pounds") if row else None
        about = Sentence("The target is ", target, "; no savings have been sent.")
        return Card(name, "None reported", about, "savings.html#target")
    about = Sentence(
        "Added up since the start; ",
        row.money("belonging_a_year_pounds"),
        " comes again each year. The target is ",
        row.money("target_pounds"),
        f"; not settled: {row['target_unknowns']}." if row.text("target_unknowns") else ".",
        f" {row['reason']}" if row.text("reason") else None,
    )
    return Card(name, to_date, about, "savings.html#target", f"to {row['latest_year']}")


def _place(facts: Facts, headline: str, measure: str, name: str, page: str) -> Card:
    rows = [r for r in facts.of_headline(headline, measure) if r.text("body_id") == "place"]
    stated = facts.last_stated(rows)
    last = max(rows, key=lambda r: r.text("financial_year"), default=None)
    if stated is None:
        why = last.text("reason") if last else "No body has sent spend."
        return Card(name, "No place figure", Sentence(why, _seen(facts, headline)), page)
    year = stated.text("financial_year")
    said = Sentence(
        "In the place, without what one body passed to another. ", stated.text("reason")
    )
    return Card(name, facts.traced(stated) or "–", said, page, year)


def _seen(facts: Facts, headline: str) -> Sentence | None:
    """What can be seen of one body where the place has no figure: the largest of the last year."""
    rows = [r for r in facts.of_headline(headline, "in_scope") if r.text("body_id") != PLACE]
    last = facts.last_stated(rows)
    if last is None:
        return None
    year = last.text("financial_year")
    top = largest([r for r in rows if r.text("financial_year") == year], "pence") or last
    return Sentence(f" {top['body_name']} alone, {year}: ", facts.traced(top), ".")


def decisions(facts: Facts) -> Figure:
    """What the Board is asked to decide or to settle."""
    rows = facts.published.rows("v_board_decision", order="rank_no")
    cells = [
        (
            row.text("statement"),
            row.number("items"),
            of_so_many(row.count("items"), label(row["item_kind"])),
            row.money("at_stake_pounds", "whole") or Missing("not known"),
            heading(row["financial_year"]),
            Linked("See it", _PAGES.get(row.text("matter"), "quality.html"), row.text("statement")),
        )
        for row in rows
    ]
    title = (
        f"{len(rows)} matters are to be decided or settled" if rows else "Nothing is to be decided"
    )
    return Figure(
        "decisions",
        title,
        "What stands open in this release, how many of it, and the money that hangs on it",
        Basis.of(rows) if rows else Basis(("v_board_decision",), "", ""),
        Table(
            "What is to be decided",
            (
                "Matter",
                "#How many",
                "Of what",
                "#£ that hangs on it",
                "=Year",
                "Where",
            ),
            cells,
        ),
        nothing="No matter stands open in this release.",
    )
