"""What good tables of the Board's report look like: one suite for each of those that only it needs.

The views that analysts begin with have theirs in ``view_suites``.
"""

from __future__ import annotations

from .suite import Suite, between, no_rows, present, year_written

BOARD = (
    Suite(
        "marts",
        "v_savings_waterfall",
        (
            year_written(),
            no_rows(
                "to_pounds <> from_pounds + step_pounds",
                "After a step the total is what it was before, and the step",
            ),
            no_rows(
                "(step = 'claimed') <> (step_no = 1) OR (step = 'claimed' AND from_pounds <> 0)",
                "What is claimed comes first, and nothing before it",
            ),
            present(),
        ),
        may_be_empty="a place need not have delivered savings yet",
    ),
    Suite(
        "marts",
        "v_drug_alcohol_stream",
        (
            year_written(),
            no_rows("in_scope_net_pounds = 0", "A row that comes to nothing is left out"),
            present(),
        ),
        may_be_empty="the lines of a place need not show any drug or alcohol service",
    ),
    Suite(
        "marts",
        "v_unclassified_share",
        (
            year_written(),
            no_rows("unclassified_lines > lines", "No more lines are unclassified than there are"),
            no_rows(
                "(unclassified_per_mille IS NULL) <> (gross_pounds <= 0)",
                "There is a share where there is something to have a share of",
            ),
            present(),
        ),
        may_be_empty="no body need have spend in force",
    ),
    Suite(
        "marts",
        "v_board_decision",
        (
            no_rows("items < 1", "A matter with nothing in it has no row"),
            no_rows(
                "financial_year <> 'all_years' "
                "AND NOT regexp_full_match(financial_year, '[0-9][0-9][0-9][0-9]-[0-9][0-9]')",
                "Every financial_year is written like 2024-25, or all_years",
            ),
            no_rows(
                "regexp_matches(statement, '[0-9£]')",
                "Numbers stand in columns, where they can be traced, and in no sentence",
            ),
        ),
        may_be_empty="nothing need be left to decide",
    ),
    Suite(
        "marts",
        "dim_area_outline",
        (
            between("easting", 0, 699_999, "Every easting is on the national grid"),
            between("northing", 0, 1_299_999, "Every northing is on the national grid"),
        ),
        may_be_empty="a place need not have outlines of its areas",
    ),
)
"""The suites of the tables that only the Board's report needs."""
