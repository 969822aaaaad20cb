-- One row per pooled budget, with the body that hosts it.
select
    pool_id,
    name,
    host_id,
    theme
from {{ source('inputs', 'pools') }}
