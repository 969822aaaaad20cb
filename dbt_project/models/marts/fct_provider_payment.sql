-- One row per financial year, body of the place that pays, theme, way of delivery and payee: what
-- leaves the bodies of the place, net of what they passed on to one another.
with payments as (

    select
        financial_year,
        partner_id,
        theme,
        delivery,
        coalesce(
            payee_id,
            provider_id,
            case delivery when 'own' then 'own_delivery' else 'other_suppliers' end
        ) as payee_id,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(net_pence)::bigint as net_pence
    from {{ ref('int_net_spend') }}
    where in_group and scope <> 'income' and delivery <> 'transfer'
    group by all

)

select
    p.financial_year,
    p.partner_id as body_id,
    p.theme,
    p.delivery,
    p.payee_id,
    coalesce(
        payee.name,
        case p.payee_id
            when 'own_delivery' then 'Own delivery'
            when 'other_suppliers' then 'Other suppliers'
            else p.payee_id
        end
    ) as payee_name,
    p.price_basis,
    p.vat_basis,
    p.net_pence,
    {{ presence('c') }},
    {{ own_presence('p.partner_id', 'p.financial_year', 'spend') }}
from payments as p
left join {{ ref('stg_contract_bodies') }} as payee on p.payee_id = payee.body_id
left join {{ ref('int_feed_completeness') }} as c
    on p.financial_year = c.financial_year and c.feed = 'spend'
