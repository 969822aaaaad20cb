"""The first questions of a Board, asked of the SYNTHETIC samples, and their right answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

Release = duckdb.DuckDBPyConnection


def rows(release: Release, query: str) -> list[tuple[Any, ...]]:
    return list(release.execute(query).fetchall())


def one(release: Release, query: str) -> Any:
    ((value,),) = rows(release, query)
    return value


def millions(value: Decimal | int | None) -> str | None:
    """Pounds as millions with three places."""
    return None if value is None else f"{Decimal(value) / 1_000_000:.3f}"


@pytest.mark.parametrize(
    ("year", "in_cash", "total", "real_terms"),
    [
        ("2009-10", ["5.027", "3.367", "1.220", "1.447"], "11.061", "10.881"),
        ("2012-13", ["5.429", "2.447", "1.090", "1.300"], "10.265", "9.582"),
    ],
)
def test_drug_and_alcohol_spend_by_body(
    release: Release, year: str, in_cash: list[str], total: str, real_terms: str
) -> None:
    found = rows(
        release,
        "SELECT body_name, in_scope_net_pounds, real_terms_pounds FROM v_spend_by_body_year "
        f"WHERE theme = 'drug_alcohol' AND financial_year = '{year}' ORDER BY body_id",
    )
    names = ["City Council", "County Council", "City PCT", "County and Rutland PCT"]
    assert [(name, millions(net)) for name, net, _ in found] == list(
        zip(names, in_cash, strict=True)
    )
    assert millions(sum(net for _, net, _ in found)) == total
    assert millions(sum(real for *_, real in found)) == real_terms


def test_what_it_is_per_head_in_every_year(release: Release) -> None:
    assert rows(
        release,
        "SELECT financial_year, population, population_year, per_head_pounds "
        "FROM v_spend_by_body_year WHERE theme = 'drug_alcohol' AND body_name = 'City Council' "
        "AND financial_year IN ('2009-10', '2012-13') ORDER BY 1",
    ) == [
        ("2009-10", 304_700, 2009, Decimal("16.50")),
        ("2012-13", 334_099, 2012, Decimal("16.25")),
    ]
    assert one(release, "SELECT count(*) FROM v_spend_by_body_year WHERE population IS NULL") == 0


def test_public_access_by_channel(release: Release) -> None:
    found = rows(
        release,
        "SELECT channel, sum(payments_pounds) FROM v_access_cost "
        "WHERE financial_year = '2009-10' GROUP BY 1 HAVING sum(payments_pounds) > 0",
    )
    assert {channel: millions(pounds) for channel, pounds in found} == {
        "face_to_face": "1.507",
        "telephone": "1.880",
        "web": "0.102",
        "not_reported": "0.263",
    }
    own = "SELECT count(own_unit_cost_pounds) FROM v_access_cost"
    assert one(release, own) == 0


def test_savings_of_the_last_year(release: Release) -> None:
    figures = "sum(claimed_pounds), sum(counted_pounds), sum(evidenced_pounds)"
    belonging = "sum(counted_pounds) FILTER (target_part = 'belongs_to_target')"
    (found,) = rows(release, f"SELECT {figures}, {belonging} FROM v_savings_now")
    assert [millions(value) for value in found] == ["12.515", "8.628", "3.073", "3.344"]
    less = rows(
        release,
        "SELECT step, -sum(step_pence) FROM fct_savings_waterfall "
        "WHERE financial_year = '2012-13' AND step <> 'claimed' GROUP BY 1",
    )
    found = {step: millions(Decimal(pence) / 100) for step, pence in less}
    assert found == {
        "not_cash_releasing": "1.578",
        "costs": "0.597",
        "duplicates": "0.121",
        "displaced": "0.887",  # of which JC-01 0.731
        "no_baseline": "0.656",
        "shares_do_not_add_up": "0.049",  # with no_baseline 0.705
    }
    assert rows(
        release,
        "SELECT initiative_id, gap_pounds::BIGINT FROM v_savings_now "
        "ORDER BY gap_pounds DESC LIMIT 3",
    ) == [("CA-01", 1_210_000), ("JC-01", 806_000), ("OE-03", 711_000)]


def test_the_target(release: Release) -> None:
    assert rows(
        release,
        "SELECT target_pounds, counted_to_date_pounds, target_unknowns FROM v_target_position",
    ) == [
        (
            Decimal("200000000.00"),
            Decimal("22527804.42"),
            "basis, start year, end year, prices, net or gross, bodies",
        )
    ]
    assert one(release, "SELECT count(probability) FROM fct_target_forecast") == 0


def test_overlapping_access_points(release: Release) -> None:
    assert rows(
        release,
        "SELECT overlap_kind, avoidable_cost_a_year_pounds FROM v_access_cluster "
        "WHERE financial_year = '2009-10' AND rank_in_year = 1",
    ) == [("contact_centre", Decimal("1412500.00"))]
    pairs = "SELECT max(pair_avoidable_cost_pence) FROM fct_access_overlap WHERE overlap_kind = "
    assert one(release, f"{pairs}'within_walking_distance'") == 2_533_700


def test_the_largest_providers(release: Release) -> None:
    found = rows(
        release,
        "SELECT provider_name, sum(in_scope_net_pounds) FROM v_provider "
        "WHERE provider_id <> 'withheld' GROUP BY 1 ORDER BY 2 DESC LIMIT 7",
    )
    assert [f"{pounds / 1_000_000:.2f}" for _, pounds in found] == [
        "17.41", "14.12", "12.01", "5.25", "3.26", "3.07", "1.36"
    ]  # fmt: skip
    assert found[0][0] == "Leicestershire Partnership NHS Trust"


def test_money_between_the_bodies(release: Release) -> None:
    (found,) = rows(
        release,
        "SELECT sum(payer_pounds), sum(payee_pounds), sum(eliminated_pounds), "
        "sum(perhaps_twice_pounds) FROM v_between_bodies WHERE financial_year = '2011-12'",
    )
    assert list(found) == [
        Decimal("7445500.00"), Decimal("7008166.67"), Decimal("7134000.00"), Decimal("311500.00")
    ]  # fmt: skip


def test_what_is_missing(release: Release) -> None:
    assert rows(
        release,
        "SELECT body_name, period_id, state, rows_not_counted FROM v_missing_delivery ORDER BY ALL",
    ) == [
        ("City Council", "2012-13-Q1", "rows_set_aside", 3),
        ("City PCT", "2011-M02", "refused", 21),
        ("County Council", "2010-M02", "rows_set_aside", 3),
        ("County Council", "2011-M10", "missing", None),
    ]


def test_what_is_unclassified(release: Release) -> None:
    total = one(release, "SELECT sum(gross_pounds) FROM v_unclassified_pattern")
    assert millions(total) == "8.109"
    net = "SELECT sum(in_scope_net_pence) FROM fct_place_spend WHERE theme = 'unclassified'"
    assert millions(Decimal(one(release, net)) / 100) == "7.952"


def test_performance_beside_spend_cannot_be_judged_of_two_that_are_alike(release: Release) -> None:
    assert rows(
        release,
        "SELECT DISTINCT outturn_quadrant, outturn_quadrant_unavailable_reason "
        "FROM fct_value_for_money WHERE outturn_peers = 2 AND score_per_mille = 500",
    ) in ([], [(None, "too_few_peers")])


def test_the_steps_of_every_year_end_at_what_counts(release: Release) -> None:
    ends = (
        "SELECT financial_year, last(to_pounds ORDER BY step_no) FROM v_savings_waterfall "
        "GROUP BY 1 ORDER BY 1"
    )
    counted = (
        "SELECT financial_year, (pence * 0.01::DECIMAL(3, 2))::DECIMAL(18, 2) FROM fct_headline "
        "WHERE headline = 'savings' AND measure = 'counted' ORDER BY 1"
    )
    assert rows(release, ends) == rows(release, counted)
    assert rows(release, ends)[-1] == ("2012-13", Decimal("8627545.38"))


def test_whose_money_it_was_adds_up_to_the_place_s_own_row(release: Release) -> None:
    streams = "SELECT sum(in_scope_net_pounds) FROM v_drug_alcohol_stream"
    place = (
        "SELECT (pence * 0.01::DECIMAL(3, 2))::DECIMAL(18, 2) FROM fct_headline "
        "WHERE headline = 'drug_alcohol_spend' AND body_id = 'place'"
    )
    year = "financial_year = '2009-10'"
    assert one(release, f"{streams} WHERE {year}") == Decimal("11060755.94")
    assert one(release, f"{place} AND {year}") == Decimal("11060755.94")


def test_what_the_board_is_asked_to_decide(release: Release) -> None:
    assert rows(
        release,
        "SELECT matter, financial_year, items, at_stake_pounds FROM v_board_decision "
        "ORDER BY rank_no",
    ) == [
        ("confirm_target", "all_years", 6, Decimal("200000000.00")),
        ("confirm_initiatives", "2012-13", 11, Decimal("5283259.95")),
        ("missing_delivery", "all_years", 2, None),
        ("possible_double_count", "all_years", 6, Decimal("1354500.00")),
        ("no_baseline", "2012-13", 1, Decimal("656000.00")),
        ("shares_do_not_add_up", "2012-13", 1, Decimal("48900.00")),
        ("not_evidenced", "2012-13", 2, Decimal("2955259.95")),
        ("overdue_milestone", "2012-13", 2, Decimal("1102000.00")),
        ("overlapping_access_points", "2011-12", 2, Decimal("25337.00")),
        ("unclassified", "all_years", 7, Decimal("8108512.78")),
        ("unresolved_body", "all_years", 6, Decimal("22835113.64")),
    ]
