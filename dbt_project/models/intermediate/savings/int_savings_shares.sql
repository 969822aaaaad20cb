-- One row per figure that a register line gives (plan, forecast, actual, one-off or ongoing cost)
-- and the body's share of it in whole pence, in cash of its own year: what is stated in another
-- year's prices is converted here, once. Shares of one figure add up to it by largest remainder,
-- over all bodies that report the initiative, in the place or not.
with figures as (

    select *
    from {{ ref('stg_savings_lines') }}
    unpivot (
        figure_pence for measure in (
            plan_pence, forecast_pence, actual_pence, one_off_cost_pence, ongoing_cost_pence
        )
    )

),

in_cash as (

    select
        figures.*,
        case
            when prices.base_e6 is null then figures.figure_pence
            else {{ divide_round(
                'figures.figure_pence::hugeint * prices.index_e6', 'prices.base_e6'
            ) }}
        end as cash_pence
    from figures
    left join {{ ref('int_prices') }} as prices
        on
            figures.price_base = prices.base_year
            and figures.financial_year = prices.financial_year

),

exact as (

    select
        *,
        cash_pence::decimal(28, 0) * partner_share as exact_pence
    from in_cash

),

floored as (

    select
        *,
        floor(exact_pence)::bigint as floor_pence,
        round(sum(exact_pence) over same_figure)::bigint
        - sum(floor(exact_pence)::bigint) over same_figure as spare_pence,
        row_number() over (
            partition by financial_year, initiative_id, measure
            order by
                floor(exact_pence) - exact_pence, partner_id, submission_id,
                coalesce(sheet, ''), source_row
        ) as allocation_order
    from exact
    window same_figure as (partition by financial_year, initiative_id, measure)

),

final as (

    select
        submission_id,
        sheet,
        source_row,
        financial_year,
        initiative_id,
        partner_id,
        in_place,
        measure,
        price_base,
        figure_pence,
        partner_share,
        floor_pence + case when allocation_order <= spare_pence then 1 else 0 end as share_pence
    from floored

)

select * from final
