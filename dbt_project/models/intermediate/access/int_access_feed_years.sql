-- One row per body, feed and financial year: whether all that was promised is there. A hole is a
-- promised period that is missing or rows that were set aside; whole is no hole and a promise.
with set_aside as (

    select
        partner_id,
        feed,
        financial_year,
        sum(rows_set_aside)::bigint as rows_set_aside
    from {{ ref('stg_submissions') }}
    where in_force
    group by partner_id, feed, financial_year

),

final as (

    select
        partner_id,
        feed,
        financial_year,
        coalesce(p.periods_expected, 0) as periods_expected,
        coalesce(p.periods_present, 0) as periods_present,
        coalesce(p.periods_present < p.periods_expected, false)
        or coalesce(s.rows_set_aside > 0, false) as has_hole,
        coalesce(p.periods_present = p.periods_expected and p.periods_expected > 0, false)
        and coalesce(s.rows_set_aside, 0) = 0 as is_whole
    from {{ ref('int_partner_completeness') }} as p
    full join set_aside as s using (partner_id, feed, financial_year)

)

select * from final
