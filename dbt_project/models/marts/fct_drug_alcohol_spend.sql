-- One row per financial year, body and drug or alcohol service. Capital and other money outside
-- the count is left out; a body outside the place is shown, under its own scope.
with parts as (

    select * from {{ ref('fct_spend_line_theme') }}
    where theme = 'drug_alcohol' and scope in ('in_scope', 'outside_place')

),

final as (

    select
        parts.financial_year,
        parts.partner_id,
        parts.scope,
        parts.service_code,
        count(*) as lines,
        sum(parts.amount_pence)::bigint as gross_pence,
        coalesce(sum(parts.amount_pence) filter (parts.evidence_grade = 'sure'), 0)::bigint
            as sure_pence,
        coalesce(sum(parts.amount_pence) filter (parts.evidence_grade = 'likely'), 0)::bigint
            as likely_pence,
        coalesce(any_value(c.partners_expected), 0) as partners_expected,
        coalesce(any_value(c.partners_present), 0) as partners_present
    from parts
    left join {{ ref('fct_place_completeness') }} as c
        on parts.financial_year = c.financial_year
    group by parts.financial_year, parts.partner_id, parts.scope, parts.service_code

)

select * from final
