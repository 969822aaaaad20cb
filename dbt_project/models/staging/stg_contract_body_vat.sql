-- One row per VAT number that belongs to one public body alone.
select
    organisation_id as body_id,
    vat_no
from {{ source('inputs', 'organisation_vat') }}
