-- One row per cell of the count, the finest grain at which anything is eliminated or apportioned:
-- year, body, scope, theme, service, basis, payee among the public bodies, delivery and provider.
-- Lines lead to their cell by `cell_id`; every published total of spend is a sum of cells.
select
    cell_id,
    financial_year,
    partner_id as body_id,
    scope,
    theme,
    coalesce(service_code, 'not_reported') as service_code,
    basis,
    accounting,
    payee_id as payee_body_id,
    delivery,
    case
        when theme = 'drug_alcohol'
            then {{ provider_key('delivery', 'provider_id', 'provider_name') }}
    end as provider_id,
    provider_id as known_provider_id,
    in_group,
    is_in_return,
    footprint_key,
    footprint_vintage,
    footprint_inside::bigint as footprint_inside,
    footprint_total::bigint as footprint_total,
    {{ one_basis('price_basis') }} as price_basis,
    {{ one_basis('vat_basis') }} as vat_basis,
    sum(lines)::bigint as lines,
    sum(gross_pence)::bigint as gross_pence,
    sum(eliminated_pence)::bigint as eliminated_pence,
    sum(net_pence)::bigint as net_pence,
    sum(in_scope_net_pence)::bigint as in_scope_net_pence,
    sum(credits_pence)::bigint as credits_pence,
    sum(review_pence)::bigint as review_pence,
    sum(sure_pence)::bigint as sure_pence,
    sum(likely_pence)::bigint as likely_pence,
    sum(late_pence)::bigint as late_pence,
    sum(early_pence)::bigint as early_pence
from {{ ref('int_net_spend') }}
group by all
