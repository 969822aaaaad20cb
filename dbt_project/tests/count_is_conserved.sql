-- What is eliminated in the place's spend is what its transfers eliminate, year by year. Rules
-- across the columns of one table are expectations.
select
    financial_year,
    sum(eliminated_pence) as expected_pence,
    any_value(found.pence) as found_pence
from {{ ref('fct_transfer_match') }}
left join (
    select
        financial_year,
        sum(eliminated_pence) as pence
    from {{ ref('fct_place_spend') }}
    group by financial_year
) as found using (financial_year)
group by financial_year
having sum(eliminated_pence) <> coalesce(any_value(found.pence), 0)
