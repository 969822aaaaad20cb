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
        "SELECT financial_year, period, count(*) FROM fct_spend_line WHERE line_date IS NULL "
        "GROUP BY ALL",
    ) == [("2022-23", None, 341)]


def test_what_a_layout_cannot_show_is_not_observable_and_never_zero(release):
    rows = one(
        release,
        "SELECT partner_id, observability, gross_pence FROM fct_public_access_spend "
        "WHERE observability = 'not_observable' AND gross_pence IS NOT NULL",
    )
    assert rows == []


def test_every_line_has_a_rule_and_other_only_by_a_named_one(release):
    assert one(
        release,
        "SELECT count(*) FROM fct_spend_line WHERE classification_rule IS NULL "
        "OR (theme <> 'unclassified' AND classification_rule = 'NO-RULE')",
    ) == [(0,)]


def test_the_rules_table_accounts_for_every_penny(release):
    assert one(
        release,
        "SELECT (SELECT sum(amount_pence) FROM fct_classification_rule) = "
        "(SELECT sum(amount_pence) FROM fct_spend_line)",
    ) == [(True,)]
