-- One row per body, feed and financial year: whether the feed is complete or incomplete. It is
-- incomplete where a promised period is missing, rows were set aside or the body suppressed a
-- number of contacts, and complete where nothing of this is so and something was promised.
with set_aside as (

    select
        partner_id,
        feed,
        financial_year,
        sum(rows_set_aside)::bigint as rows_set_aside
    from {{ ref('int_submission_years') }}
    where in_force
    group by partner_id, feed, financial_year

),

suppressed as (

    select distinct
        partner_id,
        'contacts' as feed,
        financial_year
    from {{ ref('stg_contacts_lines') }}
    where is_suppressed_at_source

),

final as (

    select
        partner_id,
        feed,
        financial_year,
        coalesce(p.periods_expected, 0) as periods_expected,
        coalesce(p.periods_present, 0) as periods_present,
        coalesce(p.periods_present < p.periods_expected, false)
        or coalesce(s.rows_set_aside > 0, false)
        or suppressed.feed is not null as is_incomplete,
        coalesce(p.periods_present = p.periods_expected and p.periods_expected > 0, false)
        and coalesce(s.rows_set_aside, 0) = 0
        and suppressed.feed is null as is_complete
    from {{ ref('int_partner_completeness') }} as p
    full join set_aside as s using (partner_id, feed, financial_year)
    left join suppressed using (partner_id, feed, financial_year)

)

select * from final
