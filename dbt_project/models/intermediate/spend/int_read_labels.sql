-- One row per body, financial year and distinct combination of labels and payee on the lines that
-- were not read by an earlier build.
select
    partner_id,
    financial_year,
    combination_key,
    any_value(department) as department,
    any_value(area) as area,
    any_value(account) as account,
    any_value(account_code) as account_code,
    any_value(entity) as entity,
    any_value(supplier_name) as supplier_name,
    any_value(pay_group) as pay_group,
    any_value(merchant_category) as merchant_category,
    any_value(has_vat_no) as has_vat_no,
    any_value(vat_body_id) as vat_body_id,
    any_value(flow_direction) as flow_direction,
    any_value(map_date) as map_date
from {{ ref('stg_spend_lines') }}
group by partner_id, financial_year, combination_key
