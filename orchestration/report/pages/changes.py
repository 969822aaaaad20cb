"""What changed since the release before, each figure with its cause."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ..content import Basis, Figure, Missing, Page, Table
from ..facts import PLACE, Facts
from ..rows import PENCE, POUNDS, Row
from ..words import counted, heading, label

HEADLINES = "fct_headline"
SHOWN, FIRST = 150, 6
# What came to a release as £0, beside a new figure or for a new year, moved nothing.
MOVED = "difference_pounds <> 0 OR (table_name = ? AND figure = ?)"
_ORDER = "abs(difference_pounds) DESC NULLS LAST, table_name, figure_key, figure"


def pages(facts: Facts) -> Iterator[Page]:
    """The page about changes."""
    rows = facts.published.rows("v_release_change", MOVED, [HEADLINES, PENCE], order=_ORDER)
    sections = [_figure(facts, "changes", [r for r in rows if r.text("table_name") == HEADLINES])]
    others = [r for r in rows if r.text("table_name") != HEADLINES]
    if others:
        sections.append(_figure(facts, "others", others))
    about = _since(facts)
    yield Page(
        "changes.html", "What changed, and why", "sections.html.j2", about, {"sections": sections}
    )


def _since(facts: Facts) -> str:
    previous = facts.published.manifest.previous
    if previous is None:
        return "This is the first release: there is none before it to compare with."
    return f"Beside release {previous.release_id}, figure by figure, with the cause of each."


def latest(facts: Facts) -> Figure:
    """The largest changes of headline figures, for the summary: not of what is questioned or held
    beside them."""
    rows = facts.published.rows(
        "v_release_change", "table_name = ? AND figure = ?", [HEADLINES, PENCE], order=_ORDER
    )
    return _figure(facts, "changed", rows, FIRST)


def _figure(facts: Facts, name: str, rows: Sequence[Row], limit: int = SHOWN) -> Figure:
    of = "headline figure" if name != "others" else "figure"
    return Figure(
        name,
        _title(facts, rows, of),
        f"£ before and after, the largest change first{_cut(rows, limit)}",
        Basis(("v_release_change", "fct_restatement"), "", ""),
        Table(
            "What changed, and why",
            ("Figure", "Body", "#Before", "#Now", "#Change", "Cause", "Receipts or versions"),
            [_cells(row) for row in rows[:limit]],
            sortable=limit == SHOWN,
        ),
        nothing="There is nothing to compare, or nothing is other than it was.",
    )


def _cells(row: Row) -> tuple[object, ...]:
    stated = [row.money(f"{when}_pounds", "exact") for when in ("before", "after")]
    before, after = (money or Missing("not stated") for money in stated)
    moved = row.money("difference_pounds", "exact") if all(stated) else None
    body = row.text("body_name")
    return (
        figure_in_words(row),
        "The place" if body in ("", PLACE) else body,
        before,
        after,
        moved or Missing("–"),
        heading(row["cause"]),
        row.text("cause_references") or Missing("–"),
    )


def _cut(rows: Sequence[Row], limit: int) -> str:
    return f"; {limit} of {len(rows):,} are shown" if len(rows) > limit else ""


def _title(facts: Facts, rows: Sequence[Row], of: str) -> str:
    if facts.published.manifest.previous is None:
        return "This is the first release"
    if not rows:
        return f"No {of} changed"
    causes = sorted({label(row["cause"]) for row in rows})
    return f"{counted(len(rows), of)} changed: {', '.join(causes)}"


def figure_in_words(row: Row) -> str:
    """The figure in words: a headline by its key, and what stands beside one by its column too;
    another by its column, table and key."""
    key = {k: str(v) for k, v in json.loads(row.text("figure_key") or "{}").items()}
    for named_beside in ("financial_year", "body_id"):
        key.pop(named_beside, None)
    year = label(row["financial_year"] or "all years")
    words = [heading(value) if n == 0 else label(value) for n, value in enumerate(key.values())]
    if row.text("table_name") == HEADLINES:
        words += [_named(row.text("figure")).lower()] if row.text("figure") != PENCE else []
    else:
        words = [_named(row.text("figure")), row.text("table_name"), *map(label, key.values())]
    return ", ".join([*words, year])


def _named(figure: str) -> str:
    """A column in words, without the unit of its amounts, which stand in pounds on the page."""
    return heading("_".join(word for word in figure.split("_") if word not in (PENCE, POUNDS)))
