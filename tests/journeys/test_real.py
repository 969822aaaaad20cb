"""The real published files, from landing to release."""

import csv

import duckdb
import pytest


@pytest.fixture(scope="module")
def release(real_home):
    assert real_home.first.code in (0, 3), real_home.first.err
    with duckdb.connect(str(real_home.current.resolve() / "totalplace.duckdb"), True) as con:
        yield con


@pytest.fixture(scope="module")
def expected(extracts):
    with (extracts / "EXPECTED.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["file"].startswith("landing/")]
    return {r["sha256"]: (int(r["data_rows"]), int(r["total_pence"])) for r in rows}


def test_receipts_and_lines_equal_the_independent_count(real_home, release, expected):
    receipts = real_home("receipts", "--json").json
    assert {
        r["sha256"]: (
            r["rows_accepted"] + r["rows_set_aside"],
            r["pence_accepted"] + r["pence_set_aside"],
        )
        for r in receipts
    } == expected
    assert {r["verdict"] for r in receipts} == {"accepted"}
    sha = {r["submission_id"]: r["sha256"] for r in receipts}
    lines = release.execute(
        "SELECT submission_id, count(*), sum(amount_pence)::BIGINT FROM fct_spend_line GROUP BY 1"
    ).fetchall()
    assert {sha[i]: (rows, pence) for i, rows, pence in lines} == expected


def one(release, query):
    return release.execute(query).fetchall()


def test_all_six_instalments_of_the_treatment_contract_are_drug_and_alcohol(release):
    assert one(
        release,
        "SELECT theme, evidence_grade, count(*), count(DISTINCT line_date) FROM fct_spend_line "
        "WHERE amount_pence = 34363042 GROUP BY ALL",
    ) == [("drug_alcohol", "sure", 6, 5)]


def test_two_instalments_that_are_alike_on_a_day_are_seen(release):
    assert one(
        release,
        "SELECT line_date::VARCHAR, amount_pounds::VARCHAR, lines, in_one_file "
        "FROM v_repeated_line ORDER BY rank_no LIMIT 1",
    ) == [("2024-06-10", "343630.42", 2, True)]


def test_every_line_of_substance_misuse_is_drug_and_alcohol(release):
    assert one(
        release,
        "SELECT theme, scope, count(*) FROM fct_spend_line WHERE area = 'Substance Misuse' "
        "GROUP BY ALL",
    ) == [("drug_alcohol", "outside_place", 14)]


def test_customer_services_are_public_access_and_libraries_are_not(release):
    found = dict(
        one(
            release,
            "SELECT area, string_agg(DISTINCT theme) FROM fct_spend_line WHERE area IN "
            "('Customer Services Team', 'Libraries', 'Registration Service', "
            "'Prison Library Service - Stocken', 'Contact and Referral Team', 'Digital Rutland') "
            "GROUP BY 1",
        )
    )
    assert found.pop("Customer Services Team") == "public_access"
    assert len(found) == 5
    assert "public_access" not in " ".join(found.values())


@pytest.mark.parametrize(
    "lookalike",
    [
        "supplier_name ILIKE 'suez recycling%'",
        "supplier_name ILIKE 'inclusion healthcare%'",
        "supplier_name ILIKE 'no 5 chambers%'",
        "supplier_name ILIKE 'phoenix software%'",
        "area ILIKE '%cancer drug%' OR account ILIKE '%cancer drug%'",
        "account ILIKE '%cost of drugs%' OR area ILIKE '%prescribing%'",
    ],
)
def test_a_keyword_is_never_enough(release, lookalike):
    rows = one(
        release,
        f"SELECT count(*), count(*) FILTER (theme = 'drug_alcohol') FROM fct_spend_line "
        f"WHERE {lookalike}",
    )
    assert rows[0][0] > 0, "nothing was looked at"
    assert rows[0][1] == 0


def test_undated_lines_keep_the_year_of_their_submission(release):
    assert one(
        release,
        "SELECT financial_year, period_id, count(*) FROM fct_spend_line WHERE line_date IS NULL "
        "GROUP BY ALL",
    ) == [("2022-23", "2022-23", 341)]


def test_what_a_layout_cannot_show_is_not_observable_and_never_zero(release):
    rows = one(
        release,
        "SELECT body_id, observability, gross_pence FROM fct_public_access_spend "
        "WHERE observability = 'not_observable' AND gross_pence IS NOT NULL",
    )
    assert rows == []


def test_every_line_has_a_rule_and_other_only_by_a_named_one(release):
    assert one(
        release,
        "SELECT count(*) FROM fct_spend_line WHERE classification_rule IS NULL "
        "OR (theme <> 'unclassified' AND classification_rule = 'NO-RULE')",
    ) == [(0,)]


def test_at_most_a_hundredth_of_the_money_has_no_class(release):
    """What stays is the review's: a trust of many services, NHS 111, public health unlabelled."""
    assert one(
        release,
        "SELECT 100 * sum(amount_pence) FILTER (theme = 'unclassified') <= sum(amount_pence), "
        "sum(amount_pence) FILTER (theme = 'unclassified') > 0 FROM fct_spend_line",
    ) == [(True, True)]


def test_the_rules_table_accounts_for_every_penny(release):
    assert one(
        release,
        "SELECT (SELECT sum(gross_pence) FROM fct_classification_rule) = "
        "(SELECT sum(amount_pence) FROM fct_spend_line)",
    ) == [(True,)]


def test_every_pound_is_in_exactly_one_of_four_states(release, expected):
    rows = one(
        release,
        "SELECT financial_year, gross_pence, eliminated_pence, in_scope_classified_pence, "
        "in_scope_unclassified_pence, out_of_scope_pence, reconciliation_status "
        "FROM fct_place_reconciliation ORDER BY 1",
    )
    assert [row[0] for row in rows] == ["2018-19", "2022-23", "2023-24", "2024-25"]
    assert all(row[1] == sum(row[2:6]) for row in rows)
    assert sum(row[1] for row in rows) == sum(pence for _, pence in expected.values())
    # No year holds both sides of a flow, so nothing is agreed and nothing is taken out.
    assert {row[2] for row in rows} == {0}
    assert {row[6] for row in rows} == {"no_source_data"}


def test_payments_between_public_bodies_are_recognised_and_listed(release):
    query = """
        SELECT payer_body_id, payee_body_id, payer_pence FROM fct_transfer_match
        UNION ALL SELECT payer_body_id, payee_body_id, payer_pence FROM fct_outside_transfer
    """
    flows = {(payer, payee): pence for payer, payee, pence in one(release, query)}
    county, city = "leicestershire_county_council", "leicester_city_council"
    west, rutland = "nhs_west_leicestershire_ccg", "rutland_county_council"
    assert flows[county, city] == 849029265
    assert flows[west, county] == 2233839945
    assert flows[rutland, county] == 104007917
    assert flows[county, rutland] == 2710272
    assert flows[west, "university_hospitals_of_leicester"] == 16031060163
    assert one(release, "SELECT DISTINCT match_status FROM fct_transfer_match") == [("payer_only",)]


def test_two_commissioners_that_pay_each_other_may_count_twice(release):
    rows = one(
        release,
        "SELECT payer_body_id, payee_body_id, possible_double_count_pence FROM fct_transfer_match "
        "WHERE possible_double_count_pence <> 0 ORDER BY 1",
    )
    city, west = "nhs_leicester_city_ccg", "nhs_west_leicestershire_ccg"
    assert [row[:2] for row in rows] == [(city, west), (west, city)]
    assert sum(row[2] for row in rows) == 156435098


def test_the_pension_fund_is_not_its_council(release):
    county = "leicestershire_county_council"
    assert one(
        release,
        f"SELECT count(*) FROM fct_outside_transfer WHERE payer_body_id = '{county}' "
        f"AND payee_body_id = '{county}'",
    ) == [(0,)]
    assert one(
        release,
        f"SELECT payer_pence FROM fct_outside_transfer WHERE payer_body_id = '{county}' "
        "AND payee_body_id = 'leicestershire_pension_fund'",
    ) == [(81766049,)]
