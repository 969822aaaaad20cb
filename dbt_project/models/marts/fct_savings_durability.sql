-- One row per state of how long gains have lasted: the same savings as in fct_target_progress,
-- split by whether they lasted two full years after their first. The two add up to all that counts.
with latest as (

    select max(financial_year) as financial_year
    from {{ ref('fct_savings_initiative') }}
    where claimed_in_year_pence <> 0

),

sums as (

    select
        years.sustained as sustained,
        sum(years.recurring_a_year_pence) filter (
            years.financial_year = latest.financial_year
        )::bigint as recurring_a_year_pence,
        sum(years.counted_in_year_pence)::bigint as counted_to_date_pence
    from {{ ref('fct_savings_initiative') }} as years
    inner join latest on years.financial_year <= latest.financial_year
    group by 1

),

final as (

    select
        latest.financial_year as latest_year,
        parts.sustained,
        -- Without a return there is no figure, which is not £0.
        case
            when latest.financial_year is not null then coalesce(sums.recurring_a_year_pence, 0)
        end
            as recurring_a_year_pence,
        case when latest.financial_year is not null then coalesce(sums.counted_to_date_pence, 0) end
            as counted_to_date_pence,
        {{ presence('p') }}
    from (values ('confirmed'), ('provisional')) as parts (sustained)
    cross join latest
    left join sums on parts.sustained = sums.sustained
    left join {{ ref('int_feed_completeness') }} as p
        on latest.financial_year = p.financial_year and p.feed = 'savings'

)

select * from final
