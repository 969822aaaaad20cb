-- What was claimed of savings in a year, what counts of it, and what of that is known to contribute
-- to the target. Amounts of a year are never added over years.
select
    financial_year,
    sum(claimed_in_year_pence)::bigint as claimed_pence,
    sum(counted_in_year_pence)::bigint as counted_pence,
    sum(recurring_a_year_pence) filter (contributes_to_target)::bigint as target_pence
from fct_savings_initiative
group by all
order by all
