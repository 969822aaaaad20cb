-- Drug and alcohol spend by body and year, each pound once: `in_scope_net_pence` is within the place
-- and without what one body passed on to another. `gross_pence` would count grants twice.
select
    s.financial_year,
    p.short_name as body,
    sum(s.in_scope_net_pence) as pence
from fct_drug_alcohol_spend as s
inner join dim_partner as p using (body_id)
where s.scope = 'in_scope'
group by all
order by all
