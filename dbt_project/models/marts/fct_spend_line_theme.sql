-- One row per line and part of it; the parts of a line add up to the line.
select
    submission_id,
    sheet,
    source_row,
    partner_id as body_id,
    financial_year,
    theme,
    service_code,
    share,
    amount_pence,
    classification_rule,
    evidence_grade,
    scope
from {{ ref('int_line_parts') }}
