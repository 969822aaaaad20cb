-- One row per savings line and measure: the body's own figure times its share, in whole pence.
-- Largest remainder within an initiative and year, so that shares of one figure add up to it.
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
        ) as turn
    from exact
    window same_figure as (partition by financial_year, initiative_id, measure)

)

select
    submission_id,
    sheet,
    source_row,
    partner_id,
    financial_year,
    initiative_id,
    measure,
    (floor_pence + case when turn <= spare_pence then 1 else 0 end)::bigint as share_pence
from floored
