-- One row per initiative, financial year and body of the place that reports it: the body's own
-- figures times its share. Null where it gave none. What each body holds of a saving.
with lines as (

    select distinct
        financial_year,
        initiative_id,
        partner_id
    from {{ ref('stg_savings_lines') }}
    where in_place

),

final as (

    select
        lines.financial_year,
        lines.initiative_id,
        lines.partner_id,
        sum(s.share_pence) filter (s.measure = 'plan_pence')::bigint as plan_pence,
        sum(s.share_pence) filter (s.measure = 'forecast_pence')::bigint as forecast_pence,
        sum(s.share_pence) filter (s.measure = 'actual_pence')::bigint as actual_pence,
        sum(s.share_pence) filter (s.measure = 'one_off_cost_pence')::bigint as one_off_cost_pence,
        sum(s.share_pence) filter (s.measure = 'ongoing_cost_pence')::bigint as ongoing_cost_pence
    from lines
    left join {{ ref('int_savings_shares') }} as s
        on
            lines.financial_year = s.financial_year
            and lines.initiative_id = s.initiative_id
            and lines.partner_id = s.partner_id
    group by lines.financial_year, lines.initiative_id, lines.partner_id

)

select * from final
