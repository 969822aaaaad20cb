-- One row per name or code under which a public body appears in files.
select
    organisation_id as body_id,
    alias,
    kind
from {{ source('inputs', 'organisation_aliases') }}
