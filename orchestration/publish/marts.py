"""The tables every release promises. A release without one of them is refused."""

from __future__ import annotations

MARTS: tuple[str, ...] = (
    "dim_partner",
    "dim_period",
    "dim_service",
    "fct_classification_rule",
    "fct_drug_alcohol_spend",
    "fct_issue",
    "fct_partner_scorecard",
    "fct_place_completeness",
    "fct_place_spend",
    "fct_public_access_spend",
    "fct_savings_progress",
    "fct_spend_line",
    "fct_spend_line_theme",
)
