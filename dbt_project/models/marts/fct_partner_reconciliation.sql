-- One row per financial year and body of the place: the money it reports as received beside the
-- money it spent. Nothing here reads what was eliminated, so that the two views check each other.
with spend as (

    select
        financial_year,
        partner_id,
        sum(gross_pence) filter (scope <> 'income') as spend_pence
    from {{ ref('int_spend_cells') }}
    where in_group
    group by all

),

sources as (

    select * from {{ ref('int_body_sources') }}

),

pairs as (

    select * from {{ ref('int_transfer_matches') }}
    where payer_in_group and payee_in_group

),

received as (

    select
        financial_year,
        payee_id as partner_id,
        sum(coalesce(payee_pence, 0)) as received_pence,
        sum(payer_unmatched_pence) as unreported_pence
    from pairs
    group by all

),

passed_on as (

    select
        financial_year,
        payer_id as partner_id,
        sum(coalesce(payer_pence, 0)) as off_ledger_pence
    from pairs
    where not in_spend
    group by all

),

pools as (

    select
        financial_year,
        host_id as partner_id,
        sum(contributed_pence) - sum(spent_pence) as pool_change_pence
    from {{ ref('int_pool_years') }}
    group by all

),

bodies as (

    select * from spend
    full join sources using (financial_year, partner_id)
    full join received using (financial_year, partner_id)
    full join passed_on using (financial_year, partner_id)
    full join pools using (financial_year, partner_id)

),

sums as (

    select
        financial_year,
        partner_id as body_id,
        own_pence is not null as has_source_data,
        spend_pence is not null as has_spend,
        coalesce(spend_pence, 0)::bigint as spend_pence,
        coalesce(off_ledger_pence, 0)::bigint as off_ledger_pence,
        coalesce(pool_change_pence, 0)::bigint as pool_change_pence,
        coalesce(own_pence, 0)::bigint as own_pence,
        coalesce(outside_pence, 0)::bigint as outside_pence,
        coalesce(received_pence, 0)::bigint as received_pence,
        coalesce(unreported_pence, 0)::bigint as unreported_pence
    from bodies

),

final as (

    select
        *,
        spend_pence + off_ledger_pence + pool_change_pence
        - own_pence - outside_pence - received_pence as shortfall_pence
    from sums

)

select
    final.*,
    case when shortfall_pence in (0, unreported_pence) then 0 else shortfall_pence end::bigint
        as unexplained_pence,
    -- What a pool took in is known from others, who may have gaps.
    case
        when not final.has_source_data then 'no_source_data'
        when
            not final.has_spend or own_gap.partner_id is not null
            or (final.pool_change_pence <> 0 and gaps.financial_year is not null)
            then 'incomplete'
        when final.shortfall_pence in (0, final.unreported_pence) then 'reconciled'
        else 'differs'
    end as reconciliation_status,
    {{ presence('c') }},
    {{ own_presence('final.body_id', 'final.financial_year', 'spend') }}
from final
left join {{ ref('int_incomplete_bodies') }} as own_gap
    on final.financial_year = own_gap.financial_year and final.body_id = own_gap.partner_id
left join (select distinct financial_year from {{ ref('int_incomplete_bodies') }}) as gaps
    on final.financial_year = gaps.financial_year
left join {{ ref('int_feed_completeness') }} as c
    on final.financial_year = c.financial_year and c.feed = 'spend'
