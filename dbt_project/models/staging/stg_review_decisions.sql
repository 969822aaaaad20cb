-- One row per decision of the review: who decided what of which labels of a body, when and why. Of
-- one pattern the last decision counts; `unclassified` takes the earlier ones back.
select
    decision_no,
    decided_on,
    decided_by,
    pattern_id,
    partner_id,
    department,
    area,
    account,
    theme,
    reason,
    decision_no = max(decision_no) over (partition by partner_id, pattern_id)
    and theme <> 'unclassified' as is_in_force
from {{ source('inputs', 'decisions') }}
