"""What a good table of changes looks like: it is made with the release, so no dbt test sees it."""

from __future__ import annotations

from .suite import Suite, in_set, no_rows, not_null, one_row_per

_CHANGES = (
    "changed",
    "appeared",
    "disappeared",
    "lines appeared",
    "lines disappeared",
    "table appeared",
    "table disappeared",
    "column appeared",
    "column disappeared",
    "key changed",
)
_CAUSES = (
    "new submission",
    "correction",
    "withdrawal",
    "answer to a question",
    "file held",
    "file refused",
    "review decision",
    "read again",
    "contract change",
    "place change",
    "rule change",
    "reference change",
    "code change",
    "library change",
    "several",
    "not known",
)

RELEASE = (
    Suite(
        "marts",
        "fct_restatement",
        (
            not_null("table_name"),
            not_null("change"),
            not_null("cause"),
            in_set("change", _CHANGES),
            in_set("cause", _CAUSES),
            one_row_per("table_name", "figure_key", "column_name", "change"),
            no_rows(
                "change IN ('changed', 'appeared', 'disappeared') "
                "AND (figure_key IS NULL OR column_name IS NULL "
                "OR old_value IS NOT DISTINCT FROM new_value)",
                "A figure that changed has a key, a column and two values",
            ),
            no_rows(
                "cause NOT IN ('not known') AND coalesce(cause_references, '') = ''",
                "A cause names its receipts or versions",
            ),
        ),
        may_be_empty="a first release restates nothing",
    ),
    Suite(
        "marts",
        "v_release_change",
        (
            in_set("cause", _CAUSES),
            no_rows(
                "difference_pounds <> coalesce(after_pounds, 0) - coalesce(before_pounds, 0)",
                "After less before is the difference",
            ),
        ),
        may_be_empty="a first release restates nothing",
    ),
)
"""The suites of what a release says of itself."""
