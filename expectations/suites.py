"""What good tables look like: a suite for the raw lines of each feed; those of the marts are in
``mart_suites`` and come out here too.

Critical means that the table must not be used; warning, that a person should look; info, that it
is worth knowing. Bounds stand here with their reason. What makes a single line or file good is
judged when it is received (the rule catalogue); here whole tables are judged.
"""

from __future__ import annotations

from orchestration.contracts.feeds import FEEDS, FeedSchema

from .mart_suites import MARTS
from .suite import (
    DATED,
    LINE_LIMIT,
    Suite,
    between,
    in_set,
    mostly_present,
    no_rows,
    not_null,
    one_row_per,
    year_written,
)

__all__ = ["MARTS", "PERSONAL_COLUMNS", "RAW", "raw_suite"]

PERSONAL_COLUMNS = frozenset(
    name
    for feed in FEEDS.values()
    for field in feed.fields
    if field.classification != "public"
    for name in (field.name, f"{field.name}_as_submitted")
)

# Extracts name a payee on nearly every line; withheld names come as a word, not as an empty cell.
_PAYEE_GIVEN = 0.5


def raw_suite(feed: FeedSchema) -> Suite:
    """The suite of a feed's accepted lines, made from its schema."""
    required = [f.name for f in feed.fields if f.required and not f.marked]
    expectations = [
        *map(not_null, ("partner_id", "period", "submission_id", "file_sha256", "source_row")),
        one_row_per("submission_id", "sheet", "source_row"),
        between("source_row", 1, None, "Every row number is one a spreadsheet shows, from 1 on"),
        *map(not_null, required),
        *(
            no_rows(
                f"{f.name} IS NULL AND {f.name}_state IS DISTINCT FROM 'suppressed'",
                f"Every {f.name} is a number or was suppressed by its sender",
            )
            for f in feed.fields
            if f.required and f.marked
        ),
        *(in_set(f.name, f.values) for f in feed.fields if f.values),
        *(
            between(f.name, -LINE_LIMIT, LINE_LIMIT, f"Every {f.name} is within £10bn either way")
            for f in feed.fields
            if f.type == "money"
        ),
        *(year_written(f.name) for f in feed.fields if f.type == "year"),
        *(
            between(f.name, 0, 1, f"Every {f.name} is between 0 and 1")
            for f in feed.fields
            if f.type == "share"
        ),
        *(
            between(f.name, f.least, None, f"No {f.name} is below {f.least}")
            for f in feed.fields
            if f.least is not None
        ),
    ]
    if feed.date_field:
        expectations += [
            mostly_present(feed.date_field, DATED),
            no_rows(
                f"{feed.date_field} < DATE '1990-01-01' OR {feed.date_field} > current_date + 366",
                "No line is dated before 1990 or more than a year ahead",
                "warning",
            ),
        ]
    expectations += [
        mostly_present(f.name, _PAYEE_GIVEN) for f in feed.fields if f.classification == "payee"
    ]
    optional = f"a place need not have delivered {feed.name} yet"
    return Suite(
        name=f"raw_{feed.name}",
        table=feed.name,
        expectations=tuple(expectations),
        may_be_empty="" if feed.name == "spend" else optional,
    )


RAW: dict[str, Suite] = {feed.name: raw_suite(feed) for feed in FEEDS.values()}
"""The suite of each feed's raw lines, by feed."""
