{{ config(materialized = 'ephemeral') }}
-- One row per service, financial year, body and measure: what is said first of a body's spend.
with services as (

    select
        'drug_alcohol_spend' as headline,
        financial_year,
        body_id,
        scope,
        true as is_observed,
        true as is_whole,
        case scope when 'in_scope' then in_scope_net_pence else net_pence end as pence
    from {{ ref('fct_drug_alcohol_spend') }}
    union all
    select
        'public_access_spend' as headline,
        financial_year,
        body_id,
        scope,
        gross_pence is not null as is_observed,
        observability = 'observable' as is_whole,
        case scope when 'in_scope' then in_scope_net_pence else net_pence end as pence
    from {{ ref('fct_public_access_spend') }}

)

select
    headline,
    scope as measure,
    financial_year,
    body_id,
    null::bigint as lines,
    sum(pence)::bigint as pence,
    bool_and(is_whole) as is_whole,
    case when bool_or(is_observed) then 'stated' else 'not_observable' end as status,
    case when not bool_or(is_observed) then 'The layout of its files cannot show it.' end
        as reason
from services
group by headline, scope, financial_year, body_id
