-- One row per financial year, pooled budget and funder: its contribution, its part of what the pool
-- spent, and its part of what is left, which is carried forward and is never a saving (rule 4).
-- Spending to date is shared by contributions to date, so that no year is split on its own.
with years as (

    select * from {{ ref('int_pool_years') }}

),

pool_funders as (

    select distinct
        pool_id,
        host_id,
        funder_id
    from years
    where funder_id is not null

),

pool_years as (

    select distinct
        pool_id,
        financial_year
    from years

),

funders as (

    select
        pool_id,
        host_id,
        funder_id,
        financial_year,
        coalesce(years.contributed_pence, 0) as contributed_pence
    from pool_funders
    inner join pool_years using (pool_id)
    left join years using (pool_id, host_id, funder_id, financial_year)

),

spending as (

    select
        pool_id,
        financial_year,
        sum(sum(spent_pence)) over (partition by pool_id order by financial_year) as spent_to_date
    from years
    group by pool_id, financial_year

),

to_date as (

    select
        funders.*,
        spending.spent_to_date,
        sum(funders.contributed_pence) over (
            partition by funders.pool_id, funders.funder_id order by funders.financial_year
        ) as contributed_to_date
    from funders
    inner join spending using (pool_id, financial_year)

),

totals as (

    select
        *,
        sum(contributed_to_date) over (partition by pool_id, financial_year) as all_contributed
    from to_date

),

shared as (

    select
        *,
        sign(spent_to_date) * coalesce({{ share_out(
            'abs(spent_to_date)', 'contributed_to_date', 'all_contributed', 'pool_id, financial_year', 'funder_id'
        ) }}, 0) as share_to_date
    from totals

),

final as (

    select
        financial_year,
        pool_id,
        host_id as host_body_id,
        funder_id as funder_body_id,
        contributed_pence::bigint as contributed_pence,
        (share_to_date - coalesce(lag(share_to_date) over (
            partition by pool_id, funder_id order by financial_year
        ), 0))::bigint as spent_pence,
        (contributed_to_date - share_to_date)::bigint as carried_forward_pence
    from shared

)

select
    final.*,
    {{ presence('c') }},
    {{ own_presence('final.host_body_id', 'final.financial_year', 'funding') }}
from final
left join {{ ref('int_feed_completeness') }} as c
    on final.financial_year = c.financial_year and c.feed = 'funding'
