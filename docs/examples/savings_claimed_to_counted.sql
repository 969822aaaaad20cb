-- What the ledgers show of the savings of a year, what counts of them, what was claimed, and what of
-- what counts is known to contribute to the target. Amounts of a year are never added over years.
select
    financial_year,
    sum(evidenced_once_pence)::bigint as evidenced_pence,
    sum(counted_in_year_pence)::bigint as counted_pence,
    sum(claimed_in_year_pence)::bigint as claimed_pence,
    sum(recurring_a_year_pence) filter (contributes_to_target)::bigint as target_pence
from fct_savings_initiative
group by all
order by all
