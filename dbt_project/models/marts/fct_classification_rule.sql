-- One row per rule, theme, grade, body and financial year: the money each rule decided.
select
    classification_rule,
    theme,
    evidence_grade,
    body_id,
    financial_year,
    count(*) as lines,
    sum(amount_pence)::bigint as gross_pence
from {{ ref('fct_spend_line_theme') }}
group by classification_rule, theme, evidence_grade, body_id, financial_year
