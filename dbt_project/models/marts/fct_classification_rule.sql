-- One row per rule, theme, grade, body and financial year: the money each rule decided.
with rules as (

    select
        classification_rule,
        theme,
        evidence_grade,
        partner_id as body_id,
        financial_year,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(lines)::bigint as lines,
        sum(gross_pence)::bigint as gross_pence
    from {{ ref('int_line_sums') }}
    group by classification_rule, theme, evidence_grade, partner_id, financial_year

)

select
    rules.*,
    {{ presence('c') }},
    {{ own_presence('rules.body_id', 'rules.financial_year', 'spend') }}
from rules
left join {{ ref('int_feed_completeness') }} as c
    on rules.financial_year = c.financial_year and c.feed = 'spend'
