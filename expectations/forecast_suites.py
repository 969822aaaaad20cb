"""What a good forecast looks like: one suite for each of its two tables."""

from __future__ import annotations

from .suite import Suite, in_set, no_rows, not_null, one_row_per, year_written

_BASES = in_set("target_basis", ("annual_recurring", "cumulative"))
_ORDER = no_rows(
    "p10_pence > p50_pence OR p50_pence > p90_pence", "The edges of the band are in order"
)
_BAND = no_rows(
    "(p10_pence IS NULL) <> (assumption_status LIKE 'none: no band%') "
    "OR (p10_pence IS NULL) <> (p50_pence IS NULL) OR (p10_pence IS NULL) <> (p90_pence IS NULL)",
    "There is a band where its assumptions are made, and only there",
)
_WHY_EMPTY = "a place need not have savings that contribute to the target"

FORECAST = (
    Suite(
        "marts",
        "fct_target_forecast",
        (
            *map(
                not_null,
                ("target_basis", "reported_pence", "unconfirmed_pence", "assumption_status"),
            ),
            not_null("financial_year"),
            year_written(),
            one_row_per("financial_year", "target_basis"),
            _BASES,
            _ORDER,
            _BAND,
            no_rows(
                "(probability IS NULL) <> (probability_unavailable_reason IS NOT NULL)",
                "Where there is no probability the reason is given, and only there",
            ),
            no_rows("probability < 0 OR probability > 1", "A probability is between 0 and 1"),
            no_rows(
                "(p10_pence IS NULL) <> (draws IS NULL OR seed IS NULL OR assumptions IS NULL)",
                "Every band says what it is made with",
            ),
        ),
        may_be_empty=_WHY_EMPTY,
    ),
    Suite(
        "marts",
        "fct_forecast_backtest",
        (
            *map(not_null, ("target_basis", "outcome_pence", "assumption_status", "label")),
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
                "inside_band IS DISTINCT FROM (outcome_pence BETWEEN p10_pence AND p90_pence)",
                "An outcome is inside its band where it lies between the edges",
            ),
        ),
        may_be_empty=_WHY_EMPTY,
    ),
)
"""The suites of the forecast's tables."""
