"""What the tables behind a trace look like: cells of the count, lines of returns, set aside."""

from __future__ import annotations

from .suite import Suite, no_rows, year_written

LINEAGE = (
    Suite(
        "marts",
        "fct_spend_cell",
        (
            year_written(),
            no_rows("lines < 1", "Every cell has at least one line"),
            no_rows(
                "credits_pence > 0 OR credits_pence > gross_pence",
                "Credits are what is negative of the gross spend",
            ),
        ),
    ),
    Suite(
        "marts",
        "fct_register_line",
        (
            no_rows(
                "feed = 'treatment' AND (quantity IS NOT NULL OR reported_pence IS NOT NULL "
                "OR amount_pence IS NOT NULL)",
                "No line of treatment shows a count",
            ),
            no_rows("quantity < 0", "No number of contacts is negative"),
        ),
        may_be_empty="the bodies of a place need not send any return but spend",
    ),
    Suite(
        "marts",
        "fct_set_aside_line",
        (no_rows("source_row < 1", "Every row has the number that Excel shows"),),
        may_be_empty="no row need be set aside",
    ),
    Suite(
        "marts",
        "fct_submission",
        (
            no_rows(
                "in_force AND (submission_id IS NULL OR file_sha256 IS NULL)",
                "Every submission in force names its file and its SHA-256",
            ),
        ),
    ),
    Suite(
        "marts",
        "dim_price_index",
        (no_rows("base_e6 <= 0 OR index_e6 <= 0", "Every index is above 0"),),
        may_be_empty="the place need not name a release of the deflator",
    ),
)
