-- One row per accepted spend line that an earlier build read from the same bytes.
select
    submission_id,
    sheet,
    source_row,
    partner_id,
    combination_key,
    period,
    financial_year,
    line_date,
    basis,
    accounting,
    price_basis,
    vat_basis,
    synthetic,
    source_file,
    amount_pence
from {{ source('inputs', 'kept_lines') }}
