-- One row per financial year, agreement, theme, form and both sides: money that comes to a body of
-- the place from outside it, or from its own resources, as the returns say.
select
    a.financial_year,
    a.theme,
    a.flow,
    coalesce(a.agreement_id, 'not_reported') as agreement_id,
    coalesce(a.payer_id, 'not_reported') as payer_body_id,
    coalesce(payer.name, a.payer_id, 'not reported') as payer_name,
    coalesce(a.payee_id, 'not_reported') as payee_body_id,
    coalesce(payee.name, a.payee_id, 'not reported') as payee_name,
    a.payer_pence,
    a.payee_pence,
    {{ of_both_sides('a.payer_pence', 'a.payee_pence') }} as amount_pence,
    {{ presence('c') }},
    {{ own_presence('a.payee_id', 'a.financial_year', 'funding') }}
from {{ ref('int_flow_agreements') }} as a
left join {{ ref('stg_contract_bodies') }} as payer on a.payer_id = payer.body_id
left join {{ ref('stg_contract_bodies') }} as payee on a.payee_id = payee.body_id
left join {{ ref('int_feed_completeness') }} as c
    on a.financial_year = c.financial_year and c.feed = 'funding'
where a.stage = 'source'
