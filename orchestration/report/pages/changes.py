"""What changed since the release before, each figure with its cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..content import Basis, Figure, Missing, Page, Table
from ..facts import Facts
from ..rows import Row, Sentence
from ..words import counted, heading, label

HEADLINES = "fct_headline"
SHOWN, FIRST = 300, 6
_ORDER = "abs(difference_pounds) DESC NULLS LAST, table_name, figure_key, figure"


def pages(facts: Facts) -> Iterator[Page]:
    """The page about changes."""
    rows = facts.published.rows("v_release_change", order=_ORDER)
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
    """The largest changes of headline figures, for the summary."""
    rows = facts.published.rows("v_release_change", "table_name = ?", [HEADLINES], order=_ORDER)
    shown = _figure(facts, "changed", rows, FIRST)
    return shown


def _figure(facts: Facts, name: str, rows: Sequence[Row], limit: int = SHOWN) -> Figure:
    of = "headline figure" if name != "others" else "figure"
    cells = [
        (
            _what(row),
            row.text("body_name") or "The place",
            row.money("before_pounds", "exact") or Missing("–"),
            row.money("after_pounds", "exact") or Missing("–"),
            row.money("difference_pounds", "exact") or Missing("–"),
            heading(row["cause"]),
            row.text("cause_references") or Missing("–"),
        )
        for row in rows[:limit]
    ]
    return Figure(
        name,
        _title(facts, rows, of),
        f"£ before and after, the largest change first{_cut(rows, limit)}",
        Basis(("v_release_change", "fct_restatement"), "", ""),
        Table(
            "What changed, and why",
            ("Figure", "Body", "#Before", "#Now", "#Change", "Cause", "Receipts or versions"),
            cells,
            sortable=limit == SHOWN,
        ),
        nothing="There is nothing to compare, or nothing is other than it was.",
    )


def _cut(rows: Sequence[Row], limit: int) -> str:
    return f"; {limit} of {len(rows):,} are shown" if len(rows) > limit else ""


def _title(facts: Facts, rows: Sequence[Row], of: str) -> Sentence | str:
    if facts.published.manifest.previous is None:
        return "This is the first release"
    if not rows:
        return f"No {of} changed"
    causes = sorted({label(row["cause"]) for row in rows})
    return Sentence(f"{counted(len(rows), of)} changed, by {', '.join(causes)}")


def _what(row: Row) -> str:
    return f"{heading(row['figure'])}, {row['financial_year'] or 'all years'}: {row['figure_key']}"
