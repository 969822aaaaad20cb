-- One row: the financial year whose savings are the place's position, the last one with a claim
-- that is not under way and that somebody is asked for, since the first register of a new year is
-- not the savings of the place; and the last year that is so with or without a claim, until which
-- what came is known. Without such a year each is the last there is.
with returns as (

    select
        financial_year,
        is_under_way
    from {{ ref('int_feed_completeness') }}
    where feed = 'savings'

),

asked as (

    select count(*) > 0 as for_any_year from returns

),

years as (

    select
        y.financial_year,
        y.claimed_pence <> 0 as has_claim,
        coalesce(returns.is_under_way, asked.for_any_year) as is_under_way
    from {{ ref('int_savings_years') }} as y
    cross join asked
    left join returns on y.financial_year = returns.financial_year

)

select
    coalesce(
        max(financial_year) filter (has_claim and not is_under_way),
        max(financial_year) filter (has_claim)
    ) as financial_year,
    coalesce(max(financial_year) filter (not is_under_way), max(financial_year)) as known_until
from years
