-- One row per initiative, financial year and body of the place that reports it: the body's own
-- figures times its share, in whole pence; null where it gave none. Shares of one figure add up to
-- it by largest remainder, over all bodies that report the initiative, in the place or not.
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

shares as (

    select
        financial_year,
        initiative_id,
        partner_id,
        measure,
        floor_pence + case when allocation_order <= spare_pence then 1 else 0 end as share_pence
    from floored

),

reports as (

    select distinct
        financial_year,
        initiative_id,
        partner_id
    from {{ ref('stg_savings_lines') }}
    where in_place

),

final as (

    select
        reports.financial_year,
        reports.initiative_id,
        reports.partner_id,
        sum(s.share_pence) filter (s.measure = 'plan_pence')::bigint as plan_pence,
        sum(s.share_pence) filter (s.measure = 'forecast_pence')::bigint as forecast_pence,
        sum(s.share_pence) filter (s.measure = 'actual_pence')::bigint as claimed_pence,
        sum(s.share_pence) filter (s.measure = 'ongoing_cost_pence')::bigint as ongoing_cost_pence,
        sum(s.share_pence) filter (s.measure = 'one_off_cost_pence')::bigint as one_off_cost_pence
    from reports
    left join shares as s
        on
            reports.financial_year = s.financial_year
            and reports.initiative_id = s.initiative_id
            and reports.partner_id = s.partner_id
    group by reports.financial_year, reports.initiative_id, reports.partner_id

)

select * from final
