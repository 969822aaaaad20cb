-- One row per statement of a partner about what some of its own lines are for, with its share.
select
    partner_id,
    rule_id,
    theme,
    service_code,
    share,
    grade,
    department,
    area,
    account,
    account_code,
    supplier,
    valid_from,
    valid_to,
    source,
    key_id,
    key_vintage
from {{ source('inputs', 'code_map') }}
