-- One row per financial year, body with spend in force and service of public access: what it spends
-- on that means of reaching its services, and whether its files can show it. Spend that the files
-- cannot show is null, never 0. A body outside the place is shown, under its own scope.
select
    a.financial_year,
    a.partner_id as body_id,
    a.scope,
    a.observability,
    a.service_code,
    coalesce(a.channel, 'not_reported') as channel,
    a.price_basis,
    a.vat_basis,
    a.lines,
    a.gross_pence,
    a.eliminated_pence,
    a.net_pence,
    a.in_scope_net_pence,
    a.sure_pence as gross_sure_pence,
    a.likely_pence as gross_likely_pence,
    {{ presence('c') }},
    {{ own_presence('a.partner_id', 'a.financial_year', 'spend') }}
from {{ ref('int_public_access_spend') }} as a
left join {{ ref('int_feed_completeness') }} as c
    on a.financial_year = c.financial_year and c.feed = 'spend'
