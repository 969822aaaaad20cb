"""What good marts look like: one suite for each published table, in the order they are made."""

from __future__ import annotations

from .access_suites import ACCESS
from .count_suites import COUNT
from .forecast_suites import FORECAST
from .savings_suites import SAVINGS
from .suite import (
    DATED,
    LINE_LIMIT,
    SCOPES,
    THEMES,
    Expectation,
    Suite,
    between,
    in_set,
    mostly_present,
    no_rows,
    not_null,
    one_row_per,
    present,
    unique,
    year,
)

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
            *map(not_null, ("body_id", "theme", "scope", "amount_pence", "submission_id")),
            *map(not_null, ("classification_rule", "evidence_grade", "basis", "accounting")),
            *map(not_null, ("synthetic", "file_name", "source_row")),
            *year(),
            one_row_per("submission_id", "sheet", "source_row"),
            in_set("feed", ("spend",)),
            in_set("theme", THEMES),
            in_set("scope", SCOPES),
            in_set("evidence_grade", GRADES),
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
            *map(not_null, ("submission_id", "source_row", "body_id", "theme", "scope")),
            *map(not_null, ("share", "amount_pence", "classification_rule", "evidence_grade")),
            *year(),
            in_set("theme", THEMES),
            in_set("scope", SCOPES),
            in_set("evidence_grade", GRADES),
            no_rows("share <= 0 OR share > 1", "Every share is above 0 and at most 1"),
        ),
    ),
    Suite(
        "marts",
        "fct_partner_scorecard",
        (
            *map(not_null, ("body_id", "feed", "periods_expected", "periods_present")),
            *year(or_not_known=True),
            one_row_per("body_id", "feed", "financial_year"),
            no_rows(
                "periods_present < 0 OR periods_present > periods_expected",
                "No more periods are present than were promised",
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
            *map(not_null, ("source", "code", "level", "message", "row_count")),
            no_rows(
                "source = 'judge' AND receipt_id IS NULL",
                "What the judge found stands on a receipt",
            ),
            no_rows("NOT regexp_full_match(code, 'TP-[0-9]+')", "Every code is a rule's, TP-nnn"),
            in_set("level", ("must_fix", "please_explain", "set_aside", "information")),
        ),
        may_be_empty="every file received may have been without fault",
    ),
    Suite(
        "marts",
        "fct_classification_rule",
        (
            *map(not_null, ("classification_rule", "theme", "evidence_grade", "body_id", "lines")),
            *year(),
            one_row_per(
                "classification_rule", "theme", "evidence_grade", "body_id", "financial_year"
            ),
            in_set("theme", THEMES),
            in_set("evidence_grade", GRADES),
        ),
    ),
    Suite(
        "marts",
        "fct_place_completeness",
        (
            *year(),
            *present(),
            unique("financial_year"),
            no_rows(
                "is_complete <> (partners_present = partners_expected)",
                "A year is complete when every expected partner is present, and only then",
            ),
            no_rows(
                "(partners_missing IS NULL) <> (partners_present = partners_expected)",
                "Missing partners are named, and only they",
            ),
        ),
        may_be_empty="no body inside the place need have promised spend",
    ),
    Suite(
        "marts",
        "dim_partner",
        (
            *map(not_null, ("body_id", "name", "short_name", "kind", "in_place", "valid_from")),
            unique("body_id"),
            no_rows("valid_to < valid_from", "No body ends before it begins"),
        ),
    ),
    Suite(
        "marts",
        "dim_service",
        (
            *map(not_null, ("service_code", "theme", "name")),
            unique("service_code"),
            in_set("theme", THEMES),
        ),
    ),
    Suite(
        "marts",
        "dim_period",
        (
            *map(not_null, ("kind", "period", "period_start", "period_end", "financial_year")),
            one_row_per("kind", "period"),
            in_set("kind", ("month", "quarter", "financial_year")),
            no_rows("period_end < period_start", "No period ends before it begins"),
        ),
    ),
)

MARTS: dict[str, Suite] = {
    suite.table: suite for suite in (*_MARTS, *COUNT, *SAVINGS, *FORECAST, *ACCESS)
}
"""The suite of each mart, by table."""
