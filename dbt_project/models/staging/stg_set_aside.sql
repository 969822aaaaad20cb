-- One row per row of a file in force that was set aside: where it stands, why, and its amount.
select
    submission_id,
    sheet,
    source_row,
    codes,
    initiative_id,
    amount_pence
from {{ source('inputs', 'set_aside') }}
