-- One row per public body that pays or is paid, partner or not.
select
    organisation_id as body_id,
    name,
    short_name,
    kind,
    partner_id,
    in_group,
    is_listed,
    valid_from,
    valid_to,
    successor_id,
    gss_code,
    ods_code
from {{ source('inputs', 'organisations') }}
