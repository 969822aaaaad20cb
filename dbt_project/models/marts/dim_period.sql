-- One row per month, quarter, financial year and calendar year that occurs. A month is written
-- 2011-M12, so that no month has the id of a year and `period_id` alone is the key.
with submitted as (

    select
        period_kind,
        period,
        period_start,
        period_end
    from {{ ref('stg_submissions') }}
    where period is not null

),

months as (

    select distinct
        'month' as period_kind,
        period,
        strptime(period || '-01', '%Y-%m-%d')::date as period_start
    from {{ ref('int_spend_lines') }}
    where period is not null

),

years as (

    select distinct financial_year as period from {{ ref('int_spend_lines') }}
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
        period_kind,
        period,
        period_start,
        last_day(period_start) as period_end
    from months
    union
    select
        'financial_year' as period_kind,
        period,
        make_date(left(period, 4)::int, 4, 1) as period_start,
        make_date(left(period, 4)::int + 1, 3, 31) as period_end
    from years

)

select
    {{ period_id('period_kind', 'period') }} as period_id,
    period_kind,
    period_start,
    period_end,
    {{ financial_year('period_start') }} as financial_year
from final
where period is not null
