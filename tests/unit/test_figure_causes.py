"""A figure follows from what it is made of: no file that counts changes what waits, no register the
spend."""

import duckdb
import pytest

from orchestration.publish.causes import (
    ANSWER,
    CORRECTION,
    HELD,
    NEW,
    REFUSED,
    SEVERAL,
    WITHDRAWAL,
    Change,
    waiting,
)
from orchestration.publish.figure_causes import Why, name_causes
from orchestration.publish.manifest import PublishedTable

SPEND = Change(NEW, "R-1", "alder", "spend", "2011-12")
REGISTER = Change(WITHDRAWAL, "R-2", "birch", "savings", "2010-11")
WAITS = Change(HELD, "R-3", "alder", "spend", "2011-12")
HEADLINE = PublishedTable(
    columns={}, rows=1, content_sha256="", key=["headline"], feeds=["savings", "spend"]
)


def cause(shape, made_of, kind, *, counted=(SPEND, REGISTER), waits=()):
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE differing AS SELECT '2011-12' AS financial_year_key, ['alder'] AS bodies,"
            " ? AS made_of, ? AS kind",
            [made_of, kind],
        )
        name_causes(con, shape, Why(counted, waits))
        return con.execute("SELECT cause, cause_references FROM cause").fetchall()[0]


def test_spend_does_not_follow_from_a_register_of_savings():
    assert cause(HEADLINE, "spend", "counted") == (NEW, "R-1")


def test_a_saving_may_follow_from_both():
    assert cause(HEADLINE, "savings", "counted") == (SEVERAL, "new submission R-1; withdrawal R-2")


def test_what_waits_follows_from_what_became_of_files_that_wait():
    assert cause(HEADLINE, "spend", "held", waits=[WAITS]) == (HELD, "R-3")


def test_what_waits_is_of_its_own_year():
    before = Change(HELD, "R-4", "alder", "spend", "2010-11")
    assert cause(HEADLINE, "spend", "held", waits=[before, WAITS]) == (HELD, "R-3")


def test_open_questions_may_follow_from_either():
    assert cause(HEADLINE, "spend", "open", waits=[WAITS]) == (
        SEVERAL, "new submission R-1; file held R-3",
    )  # fmt: skip


def test_a_row_of_one_feed_follows_from_that_feed():
    by_feed = HEADLINE.model_copy(update={"key": ["feed"], "feeds": []})
    assert cause(by_feed, "savings", "counted") == (WITHDRAWAL, "R-2")


@pytest.mark.parametrize(
    ("before", "now", "verdict", "said"),
    [
        (None, "held", "held", HELD),
        ("in_force", "held", "held", HELD),
        ("held", "in_force", "held", ANSWER),
        ("held", "withdrawn", "held", WITHDRAWAL),
        ("held", "superseded", "held", CORRECTION),
        (None, "none", "refused", REFUSED),
    ],
)
def test_what_became_of_a_file_that_does_not_count(before, now, verdict, said):
    found = list(waiting([("R-9", "alder", "spend", "2011-12", before, now, verdict)]))
    assert found == [Change(said, "R-9", "alder", "spend", "2011-12")]


def test_a_file_that_counts_is_not_among_those_that_wait():
    rows = [
        ("R-1", "alder", "spend", "2011-12", None, "in_force", "accepted"),
        ("R-2", "alder", "spend", "2011-12", "in_force", "withdrawn", "accepted"),
        ("R-4", "alder", "spend", "2011-12", None, "none", "duplicate"),
    ]
    assert list(waiting(rows)) == []


def test_a_refused_file_of_nobody_may_be_anybodys():
    (found,) = waiting([("R-9", "not_known", "not_known", "not_known", None, "none", "refused")])
    assert (found.body, found.feed, found.year) == (None, None, "")
