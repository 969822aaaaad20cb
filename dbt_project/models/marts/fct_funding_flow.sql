-- One row per financial year and leg of the money's way: from a source to a body, from body to
-- body, into or out of a pool, and from the body that spends to who provides.
with agreements as (

    select * from {{ ref('int_flow_agreements') }}

),

-- Payments between bodies of which neither side's return speaks.
payments as (

    select
        s.financial_year,
        'transfer' as stage,
        s.theme,
        'payment' as flow,
        null as agreement_id,
        null as pool_id,
        s.payer_id as from_id,
        s.payee_id as to_id,
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
            and s.payer_id = a.from_id
            and s.payee_id = a.to_id
    where a.from_id is null and s.lines > 0

),

-- What leaves the group: to a public body or a provider that we know by name, or to anyone else.
providers as (

    select
        financial_year,
        'provider' as stage,
        theme,
        delivery as flow,
        null as agreement_id,
        null as pool_id,
        partner_id as from_id,
        coalesce(payee_id, provider_id) as to_id,
        sum(net_pence)::bigint as payer_pence,
        null as payee_pence
    from {{ ref('int_net_spend') }}
    where in_group and scope <> 'income' and delivery <> 'transfer'
    group by all

),

legs as (

    select * from agreements
    union all
    select * from payments
    union all
    select * from providers

),

final as (

    select
        legs.financial_year,
        legs.stage,
        legs.theme,
        legs.flow,
        legs.agreement_id,
        legs.pool_id,
        legs.from_id,
        payer.name as from_name,
        legs.to_id,
        coalesce(
            payee.name, legs.to_id,
            case legs.flow when 'own' then 'Own delivery' else 'Other suppliers' end
        ) as to_name,
        legs.payer_pence,
        legs.payee_pence,
        case
            when legs.payer_pence is null or legs.payee_pence is null
                then coalesce(legs.payer_pence, legs.payee_pence)
            else {{ in_common('legs.payer_pence', 'legs.payee_pence') }}
        end::bigint as amount_pence,
        {{ presence('c') }}
    from legs
    left join {{ ref('stg_contract_bodies') }} as payer
        on legs.from_id = payer.body_id
    left join {{ ref('stg_contract_bodies') }} as payee
        on legs.to_id = payee.body_id
    left join {{ ref('int_feed_completeness') }} as c
        on legs.financial_year = c.financial_year and c.feed = 'spend'

)

select * from final
