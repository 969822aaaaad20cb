"""What an analyst writes first gives the right figure: each query once gave a wrong one.

Asked of the release of the SYNTHETIC samples, by SQL and by pandas, as one who has read the names
of the columns would.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.analyst import load

Release = duckdb.DuckDBPyConnection
# Whose rows are one initiative's, one line's or one pair's and say no more of completeness.
LINES = (
    "fct_spend_line",
    "fct_spend_line_theme",
    "fct_spend_cell",
    "fct_register_line",
    "fct_set_aside_line",
    "fct_savings_evidence_line",
    "fct_issue",
)


def one(release: Release, query: str) -> Any:
    ((value,),) = release.execute(query).fetchall()
    return value


def columns(release: Release) -> dict[str, list[str]]:
    """The columns of every published table."""
    found: dict[str, list[str]] = {}
    for table, column in release.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal"
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def test_a_month_is_not_found_under_a_year(release: Release) -> None:
    assert one(release, "SELECT count(*) FROM fct_spend_line WHERE period_id = '2011-12'") == 0
    december = "SELECT count(*) > 0 FROM fct_spend_line WHERE period_id = '2011-M12'"
    assert one(release, december)


def test_a_join_on_the_period_adds_no_money(release: Release) -> None:
    joined = "SELECT sum(amount_pence) FROM fct_spend_line JOIN dim_period USING (period_id)"
    assert one(release, joined) == one(release, "SELECT sum(amount_pence) FROM fct_spend_line")


def test_a_spreadsheet_finds_no_date_in_a_year_or_a_tier(folder: Path) -> None:
    spend = pd.read_csv(folder / "csv" / "fct_drug_alcohol_spend.csv", encoding="utf-8-sig")
    assert sorted(set(spend["financial_year"]))[0] == "FY2007-08"
    assert set(spend["tier"]) == {"not_reported", "tier_2_3", "tier_4"}


def test_every_row_and_the_release_say_that_the_data_are_made_up(
    release: Release, folder: Path
) -> None:
    assert "-SYNTHETIC-" in folder.name
    for table in columns(release):
        assert one(release, f"SELECT coalesce(bool_and(is_synthetic), true) FROM {table}"), table
    assert all("is_synthetic" in names for names in columns(release).values())


def test_what_counts_towards_the_target_adds_up_once(release: Release) -> None:
    for table in ("fct_target_progress", "fct_savings_durability"):
        assert one(release, f"SELECT sum(recurring_a_year_pence) FROM {table}") == 862_754_538
        assert one(release, f"SELECT sum(counted_to_date_pence) FROM {table}") == 2_252_780_442


def test_the_waterfall_adds_up_to_what_counts(release: Release) -> None:
    query = "SELECT sum(step_pence) FROM fct_savings_waterfall WHERE financial_year = '2012-13'"
    assert one(release, query) == 862_754_538
    step = "SELECT step FROM fct_savings_waterfall WHERE financial_year = '2012-13' AND "
    assert one(release, f"{step}initiative_id = 'JC-03' AND step_no > 11") == "shares_do_not_add_up"


def test_a_claim_is_summed_over_initiatives_and_not_over_years(release: Release) -> None:
    assert one(release, "SELECT sum(claimed_pounds) FROM v_savings_now") == 12_515_400
    portfolio = "SELECT sum(counted_to_date_pence) FROM fct_savings_portfolio"
    assert one(release, portfolio) == 2_252_780_442
    levels = [c for names in columns(release).values() for c in names if c == "claimed_pence"]
    assert levels == []


def test_no_line_is_lost_in_a_join(release: Release) -> None:
    joined = "FROM fct_spend_line JOIN fct_spend_line_theme AS parts USING (line_id)"
    assert one(release, f"SELECT count(*) {joined}") == 9_840
    assert one(release, f"SELECT sum(parts.amount_pence) {joined}") == one(
        release, "SELECT sum(gross_pence) FROM fct_place_spend"
    )


def test_a_national_cost_is_no_body_s_own(release: Release) -> None:
    assert one(release, "SELECT count(own_unit_cost_pence) FROM fct_access_unit_cost") == 0
    national = "SELECT national_unit_cost_pence FROM fct_access_unit_cost WHERE channel = 'web'"
    assert set(release.execute(national).fetchall()) == {(15,)}


def test_three_costs_of_one_service_stand_in_three_columns(release: Release) -> None:
    figures = "sum(payments_pounds), sum(running_cost_pounds), sum(outturn_pounds)"
    ((payments, running, outturn),) = release.execute(
        f"SELECT {figures} FROM v_access_cost "
        "WHERE body_name = 'City Council' AND financial_year = '2009-10'"
    ).fetchall()
    assert [round(v / 1_000_000, 3) for v in map(float, (payments, running, outturn))] == [
        1.355, 4.981, 5.242
    ]  # fmt: skip
    for table, basis in (("fct_access_point", "running_cost"), ("fct_value_for_money", "accounts")):
        assert one(release, f"SELECT DISTINCT cost_basis FROM {table}") == basis


def test_people_in_treatment_are_counted_once(release: Release) -> None:
    assert (
        one(
            release,
            "SELECT sum(clients) FROM fct_treatment_outcome WHERE row_kind = 'place_total' "
            "AND treatment_measure = 'effective_treatment' AND financial_year = '2009-10'",
        )
        == 3_050
    )
    hidden = "SELECT count(*) FROM fct_treatment_outcome WHERE state = 'suppressed'"
    assert one(release, f"{hidden} AND suppression_reason IS NULL") == 0


def test_the_outturn_of_a_service_is_not_added_to_its_budget(release: Release) -> None:
    query = (
        "SELECT sum({}_net_pence) FROM fct_value_for_money WHERE financial_year = '2009-10' "
        "AND body_id = 'leicester_city_council' AND service_key = 'drugs and alcohol'"
    )
    assert one(release, query.format("outturn")) == 273_000_000
    assert one(release, query.format("budget")) == 277_000_000
    assert one(release, "SELECT count(outturn_quadrant) FROM fct_value_for_money WHERE "
                        "outturn_quadrant_unavailable_reason IS NOT NULL") == 0  # fmt: skip


def test_what_passes_between_bodies_is_not_what_comes_in_or_goes_out(release: Release) -> None:
    year = "WHERE financial_year = '2011-12'"
    assert one(release, f"SELECT sum(payer_pence) FROM fct_transfer_match {year}") == 744_550_000
    assert one(release, f"SELECT sum(eliminated_pence) FROM fct_transfer_match {year}") == (
        713_400_000
    )
    stages = {row[0] for row in release.execute("SELECT stage FROM fct_funding_flow").fetchall()}
    assert stages == {"transfer", "pool"}


def test_a_provider_is_one_whatever_the_case_of_its_name(release: Release) -> None:
    names = "SELECT count(*) - count(DISTINCT lower(provider_name)) FROM dim_provider"
    assert one(release, names) == 0
    assert (
        one(release, "SELECT count(*) FROM dim_provider WHERE contains(provider_name, '&&')") == 0
    )
    assert (
        one(release, "SELECT count(*) FROM fct_drug_alcohol_spend WHERE provider_id IS NULL") == 0
    )
    known = "SELECT count(*) FROM dim_provider ANTI JOIN dim_organisation USING (body_id) WHERE "
    assert one(release, f"{known}provider_kind = 'public_body'") == 0


def test_a_row_says_how_many_of_its_months_are_there(release: Release) -> None:
    ((expected, present),) = release.execute(
        "SELECT DISTINCT body_periods_expected, body_periods_present FROM fct_place_spend "
        "WHERE body_id = 'leicestershire_county_council' AND financial_year = '2011-12'"
    ).fetchall()
    assert (expected, present) == (12, 11)
    whole = (
        "SELECT files_coverage, is_complete FROM fct_partner_scorecard WHERE feed = 'spend' AND "
    )
    found = release.execute(
        f"{whole}body_id = 'leicestershire_county_council' AND financial_year = '2011-12'"
    ).fetchall()
    assert found == [("whole", False)]


def test_every_table_of_money_says_how_complete_it_is(release: Release) -> None:
    said_otherwise = ("fct_missing_delivery", "fct_partner_scorecard", "dim_target")
    said_otherwise += ("fct_submission", "fct_restatement")
    for table, names in columns(release).items():
        money = any(name.endswith("_pence") for name in names)
        if money and table not in (*LINES, *said_otherwise):
            assert {"place_periods_expected", "place_periods_present"} <= {
                name.removeprefix("spend_") for name in names
            }, table


@pytest.mark.parametrize(
    ("table", "keys", "amount"),
    [
        ("fct_public_access_spend", ["channel"], "in_scope_net_pence"),
        ("fct_drug_alcohol_spend", ["provider_id"], "in_scope_net_pence"),
        ("fct_provider_payment", ["payee_id"], "net_pence"),
        ("fct_access_channel", ["lgsl_code"], "contacts"),
    ],
)
def test_pandas_loses_no_money_in_a_group(
    folder: Path, table: str, keys: list[str], amount: str
) -> None:
    frame = load(folder, table)
    assert frame.groupby(keys)[amount].sum().sum() == frame[amount].sum()


def test_there_is_one_figure_of_what_the_ledgers_show(release: Release) -> None:
    for table in ("fct_savings_progress", "fct_savings_evidence"):
        query = f"SELECT sum(evidenced_pence) FROM {table} WHERE financial_year = '2012-13'"
        assert one(release, query) == 307_291_910


def test_no_amount_is_repeated_at_a_finer_grain(release: Release) -> None:
    query = (
        "SELECT sum(in_scope_net_pence) FROM {} WHERE financial_year = '2009-10' "
        "AND body_id LIKE '%council'"
    )
    assert one(release, query.format("fct_access_unit_cost")) == one(
        release, query.format("fct_public_access_spend")
    )
    shift = "SELECT sum(notional_saving_pence) FROM fct_channel_shift WHERE financial_year = "
    bodies = f"{shift}'2010-11' AND body_id = 'leicester_city_council'"
    assert one(release, bodies) == one(release, bodies.replace("sum(", "sum(DISTINCT "))


def test_the_name_of_an_amount_says_what_it_is_a_part_of(release: Release) -> None:
    names = columns(release)["fct_drug_alcohol_spend"]
    assert not [n for n in names if n.startswith(("funded_", "sure_", "likely_"))]
    gross = "SELECT sum(gross_sure_pence + gross_likely_pence - gross_pence)"
    assert one(release, f"{gross} FROM fct_drug_alcohol_spend") == 0


def test_no_percentage_is_given_and_it_is_said_why(release: Release) -> None:
    found = release.execute(
        "SELECT DISTINCT probability, probability_unavailable_reason IS NOT NULL "
        "FROM fct_target_forecast"
    ).fetchall()
    assert found == [(None, True)]


def test_gross_with_and_without_capital_is_one_addition_apart(release: Release) -> None:
    of = "WHERE theme = 'public_access' AND financial_year = '2010-11'"
    both = "sum(gross_pounds), sum(gross_pounds) + sum(out_of_scope_gross_pounds)"
    ((gross, reported),) = release.execute(
        f"SELECT {both} FROM v_spend_by_body_year {of}"
    ).fetchall()
    assert (gross, reported) == (Decimal("3694670.58"), Decimal("3783410.23"))
    fact = "SELECT sum(gross_pence) FROM {} " + of
    assert one(release, fact.format("fct_place_spend")) == reported * 100
    spend = "SELECT sum(gross_pence) FROM fct_public_access_spend WHERE financial_year = '2010-11'"
    assert one(release, spend) == gross * 100


def test_two_costs_of_drug_and_alcohol_services_stand_in_two_columns(release: Release) -> None:
    assert release.execute(
        "SELECT cost_basis, payments_pounds, payments_by_others_pounds, outturn_pounds, "
        "payments_less_outturn_pounds FROM v_drug_alcohol_cost "
        "WHERE body_name = 'City Council' AND financial_year = '2009-10'"
    ).fetchall() == [
        (
            "payments_over_500", Decimal("5026853.32"), Decimal("4169413.84"),
            Decimal("2730000.00"), Decimal("2296853.32"),
        )
    ]  # fmt: skip


def test_what_providers_are_paid_is_compared_in_the_prices_of_one_year(release: Release) -> None:
    query = (
        "SELECT price_base_year, sum(in_scope_net_pounds), sum(real_terms_pounds) FROM v_provider "
        "WHERE financial_year = '2012-13' GROUP BY 1"
    )
    assert release.execute(query).fetchall() == [
        ("2008-09", Decimal("9983410.10"), Decimal("9319002.26"))
    ]


def test_lines_that_are_alike_are_a_question_of_one_table(release: Release) -> None:
    """The samples have none; what is listed is in tests/warehouse/examples/test_views.py."""
    assert one(release, "SELECT coalesce(sum(repeated_pounds), 0) FROM v_repeated_line") == 0


def test_the_count_of_residents_says_of_which_year_it_is(release: Release) -> None:
    assert release.execute(
        "SELECT DISTINCT population_year FROM v_spend_by_body_year WHERE financial_year = '2007-08'"
    ).fetchall() == [(2008,)]


def test_rows_set_aside_without_an_amount_are_counted_apart(release: Release) -> None:
    found = release.execute(
        "SELECT rows_set_aside, pence_set_aside, rows_without_amount FROM fct_partner_scorecard "
        "WHERE feed = 'spend' AND financial_year = '2009-10' AND rows_set_aside > 0"
    ).fetchall()
    assert found == [(3, 348_996, 2)]


def test_a_file_for_a_spreadsheet_says_that_it_is_utf_8(folder: Path) -> None:
    for file in (folder / "csv").glob("*.csv"):
        assert file.read_bytes().startswith(b"\xef\xbb\xbf"), file.name


def test_dates_and_money_come_as_what_they_are(folder: Path) -> None:
    frame = load(folder, "v_spend_by_body_year")
    assert str(frame["in_scope_net_pounds"].dtype).startswith("decimal128(18, 2)")
    lines = load(folder, "fct_spend_line")
    assert str(lines["line_date"].dtype).startswith("datetime64")
