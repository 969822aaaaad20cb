-- One row per public body that pays or is paid: partners and others.
select
    body_id,
    name,
    short_name,
    kind,
    partner_id is not null as is_partner,
    in_group,
    valid_from,
    valid_to,
    successor_id,
    gss_code,
    ods_code
from {{ ref('stg_contract_bodies') }}
