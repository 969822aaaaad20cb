"""What good marts look like: one suite for each published table, in the order they are made."""

from __future__ import annotations

from .access_suites import ACCESS
from .board_suites import BOARD
from .count_suites import COUNT
from .forecast_suites import FORECAST
from .lineage_suites import LINEAGE
from .release_suites import RELEASE
from .savings_suites import SAVINGS
from .suite import (
    DATED,
    LINE_LIMIT,
    Expectation,
    Suite,
    between,
    mostly_present,
    no_rows,
    present,
    year_written,
)
from .view_suites import VIEWS

GRADES = ("sure", "likely", "review", "none")


def _not_negative(*columns: str) -> Expectation:
    return no_rows(
        " OR ".join(f"{column} < 0" for column in columns),
        f"No count is negative: {', '.join(columns)}",
    )


_MARTS = (
    Suite(
        "marts",
        "fct_spend_line",
        (
            year_written(),
            between(
                "amount_pence", -LINE_LIMIT, LINE_LIMIT, "Every amount is within £10bn either way"
            ),
            no_rows(
                "theme IN ('drug_alcohol', 'public_access') AND evidence_grade NOT IN "
                "('sure', 'likely')",
                "No line is put under a theme on evidence that is still to be reviewed",
            ),
            mostly_present("line_date", DATED),
        ),
    ),
    Suite(
        "marts",
        "fct_spend_line_theme",
        (
            year_written(),
            no_rows("share <= 0 OR share > 1", "Every share is above 0 and at most 1"),
        ),
    ),
    Suite(
        "marts",
        "fct_partner_scorecard",
        (
            year_written(or_not_known=True),
            no_rows(
                "periods_present < 0 OR periods_present > periods_expected",
                "No more periods are present than are needed",
            ),
            _not_negative("files_received", "rows_accepted", "rows_set_aside", "findings"),
            no_rows(
                "files_refused + files_duplicate > files_received",
                "No more files are refused or duplicate than were received",
            ),
        ),
    ),
    Suite(
        "marts",
        "fct_issue",
        (
            no_rows(
                "source = 'judge' AND receipt_id IS NULL",
                "What the judge found stands on a receipt",
            ),
            no_rows("NOT regexp_full_match(code, 'TP-[0-9]+')", "Every code is a rule's, TP-nnn"),
        ),
        may_be_empty="every file received may have been without fault",
    ),
    Suite(
        "marts",
        "fct_classification_rule",
        (year_written(),),
    ),
    Suite(
        "marts",
        "fct_place_completeness",
        (
            year_written(),
            present(),
            no_rows(
                "is_complete <> (partners_present = partners_expected)",
                "A year is complete when every expected partner is present, and only then",
            ),
            no_rows(
                "(partners_missing IS NULL) <> (partners_present = partners_expected)",
                "Missing partners are named, and only they",
            ),
        ),
        may_be_empty="no body inside the place need owe spend",
    ),
    Suite(
        "marts",
        "fct_missing_delivery",
        (
            year_written(or_not_known=True),
            no_rows(
                "(state IN ('missing', 'not_asked_for')) <> (files = 0)",
                "Of what is missing there is no file, and of all else there is one",
            ),
        ),
        may_be_empty="every delivery may be there and whole",
    ),
    Suite(
        "marts",
        "fct_review_decision",
        (
            no_rows(
                "is_in_force AND theme = 'unclassified'",
                "What takes a decision back classifies nothing",
            ),
        ),
        may_be_empty="nobody need have decided anything",
    ),
    Suite(
        "marts",
        "dim_partner",
        (no_rows("valid_to < valid_from", "No body ends before it begins"),),
    ),
    Suite(
        "marts",
        "dim_provider",
        (
            no_rows(
                "(provider_kind = 'public_body') <> (body_id IS NOT NULL)",
                "A public body that is paid is one of dim_organisation",
            ),
        ),
        may_be_empty="the lines of a place need not show any drug or alcohol service",
    ),
    Suite(
        "marts",
        "dim_service",
        (
            no_rows(
                "(theme = 'drug_alcohol') <> starts_with(service_code, 'DA-') "
                "OR (theme = 'public_access') <> starts_with(service_code, 'PA-')",
                "The first letters of a service's code are those of its theme",
            ),
        ),
    ),
    Suite(
        "marts",
        "dim_period",
        (no_rows("period_end < period_start", "No period ends before it begins"),),
    ),
)

MARTS: dict[str, Suite] = {
    suite.table: suite
    for suite in (*_MARTS, *COUNT, *SAVINGS, *FORECAST, *ACCESS, *VIEWS, *BOARD, *LINEAGE, *RELEASE)
}
"""The suite of each mart, by table."""
