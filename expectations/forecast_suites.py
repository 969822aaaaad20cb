"""What a good forecast looks like: one suite for each of its two tables."""

from __future__ import annotations

from .suite import Suite, in_set, no_rows, not_null, one_row_per, year_written

_BASES = in_set("target_basis", ("annual_recurring", "cumulative"))
_ORDER = no_rows(
    "low_pence > central_pence OR central_pence > high_pence",
    "The edges of the band are in order",
)
_BAND = no_rows(
    "(low_pence IS NULL) <> (central_pence IS NULL) OR (low_pence IS NULL) <> (high_pence IS NULL)",
    "A band has both its edges and its middle",
)
_WHY_EMPTY = "a place need not have savings that contribute to the target"

FORECAST = (
    Suite(
        "marts",
        "fct_target_forecast",
        (
            *map(
                not_null,
                (
                    "target_basis",
                    "is_forecast",
                    "reported_pence",
                    "unconfirmed_pence",
                    "record_years",
                ),
            ),
            not_null("financial_year"),
            year_written(),
            one_row_per("financial_year", "target_basis"),
            _BASES,
            _ORDER,
            _BAND,
            no_rows(
                "NOT is_forecast AND (low_pence <> reported_pence OR high_pence <> reported_pence)",
                "A year that is known has no band",
            ),
            no_rows(
                "(probability IS NULL) <> (probability_unavailable_reason IS NOT NULL)",
                "There is a probability, or the reason why there is none",
            ),
            no_rows(
                "probability IS NOT NULL AND (low_pence IS NULL OR target_pence IS NULL)",
                "A probability has a band and a target",
            ),
            no_rows("probability < 0 OR probability > 1", "A probability is between 0 and 1"),
        ),
        may_be_empty=_WHY_EMPTY,
    ),
    Suite(
        "marts",
        "fct_forecast_backtest",
        (
            *map(not_null, ("target_basis", "outcome_pence", "record_years", "label")),
            not_null("financial_year"),
            year_written(),
            not_null("forecast_as_of_year"),
            year_written("forecast_as_of_year"),
            one_row_per("financial_year", "target_basis"),
            _BASES,
            _ORDER,
            _BAND,
            no_rows("forecast_as_of_year >= financial_year", "Nothing is forecast after its year"),
            no_rows(
                "is_inside_band IS DISTINCT FROM (outcome_pence BETWEEN low_pence AND high_pence)",
                "An outcome is inside its band where it lies between the edges",
            ),
        ),
        may_be_empty="with three steps of record or fewer nothing would have been forecast",
    ),
)
"""The suites of the forecast's tables."""
