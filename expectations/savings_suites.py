"""What good savings look like: one suite for each table of what is claimed, counted and evidenced.

Some faults of a register only show beside the other registers; they are found here.
"""

from __future__ import annotations

from .suite import Suite, no_rows, present, year_written

_NO_SAVINGS = "a place need not have delivered savings yet"

SAVINGS = (
    Suite(
        "marts",
        "fct_savings_initiative",
        (
            year_written(),
            no_rows(
                "exclusion_reason IS NOT NULL AND (counted_in_year_pence > 0 "
                "OR recurring_a_year_pence > 0)",
                "Nothing that is excluded counts as saved",
            ),
            no_rows(
                "counted_in_year_pence > 0 AND NOT (saving_class = 'cash_releasing' AND recurrent "
                "AND has_baseline AND shares_add_up AND sustained <> 'lapsed' "
                "AND coalesce(delivery_status, '') NOT IN ('planned', 'stopped'))",
                "Only recurring, cash-releasing, lasting savings with a baseline count",
            ),
            no_rows(
                "assurance <> 'preliminary' AND NOT has_baseline",
                "Without a baseline no claim is more than preliminary",
            ),
            no_rows(
                "recurring_a_year_pence > greatest(held_pence, 0)",
                "No more counts as recurring than was held for three years, or may yet be",
            ),
            no_rows(
                "evidenced_once_pence < 0 "
                "OR evidenced_once_pence > greatest(claimed_in_year_pence, 0)",
                "No more is evidenced than is claimed",
            ),
            no_rows(
                "partly_lapsed_pence > 0", "Gains last at the level that is claimed", "warning"
            ),
            no_rows(
                "NOT shares_add_up",
                "The shares of an initiative add up to 1 over the bodies that report it",
                "warning",
            ),
            no_rows(
                "figures_differ", "All bodies report the same figures of one initiative", "warning"
            ),
            no_rows("duplicate_of IS NOT NULL", "No ledger lines are claimed twice", "warning"),
            no_rows("assurance <> assurance_claimed", "No claim is signed off too high", "warning"),
            present(),
        ),
        may_be_empty=_NO_SAVINGS,
    ),
    Suite(
        "marts",
        "fct_savings_waterfall",
        (
            year_written(),
            no_rows(
                "initiative_id NOT IN (SELECT initiative_id FROM {batch} WHERE step = 'claimed')",
                "Every step takes away from a claim",
            ),
            present(),
        ),
        may_be_empty=_NO_SAVINGS,
    ),
    Suite(
        "marts",
        "fct_savings_progress",
        (
            year_written(),
            no_rows("initiatives < 1", "Every figure comes from at least one initiative"),
            present(),
        ),
        may_be_empty=_NO_SAVINGS,
    ),
    Suite(
        "marts",
        "fct_savings_evidence",
        (
            year_written(),
            no_rows(
                "evidenced_pence < 0 OR evidenced_pence > greatest(claimed_in_year_pence, 0)",
                "No more is evidenced than is claimed",
            ),
            no_rows("displaced_pence < 0", "No displaced spend is negative"),
            no_rows("cost_shifted", "No cost moved to another body of the place", "warning"),
            present(),
        ),
        may_be_empty=_NO_SAVINGS,
    ),
    Suite(
        "marts",
        "fct_savings_evidence_line",
        (year_written(),),
        may_be_empty="no body need name the ledger lines of its savings",
    ),
    Suite(
        "marts",
        "fct_savings_portfolio",
        (
            year_written("latest_year"),
            no_rows("overdue_milestone", "No milestone is overdue", "info"),
            present(),
        ),
        may_be_empty=_NO_SAVINGS,
    ),
    Suite(
        "marts",
        "fct_target_progress",
        (
            no_rows(
                "(latest_year IS NULL) <> (counted_to_date_pence IS NULL)",
                "Where no return is received there is no figure, not even £0",
            ),
            present(),
        ),
    ),
    Suite(
        "marts",
        "fct_savings_durability",
        (
            no_rows(
                "(latest_year IS NULL) <> (counted_to_date_pence IS NULL)",
                "Where no return is received there is no figure, not even £0",
            ),
            present(),
        ),
    ),
    Suite(
        "marts",
        "dim_target",
        (no_rows("target_unknowns IS NOT NULL", "All of the target is confirmed", "info"),),
    ),
)
"""The suites of the savings' tables."""
