-- One row per body, year and distinct combination of labels on lines that an earlier build read.
select
    partner_id,
    financial_year,
    combination_key,
    department,
    area,
    account,
    account_code,
    entity,
    supplier_name,
    pay_group,
    merchant_category,
    has_vat_no,
    vat_body_id,
    flow_direction,
    map_date
from {{ source('inputs', 'kept_labels') }}
