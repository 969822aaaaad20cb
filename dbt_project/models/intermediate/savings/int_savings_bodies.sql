-- One row per initiative, financial year and body of the place that reports it: the body's own
-- figures times its share (see int_savings_shares), in whole pence; null where it gave none.
with reports as (

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
    left join {{ ref('int_savings_shares') }} as s
        on
            reports.financial_year = s.financial_year
            and reports.initiative_id = s.initiative_id
            and reports.partner_id = s.partner_id
    group by reports.financial_year, reports.initiative_id, reports.partner_id

)

select * from final
