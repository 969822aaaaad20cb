-- One row per body, year and distinct combination of labels on lines that an earlier build read.
select
    partner_id,
    financial_year,
    combination_key,
    {{ labels() | join(', ') }}
from {{ source('inputs', 'kept_labels') }}
