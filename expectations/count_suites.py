"""What a good count looks like: one suite for each table of the place's spend."""

from __future__ import annotations

from .suite import Suite, no_rows, present, year_written

_PARTS = no_rows(
    "gross_pence - eliminated_pence <> net_pence",
    "Gross less eliminated is net on every row",
)

_STREAMS = ("ptb", "s256", "s75", "grant", "recharge", "own", "unknown")

COUNT = (
    Suite(
        "marts",
        "fct_place_spend",
        (
            year_written(),
            _PARTS,
            no_rows(
                "net_pence <> in_scope_net_pence + out_of_scope_pence",
                "What is in scope and what is not add up to net on every row",
            ),
            no_rows("lines < 1", "Every figure comes from at least one line"),
            no_rows(
                "(real_terms_pence IS NULL) <> (price_status <> 'deflated')",
                "Real terms are there where there is cash and an index for it, and only there",
            ),
            no_rows(
                "price_status = 'no_index'",
                "The named price release has an outturn index for every year",
                "warning",
            ),
            present(),
        ),
    ),
    Suite(
        "marts",
        "fct_drug_alcohol_spend",
        (
            year_written(),
            _PARTS,
            no_rows(
                "gross_sure_pence + gross_likely_pence <> gross_pence",
                "Sure and likely pence add up to the gross spend",
            ),
            no_rows(
                " + ".join(f"in_scope_net_by_{stream}_pence" for stream in _STREAMS)
                + " <> in_scope_net_pence",
                "The streams add up to what is in scope",
            ),
            present(),
        ),
        may_be_empty="the lines of a place need not show any drug or alcohol service",
    ),
    Suite(
        "marts",
        "fct_public_access_spend",
        (
            year_written(),
            _PARTS,
            no_rows(
                "observability <> 'observable' AND lines = 0 AND gross_pence IS NOT NULL",
                "What cannot be seen has no figure, not even £0",
            ),
            no_rows(
                "gross_pence IS NULL AND (lines > 0 OR observability = 'observable')",
                "What can be seen has a figure",
            ),
            present(),
        ),
        may_be_empty="no body inside the place need have spend in force",
    ),
    Suite(
        "marts",
        "fct_transfer_match",
        (
            year_written(),
            no_rows("payer_body_id = payee_body_id", "Nobody pays itself"),
            no_rows(
                "abs(eliminated_pence) > abs(payer_pence)",
                "No more is eliminated than the payer shows",
            ),
            present(),
        ),
        may_be_empty="no body need pay another body of the place",
    ),
    Suite(
        "marts",
        "fct_outside_transfer",
        (
            year_written(),
            no_rows("payer_body_id = payee_body_id", "Nobody pays itself"),
            present(),
        ),
        may_be_empty="no body need pay a public body outside the place",
    ),
    Suite(
        "marts",
        "fct_funding_source",
        (year_written(), present()),
        may_be_empty="no body of the place need report its funding",
    ),
    Suite(
        "marts",
        "fct_provider_payment",
        (year_written(), present()),
        may_be_empty="no body inside the place need have spend in force",
    ),
    Suite(
        "marts",
        "fct_funding_flow",
        (
            year_written(),
            present(),
        ),
        may_be_empty="bodies of the place need not pass money on to one another",
    ),
    Suite(
        "marts",
        "fct_pool_balance",
        (year_written(),),
        may_be_empty="a place need not have a pooled budget",
    ),
    Suite(
        "marts",
        "fct_partner_reconciliation",
        (
            year_written(),
            no_rows(
                "reconciliation_status = 'differs'",
                "A body that has no gap spent what it says where it came from",
                "warning",
            ),
        ),
        may_be_empty="no body inside the place need have spend in force or report its funding",
    ),
    Suite(
        "marts",
        "fct_place_reconciliation",
        (
            year_written(),
            no_rows(
                "reconciliation_status = 'differs'",
                "Where a year is whole, what was spent and where it came from agree to the penny",
            ),
            no_rows(
                "gross_pence <> eliminated_pence + in_scope_classified_pence "
                "+ in_scope_unclassified_pence + out_of_scope_pence",
                "Every pound is in exactly one of four states",
            ),
            no_rows(
                "difference_pence <> in_transit_pence + one_sided_pence + unexplained_pence "
                "- carried_forward_pence",
                "The two views differ by what is named and nothing else",
            ),
            no_rows(
                "possible_double_count_pence <> 0",
                "No transfer stays in the count that may be in it twice",
                "warning",
            ),
            present(),
        ),
    ),
    Suite(
        "marts",
        "fct_place_trend",
        (
            year_written(),
            no_rows(
                "(real_change_pence IS NULL) <> (real_change_unavailable_reason IS NOT NULL)",
                "A change is there where two years may be compared, and only there",
            ),
            present(),
        ),
        may_be_empty="no body inside the place need have spend in force",
    ),
    Suite(
        "marts",
        "dim_organisation",
        (no_rows("in_group AND NOT is_partner", "Every body of the group sends extracts"),),
    ),
    Suite(
        "marts",
        "dim_apportionment_key",
        (no_rows("area_count < 0", "No count is negative"),),
        may_be_empty="a place need not apportion anything",
    ),
    Suite(
        "marts",
        "fct_headline",
        (
            no_rows(
                "(status IN ('incomplete', 'not_observable')) AND pence IS NOT NULL",
                "What may not be stated has no figure",
            ),
            no_rows(
                "status <> 'stated' AND reason IS NULL",
                "Where a figure is not stated it is said why",
            ),
        ),
    ),
)
"""The suites of the count's tables."""
