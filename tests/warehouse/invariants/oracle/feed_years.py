"""What of a feed a body delivered for a year: its rows in force, and whether they are all of it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tests.warehouse.invariants.oracle.facts import Inputs, Lines, Row, in_force, year_of


class FeedYear(NamedTuple):
    """The periods promised, those of them that are there, and rows that were set aside."""

    expected: int
    present: int
    set_aside: int

    @property
    def has_hole(self) -> bool:
        """Something promised is missing, or something received does not count."""
        return self.present < self.expected or self.set_aside > 0

    @property
    def is_whole(self) -> bool:
        """All that was promised is there. Where nothing was promised nobody can say so."""
        return self.expected > 0 and not self.has_hole


def rows_in_force(inputs: Inputs, lines: Lines, feed: str) -> list[tuple[str, Row, Row]]:
    """Body, row and submission of every row of a feed that counts."""
    submissions = in_force(inputs, feed)
    return [
        (str(submissions[str(row["submission_id"])]["partner_id"]), row, submission)
        for where, rows in lines.items()
        if where.split("/")[0] == feed
        for row in rows
        if (submission := submissions.get(str(row["submission_id"])))
    ]


def feed_year(inputs: Inputs, feed: str, body: str, year: str) -> FeedYear:
    """How whole a body's feed is in a year."""
    promised = [
        p
        for p in inputs["expected_periods"]
        if (p["feed"], p["partner_id"], p["financial_year"]) == (feed, body, year)
    ]
    got = [s for s in in_force(inputs, feed).values() if s["partner_id"] == body]
    present = [p for p in promised if any(s["coverage"] == "whole" and _covers(s, p) for s in got)]
    aside = [s["rows_set_aside"] for s in got if year_of(_day(s, "period_start")) == year]
    return FeedYear(len(promised), len(present), sum(int(str(n)) for n in aside))


def presence(inputs: Inputs, feed: str, year: str) -> tuple[int, int]:
    """How many bodies of the place promised a feed for a year, and how many delivered all."""
    years = [
        feed_year(inputs, feed, str(p["partner_id"]), year)
        for p in inputs["partners"]
        if p["in_place"]
    ]
    return (
        sum(y.expected > 0 for y in years),
        sum(y.expected > 0 and y.present == y.expected for y in years),
    )


def in_place(inputs: Inputs) -> set[str]:
    """The bodies of the place."""
    return {str(p["partner_id"]) for p in inputs["partners"] if p["in_place"]}


def number(row: Row, column: str) -> int | None:
    """A whole number of a row, if it is reported."""
    value = row.get(column)
    return None if value is None else int(str(value))


def _covers(submission: Row, period: Row) -> bool:
    return _day(submission, "period_start") <= _day(period, "period_start") and (
        _day(period, "period_end") <= _day(submission, "period_end")
    )


def _day(row: Row, column: str) -> date:
    day = row[column]
    assert isinstance(day, date)
    return day
