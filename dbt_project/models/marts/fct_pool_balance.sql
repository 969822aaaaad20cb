-- One row per financial year, pooled budget and funder: what it gave, its part of what the pool has
-- spent, and its part of what is left. What is left is carried forward and is never a saving.
-- The spending so far is shared as the giving so far, so that no year is split on its own.
with years as (

    select * from {{ ref('int_pool_years') }}

),

givers as (

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
        year.financial_year,
        coalesce(any_value(given.contributed_pence), 0) as contributed_pence
    from givers
    inner join pool_years as year using (pool_id)
    left join years as given using (pool_id, host_id, funder_id, financial_year)
    group by all

),

spending as (

    select
        pool_id,
        financial_year,
        sum(sum(spent_pence)) over (partition by pool_id order by financial_year) as spent_so_far
    from years
    group by pool_id, financial_year

),

so_far as (

    select
        funders.*,
        spending.spent_so_far,
        sum(funders.contributed_pence) over (
            partition by funders.pool_id, funders.funder_id order by funders.financial_year
        ) as given_so_far
    from funders
    inner join spending using (pool_id, financial_year)

),

totals as (

    select
        *,
        sum(given_so_far) over (partition by pool_id, financial_year) as all_given
    from so_far

),

shared as (

    select
        *,
        sign(spent_so_far) * coalesce({{ share_out(
            'abs(spent_so_far)', 'given_so_far', 'all_given', 'pool_id, financial_year', 'funder_id'
        ) }}, 0) as share_so_far
    from totals

),

final as (

    select
        financial_year,
        pool_id,
        host_id,
        funder_id,
        contributed_pence::bigint as contributed_pence,
        (share_so_far - coalesce(lag(share_so_far) over (
            partition by pool_id, funder_id order by financial_year
        ), 0))::bigint as spent_pence,
        (given_so_far - share_so_far)::bigint as carried_forward_pence
    from shared

)

select * from final
