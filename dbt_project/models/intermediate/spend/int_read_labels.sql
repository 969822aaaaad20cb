-- One row per body, financial year and distinct combination of labels and payee on the lines that
-- were not read by an earlier build.
select
    partner_id,
    financial_year,
    combination_key,
    {{ any_labels() }}
from {{ ref('stg_spend_lines') }}
group by partner_id, financial_year, combination_key
