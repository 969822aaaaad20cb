-- One row per group of like findings on one receipt.
select
    receipt_id,
    submission_id,
    partner_id,
    feed,
    period,
    file_name,
    code,
    level,
    field,
    heading,
    message,
    fix,
    row_count,
    amount_pence,
    first_sheet,
    first_row,
    explanation,
    explained_by
from {{ source('inputs', 'findings') }}
