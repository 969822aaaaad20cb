-- One row per line of a budget return that counts: with the body it is about.
with reported as (

    {{ reported_about_bodies(ref('stg_budgets_lines')) }}

)

select
    submission_id,
    sheet,
    source_row,
    financial_year,
    partner_id,
    source_body_id,
    body_id,
    service_key,
    service_group,
    measure,
    price_basis,
    net_pence
from reported
where partner_id = source_body_id
