-- One row per part of what counts of the savings so far: known to belong to the target, not
-- confirmed, or not of the target. The three add up to all that counts. No share of the target is
-- given while anything about it is unknown (dim_target).
with latest as (

    select max(financial_year) as financial_year
    from {{ ref('fct_savings_initiative') }}
    where claimed_in_year_pence <> 0

),

sums as (

    select
        case
            when years.is_board_programme and years.contributes_to_target is null
                then 'not_confirmed'
            when years.is_board_programme and years.contributes_to_target then 'belongs_to_target'
            else 'not_of_target'
        end as target_part,
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
        parts.target_part,
        -- Without a return there is no figure, which is not £0.
        case
            when latest.financial_year is not null then coalesce(sums.recurring_a_year_pence, 0)
        end
            as recurring_a_year_pence,
        case when latest.financial_year is not null then coalesce(sums.counted_to_date_pence, 0) end
            as counted_to_date_pence,
        {{ presence('p') }}
    from (values ('belongs_to_target'), ('not_confirmed'), ('not_of_target')) as parts (target_part)
    cross join latest
    left join sums on parts.target_part = sums.target_part
    left join {{ ref('int_feed_completeness') }} as p
        on latest.financial_year = p.financial_year and p.feed = 'savings'

)

select * from final
