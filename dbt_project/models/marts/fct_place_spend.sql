-- One row per financial year, body, scope, theme and service: gross spend as the body reports it.
-- The same pound may stand at two bodies here; nothing has been eliminated.
with parts as (

    select * from {{ ref('fct_spend_line_theme') }}

),

completeness as (

    select * from {{ ref('fct_place_completeness') }}

),

final as (

    select
        parts.financial_year,
        parts.partner_id,
        parts.scope,
        parts.theme,
        parts.service_code,
        count(*) as lines,
        sum(parts.amount_pence)::bigint as gross_pence,
        coalesce(sum(parts.amount_pence) filter (parts.amount_pence < 0), 0)::bigint
            as credits_pence,
        coalesce(sum(parts.amount_pence) filter (parts.evidence_grade = 'review'), 0)::bigint
            as review_pence,
        coalesce(any_value(c.partners_expected), 0) as partners_expected,
        coalesce(any_value(c.partners_present), 0) as partners_present
    from parts
    left join completeness as c on parts.financial_year = c.financial_year
    group by
        parts.financial_year, parts.partner_id, parts.scope, parts.theme, parts.service_code

)

select * from final
