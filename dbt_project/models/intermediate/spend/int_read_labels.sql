-- One row per body, financial year and distinct combination of labels and payee on the lines that
-- were not read by an earlier build. Each combination is hashed once, not once a line.
with carried as (

    select distinct
        partner_id,
        financial_year,
        {{ labels() | join(', ') }}
    from {{ ref('stg_spend_lines') }}

),

keyed as (

    select
        *,
        {{ combination_key() }} as combination_key
    from carried

)

select
    partner_id,
    financial_year,
    combination_key,
    {{ any_labels() }}
from keyed
group by partner_id, financial_year, combination_key
