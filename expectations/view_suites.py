"""What good views look like: one suite for each table of pounds that a Board reads.

A view adds nothing to the tables it is made of, so what must hold of their figures stands there.
"""

from __future__ import annotations

from .suite import Suite, no_rows, year_written

_NOTHING = "what it is made of may be empty"

VIEWS = (
    Suite(
        "marts",
        "v_spend_by_body_year",
        (
            year_written(),
            no_rows(
                "(per_head_pounds IS NULL) <> (coalesce(population, 0) = 0)",
                "There is a figure per head where residents are counted, and only there",
            ),
        ),
        may_be_empty="no body inside the place need have spend in force",
    ),
    Suite("marts", "v_access_cost", (year_written(),), may_be_empty=_NOTHING),
    Suite(
        "marts",
        "v_drug_alcohol_cost",
        (
            year_written(),
            no_rows(
                "payments_pounds <> payments_by_own_pounds + payments_by_others_pounds "
                "+ payments_by_unknown_pounds",
                "Whose money the payments were adds up to them",
            ),
        ),
        may_be_empty=_NOTHING,
    ),
    Suite(
        "marts",
        "v_repeated_line",
        (
            year_written(),
            no_rows("lines < 2", "Two lines or more are alike"),
        ),
        may_be_empty="no two lines need be alike",
    ),
    Suite(
        "marts",
        "v_savings_now",
        (
            year_written("latest_year"),
            no_rows(
                "gap_pounds <> 0 AND gap_reason = 'none'",
                "Where less counts than is claimed it is said why",
            ),
        ),
        may_be_empty=_NOTHING,
    ),
    Suite("marts", "v_savings_by_body", (year_written(),), may_be_empty=_NOTHING),
    Suite(
        "marts",
        "v_target_position",
        (
            no_rows(
                "(latest_year IS NULL) <> (counted_to_date_pounds IS NULL)",
                "Where no return is received the target has no figure beside it, not even £0",
            ),
        ),
    ),
    Suite("marts", "v_access_cluster", (year_written(),), may_be_empty=_NOTHING),
    Suite(
        "marts",
        "v_provider",
        (
            year_written(),
            no_rows("share_per_mille NOT BETWEEN 0 AND 1000", "A share is a part of the whole"),
        ),
        may_be_empty=_NOTHING,
    ),
    Suite(
        "marts",
        "v_between_bodies",
        (
            year_written(),
            no_rows("payer_body_id = payee_body_id", "Nobody pays itself"),
        ),
        may_be_empty=_NOTHING,
    ),
    Suite(
        "marts",
        "v_missing_delivery",
        (year_written(or_not_known=True),),
        may_be_empty="every promised delivery may be there and whole",
    ),
    Suite(
        "marts",
        "v_unclassified_pattern",
        (year_written("first_year"), year_written("last_year")),
        may_be_empty="a rule may decide what every line is for",
    ),
    Suite(
        "marts",
        "v_unresolved_body",
        (year_written("first_year"), year_written("last_year")),
        may_be_empty="every public body that is paid may be known",
    ),
)
"""The suites of the views."""
