-- Public access spend of a year by channel. A body whose files cannot show it has no amount, which
-- is not £0; spend that its ledger does not give a channel stands under 'not_reported'.
select
    channel,
    sum(in_scope_net_pence) as pence
from fct_public_access_spend
where financial_year = '2009-10' and scope = 'in_scope' and observability <> 'not_observable'
group by all
order by all
