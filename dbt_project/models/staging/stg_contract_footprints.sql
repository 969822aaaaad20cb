-- One row per partner whose area is not the place's: the part of it that lies in the place.
select
    partner_id,
    key_id,
    driver,
    key_year,
    vintage,
    inside_count,
    total_count
from {{ source('inputs', 'footprints') }}
