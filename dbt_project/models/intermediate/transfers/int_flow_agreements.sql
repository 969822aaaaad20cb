-- One row per financial year, agreement, theme, form, pool and both sides: what each side's return
-- says of it. The two sides of an agreement meet in one row; own resources have one side.
with reported as (

    select
        *,
        coalesce(partner_id = payer_id, false) as by_payer,
        case
            when pool_id is not null then 'pool'
            when flow = 'own_resources' or not payer_in_group then 'source'
            else 'transfer'
        end as stage
    from {{ ref('int_reported_flows') }}
    where partner_id in (payer_id, payee_id) and (payer_in_group or payee_in_group)

)

select
    financial_year,
    stage,
    theme,
    flow,
    agreement_id,
    pool_id,
    payer_id,
    payee_id,
    sum(amount_pence) filter (by_payer)::bigint as payer_pence,
    sum(amount_pence) filter (not by_payer or flow = 'own_resources')::bigint as payee_pence
from reported
group by financial_year, stage, theme, flow, agreement_id, pool_id, payer_id, payee_id
