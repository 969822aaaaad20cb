-- One row per month, quarter and financial year that occurs. `2011-12` is both a month and a year,
-- so the kind is part of the key.
with submitted as (

    select
        period_kind as kind,
        period,
        period_start,
        period_end
    from {{ ref('stg_submissions') }}
    where period is not null

),

months as (

    select distinct
        'month' as kind,
        period,
        strptime(period || '-01', '%Y-%m-%d')::date as period_start
    from {{ ref('fct_spend_line') }}
    where period is not null

),

years as (

    select distinct financial_year as period from {{ ref('fct_spend_line') }}
    union
    select financial_year from {{ ref('stg_savings_lines') }}
    union
    select financial_year from {{ ref('stg_funding_lines') }}
    union
    select financial_year from {{ ref('int_partner_completeness') }}

),

final as (

    select * from submitted
    union
    select
        kind,
        period,
        period_start,
        last_day(period_start) as period_end
    from months
    union
    select
        'financial_year' as kind,
        period,
        make_date(left(period, 4)::int, 4, 1) as period_start,
        make_date(left(period, 4)::int + 1, 3, 31) as period_end
    from years

)

select
    kind,
    period,
    period_start,
    period_end,
    {{ financial_year('period_start') }} as financial_year
from final
where period is not null
