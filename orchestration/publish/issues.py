"""What the expectations found in lines and tables joins the issues that a release publishes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from expectations.issues import issues
from expectations.result import ExpectationResult

from ..contracts.feeds import FEEDS
from .candidate import Draft, stamp, write_table
from .content import name

TABLE = "fct_issue"
_COLUMNS = (
    "issue_id, source, feed, code, level, message, fix, row_count, body_id, period_id, "
    "financial_year, in_force, is_open, is_synthetic"
)


def with_issues(draft: Draft, results: Iterable[ExpectationResult]) -> Draft:
    """The draft with every result that did not pass as a row of its issues.

    Its id stays that of what the build made, from which these rows follow. Without such results,
    or without a table of issues, it is the same draft.
    """
    results = list(results)
    lines = issues([r for r in results if r.table in FEEDS], "TP-190", "TP-191")
    tables = issues([r for r in results if r.table not in FEEDS], "TP-310", "TP-311")
    found = [*((issue.table, issue) for issue in lines), *((None, issue) for issue in tables)]
    if not found or TABLE not in draft.content:
        return draft
    columns = draft.content[TABLE].columns
    of_all = ("all", "all_periods", "all_years", True)
    rows = [
        (
            f"expectation-{number}",
            "expectations",
            feed,
            *issue[1:],
            *of_all,
            issue.level != "information",
            draft.synthetic,
        )
        for number, (feed, issue) in enumerate(found, 1)
    ]
    with draft.opened() as connection:
        connection.execute(
            f"CREATE TEMP TABLE issue AS SELECT {', '.join(map(name, columns))} FROM target.{TABLE}"
        )
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"INSERT INTO issue ({_COLUMNS}) VALUES ({marks})", rows)
        content = write_table(connection, draft.folder, TABLE, columns, "issue")
    draft = replace(draft, content={**draft.content, TABLE: content})
    stamp(draft, [TABLE])
    return draft
