-- One row per figure that a register line gives (plan, forecast, actual, one-off or ongoing cost)
-- and the body's share of it in whole pence. Shares of one figure add up to it by largest
-- remainder, over all bodies that report the initiative, in the place or not.
with figures as (

    unpivot {{ ref('stg_savings_lines') }}
    on plan_pence, forecast_pence, actual_pence, one_off_cost_pence, ongoing_cost_pence
    into name measure value figure_pence

),

exact as (

    select
        *,
        figure_pence::decimal(28, 0) * partner_share as exact_pence
    from figures

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
        figure_pence,
        partner_share,
        floor_pence + case when allocation_order <= spare_pence then 1 else 0 end as share_pence
    from floored

)

select * from final
