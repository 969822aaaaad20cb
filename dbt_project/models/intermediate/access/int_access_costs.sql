-- One row per financial year, body of the place and channel (null: not reported) of its services
-- of public access: what it spends on them, net, and what of that lies in the place.
select
    financial_year,
    partner_id,
    channel,
    any_value(observability) as observability,
    sum(net_pence)::bigint as net_pence,
    sum(in_scope_net_pence)::bigint as spend_pence
from {{ ref('int_public_access_spend') }}
where scope = 'in_scope'
group by financial_year, partner_id, channel
