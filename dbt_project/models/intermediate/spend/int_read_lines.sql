-- One row per accepted spend line of a submission in force that was not read by an earlier build:
-- what tells it apart, when it was, how much, and the combination of labels and payee it carries.
-- Made once: reading the files and hashing the labels anew took a quarter of the build.
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
from {{ ref('stg_spend_lines') }}
