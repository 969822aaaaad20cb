"""What the lives of the bodies ask of a year, beside what was delivered, as published rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.warehouse.invariants.oracle.count import Count
from tests.warehouse.invariants.oracle.facts import Inputs, Row, year_of
from tests.warehouse.invariants.oracle.feed_years import feed_year

Table = dict[tuple[Any, ...], tuple[Any, ...]]


def completeness(inputs: Inputs, _: Count) -> Table:
    """Every year that needs spend of a body of the place: who is there, and who is not."""
    found: Table = {}
    ours = sorted(
        (p for p in inputs["partners"] if p["in_place"]), key=lambda p: str(p["short_name"])
    )
    for year in sorted({str(p["financial_year"]) for p in inputs["expected_periods"]}):
        bodies = [(str(p["short_name"]), str(p["partner_id"])) for p in ours]
        years = {name: feed_year(inputs, "spend", body, year) for name, body in bodies}
        owed = {name: f for name, f in years.items() if f.expected}
        if not owed:
            continue
        missing = [name for name, f in owed.items() if f.present < f.expected]
        in_part = [
            f"{name}: {silent} of {owed[name].expected} periods"
            for name, body in bodies
            if name in owed and (silent := not_asked_for(inputs, "spend", body, year))
        ]
        found[(year,)] = (
            len(owed), len(owed) - len(missing), listed(missing), listed(in_part), not missing,
        )  # fmt: skip
    return found


def scorecard(inputs: Inputs, found: Count) -> Table:
    """Every body, feed and year that is needed or received."""
    keys = {
        (str(p["financial_year"]), str(p["partner_id"]), str(p["feed"]))
        for p in inputs["expected_periods"]
    } | {
        (_year(s), str(s["partner_id"]), str(s["feed"]))
        for s in inputs["submissions"]
        if s["partner_id"]
    }
    return {(year, body, feed): _card(inputs, found, year, body, feed) for year, body, feed in keys}


def _card(inputs: Inputs, found: Count, year: str, body: str, feed: str) -> tuple[Any, ...]:
    owed = feed_year(inputs, feed, body, year)
    dated = Counter[str]() if feed != "spend" else found.elsewhere.get((year, body), Counter())
    said = [f"{other}: £{_pounds(dated[other])}" for other in sorted(dated)]
    return (
        owed.expected, owed.present, not_asked_for(inputs, feed, body, year), sum(dated.values()),
        listed(said),
    )  # fmt: skip


def not_asked_for(inputs: Inputs, feed: str, body: str, year: str) -> int:
    """The periods of a year that are needed though no contract asks for them."""
    return sum(
        not p["asked_for"]
        for p in inputs["expected_periods"]
        if (p["feed"], p["partner_id"], p["financial_year"]) == (feed, body, year)
    )


def listed(texts: Iterable[str]) -> str | None:
    """Texts as a published cell has them: nothing where there are none."""
    return "; ".join(texts) or None


def _year(submission: Row) -> str:
    start = submission["period_start"]
    return year_of(start) if isinstance(start, date) else "not_known"


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"
