-- One row per service that spend is put under.
select
    service_code,
    theme,
    name,
    description,
    lgsl_code,
    tier,
    channel
from {{ ref('service') }}
