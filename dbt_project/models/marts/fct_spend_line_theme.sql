-- One row per line, theme, service and rule: a part of the line; its parts add up to it.
select
    {{ line_id('parts') }} as line_id,
    part_no,
    submission_id,
    partner_id as body_id,
    financial_year,
    theme,
    coalesce(service_code, 'not_reported') as service_code,
    share,
    amount_pence,
    classification_rule,
    evidence_grade,
    scope
from {{ ref('int_line_parts') }} as parts
