-- One row per partner: a body that sends extracts.
select
    partner_id,
    name,
    short_name,
    kind,
    in_place,
    valid_from,
    valid_to,
    gss_code,
    ods_code
from {{ source('inputs', 'partners') }}
