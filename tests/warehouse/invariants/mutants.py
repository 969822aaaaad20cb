"""Broken models: one for each numbered rule of money, and the second count must notice each.

A broken model is a query over the true one's output, so that rewording a model breaks no test. The
numbers are those of the rules in ``docs/method``.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """A model that breaks a rule: ``query`` reads the true model's rows as ``{model}``."""

    rule: str
    model: str
    query: str


def changed(rule: str, model: str, **columns: str) -> Mutant:
    """The true model with other expressions in some of its columns."""
    replaced = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    return Mutant(rule, model, f"SELECT * REPLACE ({replaced}) FROM {{model}}")


def without(rule: str, model: str, condition: str) -> Mutant:
    """The true model without the rows that meet a condition."""
    return Mutant(rule, model, f"SELECT * FROM {{model}} WHERE NOT coalesce({condition}, false)")


def never(rule: str, step: str) -> Mutant:
    """The savings without one of the steps that take a claim away."""
    left = f"list_filter(steps_that_apply, lambda s: s <> '{step}')"
    return changed(rule, "int_savings_years", steps_that_apply=left, excluded_at_step=f"{left}[1]")


COUNT = [
    changed(
        "1 the sources are money from outside the group",
        "int_body_sources", outside_pence="outside_pence + own_pence",
    ),
    without("1 a year with gaps is not held against its sources", "int_incomplete_bodies", "true"),
    changed(
        "2 only what both sides report is eliminated",
        "int_transfer_matches", eliminated_pence="greatest(payer_pence, payee_pence)",
    ),
    changed(
        "2 only transfers inside the group are eliminated",
        "int_transfer_matches", eliminated_pence="coalesce(agreed_pence + timing_pence, 0)",
    ),
    changed(
        "2 money in transit at a year end is eliminated once",
        "int_transfer_matches", eliminated_pence="eliminated_pence - timing_pence",
    ),
    without("3 a name cut off at 32 characters is known", "int_counterparties",
            "matched_by = 'truncated'"),
    without("3 a VAT number recognises a payee without a name", "int_counterparties",
            "matched_by = 'vat'"),
    changed("4 a pool is spent by its host, not by those who contribute", "int_pool_years",
            contributed_pence="0"),
    changed("4 what is left of a pool is carried forward", "fct_pool_balance",
            carried_forward_pence="contributed_pence - spent_pence"),
    changed("5 capital and the like stay out of scope", "int_line_sums",
            scope="CASE scope WHEN 'capital' THEN 'in_scope' ELSE scope END"),
    changed("6 the parts of a line add up to it to the penny", "int_line_sums",
            gross_pence="CASE WHEN part_no > 1 THEN gross_pence // 10 * 10 ELSE gross_pence END"),
    changed("7 a body counts by its footprint", "int_net_spend", in_scope_net_pence="net_pence"),
    changed("8 a body that ended stands for its successor", "int_body_names",
            body_id="named_body_id"),
    changed("9 real terms are of what is in scope, at the prices of the base year",
            "fct_place_spend", real_terms_pence="in_scope_net_pence"),
    changed("1 the sources are own resources and money from outside the group",
            "int_flow_agreements",
            stage="CASE WHEN payer_id IS NULL THEN 'transfer' ELSE stage END"),
    without("1 what a return does not cover is of unknown origin", "int_theme_streams",
            "stream = 'unknown'"),
    Mutant("1 what is passed on is taken out of the streams that came in", "int_theme_streams", """
        SELECT m.* REPLACE (greatest(0, coalesce(r.pence, m.pence)) AS pence) FROM {model} AS m
        LEFT JOIN (
            SELECT financial_year, partner_id, theme, flow AS stream, sum(amount_pence) AS pence
            FROM build.main.int_reported_flows WHERE partner_id = payee_id GROUP BY ALL
        ) AS r USING (financial_year, partner_id, theme, stream)"""),
    Mutant("1 own resources are the last to be passed on", "int_theme_streams", """
        SELECT * REPLACE (CASE stream WHEN 'own_resources' THEN 0 ELSE pence END AS pence)
        FROM {model}"""),
    changed("2 the amount of a flow is what both sides report", "fct_funding_flow",
            amount_pence="greatest(payer_pence, payee_pence)"),
    changed("2 the amount of a source is what both sides report", "fct_funding_source",
            amount_pence="coalesce(payer_pence, payee_pence)"),
    without("2 a payment that no return mentions is a flow", "fct_funding_flow",
            "flow = 'payment'"),
    Mutant("2 a payment that a return mentions is no second flow", "fct_funding_flow", """
        SELECT * FROM {model} UNION ALL BY NAME
        SELECT m.* REPLACE (
            'payment' AS flow, 'not_reported' AS agreement_id, 'no_pool' AS pool_id
        )
        FROM {model} AS m WHERE stage = 'transfer' AND flow <> 'payment'"""),
    changed("4 a contribution to a pool is no transfer", "int_flow_agreements",
            stage="CASE stage WHEN 'pool' THEN 'transfer' ELSE stage END"),
    changed("5 a total over unlike VAT is mixed", "fct_place_spend",
            vat_basis="CASE vat_basis WHEN 'mixed' THEN 'excluded' ELSE vat_basis END"),
    changed("5 a total over unlike prices is mixed", "fct_place_spend",
            price_basis="CASE price_basis WHEN 'mixed' THEN 'cash' ELSE price_basis END"),
    changed("5 a first figure over unlike VAT is mixed", "int_headline_bases",
            vat_basis="CASE vat_basis WHEN 'mixed' THEN 'excluded' ELSE vat_basis END"),
    changed("5 years on unlike bases are not compared", "fct_place_trend",
            real_change_unavailable_reason="CASE real_change_unavailable_reason "
            "WHEN 'other_bodies_or_bases' THEN NULL ELSE real_change_unavailable_reason END"),
    without("8 a break in a series stops the trend", "series_break", "true"),
    changed("9 only cash is deflated", "fct_place_spend",
            real_terms_pence="CASE price_status WHEN 'not_cash' THEN in_scope_net_pence "
            "ELSE real_terms_pence END"),
    changed("9 cash is deflated once", "int_prices", base_e6="base_e6 * base_e6 // index_e6"),
    changed("9 a change is in real terms", "fct_place_trend",
            real_change_pence="real_change_pence + in_scope_net_pence - real_terms_pence"),
    changed("9 a year without an index has no real terms", "fct_place_spend",
            real_terms_pence="CASE price_status WHEN 'no_index' THEN in_scope_net_pence "
            "ELSE real_terms_pence END"),
    changed("19 an incomplete year is compared with none", "fct_place_spend",
            partners_present="partners_expected"),
    changed("19 a year is complete by the lives of its bodies", "int_partner_completeness",
            periods_expected="periods_expected - periods_not_asked_for"),
    changed("19 a sample of a layout is no delivery", "stg_submissions", coverage="'whole'"),
    changed("19 money dated in another year is said", "fct_partner_scorecard",
            other_year_pence="0"),
]  # fmt: skip

SAVINGS = [
    changed("9 a saving is measured at the prices of the year", "int_prices",
            base_e6="base_e6 * 2"),
    changed("10 a baseline is set before the change", "int_savings_claims", has_baseline="true"),
    changed("11 a saving is held against what the same lines cost before", "int_savings_ledger",
            base_pence="0"),
    changed("11 cost that moved to another body is no saving", "int_savings_ledger",
            elsewhere_claim_year_pence="elsewhere_base_pence"),
    never("12 only what releases cash counts", "not_cash_releasing"),
    never("12 only what recurs counts", "one_off"),
    never("12 a gain counts while it is sustained", "not_sustained"),
    never("12 a gain counts from 1 April 2008", "started_before_2008"),
    never("12 nothing counts before it starts", "claimed_before_start"),
    never("12 what is planned or has stopped saves nothing", "planned_or_stopped"),
    never("10 no more is saved than was spent", "above_baseline"),
    never("16 what is saved on quality is no saving", "quality_fell"),
    never("9 amounts in prices without an index do not count", "prices_not_known"),
    never("10 a baseline set after the change is none", "late_baseline"),
    changed("12 what a complete register leaves out has lapsed", "int_savings_registers",
            is_there="nullif(is_there, false)"),
    changed("12 absence from a register that may hold it is not evidence of lapse",
            "int_savings_registers", is_there="coalesce(is_there, false)"),
    without("12 a row set aside shields its own initiative", "stg_set_aside", "true"),
    changed("12 only what is held for three years counts", "int_savings_sustained",
            held_pence="NULL::BIGINT"),
    changed("12 a claim that becomes another kind lapses in all its years",
            "int_savings_sustained", is_of_kind="true"),
    changed("11 what is missing from a year is not saved", "int_savings_ledger",
            is_incomplete="false"),
    changed("11 rows set aside look saved and are counted", "int_savings_ledger",
            set_aside_rows="0"),
    changed("11 cost that moved to another body is taken out", "int_savings_evidence",
            displaced_pence="0"),
    changed("15 of the same money the claim that the ledgers show keeps it",
            "int_savings_evidence", evidenced_pence="0"),
    Mutant("9 prices of another year are converted", "stg_savings_lines",
           "SELECT * REPLACE (CASE WHEN price_base SIMILAR TO '20[01].-..' THEN NULL "
           "ELSE price_base END AS price_base) FROM {model}"),
    without("15 scopes that share a line claim the same money", "int_savings_overlaps",
            "NOT scopes_nest"),
    without("15 a scope inside another claims the same money", "int_savings_overlaps",
            "scopes_nest"),
    changed("12 the costs of what is excluded for its year count", "int_savings_steps",
            with_costs="true"),
    changed("12 one-off cost is deducted in its year", "int_savings_years",
            after_one_off_pence="in_year_net_pence"),
    changed("13 a gain of part of a year is more in a whole one", "int_savings_years",
            full_year_effect_pence="in_year_net_pence"),
    changed("14 the programme is kept apart", "int_savings_years", is_board_programme="true"),
    changed("14 the position is that of a year whose registers are there",
            "int_feed_completeness", is_under_way="false"),
    changed("15 shares that do not add up do not count", "int_savings_claims",
            shares_add_up="true"),
    without("15 the same money counts once", "int_savings_duplicates", "true"),
    without("15 a line behind several claims is shown by one", "int_savings_lines_shown", "true"),
    without("15 what looks like another body's saving counts once", "int_savings_suspected",
            "true"),
    changed("15 a duplicate goes with its one-off cost", "int_savings_duplicates",
            after_one_off_pence="recurring_pence"),
    changed("18 assurance is no better than what supports it", "int_savings_claims",
            assurance="assurance_claimed"),
]  # fmt: skip
DISCLOSURE = [
    changed("17 small counts are suppressed", "int_treatment_cells",
            state="CASE state WHEN 'suppressed' THEN 'shown' ELSE state END"),
    changed("17 what a body suppressed itself stays suppressed", "int_treatment_cells",
            state="CASE state WHEN 'suppressed_at_source' THEN 'not_reported' ELSE state END"),
    changed("17 counts are rounded", "int_treatment_cells", clients="clients + 1"),
    Mutant("17 what would give a small count away is suppressed too", "int_treatment_protected",
           "SELECT * EXCLUDE (cell_id) FROM build.main.int_treatment_cells"),
]  # fmt: skip
