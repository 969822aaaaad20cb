-- One row: the settings of the count.
select
    place_name,
    window_days,
    price_release,
    price_base_year
from {{ source('inputs', 'count_settings') }}
