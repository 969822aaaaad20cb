"""Broken models: each breaks one rule of the count, and the oracle must notice."""

from __future__ import annotations

from tests.warehouse.compiled import Change

MUTATIONS = [
    # Rule 2: only what both sides agree on is eliminated, and only inside the group.
    Change(
        "int_transfer_pairs", "> 0 then least(", "> 0 then greatest(",
        "the smaller of two amounts is agreed",
    ),
    Change(
        "int_transfer_matches", "when in_spend and payer_in_group and payee_in_group then",
        "when in_spend then", "only transfers inside the group are eliminated",
    ),
    Change(
        "int_transfer_matches", "then agreed_pence + timing_pence", "then agreed_pence",
        "money in transit at a year end is eliminated",
    ),
    Change(
        "int_transfer_matches",
        "coalesce(before.payee_rest, 0) - coalesce(earlier.forward_pence, 0)",
        "coalesce(before.payee_rest, 0)", "no pound is in transit twice",
    ),
    Change(
        "int_spend_cells", "- settings.window_days::int", "- 365",
        "only payments near the year end are in transit",
    ),
    Change(
        "int_transfer_sides", "and told.payer_id is null", "",
        "ledger income speaks only where the return is silent",
    ),
    Change(
        "int_transfer_sides", "and partner_id in (payer_id, payee_id)", "",
        "only the two sides of a flow are heard",
    ),
    Change(
        "int_transfer_sides", "payee_id is not null and scope <> 'income'",
        "payee_id is not null", "income is no spending",
    ),
    Change(
        "fct_transfer_match", "greatest(0, m.payer_rest)", "greatest(0, m.payer_pence)",
        "only what is unmatched may be double",
    ),
    # Rule 3: who is meant.
    Change(
        "int_counterparties", "and (payees.is_unnamed or names.spelling is not null)", "",
        "a VAT number alone does not decide",
    ),
    Change(
        "int_counterparties", "len(trim(c.supplier_name)) = 32", "false",
        "a name cut off at 32 characters is known",
    ),
    Change(
        "int_spend_cells", "nullif(body.meant_id, parts.partner_id) as payee_id",
        "body.meant_id as payee_id", "a body that pays itself transfers nothing",
    ),
    # Rule 4: pooled budgets.
    Change(
        "int_pool_years", "order by by_host desc", "order by by_host",
        "the host's word on a contribution comes first",
    ),
    Change(
        "fct_pool_balance", "given_so_far - share_so_far", "contributed_pence - share_so_far",
        "what is left of a pool is carried forward",
    ),
    # Rule 5: what is not in the count.
    Change(
        "int_count_cells", "when e.scope <> 'in_scope' then 0", "when e.scope = 'income' then 0",
        "capital and the like stay out of scope",
    ),
    # Rules 6 and 7: shares to the penny.
    Change(
        "int_line_parts", "order by exact_pence - floor_pence desc, part_no",
        "order by part_no desc", "the largest remainder gains the odd penny",
    ),
    Change(
        "int_count_cells", "% nullif(room_total, 0) desc", "% nullif(room_total, 0) asc",
        "the largest remainder gains the odd penny",
    ),
    Change(
        "int_count_cells", "when theme_eliminated_pence = theme_paid_pence then gross_pence",
        "when false then gross_pence", "a theme eliminated whole loses its credits too",
    ),
    Change(
        "int_transfer_themes", "else greatest(0, least(paid_pence, told_pence))", "else 0",
        "what both sides tell of a theme goes first",
    ),
    Change(
        "int_count_cells", "- e.eliminated_pence)::hugeint * f.inside_count",
        ")::hugeint * f.inside_count", "the footprint applies to net spend",
    ),
    # Rule 8: dated bodies.
    Change(
        "int_organisation_years", "then coalesce(bodies.successor_id, bodies.organisation_id)",
        "then bodies.organisation_id", "a body that ended stands for its successor",
    ),
    # Rule 9: prices.
    Change(
        "fct_place_spend", "cells.in_scope_net_pence::hugeint * prices.base_e6",
        "cells.net_pence::hugeint * prices.base_e6", "real terms are of the place's part",
    ),
    # Rule 1: two views, and when a year can be held to them.
    Change(
        "int_body_sources", "filter (not payer_in_group)", "",
        "the source view holds only money from outside",
    ),
    Change(
        "fct_partner_reconciliation", "shortfall_pence in (0, unreported_pence)",
        "shortfall_pence = 0", "what a payer alone tells explains a shortfall",
    ),
    Change(
        "fct_place_reconciliation", "when bodies.bodies_unexplained = 0 then 'reconciled'",
        "when true then 'reconciled'", "a difference is told",
    ),
    Change(
        "int_years_with_holes", "s.rows_set_aside > 0", "s.rows_set_aside > 1",
        "a year with rows set aside is incomplete",
    ),
]  # fmt: skip
