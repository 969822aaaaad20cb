-- One row per area of an apportionment key of one vintage: the area's count.
select
    key_id,
    driver,
    key_year,
    vintage,
    area,
    area_count,
    source
from {{ source('inputs', 'apportionment_keys') }}
