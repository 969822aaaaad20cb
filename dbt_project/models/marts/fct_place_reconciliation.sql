-- One row per financial year: the place's spend by where the money went and by where it came from,
-- what makes the difference, and the state (of four) of every pound submitted.
with cells as (

    select
        financial_year,
        string_agg(
            distinct basis || ', ' || accounting, '; ' order by basis || ', ' || accounting
        ) filter (in_group and scope <> 'income') as bases,
        {{ one_basis('price_basis', "in_group and scope <> 'income'") }} as price_basis,
        {{ one_basis('vat_basis', "in_group and scope <> 'income'") }} as vat_basis,
        sum(gross_pence)::bigint as gross_pence,
        sum(eliminated_pence)::bigint as eliminated_pence,
        sum(in_scope_net_pence) filter (theme <> 'unclassified') as classified_pence,
        sum(in_scope_net_pence) filter (theme = 'unclassified') as unclassified_pence,
        sum(net_pence - in_scope_net_pence)::bigint as out_of_scope_pence,
        sum(net_pence) filter (in_group and scope <> 'income') as final_spend_pence
    from {{ ref('int_net_spend') }}
    group by financial_year

),

bodies as (

    select
        r.financial_year,
        bool_or(r.has_source_data) as has_source_data,
        bool_or(r.has_spend and not r.has_source_data) as misses_sources,
        sum(r.own_pence + r.outside_pence) as source_pence,
        sum(r.pool_change_pence) as pool_change_pence,
        sum(r.shortfall_pence) as shortfall_pence,
        sum(r.unexplained_pence) as unexplained_pence,
        count(*) filter (r.unexplained_pence <> 0) as bodies_unexplained,
        string_agg(p.short_name, '; ' order by p.short_name) filter (
            r.reconciliation_status = 'differs'
        ) as bodies_differing
    from {{ ref('fct_partner_reconciliation') }} as r
    inner join {{ ref('stg_contract_partners') }} as p on r.body_id = p.partner_id
    group by r.financial_year

),

pairs as (

    select
        financial_year,
        sum(received_late_pence + received_early_pence - timing_pence) as in_transit_pence,
        sum(
            payee_unmatched_pence
            + case when in_spend then 0 else agreed_pence - coalesce(payer_pence, 0) end
        ) as one_sided_pence
    from {{ ref('int_transfer_matches') }}
    where payer_in_group and payee_in_group
    group by financial_year

),

doubles as (

    select
        financial_year,
        sum(possible_double_count_pence) as pence
    from {{ ref('fct_transfer_match') }}
    group by financial_year

),

final as (

    select
        cells.financial_year,
        case
            when not coalesce(bodies.has_source_data, false) then 'no_source_data'
            when bodies.misses_sources or incomplete.financial_year is not null then 'incomplete'
            when bodies.bodies_unexplained = 0 then 'reconciled'
            else 'differs'
        end as reconciliation_status,
        cells.bases,
        cells.price_basis,
        cells.vat_basis,
        cells.gross_pence,
        cells.eliminated_pence,
        coalesce(cells.classified_pence, 0)::bigint as in_scope_classified_pence,
        coalesce(cells.unclassified_pence, 0)::bigint as in_scope_unclassified_pence,
        cells.out_of_scope_pence,
        coalesce(cells.final_spend_pence, 0)::bigint as final_spend_pence,
        bodies.bodies_differing,
        bodies.source_pence,
        bodies.has_source_data,
        bodies.pool_change_pence,
        coalesce(pairs.in_transit_pence, 0) as in_transit_pence,
        coalesce(pairs.one_sided_pence, 0) + bodies.shortfall_pence - bodies.unexplained_pence
            as one_sided_pence,
        bodies.unexplained_pence,
        coalesce(doubles.pence, 0)::bigint as possible_double_count_pence,
        {{ presence('c') }}
    from cells
    left join bodies on cells.financial_year = bodies.financial_year
    left join pairs on cells.financial_year = pairs.financial_year
    left join doubles on cells.financial_year = doubles.financial_year
    left join (
        select distinct financial_year from {{ ref('int_incomplete_bodies') }}
    ) as incomplete
        on cells.financial_year = incomplete.financial_year
    left join {{ ref('int_feed_completeness') }} as c
        on cells.financial_year = c.financial_year and c.feed = 'spend'

)

select
    financial_year,
    reconciliation_status,
    bodies_differing,
    bases,
    price_basis,
    vat_basis,
    gross_pence,
    eliminated_pence,
    in_scope_classified_pence,
    in_scope_unclassified_pence,
    out_of_scope_pence,
    final_spend_pence,
    -- Without source data there is no second view.
    case when has_source_data then source_pence end::bigint as source_pence,
    case when has_source_data then final_spend_pence - source_pence end::bigint
        as difference_pence,
    case when has_source_data then pool_change_pence end::bigint as carried_forward_pence,
    case when has_source_data then in_transit_pence end::bigint as in_transit_pence,
    case when has_source_data then one_sided_pence end::bigint as one_sided_pence,
    case when has_source_data then unexplained_pence end::bigint as unexplained_pence,
    possible_double_count_pence,
    partners_expected,
    partners_present,
    place_periods_expected,
    place_periods_present,
    unexplained_findings
from final
