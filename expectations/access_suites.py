"""What good figures of access, treatment and value for money look like: a suite for each table."""

from __future__ import annotations

from orchestration.contracts.feeds import FEEDS

from .suite import Suite, no_rows, present, year_written

_CHANNELS = FEEDS["contacts"].field("channel").values
_SOURCES = ("own_ledger", "national_benchmark", "none")
_STATES = ("shown", "zero", "suppressed", "suppressed_at_source", "not_reported", "contradictory")
_KINDS = ("budget", "outturn")
_NOT_DELIVERED = "a place need not have delivered {} yet"


ACCESS = (
    Suite(
        "marts",
        "fct_access_channel",
        (
            year_written(),
            no_rows("contacts < 0", "No number of contacts is negative"),
            no_rows(
                "avoidable NOT BETWEEN 0 AND assessed_contacts "
                "OR resolved NOT BETWEEN 0 AND followed_contacts",
                "Of the contacts asked about no more are avoidable or resolved than there are",
            ),
            no_rows(
                "assessed_contacts > contacts OR followed_contacts > contacts",
                "No more contacts are asked about than there are",
            ),
            present(),
        ),
        may_be_empty=_NOT_DELIVERED.format("contacts"),
    ),
    Suite(
        "marts",
        "fct_access_unit_cost",
        (
            year_written(),
            no_rows(
                "(own_unit_cost_pence IS NULL) <> (own_cost_unavailable_reason IS NOT NULL)",
                "Where a body's own cost is not shown the reason is given, and only there",
            ),
            no_rows(
                "(national_unit_cost_pence IS NOT NULL) <> "
                "(national_source IS NOT NULL AND national_year IS NOT NULL)",
                "A national figure carries its source and year, and nothing else does",
            ),
            no_rows(
                "own_unit_cost_pence IS NOT NULL AND (spend_periods_present < "
                "spend_periods_expected OR contacts_periods_present < contacts_periods_expected "
                "OR cost_basis <> 'ledger')",
                "A body's own cost is of a complete ledger and complete contacts",
            ),
            present(),
        ),
        may_be_empty=_NOT_DELIVERED.format("contacts"),
    ),
    Suite(
        "marts",
        "fct_channel_shift",
        (
            year_written(),
            no_rows("counted", "No saving from a shift is counted"),
            no_rows(
                "(notional_saving_pence IS NULL) <> (saving_unavailable_reason IS NOT NULL)",
                "Where there is no notional saving the reason is given, and only there",
            ),
            no_rows("base_year >= financial_year", "A shift is measured from an earlier year"),
            present(),
        ),
        may_be_empty="no body need have reported contacts for two years",
    ),
    Suite(
        "marts",
        "fct_access_point",
        (
            year_written(),
            no_rows(
                "(coordinate_source = 'none') <> (easting IS NULL OR northing IS NULL)",
                "Coordinates are there where their source is, and only there",
            ),
            no_rows("times_reported > 1", "No point is reported twice for one year", "warning"),
            present(),
        ),
        may_be_empty=_NOT_DELIVERED.format("access points"),
    ),
    Suite(
        "marts",
        "fct_access_overlap",
        (
            year_written(),
            no_rows("body_a_id >= body_b_id", "A pair is of two bodies, and appears once"),
            no_rows(
                "(distance_metres IS NULL) <> (overlap_kind <> 'within_walking_distance') "
                "OR distance_metres > walking_metres",
                "Two places are within walking distance of each other",
            ),
            present(),
        ),
        may_be_empty="no points of two bodies need be near each other",
    ),
    Suite(
        "marts",
        "fct_access_cluster",
        (
            year_written(),
            no_rows(
                "avoidable_cost_a_year_pence < 0 OR cluster_points < 2",
                "A cluster has two points or more, and one of them always stays",
            ),
            present(),
        ),
        may_be_empty="no points of two bodies need be near each other",
    ),
    Suite(
        "marts",
        "fct_treatment_outcome",
        (
            year_written(),
            no_rows(
                "clients BETWEEN suppress_from AND suppress_to",
                "No small count of people is shown",
            ),
            no_rows("clients % round_to <> 0", "Every count of people shown is rounded"),
            no_rows(
                "(clients IS NULL) <> (state NOT IN ('shown', 'zero')) "
                "OR (state = 'zero' AND clients <> 0)",
                "Shown, zero and hidden are three states",
            ),
            no_rows(
                "(suppression_reason IS NOT NULL) "
                "<> (state IN ('suppressed', 'suppressed_at_source'))",
                "What is suppressed says why",
            ),
            no_rows(
                "(state = 'suppressed_at_source') <> (at_source_from IS NOT NULL) "
                "OR at_source_from > at_source_to",
                "What a body suppressed itself says which counts that stands for",
            ),
            no_rows(
                "state = 'contradictory'", "No count of people is reported in two ways", "warning"
            ),
            present(),
        ),
        may_be_empty=_NOT_DELIVERED.format("treatment"),
    ),
    Suite(
        "marts",
        "fct_treatment_value",
        (
            year_written(),
            no_rows(
                "cost_per_person_pence IS NOT NULL AND (effective_state <> 'shown' "
                "OR spend_partners_present < spend_partners_expected)",
                "A cost per person is of complete spend and of a count that may be shown",
            ),
            no_rows(
                "cost_per_completion_pence IS NOT NULL AND (completions_state <> 'shown' "
                "OR spend_partners_present < spend_partners_expected)",
                "A cost per completion is of complete spend and of a count that may be shown",
            ),
            present(),
        ),
        may_be_empty="a place need show neither drug or alcohol spend nor treatment",
    ),
    Suite(
        "marts",
        "fct_value_for_money",
        (
            year_written(),
            no_rows("score_per_mille NOT BETWEEN 0 AND 1000", "Every score is from 0 to 1000"),
            no_rows(
                "(score_per_mille IS NULL) <> (score_unavailable_reason IS NOT NULL)",
                "Where there is no score the reason is given, and only there",
            ),
            *(
                no_rows(
                    f"({kind}_net_per_head_pence IS NULL) "
                    f"<> ({kind}_cost_unavailable_reason IS NOT NULL)",
                    f"Where there is no {kind} a head the reason is given, and only there",
                )
                for kind in _KINDS
            ),
            *(
                no_rows(
                    f"({kind}_quadrant IS NULL) "
                    f"AND {kind}_net_per_head_pence IS NOT NULL "
                    f"AND {kind}_quadrant_unavailable_reason IS NULL "
                    f"OR {kind}_quadrant IS NOT NULL AND coalesce({kind}_peers, 0) < 2",
                    f"By the {kind} a quadrant needs a peer, and where there is none it says why",
                )
                for kind in _KINDS
            ),
            present(),
        ),
        may_be_empty=_NOT_DELIVERED.format("budgets or indicators"),
    ),
)
"""The suites of the tables of what the money buys."""
