-- One row per financial year, payer and payee, both public bodies and at most one of them a body of
-- the place: what each side reports. Nothing of it is eliminated.
select
    m.financial_year,
    m.payer_id as payer_body_id,
    m.payee_id as payee_body_id,
    {{ match_status('m') }} as match_status,
    m.payer_pence,
    m.payee_pence,
    m.agreed_pence::bigint as agreed_pence,
    m.return_pence as payer_return_pence,
    m.in_spend,
    m.lines,
    {{ presence('c') }},
    {{ own_presence('m.payer_id', 'm.financial_year', 'spend') }}
from {{ ref('int_transfer_matches') }} as m
left join {{ ref('int_feed_completeness') }} as c
    on m.financial_year = c.financial_year and c.feed = 'spend'
where not (m.payer_in_group and m.payee_in_group)
