-- One row per financial year, stage, theme, form, agreement, pool and both sides: money that passes
-- from body to body of the place, or into or out of a pool. What comes in is fct_funding_source,
-- and what leaves for providers is fct_provider_payment.
with agreements as (

    select
        financial_year,
        stage,
        theme,
        flow,
        agreement_id,
        pool_id,
        payer_id,
        payee_id,
        payer_pence,
        payee_pence
    from {{ ref('int_flow_agreements') }}

),

-- Payments between bodies that neither side's return mentions.
payments as (

    select
        s.financial_year,
        'transfer' as stage,
        s.theme,
        'payment' as flow,
        null as agreement_id,
        null as pool_id,
        s.payer_id,
        s.payee_id,
        s.spend_pence as payer_pence,
        s.payee_pence
    from {{ ref('int_transfer_sides') }} as s
    inner join {{ ref('int_transfer_matches') }} as m
        on
            s.financial_year = m.financial_year
            and s.payer_id = m.payer_id
            and s.payee_id = m.payee_id
            and m.payer_in_group and m.payee_in_group and m.in_spend
    left join agreements as a
        on
            s.financial_year = a.financial_year
            and s.payer_id = a.payer_id
            and s.payee_id = a.payee_id
    where a.payer_id is null and s.lines > 0

),

stages as (

    select * from agreements
    where stage <> 'source'
    union all
    select * from payments

),

final as (

    select
        stages.financial_year,
        stages.stage,
        stages.theme,
        stages.flow,
        coalesce(stages.agreement_id, 'not_reported') as agreement_id,
        coalesce(stages.pool_id, 'no_pool') as pool_id,
        coalesce(stages.payer_id, 'not_reported') as payer_body_id,
        coalesce(payer.name, stages.payer_id, 'not reported') as payer_name,
        coalesce(stages.payee_id, 'not_reported') as payee_body_id,
        coalesce(payee.name, stages.payee_id, 'not reported') as payee_name,
        stages.payer_pence,
        stages.payee_pence,
        {{ of_both_sides('stages.payer_pence', 'stages.payee_pence') }} as amount_pence,
        {{ presence('c') }},
        {{ own_presence('stages.payer_id', 'stages.financial_year', 'spend') }}
    from stages
    left join {{ ref('stg_contract_bodies') }} as payer
        on stages.payer_id = payer.body_id
    left join {{ ref('stg_contract_bodies') }} as payee
        on stages.payee_id = payee.body_id
    left join {{ ref('int_feed_completeness') }} as c
        on stages.financial_year = c.financial_year and c.feed = 'spend'

)

select * from final
