-- One row per partner: a public body that submits extracts.
select
    partner_id as body_id,
    name,
    short_name,
    kind,
    in_place,
    valid_from,
    valid_to,
    gss_code,
    ods_code
from {{ ref('stg_contract_partners') }}
