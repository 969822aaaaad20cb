-- One row per financial year, agreement, theme, form, pool and both sides: what each side's return
-- tells of it. Both sides of one agreement meet in one row; a body's own resources have one side.
with told as (

    select
        *,
        coalesce(partner_id = payer_id, false) as by_payer
    from {{ ref('int_reported_flows') }}
    where partner_id in (payer_id, payee_id)

),

final as (

    select
        financial_year,
        case
            when pool_id is not null then 'pool'
            when flow = 'own_resources' or not payer_in_group then 'source'
            else 'transfer'
        end as stage,
        theme,
        flow,
        agreement_id,
        pool_id,
        payer_id as from_id,
        payee_id as to_id,
        sum(amount_pence) filter (by_payer)::bigint as payer_pence,
        sum(amount_pence) filter (not by_payer or flow = 'own_resources')::bigint as payee_pence
    from told
    where payer_in_group or payee_in_group
    group by all

)

select * from final
