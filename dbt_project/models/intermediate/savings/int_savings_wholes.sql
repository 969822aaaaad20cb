-- One row per initiative and financial year: what all bodies that report it, in the place or not,
-- say of it together. Their shares are of the same whole, and so are their figures.
with reports as (

    select
        lines.*,
        prices.base_year is not null as has_index
    from {{ ref('stg_savings_lines') }} as lines
    left join {{ ref('int_prices') }} as prices
        on lines.price_base = prices.base_year and lines.financial_year = prices.financial_year

),

final as (

    select
        financial_year,
        initiative_id,
        sum(partner_share) as share_total,
        abs(sum(partner_share) - 1) <= 0.00000001 as shares_add_up,
        count(distinct concat_ws(
            '|',
            coalesce(price_base, 'cash'),
            coalesce(baseline_pence::varchar, 'none'),
            coalesce(plan_pence::varchar, 'none'),
            coalesce(forecast_pence::varchar, 'none'),
            coalesce(actual_pence::varchar, 'none'),
            coalesce(one_off_cost_pence::varchar, 'none'),
            coalesce(ongoing_cost_pence::varchar, 'none')
        )) > 1 as figures_differ,
        -- Each row's two amounts are in the same prices.
        coalesce(
            bool_or(actual_pence > baseline_pence) or max(actual_pence) > max(baseline_pence), false
        ) as is_above_baseline,
        bool_and(price_base is null or has_index) as prices_known
    from reports
    group by financial_year, initiative_id

)

select * from final
