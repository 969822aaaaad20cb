-- One row per public body that pays or is paid: partners, those the place lists, and of the
-- register of public bodies those that a file names, with whom they stand for.
with named as (

    select named_body_id as body_id from {{ ref('int_body_names') }}
    union
    select body_id from {{ ref('int_body_names') }}

),

bodies as (

    select * from {{ ref('stg_contract_bodies') }}
    where is_listed or body_id in (select named.body_id from named)

)

select
    bodies.body_id,
    bodies.name,
    bodies.short_name,
    bodies.kind,
    bodies.partner_id is not null as is_partner,
    bodies.in_group,
    bodies.valid_from,
    bodies.valid_to,
    successors.body_id as successor_id,
    bodies.gss_code,
    bodies.ods_code
from bodies
left join bodies as successors on bodies.successor_id = successors.body_id
