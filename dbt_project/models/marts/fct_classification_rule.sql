-- One row per rule, theme, grade, body and financial year: the pounds each rule decided.
select
    classification_rule as rule_id,
    theme,
    evidence_grade,
    partner_id,
    financial_year,
    count(*) as lines,
    sum(amount_pence)::bigint as amount_pence
from {{ ref('fct_spend_line_theme') }}
group by rule_id, theme, evidence_grade, partner_id, financial_year
