-- One row per body and year of which the newest release holds the part of the long tables, and the
-- key that it was made by.
select
    release_id,
    body_id,
    financial_year,
    part_key
from {{ source('inputs', 'kept_parts') }}
