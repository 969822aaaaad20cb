-- One row per line of a budget return that counts: with the body it is about.
with reported as (

    {{ reported_about_bodies(ref('stg_budgets_lines')) }}

)

select *
from reported
where partner_id = source_body_id
