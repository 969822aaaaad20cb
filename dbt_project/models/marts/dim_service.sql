-- One row per service that spend is put under.
select
    service_code,
    theme,
    name,
    description,
    coalesce(lgsl_code, 'not_reported') as lgsl_code,
    coalesce('tier_' || replace(tier, '-', '_'), 'not_reported') as tier,
    coalesce(channel, 'not_reported') as channel
from {{ ref('service') }}
