-- One row: the financial year whose savings are the place's position. It is the last one with a
-- claim that is not under way and that somebody is asked for: the first register of a new year is
-- not the savings of the place. Without such a year it is the last with a claim.
with returns as (

    select
        financial_year,
        is_under_way
    from {{ ref('int_feed_completeness') }}
    where feed = 'savings'

),

asked as (

    select count(*) > 0 as for_any_year from returns

)

select
    coalesce(
        max(years.financial_year) filter (
            not coalesce(returns.is_under_way, asked.for_any_year)
        ),
        max(years.financial_year)
    ) as financial_year
from {{ ref('int_savings_years') }} as years
cross join asked
left join returns on years.financial_year = returns.financial_year
where years.claimed_pence <> 0
