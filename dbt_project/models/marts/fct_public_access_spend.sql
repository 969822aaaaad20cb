-- One row per financial year and body with spend in force: what it spends on the ways to reach its
-- services, and whether its files can show that at all. Unknown is null, never 0. A body outside
-- the place is shown, under its own scope.
with submitted as (

    select
        s.financial_year,
        s.partner_id,
        case when p.in_place then 'in_scope' else 'outside_place' end as scope,
        case
            when bool_and(s.public_access = 'observable') then 'observable'
            when bool_and(s.public_access = 'not_observable') then 'not_observable'
            else 'partly_observable'
        end as observability
    from {{ ref('stg_submissions') }} as s
    inner join {{ source('inputs', 'partners') }} as p on s.partner_id = p.partner_id
    where s.in_force and s.feed = 'spend'
    group by s.financial_year, s.partner_id, p.in_place

),

parts as (

    select
        financial_year,
        partner_id,
        count(*) as lines,
        sum(amount_pence)::bigint as gross_pence,
        coalesce(sum(amount_pence) filter (evidence_grade = 'sure'), 0)::bigint as sure_pence,
        coalesce(sum(amount_pence) filter (evidence_grade = 'likely'), 0)::bigint as likely_pence
    from {{ ref('fct_spend_line_theme') }}
    where theme = 'public_access' and scope in ('in_scope', 'outside_place')
    group by financial_year, partner_id

),

final as (

    select
        submitted.financial_year,
        submitted.partner_id,
        submitted.scope,
        submitted.observability,
        coalesce(parts.lines, 0) as lines,
        coalesce(parts.gross_pence, unseen.pence) as gross_pence,
        coalesce(parts.sure_pence, unseen.pence) as sure_pence,
        coalesce(parts.likely_pence, unseen.pence) as likely_pence,
        coalesce(c.partners_expected, 0) as partners_expected,
        coalesce(c.partners_present, 0) as partners_present
    from submitted
    inner join
        (values ('observable', 0), ('partly_observable', null), ('not_observable', null))
            as unseen (observability, pence)
        on submitted.observability = unseen.observability
    left join parts
        on
            submitted.financial_year = parts.financial_year
            and submitted.partner_id = parts.partner_id
    left join {{ ref('fct_place_completeness') }} as c
        on submitted.financial_year = c.financial_year

)

select * from final
