"""Broken models: each breaks one rule of the savings, and the oracle must notice."""

from __future__ import annotations

from tests.warehouse.compiled import Change

MUTATIONS = [
    # Rule 15: one saving once, by the bodies' shares.
    Change(
        "int_savings_shares", "floor(exact_pence) - exact_pence, partner_id", "partner_id",
        "a spare penny goes to the largest remainder",
    ),
    Change(
        "int_savings_facts", "lines.partner_id is distinct from bodies.meant_id, ", "",
        "the lead's telling is heard first",
    ),
    Change(
        "int_savings_facts", "<= 0.00000001 as shares_add_up", ">= 0 as shares_add_up",
        "shares that leave a gap do not count",
    ),
    Change(
        "int_savings_duplicates", "and later.partner_id = earlier.partner_id", "",
        "only one body's own two claims are the same money",
    ),
    Change(
        "int_savings_duplicates", "bodies.actual_pence > 0 and ", "",
        "where nothing is claimed nothing is claimed twice",
    ),
    Change(
        "int_savings_duplicates", "\n    < (later.frozen", "\n    > (later.frozen",
        "the baseline frozen first stands",
    ),
    Change(
        "int_savings_duplicates", "coalesce(earlier.area = later.area, earlier.area is null)",
        "coalesce(earlier.area = later.area, false)", "a field that is not stated is any",
    ),
    Change(
        "int_savings_scopes",
        "where coalesce(department, area, account, supplier_phrase) is not null", "",
        "no scope at all overlaps with nothing",
    ),
    Change(
        "int_savings_counted", "coalesce(d.standing_pence - d.one_off_cost_pence, 0)",
        "coalesce(d.standing_pence, 0)", "a duplicate goes with its one-off cost",
    ),
    # Rule 12: what counts.
    Change(
        "int_savings_years", "date '2008-04-01'", "date '2009-04-01'",
        "gains from 1 April 2008 on count",
    ),
    Change(
        "int_savings_years", "or not recurrent", "", "only what recurs counts",
    ),
    Change(
        "int_savings_years", "not in ('cash_releasing', 'one_off')", "= 'cost_avoidance'",
        "only what releases cash counts",
    ),
    Change(
        "int_savings_sustained", "cross join (values (1), (2))", "cross join (values (1))",
        "two full years are needed",
    ),
    Change(
        "int_savings_sustained", "when told.partner_id is null then registers.is_whole",
        "when told.partner_id is null then false", "left out of the register is lapsed",
    ),
    Change(
        "int_savings_sustained", "when registers.partner_id is null then false",
        "when registers.partner_id is null then true",
        "a register that is not there says nothing",
    ),
    Change(
        "int_savings_sustained", "bool_and(rows_set_aside = 0)", "true",
        "the silence of a register with rows set aside says nothing",
    ),
    Change(
        "int_savings_sustained", "coalesce(years.net_pence, 0) <= 0", "false",
        "without a gain it is lapsed",
    ),
    Change(
        "int_savings_counted", "years.in_year_net_pence - years.one_off_cost_pence as left_pence",
        "years.in_year_net_pence as left_pence", "one-off cost is deducted in its year",
    ),
    Change(
        "int_savings_counted", "in_year_net_pence - duplicate_standing_pence",
        "left_pence - duplicate_standing_pence", "the standing value is before one-off cost",
    ),
    # Rules 10 and 18: baseline and assurance.
    Change(
        "int_savings_facts", "lines.baseline_date < lines.start_date",
        "lines.baseline_date <= lines.start_date", "a baseline is from before the change",
    ),
    Change(
        "int_savings_facts", "or method is distinct from 'agreed'", "",
        "without an agreed method a claim is preliminary",
    ),
    Change(
        "int_savings_facts", "or not has_quality then 2", "then 2",
        "without quality before and after a claim is not final",
    ),
    Change(
        "int_savings_facts", "coalesce(systems, 'partial') = 'partial'", "systems = 'partial'",
        "systems that nobody assured are partial at best",
    ),
    Change(
        "int_savings_initiatives", "and not facts.has_quality", "",
        "only what has no quality measure may be a cut",
    ),
    # Rule 13: part of a year.
    Change(
        "int_savings_years", "+ interval 1 month - interval 1 day", "",
        "a month begun does not count as a whole one",
    ),
    # Rules 3, 9 and 11: evidence in the ledgers.
    Change(
        "int_savings_scope_lines", "where c.scope <> 'income'", "", "income is no spending",
    ),
    Change(
        "int_savings_years", "start_date - interval 1 year", "start_date - interval 2 year",
        "the base is the last year before the start",
    ),
    Change(
        "fct_savings_evidence", "- actual_pence - displaced_pence", "- actual_pence",
        "what moved to another body is no saving",
    ),
    Change(
        "int_savings_displaced_lines", "and paid.partner_id <> c.partner_id", "",
        "cost moves to another body, not to the same",
    ),
    Change(
        "int_savings_displaced_lines", "and wanted.theme = parts.theme", "",
        "cost moves within a theme",
    ),
    Change(
        "fct_savings_evidence", "then greatest(0, elsewhere_actual_pence",
        "then least(0, elsewhere_actual_pence", "less spent elsewhere shows no more saving",
    ),
    Change(
        "fct_savings_evidence", "on s.price_release = base.release_id", "on true",
        "prices are those of the release named",
    ),
    # Rule 14: the programme apart.
    Change(
        "fct_target_progress", "is_board_programme and contributes_to_target is null", "false",
        "what is not confirmed is kept apart",
    ),
    Change(
        "fct_savings_portfolio", "facts.milestone_done >", "facts.milestone_due >",
        "a milestone reached is not overdue",
    ),
]  # fmt: skip
