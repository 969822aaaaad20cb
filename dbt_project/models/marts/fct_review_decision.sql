-- One row per decision of the review about lines that no rule classifies, and whether it counts.
select
    'D-' || lpad(d.decision_no::varchar, 6, '0') as decision_id,
    d.decided_on,
    d.decided_by,
    d.pattern_id,
    d.partner_id as body_id,
    d.department,
    d.area,
    d.account,
    d.theme,
    d.reason,
    d.is_in_force
from {{ ref('stg_review_decisions') }} as d
