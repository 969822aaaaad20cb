-- One row per financial year and stage of the money's way: from a source to a body, from body to
-- body, into or out of a pool, and from the body that spends to its providers.
with agreements as (

    select * from {{ ref('int_flow_agreements') }}

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

-- What leaves the place's bodies: to a known public body or provider, or to anyone else.
providers as (

    select
        financial_year,
        'provider' as stage,
        theme,
        delivery as flow,
        null as agreement_id,
        null as pool_id,
        partner_id as payer_id,
        coalesce(payee_id, provider_id) as payee_id,
        sum(net_pence)::bigint as payer_pence,
        null as payee_pence
    from {{ ref('int_net_spend') }}
    where in_group and scope <> 'income' and delivery <> 'transfer'
    group by all

),

stages as (

    select * from agreements
    union all by name
    select * from payments
    union all by name
    select * from providers

),

final as (

    select
        stages.financial_year,
        stages.stage,
        stages.theme,
        stages.flow,
        stages.agreement_id,
        stages.pool_id,
        stages.payer_id,
        payer.name as payer_name,
        stages.payee_id,
        coalesce(
            payee.name, stages.payee_id,
            case stages.flow when 'own' then 'Own delivery' else 'Other suppliers' end
        ) as payee_name,
        stages.payer_pence,
        stages.payee_pence,
        case
            when stages.payer_pence is null or stages.payee_pence is null
                then coalesce(stages.payer_pence, stages.payee_pence)
            else {{ in_common('stages.payer_pence', 'stages.payee_pence') }}
        end::bigint as amount_pence,
        {{ presence('c') }}
    from stages
    left join {{ ref('stg_contract_bodies') }} as payer
        on stages.payer_id = payer.body_id
    left join {{ ref('stg_contract_bodies') }} as payee
        on stages.payee_id = payee.body_id
    left join {{ ref('int_feed_completeness') }} as c
        on stages.financial_year = c.financial_year and c.feed = 'spend'

)

select * from final
