-- One row per apportionment key and area: the count itself, with its year and vintage.
select
    key_id,
    driver,
    key_year,
    vintage,
    area,
    area_count,
    source
from {{ ref('stg_contract_apportionment_keys') }}
