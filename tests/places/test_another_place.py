"""Another place is only data: a made-up one goes from files to a release with no change of code.

``westmarsh`` has two councils, a commissioner of health care and one of police whose files hold
calendar years. All of it is SYNTHETIC.
"""

import duckdb
import pytest


@pytest.fixture(scope="module")
def released(westmarsh_home):
    """The release of one run over the place, asked in SQL."""
    assert westmarsh_home.first.code == 0, westmarsh_home.first.err
    file = westmarsh_home.current / "totalplace.duckdb"
    with duckdb.connect(str(file), read_only=True) as con:
        yield lambda query: con.sql(query).fetchall()


def test_one_count_of_all_the_money_in_pence(released):
    # 2023-24: the county 1,650.25, the city 980.10, the CCG 75,000.00 and the PCC 1,070.00, of
    # which the CCG's 30,000.00 is spent by the county again, as both of them say.
    query = (
        "SELECT financial_year, gross_pence, eliminated_pence, final_spend_pence, "
        "possible_double_count_pence FROM fct_place_reconciliation ORDER BY financial_year"
    )
    assert released(query) == [
        ("2022-23", 511_00, 0, 511_00, 0),
        ("2023-24", 78_700_35, 30_000_00, 48_700_35, 950_00),
        ("2024-25", 533_00, 0, 533_00, 0),
    ]


def test_a_line_of_a_calendar_year_counts_in_the_financial_year_of_its_own_date(released):
    query = (
        "SELECT l.financial_year, l.period_id, s.period_id, l.amount_pence FROM fct_spend_line l "
        "JOIN fct_submission s USING (submission_id) "
        "WHERE l.body_id = 'westmarsh_pcc' ORDER BY line_date"
    )
    assert released(query) == [
        ("2022-23", "2023-M02", "2023", 511_00),
        ("2023-24", "2023-M05", "2023", 520_00),
        ("2023-24", "2024-M01", "2024", 550_00),
        ("2024-25", "2024-M05", "2024", 533_00),
    ]


def test_a_financial_year_needs_both_of_its_calendar_years(released):
    query = (
        "SELECT DISTINCT financial_year, body_periods_expected, body_periods_present "
        "FROM fct_drug_alcohol_spend WHERE body_id = 'westmarsh_pcc'"
    )
    assert released(query) == [("2023-24", 2, 2)]


def test_money_between_bodies_is_found_by_the_names_of_this_place(released):
    query = (
        "SELECT payer_body_id, payee_body_id, match_status, payer_pence FROM fct_transfer_match "
        "ORDER BY payer_body_id"
    )
    assert released(query) == [
        ("nhs_eastwold_ccg", "westmarsh_county_council", "matched", 30_000_00),
        ("westmarsh_county_council", "eastwold_city_council", "payer_only", 400_00),
        ("westmarsh_pcc", "eastwold_city_council", "payer_only", 550_00),
    ]


def test_a_body_outside_is_known_in_the_second_year_of_a_calendar_year(released):
    query = (
        "SELECT financial_year, payer_body_id, payee_body_id, payer_pence "
        "FROM fct_outside_transfer ORDER BY financial_year"
    )
    assert released(query) == [
        ("2023-24", "nhs_eastwold_ccg", "elder_hospital", 45_000_00),
        ("2024-25", "westmarsh_pcc", "elder_hospital", 533_00),
    ]


def test_of_the_register_only_bodies_that_a_file_names_are_published(released):
    assert released("SELECT body_id FROM dim_organisation ORDER BY body_id") == [
        ("eastwold_city_council",),
        ("elder_hospital",),
        ("nhs_eastwold_ccg",),
        ("westmarsh_county_council",),
        ("westmarsh_pcc",),
    ]


def test_a_file_without_headings_counts_without_its_subtotals(released):
    query = (
        "SELECT rows_accepted, rows_set_aside, pence_accepted FROM fct_submission "
        "WHERE body_id = 'eastwold_city_council'"
    )
    assert released(query) == [(3, 0, 980_10)]


def test_nothing_is_missing_and_nobody_else_delivers(released):
    # Calendar years reach into two financial years for which nobody else was asked.
    missing = "SELECT DISTINCT financial_year, state FROM fct_missing_delivery ORDER BY ALL"
    assert released(missing) == [("2022-23", "not_asked_for"), ("2024-25", "not_asked_for")]
    assert released("SELECT count(*) FROM dim_partner") == [(4,)]
    assert released("SELECT DISTINCT is_synthetic FROM fct_spend_line") == [(True,)]


def test_a_place_without_outlines_publishes_none(released):
    assert released("SELECT count(*) FROM dim_area_outline") == [(0,)]
