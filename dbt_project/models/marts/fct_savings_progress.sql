-- One row per financial year, programme, class and assurance of savings by bodies in the place:
-- each body's own figures times its share. No share of the target: its basis is not confirmed.
with shares as (

    select s.*
    from {{ ref('int_savings_shares') }} as s
    inner join {{ source('inputs', 'partners') }} as p on s.partner_id = p.partner_id
    where p.in_place

),

lines as (

    -- Counted from the lines, so that an initiative without any figure yet is still one.
    select
        l.financial_year,
        l.programme,
        l.saving_class,
        l.assurance,
        count(distinct l.initiative_id) as initiatives
    from {{ ref('stg_savings_lines') }} as l
    inner join {{ source('inputs', 'partners') }} as p on l.partner_id = p.partner_id
    where p.in_place
    group by all

),

measures as (

    select
        financial_year,
        programme,
        saving_class,
        assurance,
        sum(share_pence) filter (measure = 'plan_pence')::bigint as plan_pence,
        sum(share_pence) filter (measure = 'forecast_pence')::bigint as forecast_pence,
        sum(share_pence) filter (measure = 'actual_pence')::bigint as actual_pence,
        sum(share_pence) filter (measure = 'one_off_cost_pence')::bigint as one_off_cost_pence,
        sum(share_pence) filter (measure = 'ongoing_cost_pence')::bigint as ongoing_cost_pence
    from shares
    group by all

),

completeness as (

    select
        financial_year,
        count(*) as partners_expected,
        count(*) filter (periods_present = periods_expected) as partners_present
    from {{ ref('int_completeness') }}
    where in_place and feed = 'savings'
    group by financial_year

),

final as (

    select
        lines.financial_year,
        lines.programme,
        lines.saving_class,
        lines.assurance,
        lines.initiatives,
        m.plan_pence,
        m.forecast_pence,
        m.actual_pence,
        m.one_off_cost_pence,
        m.ongoing_cost_pence,
        coalesce(c.partners_expected, 0) as partners_expected,
        coalesce(c.partners_present, 0) as partners_present
    from lines
    left join measures as m
        on
            lines.financial_year = m.financial_year
            and lines.programme = m.programme
            and lines.saving_class = m.saving_class
            and lines.assurance = m.assurance
    left join completeness as c on lines.financial_year = c.financial_year

)

select * from final
